"""Requests handed to a function: for what is reached in another way than by HTTP or WSGI."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Protocol

from ..errors import in_words
from ..evidence import Exchange, Request
from .recording import Bounds, Signs, answered, failed, unpacked


class Sends(Protocol):
    """Carries one request to an implementation, and its answer back.

    ``target`` is the path with the query string, percent-encoded as it would go over the wire;
    the headers are signed for ``HOST``. The answer is a status, headers and a body.
    """

    def __call__(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]: ...


HOST = "localhost"


class CallTransport:
    """A function that answers requests in this process."""

    def __init__(self, function: Sends, bounds: Bounds) -> None:
        self._function = function
        self._bounds = bounds

    def send(self, request: Request, signer: Signs) -> Exchange:
        headers = {**signer.headers(request, HOST), "Host": HOST, "Accept-Encoding": "gzip"}
        started = time.perf_counter()
        try:
            status, given, raw = self._function(
                request.method, request.target, headers, request.body
            )
            named = {str(name).lower(): str(value) for name, value in dict(given).items()}
            limit = self._bounds.body
            if len(raw) > limit:
                return failed(request, started, f"the body is larger than {limit} bytes")
            body = unpacked(bytes(raw), named.get("content-encoding"), limit)
            return answered(request, int(status), named, body, started, headers)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:  # SystemExit, too: it would end the run without a verdict.
            return failed(request, started, in_words(error))

    def close(self) -> None:
        return None
