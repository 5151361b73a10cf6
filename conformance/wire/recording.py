"""What every transport shares: its bounds, and how an answer is recorded.

Nothing here goes through a boto3 client. A transport never raises for what a target does; it
returns an exchange that says why no answer came.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from ..evidence import Exchange, Request

BODY_LIMIT = 2 * 1024 * 1024
"""The largest body that is read, in bytes, unpacked. 250 summaries take about 80 KiB; read as
JSON, the worst of bodies takes some 25 times its size."""

REDACTED = "REDACTED"


class Signs(Protocol):
    """Gives the headers that a request goes out with, its signature among them."""

    def headers(self, request: Request, host: str) -> dict[str, str]: ...


class Transport(Protocol):
    """A way to one target: sends a signed request and records what comes back."""

    def send(self, request: Request, signer: Signs) -> Exchange: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long one exchange may take, in seconds, and how large its body may be, in bytes."""

    seconds: float = 10.0
    body: int = BODY_LIMIT


class Broken(Exception):
    """An answer that is not read to its end, and why."""


def failed(request: Request, started: float, reason: str) -> Exchange:
    return Exchange(request, failure=reason, seconds=time.perf_counter() - started)


def answered(
    request: Request,
    status: int,
    headers: dict[str, str],
    body: bytes,
    started: float,
    sent: Mapping[str, str],
) -> Exchange:
    """The exchange, without what only the two ends may know where a target echoes it."""
    seconds = time.perf_counter() - started
    for secret in _secrets(sent):
        if secret.encode() in body:
            body = body.replace(secret.encode(), REDACTED.encode())
        for name, value in headers.items():
            if secret in value:
                headers[name] = value.replace(secret, REDACTED)
    return Exchange(request, status, headers, body, seconds)


def _secrets(sent: Mapping[str, str]) -> Iterator[str]:
    """The signature, the session token, and the id of a key that belongs to somebody."""
    authorization = sent.get("Authorization", "")
    if "Signature=" in authorization:
        yield authorization.rpartition("=")[2]
    key_id = authorization.partition("Credential=")[2].partition("/")[0]
    if len(key_id) >= 16:  # Shorter ones are those of emulators: an account, or "test".
        yield key_id
    if "X-Amz-Security-Token" in sent:
        yield sent["X-Amz-Security-Token"]


def unpacked(raw: bytes, encoding: str | None, limit: int) -> bytes:
    """The body without its content encoding, if that is gzip; never larger than the limit."""
    encoding = (encoding or "identity").strip().lower()
    if encoding == "identity" or not raw:
        return raw
    if encoding not in ("gzip", "x-gzip"):
        raise Broken(f"the body comes in an encoding that was not asked for: {encoding[:40]!r}")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        body = unpacker.decompress(raw, limit + 1)
    except zlib.error as error:
        raise Broken(f"the body is no gzip: {error}") from None
    if len(body) > limit:
        raise Broken(f"the body is larger than {limit} bytes when unpacked")
    if not unpacker.eof:
        raise Broken("the gzip body ends in the middle")
    if unpacker.unused_data:
        raise Broken("more bytes follow the gzip body")
    return body
