"""Puts the reference server on a socket, with waitress: in this thread or in one beside it."""

import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import waitress
from waitress import wasyncore
from waitress.server import BaseWSGIServer

from .exchange import WSGIApplication

# Enough for several walks side by side while some of them are answered slowly.
THREADS = 8

Ready = Callable[[str, int], None]


def listen(app: WSGIApplication, host: str, port: int) -> tuple[BaseWSGIServer, str, int]:
    """Return a server that listens but does not answer yet, with its address and port.

    Port 0 lets the system choose. Raises OSError where the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # A socket of our own: waitress would open one for each address that a name stands for, and
    # with port 0 each would get another port.
    listener = socket.create_server((host, port), family=family, backlog=256)
    # Waitress warns whenever a request has to wait for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = waitress.create_server(
        app, sockets=[listener], threads=THREADS, ident=None, clear_untrusted_proxy_headers=False
    )
    address, chosen = listener.getsockname()[:2]
    return server, address, chosen


def serve(
    app: WSGIApplication, host: str = "127.0.0.1", port: int = 0, ready: Ready | None = None
) -> None:
    """Serve an application until SIGINT or SIGTERM.

    ``ready`` is called with the address and the port as soon as connections are accepted.
    Raises OSError where the address cannot be had, such as a port that is taken.
    """
    server, address, chosen = listen(app, host, port)
    with stopped_by_signals():
        try:
            if ready is not None:
                ready(address, chosen)
            server.run()
        except (KeyboardInterrupt, SystemExit):
            # Stopped before waitress, which ends quietly on both, had started.
            pass
        finally:
            wasyncore.close_all(server._map)


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Let SIGINT and SIGTERM raise KeyboardInterrupt, where this is the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def serving(app: WSGIApplication, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve an application from another thread; give its URL, and stop when the block ends."""
    server, address, chosen = listen(app, host, port)
    thread = threading.Thread(target=server.run, name="reference-server", daemon=True)
    thread.start()
    try:
        yield f"http://{f'[{address}]' if ':' in address else address}:{chosen}"
    finally:
        # Run by the server's own thread, which ends when nothing is left to watch.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join()
        server.task_dispatcher.shutdown()
