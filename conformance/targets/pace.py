"""How fast a target is asked: no faster than the user says, and no faster than it bears."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from ..evidence import Exchange

PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""The longest pause, in seconds, before each repetition of a throttled request."""

THROTTLING = (
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "RequestThrottled",
    "TooManyRequestsException",
    "RequestLimitExceeded",
)
"""The error types that ask for a pause, under HTTP 400 or 429 (API; AWS common errors)."""


@dataclass(slots=True)
class Pace:
    """At most so many requests a second; ``None`` sets no limit."""

    max_rps: float | None = None
    _next: float = 0.0

    def wait(self) -> None:
        """Return when the next request may go out."""
        if self.max_rps is None:
            return
        now = time.monotonic()
        if self._next > now:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self.max_rps


def pause(longest: float) -> None:
    """Sleep, for a random part of the time, so that clients side by side do not keep step."""
    time.sleep(longest * random.uniform(0.5, 1.0))


def asks_for_patience(exchange: Exchange) -> bool:
    """Throttling in any of its forms, or the documented temporary unavailability."""
    if exchange.ok or exchange.failure:
        return False
    kind = exchange.error_type or ""
    if exchange.status in (400, 429) and kind in THROTTLING:
        return True
    return exchange.status == 503 and kind == "ServiceUnavailableException"
