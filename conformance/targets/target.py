"""A target: an implementation that can be asked, and perhaps emptied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from botocore.credentials import Credentials

from ..evidence import Exchange, Request
from ..signing import OFFLINE_KEYS, Signer
from ..wire import Transport


class TargetError(Exception):
    """A target cannot be used as it was named; the text says what to do about it."""


@dataclass
class Target:
    """An endpoint with the IoT Jobs API, or an application in this process.

    ``reset`` is the request that empties it, where there is one. ``in_process`` means that
    nobody else can write to it.
    """

    name: str
    transport: Transport
    region: str = "us-east-1"
    url: str | None = None
    implementation: str = "unknown"
    reset_with: Request | None = None
    in_process: bool = False
    credentials: Credentials = OFFLINE_KEYS
    on_close: Callable[[], None] | None = None
    requests: int = 0
    made: list[tuple[Request, str | None]] = field(default_factory=list)
    """The requests that delete what was made, with their regions, in the order of making."""
    _signers: dict[str, Signer] = field(default_factory=dict)

    def send(self, request: Request, region: str | None = None) -> Exchange:
        """Send one request, signed for the region (the target's own unless said)."""
        region = region or self.region
        signer = self._signers.get(region)
        if signer is None:
            signer = self._signers[region] = Signer(region, self.credentials)
        self.requests += 1
        return self.transport.send(request, signer)

    def delete_made(self) -> list[str]:
        """Delete what was made, the last first; what could not be deleted, in words."""
        left = []
        while self.made:
            request, region = self.made.pop()
            exchange = self.send(request, region)
            if not exchange.ok and exchange.status != 404:
                left.append(f"{request.method} {request.path}: {exchange}")
        return left

    def close(self) -> None:
        self.transport.close()
        if self.on_close is not None:
            self.on_close()
