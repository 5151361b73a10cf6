"""One request and one response, as the operations see them: HTTP without a socket."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., object]
WSGIApplication: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]

# Connections are no business of a WSGI application: set to True in its environment, this asks the
# server that it runs in to close the connection after the answer.
CLOSE_CONNECTION = "listjobs.close_connection"

STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Scope:
    """The account and the region that a request speaks for."""

    account: str
    region: str
    arn_prefix: str
    """The start of every ARN in this scope, up to the resource."""


def make_scope(account: str, region: str) -> Scope:
    """Return the scope of an account in a region."""
    if region.startswith("cn-"):
        partition = "aws-cn"
    elif region.startswith("us-gov-"):
        partition = "aws-us-gov"
    else:
        partition = "aws"
    return Scope(account, region, f"arn:{partition}:iot:{region}:{account}:")


DEFAULT_SCOPE = make_scope("123456789012", "us-east-1")


@lru_cache(maxsize=256)
def scope_of(credential: str) -> Scope:
    """Return the scope of a credential such as ``AKID/20250101/us-east-1/iot/aws4_request``.

    An access key of 12 digits is taken for the account; any other key gets the default account.
    """
    key, _, rest = credential.partition("/")
    fields = rest.split("/")
    region = fields[1] if len(fields) > 1 and fields[1] else DEFAULT_SCOPE.region
    account = key if len(key) == 12 and key.isdecimal() else DEFAULT_SCOPE.account
    return make_scope(account, region)


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived: method, decoded path, raw query string, body and headers."""

    method: str
    path: tuple[str, ...]
    query_string: str
    body: bytes
    scope: Scope
    environ: Environ

    @property
    def parameters(self) -> dict[str, str]:
        """The query's parameters; of a repeated one, the first value."""
        parameters: dict[str, str] = {}
        if self.query_string:
            for name, value in parse_qsl(self.query_string, keep_blank_values=True):
                parameters.setdefault(name, value)
        return parameters


@dataclass(slots=True)
class Response:
    """What will be sent."""

    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


def read_request(environ: Environ) -> Request:
    """Return the request that a WSGI environment describes."""
    scope = DEFAULT_SCOPE
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    if authorization:
        _, found, rest = authorization.partition("Credential=")
        if found:
            scope = scope_of(rest.partition(",")[0].strip())
    body = b""
    length = environ.get("CONTENT_LENGTH")
    if length and length != "0":
        body = environ["wsgi.input"].read(int(length))
    elif environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read()
    # PATH_INFO carries bytes as latin-1, as WSGI wants.
    path = environ.get("PATH_INFO", "/").encode("latin-1", "replace").decode("utf-8", "replace")
    return Request(
        environ["REQUEST_METHOD"],
        tuple(path.strip("/").split("/")),
        environ.get("QUERY_STRING", ""),
        body,
        scope,
        environ,
    )
