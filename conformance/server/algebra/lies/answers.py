"""Lies in what a whole answer is, and forms that an answer may also have."""

from collections.abc import Sequence
from typing import Any

from ...errors import Crash, invalid_request, not_found, refused_as
from ...exchange import Response
from ...listing import Query
from ...store import ListedJob
from ..lying import Lying


class Answering(Lying):
    """Says something else instead of the page."""

    def summaries(self, query: Query, jobs: Sequence[ListedJob]) -> list[dict[str, Any]]:
        found = super().summaries(query, jobs)
        if self.concerned(jobs):
            self.instead()
        return found

    def instead(self) -> None:
        """Raise what is answered."""


class CrashAt(Answering):
    """The server fails."""

    def instead(self) -> None:
        raise Crash


class Refuse(Answering):
    """The request is refused as not valid."""

    def instead(self) -> None:
        raise invalid_request("1 validation error detected.")


class NotFound(Answering):
    """What was asked for is not found."""

    def instead(self) -> None:
        raise not_found("No such thing.")


class Misname(Answering):
    """The request is refused by an exception that is not documented."""

    def instead(self) -> None:
        raise refused_as("ListJobsFailedException", 400, "Something went wrong.")


class PlainText(Lying):
    """A page is labelled as plain text."""

    def reply(self, page: dict[str, Any]) -> Response:
        response = super().reply(page)
        if self.lies():
            response.headers = [("Content-Type", "text/plain")]
        return response


class BrokenJson(Lying):
    """The body is cut off in the middle."""

    def reply(self, page: dict[str, Any]) -> Response:
        response = super().reply(page)
        if self.lies():
            response.body = response.body[:-1]
        return response


class JobsAsObject(Lying):
    """The jobs are an object, keyed by their ids."""

    def reply(self, page: dict[str, Any]) -> Response:
        if self.lies():
            page = page | {"jobs": {job["jobId"]: job for job in page["jobs"]}}
        return super().reply(page)


class NullToken(Lying):
    """That no page follows is said with null."""

    def reply(self, page: dict[str, Any]) -> Response:
        if "nextToken" not in page and self.lies():
            page = page | {"nextToken": None}
        return super().reply(page)


class EmptyToken(Lying):
    """That no page follows is said with an empty text."""

    def reply(self, page: dict[str, Any]) -> Response:
        if "nextToken" not in page and self.lies():
            page = page | {"nextToken": ""}
        return super().reply(page)


class Charset(Lying):
    """The label of the body names its charset."""

    def reply(self, page: dict[str, Any]) -> Response:
        response = super().reply(page)
        if self.lies():
            response.headers = [("Content-Type", "application/json; charset=utf-8")]
        return response
