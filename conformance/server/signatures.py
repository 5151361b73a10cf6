"""What the SigV4 signature of a request has to be, worked out anew from what arrived.

Source: IAM User Guide, "Create a signed AWS API request".
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

from .exchange import Environ, Request

ALGORITHM = "AWS4-HMAC-SHA256"
UNRESERVED = "-._~"

AUTHORIZATION = re.compile(
    rf"{ALGORITHM} +"
    r"Credential=(?P<key>[^/,\s]+)/(?P<scope>\d{8}/[^/,\s]+/[^/,\s]+/aws4_request), *"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), *"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Authorization:
    """What an Authorization header claims."""

    key: str
    """The access key's id."""
    scope: str
    """Day, region, service and ``aws4_request``."""
    headers: tuple[str, ...]
    """The names of the headers that are signed, in lower case."""
    signature: str


def read_authorization(text: str) -> Authorization | None:
    """Return what the header claims, or None where it is not written as SigV4 wants it."""
    claim = AUTHORIZATION.fullmatch(text.strip())
    if claim is None:
        return None
    names = tuple(claim["headers"].split(";"))
    return Authorization(claim["key"], claim["scope"], names, claim["signature"])


def signature_of(request: Request, claim: Authorization, secret: str) -> str:
    """Return the signature that the request has if it is signed with this secret."""
    moment = header(request.environ, "x-amz-date")
    digest = sha256(canonical(request, claim).encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in claim.scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = "\n".join((ALGORITHM, moment, claim.scope, digest))
    return hmac.digest(key, text.encode(), "sha256").hex()


def canonical(request: Request, claim: Authorization) -> str:
    """Return the request as it is signed."""
    parameters = sorted(
        tuple(pair.partition("=")[::2]) for pair in request.query_string.split("&") if pair
    )
    return "\n".join(
        (
            request.method,
            quote(path_sent(request.environ), safe=f"/{UNRESERVED}"),
            "&".join(f"{name}={value}" for name, value in parameters),
            *(f"{name}:{header(request.environ, name)}" for name in claim.headers),
            "",
            ";".join(claim.headers),
            sha256(request.body).hexdigest(),
        )
    )


def path_sent(environ: Environ) -> str:
    """Return the path as it was sent or, where the WSGI server does not tell, as SDKs send it."""
    sent = str(environ.get("REQUEST_URI") or "")
    if sent:
        return sent.partition("?")[0]
    return quote(environ["PATH_INFO"].encode("latin-1"), safe=f"/{UNRESERVED}")


def header(environ: Environ, name: str) -> str:
    """Return a header's value as it is signed: trimmed, with single spaces."""
    key = name.upper().replace("-", "_")
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = f"HTTP_{key}"
    return " ".join(str(environ.get(key, "")).split())
