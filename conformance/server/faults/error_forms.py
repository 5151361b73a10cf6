"""Faults of errors as such: valid requests refused, and errors in a form nobody can read."""

from typing import Any

from ..behaviour import fault
from ..errors import Crash, Denial, Refused, refused_as
from ..exchange import Response
from ..listing import Condition, Query
from ..service import Service
from ..tokens import Position

# Valid requests that are refused.


@fault("error/documented")
class NextPageCrashes(Service):
    """Whenever there is a next page, making its token breaks."""

    def encode_token(self, query: Query, position: Position) -> str:
        raise Crash


@fault("error/documented")
class NoJobsIsAnError(Service):
    """A listing without jobs is refused with a type that is not in the documentation."""

    def reply(self, page: dict[str, Any]) -> Response:
        if not page["jobs"]:
            raise refused_as("NoSuchJobsException", 404, "No job matches.")
        return super().reply(page)


@fault("error/documented")
class UnknownGroupCrashes(Service):
    """The row of the group is used without a look whether there is one."""

    def unknown_group(self, name: str) -> Condition:
        raise Crash


@fault("error/documented")
class DeletionInProgressCrashes(Service):
    """One status was forgotten in the branches of the code, and falls through to a crash."""

    def where_status(self, status: str) -> Condition:
        if status == "DELETION_IN_PROGRESS":
            raise Crash
        return super().where_status(status)


@fault("error/documented")
class TwoGroupParametersNotImplemented(Service):
    """A group's name together with its id is answered with 501."""

    def where(self, query: Query) -> dict[str, Condition]:
        if query.thing_group_name is not None and query.thing_group_id is not None:
            raise refused_as("NotImplementedException", 501, "Use one group parameter.")
        return super().where(query)


# The form of the errors of ListJobs.


class ErrorsOfAnotherForm(Service):
    """Writes the errors of ListJobs in a form of its own, under the right status."""

    def refuse_listing(self, refusal: Refused) -> Response:
        response = super().refuse_listing(refusal)
        self.reform(response, refusal.denial)
        return response

    def reform(self, response: Response, denial: Denial) -> None:
        """Change an error's response."""


class TypelessErrors(ErrorsOfAnotherForm):
    """Gives the type of an error nowhere, or in a place of its own."""

    def reform(self, response: Response, denial: Denial) -> None:
        response.headers = [("Content-Type", self.content_type)]
        response.body = self.body(denial)

    def body(self, denial: Denial) -> bytes:
        """Return an error's body."""
        return self.encode({"message": denial.message})


@fault("error/shape")
class ErrorWithoutType(TypelessErrors):
    """An error says what is wrong in a text and has no type that a program can find."""


@fault("error/shape")
class ErrorTypeUnderAnotherName(TypelessErrors):
    """The type is in a member called ``error``, where no client of this protocol looks."""

    def body(self, denial: Denial) -> bytes:
        return self.encode({"error": denial.type, "message": denial.message})


@fault("error/shape")
class ErrorAsHtmlPage(TypelessErrors):
    """A refused request is answered by the framework's own page."""

    def body(self, denial: Denial) -> bytes:
        return f"<h1>{denial.status}</h1>".encode()


@fault("error/shape")
class ErrorWithoutMessage(ErrorsOfAnotherForm):
    """An error has a type and no text."""

    def reform(self, response: Response, denial: Denial) -> None:
        response.body = self.encode({"__type": denial.type})


@fault("error/shape")
class ErrorMessageIsAnObject(ErrorsOfAnotherForm):
    """The text of an error is inside an object, by language."""

    def reform(self, response: Response, denial: Denial) -> None:
        body = {"__type": denial.type, "message": {"en": denial.message}}
        response.body = self.encode(body)


@fault("error/shape")
class ErrorAsPlainText(ErrorsOfAnotherForm):
    """An error's body is its text, and not JSON, though the type is in the header."""

    def reform(self, response: Response, denial: Denial) -> None:
        response.headers = [
            ("Content-Type", self.content_type),
            ("x-amzn-ErrorType", denial.type),
        ]
        response.body = denial.message.encode()
