"""A target: an implementation that can be asked, and perhaps emptied."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlsplit

from botocore.credentials import Credentials

from ..errors import RequestLimit, UserError
from ..evidence import Exchange, Request
from ..wire import Signs, Transport
from ..wire.signing import CREDENTIALS, OFFLINE_KEYS
from .calling import Raised, call
from .pace import PATIENCE, Pace, asks_for_patience, pause

Seed = Callable[[dict[str, Any]], Mapping[str, Any] | None]
"""Makes the world that a document describes (``schemas/world.schema.json``).

Where the document says ``exclusive``, nothing else may exist afterwards. It returns None where it
made the world with the ids given, or the document of what it made. It raises
``NotImplementedError`` for a world that the target cannot hold; then no example takes one. Any
other exception ends the run.
"""


class TargetError(UserError):
    """A target cannot be used as it was named; the text says what to do about it."""


class Empties(Protocol):
    """Removes everything that a target holds; its exchange says whether that was done."""

    def __call__(self) -> Exchange: ...


class Started(Protocol):
    """A server that was started for a target."""

    def ended(self, within: float = 0.0) -> str | None:
        """Why no answer will ever come, where it ends by itself within these seconds."""
        ...

    def printed(self) -> str:
        """The last that it printed, in words."""
        ...


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine, by its addresses where it is a name."""
    host = urlsplit(url).hostname or ""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
        return bool(found) and all(ipaddress.ip_address(one).is_loopback for one in found)
    except (OSError, ValueError):
        return host == "localhost"


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
    label: str | None = None
    """What the user calls it in reports."""
    version: str | None = None
    """Its version, as the user says it."""
    wait: float = 0.0
    """How long, in seconds, it may take until it answers for the first time."""
    started: Started | None = None
    """The server that was started for it."""
    preset: str | None = None
    """The emulator that the user says it is."""
    on_close: Callable[[], None] | None = None
    pace: Pace = field(default_factory=Pace)
    patience: tuple[float, ...] = PATIENCE
    """Seconds to wait, at most, before each repetition of a throttled request."""
    requests: int = 0
    most_requests: int | None = None
    ends: float | None = None
    """When it is asked for nothing more, on the clock ``time.monotonic``."""
    unanswered: int = 0
    """How many requests got no answer."""
    throttled: int = 0
    """How many answers asked for patience."""
    changes: list[Exchange] = field(default_factory=list)
    """Whatever was asked for that is no reading, since somebody last began to take note."""
    _signers: dict[tuple[str, str], Signs] = field(default_factory=dict)

    @property
    def address(self) -> str | None:
        """Where others find it: a server that was started for a run is elsewhere each time."""
        return None if self.own else self.url

    @cached_property  # Looking up a name may take seconds, and must not change its mind.
    def elsewhere(self) -> bool:
        """Whether it is on another machine: then nothing is written there unasked."""
        return self.url is not None and not is_loopback(self.url)

    @property
    def resettable(self) -> bool:
        """Whether it can be emptied."""
        return self.reset_with is not None or self.resets is not None

    def reset(self) -> Exchange:
        """Empty it, by a plain request: a signed one is taken for one of AWS's by some gateways."""
        if self.resets is not None:
            return self.resets()
        assert self.reset_with is not None
        return self.send(replace(self.reset_with, credentials="unsigned"))

    @property
    def reset_named(self) -> str:
        """What is asked to empty it, for people."""
        if self.resets is not None or self.reset_with is None:
            return f"reset() of {self.name}"
        where = (self.url or "").rstrip("/") + self.reset_with.target
        return f"{self.reset_with.method} {where}"

    def send(
        self, request: Request, region: str | None = None, signer: Signs | None = None
    ) -> Exchange:
        """Send one request, signed for the region (the target's own unless said).

        Throttling is waited out, with growing pauses; where it stays, no answer has come.
        """
        exchange = self._patiently(
            request, signer or self._signer(region or self.region, request.credentials)
        )
        if request.method != "GET":
            self.changes.append(exchange)
        return exchange

    def _patiently(self, request: Request, signer: Signs) -> Exchange:
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

    def _signer(self, region: str, credentials: str) -> Signs:
        known = self._signers.get((region, credentials))
        if known is None:
            known = CREDENTIALS[credentials].signer(region, self.credentials)
            self._signers[(region, credentials)] = known
        return known

    def _send(self, request: Request, signer: Signs) -> Exchange:
        if self.most_requests is not None and self.requests >= self.most_requests:
            raise RequestLimit(f"{self.most_requests} requests have been sent, and no more may be")
        if self.ends is not None and time.monotonic() >= self.ends:
            raise RequestLimit("the time is over that the run may take")
        self.requests += 1
        self.pace.wait()
        exchange = self.transport.send(request, signer)
        self.unanswered += exchange.failure is not None
        return exchange

    def close(self, tell: Callable[[str], object] = lambda said: None) -> None:
        """Let it go. What goes wrong with that is told: no verdict hangs on it."""
        self.transport.close()
        try:
            if self.on_close is not None:
                call(self.on_close)
        except Raised as raised:
            tell(f"closing {self.name} failed: {raised}{raised.place}")
