"""Signs requests with SigV4, well or in one of the ways that must be refused."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

from botocore.credentials import Credentials
from botocore.utils import normalize_url_path

from ..evidence import Request
from .recording import Signs

OFFLINE_KEYS = Credentials("123456789012", "listjobs-conformance")
"""What requests are signed with where no credentials are given: no key of any account.

Emulators that read the account from the access key take it from its twelve digits.
"""

NOBODYS_KEYS = Credentials("AKIANOBODYHASEXAMPLE", "no-secret-of-any-account")
"""An access key that looks like one of AWS, and that nobody has.

Not twelve digits, which emulators would take for an account, and not the key of AWS's own
examples, which some know.
"""


@dataclass(frozen=True, slots=True)
class Credential:
    """A way to sign: as somebody who may ask, or as somebody who may not."""

    signer: Callable[[str, Credentials], Signs]
    """Who signs, for a region, with credentials that are good."""
    curl_user: str
    """What curl's ``--user`` gets; nothing where it does not sign."""
    script_argument: str = ""
    """What a script hands over to sign like that."""


EMPTY_BODY = sha256(b"").hexdigest()


class Signer:
    """Signs requests with SigV4 for one region. The service belongs to the operation.

    botocore's SigV4Auth does the same in four times the time, which would be the largest part
    of an exchange; a test holds the two to the same signatures.
    """

    def __init__(self, region: str, credentials: Credentials = OFFLINE_KEYS) -> None:
        self.region = region
        self._credentials = credentials
        self._keys: dict[tuple[str, str, str], bytes] = {}

    def headers(self, request: Request, host: str) -> dict[str, str]:
        """The headers to send with the request, signature included."""
        frozen = self._credentials.get_frozen_credentials()
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = {"Host": host, "X-Amz-Date": stamp}
        if frozen.token:
            headers["X-Amz-Security-Token"] = frozen.token
        if request.body:
            headers["Content-Type"] = "application/json"
        signed = sorted((name.lower(), value) for name, value in headers.items())
        names = ";".join([name for name, _ in signed])
        canonical = "\n".join(
            (
                request.method,
                quote(_normal(request.path), safe="/~"),
                _canonical(request.query),
                *[f"{name}:{value}" for name, value in signed],
                "",
                names,
                sha256(request.body).hexdigest() if request.body else EMPTY_BODY,
            )
        )
        scope = f"{stamp[:8]}/{self.region}/{request.service}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        key = self._key(frozen.secret_key or "", stamp[:8], request.service)
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={frozen.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return headers

    def _key(self, secret: str, day: str, service: str) -> bytes:
        """The signing key, which holds for a day."""
        known = self._keys.get((secret, day, service))
        if known is None:
            known = f"AWS4{secret}".encode()
            for part in (day, self.region, service, "aws4_request"):
                known = hmac.digest(known, part.encode(), "sha256")
            self._keys = {(secret, day, service): known, **self._keys}
        return known


class Unsigned:
    """Sends requests as they are, without credentials."""

    def headers(self, request: Request, host: str) -> dict[str, str]:
        """The headers to send with the request: no signature, and nothing that belongs to one."""
        headers = {"Host": host}
        if request.body:
            headers["Content-Type"] = "application/json"
        return headers


class WronglySigned:
    """Signs as another signer does, and then alters the last digits of the signature."""

    ALTERED = 8
    """How many of its 64 digits."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def headers(self, request: Request, host: str) -> dict[str, str]:
        """The headers to send with the request, of which only the signature is wrong."""
        headers = self._signer.headers(request, host)
        right = headers["Authorization"]
        altered = "".join(f"{15 - int(digit, 16):x}" for digit in right[-self.ALTERED :])
        headers["Authorization"] = right[: -self.ALTERED] + altered
        return headers


def _normal(path: str) -> str:
    """The path as it is signed: without dot segments and empty ones."""
    if "/." in path or "//" in path or not path:
        return str(normalize_url_path(path))
    return path


def _canonical(query: str) -> str:
    """The query string as it is signed: sorted, and an equals sign after every name."""
    if not query:
        return ""
    pairs = [parameter.partition("=") for parameter in query.split("&")]
    return "&".join([f"{name}={value}" for name, _, value in sorted(pairs)])


CREDENTIALS: Mapping[str, Credential] = {
    "": Credential(
        lambda region, good: Signer(region, good), "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"
    ),
    "unsigned": Credential(lambda region, good: Unsigned(), "", ", None"),
    "bad-signature": Credential(
        lambda region, good: WronglySigned(Signer(region, good)),
        "$AWS_ACCESS_KEY_ID:not-the-secret",
    ),
    "unknown-key": Credential(
        lambda region, good: Signer(region, NOBODYS_KEYS),
        f"{NOBODYS_KEYS.access_key}:not-the-secret",
        f", Credentials({NOBODYS_KEYS.access_key!r}, 'none')",
    ),
}
"""The ways to sign by ``Request.credentials``: what is wrong with them, nothing first."""
