"""Variations of who may ask: signatures are checked, as the real service does."""

from ..access import CheckedAccess
from ..behaviour import variation
from ..errors import Refused
from ..exchange import Request, Response


@variation("access", checks_access=True)
class ChecksSignatures(CheckedAccess):
    """A request without a good signature is refused with 403, each reason under its own type."""


@variation("access", checks_access=True)
class GatewayChecksSignatures(CheckedAccess):
    """A gateway in front refuses a request without a good signature: 403, and a page of its own."""

    def handle(self, request: Request) -> Response:
        try:
            self.route(request)
        except Refused:
            page = b"<html><body><h1>403 Forbidden</h1></body></html>\n"
            return Response(403, page, [("Content-Type", "text/html")])
        return super().handle(request)
