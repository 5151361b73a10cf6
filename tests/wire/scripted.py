"""A server on a port of this machine that says what a test tells it to, request by request."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable

Script = Callable[["Scripted", socket.socket, bytes], bool]
"""Answers one request; whether the connection stays open."""


def ok(body: bytes = b"{}", *headers: str) -> bytes:
    """A whole answer."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Scripted:
    """Reads whole requests and hands each to the script, until ``stop``."""

    def __init__(self, script: Script, family: int = socket.AF_INET) -> None:
        self._script = script
        self._lock = threading.Lock()
        self.requests: list[bytes] = []
        self.accepted = 0
        self.stopped = threading.Event()
        host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        self._listening = socket.create_server((host, 0), family=family)
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for sock in (*self._connections, self._listening):
            sock.close()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.accepted += 1
            self._connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            waiting = b""
            while True:
                while b"\r\n\r\n" not in waiting:
                    more = connection.recv(65536)
                    if not more:
                        return
                    waiting += more
                head, _, waiting = waiting.partition(b"\r\n\r\n")
                length = 0
                for line in head.split(b"\r\n")[1:]:
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                while len(waiting) < length:
                    waiting += connection.recv(65536)
                request, waiting = head + b"\r\n\r\n" + waiting[:length], waiting[length:]
                with self._lock:
                    self.requests.append(request)
                if not self._script(self, connection, request):
                    # Tells the peer now; the descriptor itself is closed by ``stop``.
                    connection.shutdown(socket.SHUT_RDWR)
                    return
