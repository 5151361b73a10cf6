"""What a run may cost, as a person says it: so many requests, so many seconds.

Exploring ends at a part of it, and what is left is for confirming what was found. What a run cleans
up is never cut by it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from ..targets.target import Target

EXPLORING = 0.8
"""Which part is for exploring."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be spent; None is as much as the budget takes."""

    requests: int | None = None
    seconds: float | None = None

    def grant(self, target: Target) -> None:
        """Let the target be asked for no more than this, from now on."""
        if self.requests is not None:
            known = target.most_requests
            target.most_requests = min(self.requests, known) if known else self.requests
        if self.seconds is not None:
            target.ends = time.monotonic() + self.seconds

    def explored(self, target: Target) -> str | None:
        """Why nothing more is explored, if the part for it is spent."""
        if self.requests is not None and target.requests >= self.requests * EXPLORING:
            return f"the budget ended: --max-requests {self.requests}"
        if self.seconds is not None and target.ends is not None:
            left = target.ends - time.monotonic()
            if left <= self.seconds * (1 - EXPLORING):
                return f"the budget ended: --deadline {self.seconds:g}"
        return None

    def shared_by(self, count: int) -> Allowance:
        """What each of so many processes may spend, that work at the same time."""
        requests = None if self.requests is None else max(1, self.requests // count)
        return Allowance(requests, self.seconds)


ANYTHING = Allowance()
