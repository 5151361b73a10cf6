"""Lies about requests that are not valid."""

from ...errors import Crash, invalid_request, not_found, refused_as
from ...exchange import Request, Response
from ...listing import Query
from ..lying import Lying
from ..moment import Moment


class Mistaking(Lying):
    """Takes a mistake otherwise than it should."""

    def read(self, request: Request) -> Query:
        if self.at.mistakes and self.lies():
            self.answer(request)
        return super().read(request)

    def answer(self, request: Request) -> None:
        """Raise what is answered, if it is an error."""


class Accept(Mistaking):
    """What is not valid is left out, and the rest is answered."""

    def read_parameters(self, request: Request) -> dict[str, str]:
        parameters = super().read_parameters(request)
        if not self.at.mistakes or not self.lies():
            return parameters
        wrong = {mistake.partition("-")[0] for mistake in self.at.mistakes}
        return {name: value for name, value in parameters.items() if name not in wrong}


class AcceptAsNothing(Mistaking):
    """What is not valid matches nothing."""

    def list_jobs(self, request: Request) -> Response:
        moment = self.listing = Moment(self, request)
        if moment.mistakes and self.lies():
            self.listings += 1
            return self.respond({"jobs": []})
        return super().list_jobs(request)


class CrashOn(Mistaking):
    """The server fails over what is not valid."""

    def answer(self, request: Request) -> None:
        raise Crash


class Validation(Mistaking):
    """What is not valid is refused under another name."""

    def answer(self, request: Request) -> None:
        raise refused_as("ValidationException", 400, "1 validation error detected.")


class RefuseAsMissing(Mistaking):
    """What is not valid is said not to exist."""

    def answer(self, request: Request) -> None:
        raise not_found("No such thing.")


class OtherWords(Mistaking):
    """What is not valid is refused in other words."""

    def answer(self, request: Request) -> None:
        raise invalid_request("Nope: this cannot be asked for.")
