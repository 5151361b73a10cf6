"""Scripted servers and transports as fixtures that leave nothing open."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from listjobs_conformance.wire import Bounds, SocketTransport

from .scripted import Script, Scripted


@pytest.fixture
def scripted() -> Iterator[Callable[..., Scripted]]:
    servers: list[Scripted] = []

    def start(script: Script, **options: int) -> Scripted:
        servers.append(Scripted(script, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def connect() -> Iterator[Callable[..., SocketTransport]]:
    transports: list[SocketTransport] = []

    def open_to(url: str, seconds: float = 20.0, **options: str) -> SocketTransport:
        transports.append(SocketTransport(url, Bounds(seconds=seconds), **options))
        return transports[-1]

    yield open_to
    for transport in transports:
        transport.close()
