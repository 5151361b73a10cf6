"""An ASGI application, served on a port that the system chooses, for as long as it is checked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from ..errors import in_words
from .target import TargetError

STARTS_WITHIN = 30.0
"""Seconds that an application may take to start, or to stop."""


def serve_asgi(app: Any, name: str) -> tuple[str, Callable[[], None]]:
    """The URL where the application is served, and what stops it.

    Raises :class:`TargetError` where it does not start, or uvicorn is not installed.
    """
    try:
        import uvicorn
    except ImportError:
        raise TargetError(
            f"{name} needs uvicorn: pip install 'listjobs-conformance[asgi]'"
        ) from None
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="auto")
    server = uvicorn.Server(config)
    said: list[str] = []

    def serve() -> None:
        try:
            server.run()
        except BaseException as error:
            said.append(in_words(error))

    thread = threading.Thread(target=serve, name=name, daemon=True)
    thread.start()
    deadline = time.monotonic() + STARTS_WITHIN
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    if not server.started:
        server.should_exit = True
        reason = said[0] if said else "its startup failed, or took too long"
        raise TargetError(f"{name} could not be served: {reason}")
    port = server.servers[0].sockets[0].getsockname()[1]

    def stop() -> None:
        server.should_exit = True
        thread.join(STARTS_WITHIN)

    return f"http://127.0.0.1:{port}", stop
