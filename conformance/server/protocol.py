"""What all operations share: the store, and how answers and refusals are written (restJson1)."""

import os
import time
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from .errors import Denial, Refused, invalid_request
from .exchange import STATUS_LINES, Request, Response, StartResponse
from .store import Store


class Protocol:
    """Writes answers. The operations are built on it."""

    content_type = "application/json"

    def __init__(self) -> None:
        self.store = Store()
        self.clock = 0.0

    def reset(self) -> None:
        """Forget everything, as after a start."""
        self.store.clear()

    def now(self) -> float:
        """Return the server's clock, in seconds since the epoch. It never gives a time twice.

        So the order of jobs is the order in which they were made, however fast that was.
        """
        self.clock = max(round(time.time(), 6), self.clock + 1e-6)
        return self.clock

    # Bodies.

    def encode(self, body: object) -> bytes:
        """Return a body as JSON text."""
        return orjson.dumps(body)

    def decode_body(self, request: Request) -> dict[str, Any]:
        """Return the members of a request's body; raise Refused where it is no JSON object."""
        if not request.body:
            return {}
        try:
            body = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            raise invalid_request("The request body is not valid JSON.") from None
        if not isinstance(body, dict):
            raise invalid_request("The request body must be a JSON object.")
        return body

    def moment(self, seconds: float) -> object:
        """Return a time as it is written in answers."""
        return seconds

    def is_concurrent(self, status: str) -> bool:
        """Return whether a job in this status counts as concurrent."""
        return status == "IN_PROGRESS"

    # Answers.

    def respond(self, body: dict[str, Any]) -> Response:
        """Return the response of an operation that succeeded."""
        return Response(200, self.encode(body), [("Content-Type", self.content_type)])

    def refuse(self, refusal: Refused) -> Response:
        """Return the response of an operation that was refused."""
        denial = refusal.denial
        return Response(
            denial.status,
            self.encode(self.error_body(denial)),
            [("Content-Type", self.content_type), *self.error_headers(denial)],
        )

    def error_headers(self, denial: Denial) -> list[tuple[str, str]]:
        """Return the headers that name an error."""
        return [("x-amzn-ErrorType", denial.type)]

    def error_body(self, denial: Denial) -> dict[str, Any]:
        """Return the body that explains an error."""
        return {"__type": denial.type, "message": denial.message}

    def crash_page(self) -> Response:
        """Return what a web framework answers when the code behind it breaks."""
        page = b"<!doctype html>\n<title>500 Internal Server Error</title>\n"
        return Response(500, page, [("Content-Type", "text/html; charset=utf-8")])

    # Sending.

    def identify(self, response: Response) -> list[tuple[str, str]]:
        """Return the headers that tell this answer from any other."""
        number = os.urandom(16).hex()
        parts = (number[:8], number[8:12], number[12:16], number[16:20], number[20:])
        return [("x-amzn-RequestId", "-".join(parts))]

    def deliver(
        self, request: Request, response: Response, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Hand a response to the WSGI server."""
        headers = [*response.headers, *self.identify(response), *self.framing(response)]
        start_response(STATUS_LINES[response.status], headers)
        return self.parts(response.body)

    def framing(self, response: Response) -> list[tuple[str, str]]:
        """Return the headers that say where a response ends."""
        return [("Content-Length", str(len(response.body)))]

    def parts(self, body: bytes) -> Sequence[bytes]:
        """Return the pieces in which a body is handed over."""
        return [body]
