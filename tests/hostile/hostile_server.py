"""A server on a port of this machine that answers ListJobs in a hostile way, chosen by name.

The rest of the control plane is answered by the reference server, so that a run comes as far as
listing. Everything ends with ``stop``: threads, connections and the listening sockets.
"""

from __future__ import annotations

import contextlib
import io
import socket
import threading
from collections.abc import Iterator
from urllib.parse import unquote

from listjobs_conformance.server import ReferenceServer

from .hostile_answers import Peer
from .hostile_bodies import HOSTILE


class HostileServer:
    """Serves until ``stop``. The first ``sensible`` listings are answered as they should be."""

    def __init__(self, name: str, sensible: int = 0) -> None:
        self._answer = HOSTILE[name]
        self._sensible = sensible
        self._reference = ReferenceServer()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._elsewhere = socket.create_server(("127.0.0.1", 0))
        self._elsewhere.setblocking(False)
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def visited_elsewhere(self) -> bool:
        """Whether anybody followed a redirect."""
        try:
            self._elsewhere.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def stop(self) -> None:
        self._stopped.set()
        # Closing alone does not wake a thread that waits in accept.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for sock in (*self._connections, self._listening, self._elsewhere):
            sock.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        elsewhere = f"http://127.0.0.1:{self._elsewhere.getsockname()[1]}"
        with contextlib.suppress(OSError, ValueError), connection.makefile("rb") as stream:
            peer = Peer(connection, stream, self._stopped, elsewhere)
            for method, target, body in _requests(stream):
                if method == "GET" and target.partition("?")[0] == "/jobs" and self._turned():
                    self._answer(peer)
                else:
                    peer.send(self._sensibly(method, target, body))
        connection.close()

    def _turned(self) -> bool:
        with self._lock:
            self._sensible -= 1
            return self._sensible < 0

    def _sensibly(self, method: str, target: str, body: bytes) -> bytes:
        path, _, query = target.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path, "latin-1"),
            "RAW_URI": target,
            "REQUEST_URI": target,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
        }
        head: list[bytes] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            lines = [f"HTTP/1.1 {status}", *[f"{n}: {v}" for n, v in headers]]
            lines = [line for line in lines if not line.lower().startswith("content-length:")]
            head[:] = ["\r\n".join(lines).encode("latin-1")]

        with self._lock:
            answer = b"".join(self._reference(environ, start_response))  # type: ignore[arg-type]
        return head[0] + b"\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer


def _requests(stream: io.BufferedReader) -> Iterator[tuple[str, str, bytes]]:
    while line := stream.readline():
        method, target, _ = line.decode("latin-1").split(" ", 2)
        length = 0
        while (header := stream.readline()) not in (b"\r\n", b""):
            name, _, value = header.decode("latin-1").partition(":")
            if name.lower() == "content-length":
                length = int(value)
        yield method, target, stream.read(length)
