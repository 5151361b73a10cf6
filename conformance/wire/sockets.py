"""HTTP over a socket: one exchange signed, sent, timed and bounded.

http.client is used directly and not through urllib3's pool, which rewrites the query string it
is given, cannot bound an exchange as a whole, and says what went wrong in text only.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.errors import MissingHeaderBodySeparatorDefect
from functools import partial
from http.client import (
    BadStatusLine,
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    IncompleteRead,
    RemoteDisconnected,
    UnknownProtocol,
)
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from urllib3.util import wait_for_read

from ..evidence import Exchange, Request, start_of
from .recording import Bounds, Broken, Signs, answered, failed, unpacked

ROOM_FOR_FRAMING = 1024 * 1024
"""The bytes that headers, and the sizes of chunks, may take beside the body."""

PIECE = 65536
"""How much is read at a time of a body whose length is not announced, in bytes."""

CONNECT = 5.0
"""The longest that a connection may take to be accepted, in seconds."""

QUICKACK = getattr(socket, "TCP_QUICKACK", None)
"""Lets what comes be acknowledged at once, where the system has it (Linux).

A server that writes head and body apart, and leaves Nagle's algorithm on, sends the body only once
the head is acknowledged: 40 ms later, where acknowledgements are put off.
"""


class SocketTransport:
    """HTTP over a socket that is kept open between requests.

    ``ca_bundle`` is a file of certificates to trust instead of the system's; ``OSError`` says
    that it cannot be read. No redirect is followed and no proxy is used.
    """

    def __init__(self, url: str, bounds: Bounds, ca_bundle: str | None = None) -> None:
        parts = urlsplit(url)
        self._host = parts.netloc.rsplit("@", 1)[-1]
        self._prefix = parts.path.rstrip("/")
        self._bounds = bounds
        tls = ssl.create_default_context(cafile=ca_bundle) if parts.scheme == "https" else None
        port = parts.port if parts.port is not None else 443 if tls else 80
        self._connect = partial(_Connection, parts.hostname or "", port, tls)
        self._kept: list[_Connection] = []

    def send(self, request: Request, signer: Signs) -> Exchange:
        started = time.perf_counter()
        # What stands before the API's own paths is part of the path that is signed.
        sent = replace(request, path=self._prefix + request.path) if self._prefix else request
        headers = signer.headers(sent, self._host)
        headers["Accept-Encoding"] = "gzip"
        headers.setdefault("User-Agent", "listjobs-conformance")
        limits = _Limits(started + self._bounds.seconds, self._bounds.body + ROOM_FOR_FRAMING)
        kept = self._kept_connection()
        if kept is not None:
            try:
                return self._attempt(kept, request, sent.target, headers, limits, started)
            except _Idle:
                pass
        return self._attempt(self._connect(), request, sent.target, headers, limits, started)

    def _kept_connection(self) -> _Connection | None:
        """A connection that nothing has come from since its last answer."""
        while self._kept:
            connection = self._kept.pop()
            if connection.quiet:
                return connection
            # Closed, or followed by bytes that would be taken for the next answer.
            connection.close()
        return None

    def _attempt(
        self,
        connection: _Connection,
        request: Request,
        target: str,
        headers: Mapping[str, str],
        limits: _Limits,
        started: float,
    ) -> Exchange:
        reused = connection.sock is not None
        try:
            status, named, raw = connection.exchange(
                request.method, target, headers, request.body, limits, self._bounds.body
            )
            body = unpacked(raw, named.get("content-encoding"), self._bounds.body)
        except (HTTPException, OSError, ValueError, Broken) as error:
            connection.close()
            # The target had closed the kept connection: nothing was processed. What is not a
            # GET is sent again only where it surely had not been received in whole.
            dropped = isinstance(error, ConnectionError) and not limits.received
            if reused and dropped and (request.method == "GET" or not limits.sent):
                raise _Idle from None
            return failed(request, started, _reason(error, limits, self._bounds))
        if connection.sock is not None:
            self._kept.append(connection)
        return answered(request, status, named, body, started, headers)

    def close(self) -> None:
        while self._kept:
            self._kept.pop().close()


class _Idle(Exception):
    """A kept connection turned out to be closed before anything was answered."""


@dataclass(slots=True)
class _Limits:
    """What one exchange may take, and what it has taken so far."""

    deadline: float
    """By ``time.perf_counter``."""
    room: int
    """Bytes that may come, headers and framing included."""
    connected: bool = False
    sent: bool = False
    """Whether the system has taken the whole request."""
    received: int = 0
    ended: bool = False
    """Whether the peer has sent its last byte."""

    def left(self) -> float:
        """The seconds that are left; raises ``TimeoutError`` where there are none."""
        left = self.deadline - time.perf_counter()
        if left <= 0:
            raise TimeoutError
        return left


class _Connection(HTTPConnection):
    """A connection whose every step ends by the deadline of the exchange that it belongs to."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port)
        self._tls = tls
        self._limits = _Limits(0.0, 0)

    def connect(self) -> None:
        limits = self._limits
        # socket.create_connection allows each address of a name the whole time.
        sock = socket.create_connection((self.host, self.port), min(CONNECT, limits.left()))
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                sock.settimeout(limits.left())
                sock = self._tls.wrap_socket(sock, server_hostname=self.host)
        except BaseException:
            sock.close()
            raise
        limits.connected = True
        self.sock = cast(socket.socket, _BoundedSocket(sock, self))

    @property
    def quiet(self) -> bool:
        """Whether the connection is open and nothing has come that was not asked for."""
        return isinstance(self.sock, _BoundedSocket) and not wait_for_read(self.sock.inner, 0.0)

    @property
    def limits(self) -> _Limits:
        return self._limits

    def exchange(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        limits: _Limits,
        largest: int,
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request and read its answer: status, headers in lower case, body as it came."""
        self._limits = limits
        limits.connected = self.sock is not None
        self.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            self.putheader(name, value)
        if body or method in ("POST", "PUT"):
            self.putheader("Content-Length", str(len(body)))
        self.endheaders(body or None)
        limits.sent = True
        with self.getresponse() as response:
            named: dict[str, str] = {}
            for name, value in response.headers.raw_items():
                name = name.lower()
                named[name] = f"{named[name]}, {value}" if name in named else value
            if any(
                isinstance(d, MissingHeaderBodySeparatorDefect) for d in response.headers.defects
            ):
                raise Broken("the headers cannot be read: a line of them is no header")
            if response.status < 200:
                raise Broken(f"an interim answer, HTTP {response.status}, and no other")
            if not response.chunked:
                _check_length(named.get("content-length"), largest)
            raw = _whole(response)
        if len(raw) > largest:
            raise Broken(f"the body is larger than {largest} bytes")
        return response.status, named, raw


class _BoundedSocket:
    """What http.client uses of a socket, under the limits of a connection's exchange."""

    def __init__(self, inner: socket.socket, connection: _Connection) -> None:
        self.inner = inner
        self._connection = connection

    def sendall(self, data: bytes) -> None:
        self.inner.settimeout(self._connection.limits.left())
        self.inner.sendall(data)

    def makefile(self, mode: Literal["rb"]) -> io.BufferedReader:
        raw = self.inner.makefile(mode, buffering=0)
        return io.BufferedReader(_BoundedReader(self.inner, raw, self._connection.limits))

    def close(self) -> None:
        self.inner.close()


class _BoundedReader(io.RawIOBase):
    """The bytes of one answer, as long as there is time and room for more.

    A timeout of the socket's alone is kept alive for ever by a byte a second, and the lines and
    chunks that http.client passes over on its way to the body have no limit together.
    """

    def __init__(self, sock: socket.socket, raw: socket.SocketIO, limits: _Limits) -> None:
        self._sock = sock
        self._raw = raw
        self._limits = limits

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        limits = self._limits
        self._sock.settimeout(limits.left())
        if QUICKACK is not None:
            # The system takes it back by itself: it has to be said for each piece.
            self._sock.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
        count = self._raw.readinto(buffer)
        limits.received += count or 0
        limits.ended = count == 0
        if limits.received > limits.room:
            raise Broken(f"the answer is larger than {limits.room} bytes")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _whole(response: HTTPResponse) -> bytes:
    """The body to its end, which is where the reader's limits are at the latest."""
    if response.length is not None:
        return response.read()
    # In pieces: http.client would set aside whatever size a chunk announces.
    return b"".join(iter(partial(response.read, PIECE), b""))


def _check_length(announced: str | None, largest: int) -> None:
    """Raise where a Content-Length is nonsense, which http.client passes over, or too large."""
    if announced is None:
        return
    if not (announced.isascii() and announced.isdigit()):
        raise Broken(f"the Content-Length is no length: {announced[:40]!r}")
    if len(announced) > 18 or int(announced) > largest:
        raise Broken(f"the body is larger than {largest} bytes: {announced[:40]} are announced")


def _reason(error: Exception, limits: _Limits, bounds: Bounds) -> str:
    """Why no complete answer came, in a few words, without addresses of objects."""
    where = "in the middle of the answer" if limits.received else "without an answer"
    match error:
        case Broken():
            return str(error)
        case TimeoutError() if limits.connected:
            return f"no complete answer within {bounds.seconds:g} s"
        case TimeoutError():
            return "the connection was not accepted in time"
        case ConnectionRefusedError():
            return "connection refused"
        case RemoteDisconnected():  # is a BadStatusLine, too
            return f"the connection was closed {where}"
        case ConnectionError():
            return f"the connection was reset {where}"
        case socket.gaierror(errno=socket.EAI_AGAIN):
            return "the host name cannot be looked up"
        case socket.gaierror():
            return "the host name is not known"
        case ssl.SSLCertVerificationError():
            return f"TLS failed: {error.verify_message}"
        case ssl.SSLError():
            return f"TLS failed: {error.reason or error}"
        case OSError():
            return (error.strerror or type(error).__name__).lower()
        case IncompleteRead() if limits.ended:
            return "the connection was closed in the middle of the body"
        case IncompleteRead():
            return "the chunks of the body are malformed"
        case BadStatusLine() | UnknownProtocol():
            return f"the answer is not HTTP: {start_of(str(error).encode())}"
        case HTTPException():
            return f"the headers cannot be read: {error}"
        case UnicodeError():
            return "the host name is malformed"
        case _:
            return f"{type(error).__name__}: {error}"[:200]
