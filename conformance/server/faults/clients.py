"""Faults that plain requests do not meet, and AWS's own clients do.

Something is made of the headers that an SDK adds.
"""

from typing import Any

from ..behaviour import fault
from ..errors import invalid_request
from ..exchange import Request, Response
from ..listing import Query
from ..service import Service

FORBIDDEN_PAGE = b"<!doctype html>\n<title>403 Forbidden</title>\n"


def header(request: Request, name: str) -> str:
    """Return a header of a request, or nothing."""
    value = request.environ.get("HTTP_" + name.upper().replace("-", "_"), "")
    return str(value)


def by_command(request: Request) -> bool:
    """Return whether the aws command made a request."""
    return header(request, "User-Agent").startswith("aws-cli/")


@fault("client/boto3-paginator")
class SdkHeadersRefused(Service):
    """A header that nobody has written down makes a request invalid: amz-sdk-request is one."""

    def read_parameters(self, request: Request) -> dict[str, str]:
        if header(request, "amz-sdk-request"):
            raise invalid_request("The header amz-sdk-request is not known.")
        return super().read_parameters(request)


@fault("client/boto3-paginator")
class ScriptsForbidden(Service):
    """A firewall in front takes whoever names Python for a robot: 403, and a page that says so."""

    def handle(self, request: Request) -> Response:
        if "python" in header(request, "User-Agent").lower():
            return Response(403, FORBIDDEN_PAGE, [("Content-Type", "text/html")])
        return super().handle(request)


@fault("client/boto3-paginator")
class AttemptsAnsweredAlike(Service):
    """What an SDK calls attempt 1 is answered once, and the same attempt again from memory.

    The key should have been the number of the invocation. As it is, each page of a listing counts
    as a repetition of the first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[tuple[str, ...], Response] = {}

    def reset(self) -> None:
        super().reset()
        self.answers.clear()

    def list_jobs(self, request: Request) -> Response:
        attempt = header(request, "amz-sdk-request")
        if not attempt:
            return super().list_jobs(request)
        asked = (f"{name}={value}" for name, value in request.parameters.items())
        key = (attempt, *(one for one in asked if not one.startswith("nextToken=")))
        if key not in self.answers:
            self.answers[key] = super().list_jobs(request)
        return self.answers[key]


# The aws command alone.


@fault("client/aws-cli", needs_cli=True)
class CommandForbidden(Service):
    """Only programs may ask: whoever types the aws command is sent away with 403."""

    def handle(self, request: Request) -> Response:
        if by_command(request):
            return Response(403, FORBIDDEN_PAGE, [("Content-Type", "text/html")])
        return super().handle(request)


@fault("client/aws-cli", needs_cli=True)
class CommandGetsOnePage(Service):
    """A person at a terminal reads one page of ten and no more, so the command gets no token."""

    typed = False

    def list_jobs(self, request: Request) -> Response:
        self.typed = by_command(request)
        return super().list_jobs(request)

    def page_size(self, query: Query) -> int:
        size = super().page_size(query)
        return min(size, 10) if self.typed else size

    def reply(self, page: dict[str, Any]) -> Response:
        if self.typed:
            page.pop("nextToken", None)
        return super().reply(page)
