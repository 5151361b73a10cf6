"""A target: an implementation that can be asked, and perhaps emptied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from botocore.credentials import Credentials

from ..evidence import Exchange, Request
from ..signing import OFFLINE_KEYS, Signer
from ..wire import Signs, Transport
from .pace import PATIENCE, Pace, asks_for_patience, pause

Seed = Callable[[dict[str, Any]], Mapping[str, Any] | None]
"""Makes the world that a document describes (``schemas/world.schema.json``).

Where the document says ``exclusive``, nothing else may exist afterwards. It returns None where it
made the world with the ids given, or the document of what it made. It raises any exception where
it cannot make such a world; then no example takes one.
"""


class TargetError(Exception):
    """A target cannot be used as it was named; the text says what to do about it."""


class RequestLimit(Exception):
    """As many requests as were announced have been sent."""


class Empties(Protocol):
    """Removes everything that a target holds; its exchange says whether that was done."""

    def __call__(self) -> Exchange: ...


@dataclass
class Target:
    """An endpoint with the IoT Jobs API, or an application in this process."""

    name: str
    transport: Transport
    region: str = "us-east-1"
    url: str | None = None
    own: bool = False
    """Whether each process that opens it gets one of its own."""
    implementation: str = "unknown"
    reset_with: Request | None = None
    """The request that empties it, where there is one."""
    resets: Empties | None = None
    """What else empties it."""
    seeds: Seed | None = None
    """A seeder of the target's own."""
    credentials: Credentials = OFFLINE_KEYS
    settle: float = 0.0
    """How long, in seconds, a change may take to show where the user does not say."""
    on_close: Callable[[], None] | None = None
    pace: Pace = field(default_factory=Pace)
    patience: tuple[float, ...] = PATIENCE
    """Seconds to wait, at most, before each repetition of a throttled request."""
    requests: int = 0
    most_requests: int | None = None
    throttled: int = 0
    """How many answers asked for patience."""
    _signers: dict[str, Signer] = field(default_factory=dict)

    @property
    def resettable(self) -> bool:
        """Whether it can be emptied."""
        return self.reset_with is not None or self.resets is not None

    def reset(self) -> Exchange:
        """Empty it."""
        if self.resets is not None:
            return self.resets()
        assert self.reset_with is not None
        return self.send(self.reset_with)

    def send(
        self, request: Request, region: str | None = None, signer: Signs | None = None
    ) -> Exchange:
        """Send one request, signed for the region (the target's own unless said).

        Throttling is waited out, with growing pauses; where it stays, no answer has come.
        """
        region = region or self.region
        if signer is None:
            signer = self._signers.get(region)
            if signer is None:
                signer = self._signers[region] = Signer(region, self.credentials)
        exchange = self._send(request, signer)
        for longest in self.patience:
            if not asks_for_patience(exchange):
                return exchange
            self.throttled += 1
            pause(longest)
            exchange = self._send(request, signer)
        if not asks_for_patience(exchange):
            return exchange
        return Exchange(request, failure=f"still {exchange} after {len(self.patience)} repetitions")

    def _send(self, request: Request, signer: Signs) -> Exchange:
        if self.most_requests is not None and self.requests >= self.most_requests:
            raise RequestLimit(f"{self.most_requests} requests have been sent, and no more may be")
        self.requests += 1
        self.pace.wait()
        return self.transport.send(request, signer)

    def close(self) -> None:
        self.transport.close()
        if self.on_close is not None:
            self.on_close()
