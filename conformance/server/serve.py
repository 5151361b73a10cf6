"""Puts a WSGI application on a socket: HTTP/1.1, one thread a connection, one send an answer.

For the reference server and its behaviours. The libraries that could do this hand every request
from thread to thread, send head and body apart, and close connections when they see fit: measured
on pages of 50 jobs, the well-kept ones gave two thirds of the answers in the same time.
"""

import contextlib
import io
import logging
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from email.utils import formatdate
from functools import lru_cache
from types import FrameType
from typing import Any
from urllib.parse import unquote_to_bytes

from .exchange import CLOSE_CONNECTION, Environ, WSGIApplication

# In a request's environment: whether the client wants the connection closed.
CLOSING = "listjobs.closing"

LARGEST_HEAD = 65536
RECEIVED_AT_ONCE = 65536

Ready = Callable[[str, int], None]
Headers = list[tuple[str, str]]

log = logging.getLogger(__name__)


class BadRequest(Exception):
    """What arrived is not HTTP as this server reads it. The text is the status line."""


class Connection:
    """One connection: reads requests, and answers each before it reads the next."""

    def __init__(self, app: WSGIApplication, stream: socket.socket, base: Environ) -> None:
        self.app = app
        self.stream = stream
        self.base = base
        self.received = b""

    def converse(self) -> None:
        """Answer requests until either side wants no more."""
        try:
            self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (environ := self.read_request()) is not None:
                if not self.answer(environ):
                    return
        except BadRequest as bad:
            with contextlib.suppress(OSError):
                head = f"HTTP/1.1 {bad}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                self.stream.sendall(head.encode("latin-1"))
        except OSError:
            # The client went away, or the server is being stopped.
            pass

    def receive(self) -> bool:
        """Wait for more bytes; return whether any came."""
        more = self.stream.recv(RECEIVED_AT_ONCE)
        self.received += more
        return bool(more)

    def read_request(self) -> Environ | None:
        """Return the next request as a WSGI environment, or None at the end."""
        while (end := self.received.find(b"\r\n\r\n")) < 0:
            if len(self.received) > LARGEST_HEAD:
                raise BadRequest("431 Request Header Fields Too Large")
            if not self.receive():
                return None
        head = self.received[:end].decode("latin-1")
        self.received = self.received[end + 4 :]
        environ = read_head(head, self.base)
        environ["wsgi.input"] = io.BytesIO(self.read_body(environ))
        return environ

    def read_body(self, environ: Environ) -> bytes:
        """Return the body that follows a head."""
        if "HTTP_TRANSFER_ENCODING" in environ:
            raise BadRequest("411 Length Required")
        stated = environ.get("CONTENT_LENGTH", "0")
        if not stated.isdecimal():
            raise BadRequest("400 Bad Request")
        length = int(stated)
        if environ.get("HTTP_EXPECT", "").lower() == "100-continue":
            self.stream.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        while len(self.received) < length:
            if not self.receive():
                raise BadRequest("400 Bad Request")
        body, self.received = self.received[:length], self.received[length:]
        return body

    def answer(self, environ: Environ) -> bool:
        """Answer one request; return whether the connection is kept."""
        status, headers, parts = call(self.app, environ)
        closing = environ[CLOSING] or environ.get(CLOSE_CONNECTION, False)
        names = {name.lower() for name, _ in headers}
        if "content-length" not in names:
            if environ["SERVER_PROTOCOL"] == "HTTP/1.1":
                headers.append(("Transfer-Encoding", "chunked"))
                parts = [*(b"%x\r\n%b\r\n" % (len(part), part) for part in parts), b"0\r\n\r\n"]
            else:
                closing = True
        if "date" not in names:
            headers.append(("Date", http_date(int(time.time()))))
        if closing:
            headers.append(("Connection", "close"))
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        if environ["REQUEST_METHOD"] == "HEAD":
            parts = []
        # Sent in two, the second part would wait for the client to acknowledge the first.
        self.stream.sendall(b"".join((head, *parts)))
        return not closing


@lru_cache(maxsize=4)
def http_date(second: int) -> str:
    """Return a time, in whole seconds since the epoch, as HTTP writes it."""
    return formatdate(second, usegmt=True)


@lru_cache(maxsize=512)
def environment_name(header: str) -> str:
    """Return the name that a header has in a WSGI environment."""
    name = header.strip().upper().replace("-", "_")
    return name if name in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{name}"


def read_head(head: str, base: Environ) -> Environ:
    """Return the WSGI environment of a request line and its headers."""
    request_line, *lines = head.split("\r\n")
    try:
        method, target, version = request_line.split(" ")
    except ValueError:
        raise BadRequest("400 Bad Request") from None
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise BadRequest("505 HTTP Version Not Supported")
    if not target.startswith("/"):
        # The absolute form, as sent to a proxy.
        target = "/" + target.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    environ = {
        **base,
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1") if "%" in path else path,
        "QUERY_STRING": query,
        # Not of WSGI, but common: signatures are of the path as it was sent.
        "REQUEST_URI": target,
        "SERVER_PROTOCOL": version,
    }
    for line in lines:
        header, colon, value = line.partition(":")
        if not colon:
            raise BadRequest("400 Bad Request")
        name = environment_name(header)
        value = value.strip()
        environ[name] = f"{environ[name]},{value}" if name in environ else value
    wishes = environ.get("HTTP_CONNECTION", "").lower()
    environ[CLOSING] = "close" in wishes or (version == "HTTP/1.0" and "keep-alive" not in wishes)
    return environ


def call(app: WSGIApplication, environ: Environ) -> tuple[str, Headers, list[bytes]]:
    """Return the status, the headers and the parts of the body that an application answers."""
    started: list[Any] = []

    def start_response(status: str, headers: Headers, exc_info: object = None) -> object:
        started[:] = [status, headers]
        return None

    try:
        body: Iterable[bytes] = app(environ, start_response)
        parts = list(body)
        status, headers = started
    except Exception:
        log.exception("The application broke on %(REQUEST_METHOD)s %(PATH_INFO)s", environ)
        text = b"Internal Server Error"
        return "500 Internal Server Error", [("Content-Length", str(len(text)))], [text]
    return status, list(headers), parts


class Server:
    """Accepts connections for an application. Port 0 lets the system choose.

    Raises OSError where the address cannot be had.
    """

    def __init__(self, app: WSGIApplication, host: str, port: int) -> None:
        self.app = app
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, port), family=family, backlog=256)
        self.host, self.port = self.listener.getsockname()[:2]
        self.wake, self.woken = socket.socketpair()
        self.streams: set[socket.socket] = set()
        self.lock = threading.Lock()
        self.base: Environ = {
            "SCRIPT_NAME": "",
            "SERVER_NAME": self.host,
            "SERVER_PORT": str(self.port),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    @property
    def url(self) -> str:
        """Where the server is."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def run(self) -> None:
        """Accept connections until stopped."""
        while True:
            ready, _, _ = select.select((self.listener, self.woken), (), ())
            if self.woken in ready:
                return
            try:
                stream, _ = self.listener.accept()
            except OSError:
                # It went away while it was waiting.
                continue
            threading.Thread(target=self.attend, args=(stream,), daemon=True).start()

    def attend(self, stream: socket.socket) -> None:
        """Look after one connection until it ends."""
        with self.lock:
            self.streams.add(stream)
        try:
            Connection(self.app, stream, self.base).converse()
        finally:
            with self.lock:
                self.streams.discard(stream)
            stream.close()

    def stop(self) -> None:
        """Make ``run`` return."""
        self.wake.send(b".")

    def close(self) -> None:
        """Free the port and end all connections."""
        self.listener.close()
        self.wake.close()
        self.woken.close()
        with self.lock:
            for stream in self.streams:
                with contextlib.suppress(OSError):
                    stream.shutdown(socket.SHUT_RDWR)


def serve(
    app: WSGIApplication, host: str = "127.0.0.1", port: int = 0, ready: Ready | None = None
) -> None:
    """Serve an application until SIGINT or SIGTERM.

    ``ready`` is called with the address and the port as soon as connections are accepted; port 0
    lets the system choose. Raises OSError where the address cannot be had, such as a port that is
    taken.
    """
    server = Server(app, host, port)
    try:
        with contextlib.suppress(KeyboardInterrupt), stopped_by_signals():
            if ready is not None:
                ready(server.host, server.port)
            server.run()
    finally:
        server.close()


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
    server = Server(app, host, port)
    thread = threading.Thread(target=server.run, name="reference-server", daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.stop()
        thread.join()
        server.close()
