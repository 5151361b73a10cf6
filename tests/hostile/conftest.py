"""The hostile server as a fixture that leaves nothing running."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from .hostile_server import HostileServer


@pytest.fixture
def serve() -> Iterator[Callable[..., HostileServer]]:
    """Starts hostile servers by name; all are stopped when the test ends."""
    servers: list[HostileServer] = []

    def start(name: str, sensible: int = 0) -> HostileServer:
        servers.append(HostileServer(name, sensible))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()
