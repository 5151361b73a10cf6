"""Faults of servers that read parameters by where they stand in the URL.

boto3 writes ``maxResults`` before ``nextToken``, but behind it in the first request of a listing
that is resumed.
"""

from urllib.parse import unquote

from ..behaviour import fault
from ..exchange import Request
from ..service import Service


@fault("pagination/complete")
class TokenReadToTheEnd(Service):
    """Tokens may hold any character, so all that follows ``nextToken=`` is taken for the token."""

    def read_parameters(self, request: Request) -> dict[str, str]:
        _, found, rest = request.query_string.partition("nextToken=")
        parameters = super().read_parameters(request)
        return {**parameters, "nextToken": unquote(rest)} if found else parameters


@fault("pagination/terminates")
class TokenBeforeSizeOverlooked(Service):
    """The URL is matched with a pattern that knows the token at its end only.

    A walk that is resumed with the size behind the token begins again, each time.
    """

    def read_parameters(self, request: Request) -> dict[str, str]:
        parameters = super().read_parameters(request)
        if "&maxResults=" in request.query_string.partition("nextToken=")[2]:
            del parameters["nextToken"]
        return parameters
