"""Builds, signs, sends, times and bounds one HTTP exchange.

Nothing here goes through a boto3 client: botocore signs, urllib3 sends. A transport never raises
for what a target does; it returns an exchange that says why no answer came.
"""

from __future__ import annotations

import hmac
import io
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

import urllib3
from botocore.credentials import Credentials
from urllib3.exceptions import HTTPError, ReadTimeoutError, SSLError

from .evidence import Exchange, Request

BODY_LIMIT = 8 * 1024 * 1024
"""The largest body that is read, in bytes, unpacked. 250 summaries take about 80 KiB."""

SAFE = "-_.~"
"""The characters that SigV4 leaves unescaped in a query string."""

OFFLINE_KEYS = Credentials("123456789012", "listjobs-conformance")
"""What requests are signed with where no credentials are given: no key of any account.

Emulators that read the account from the access key take it from its twelve digits.
"""


EMPTY_BODY = sha256(b"").hexdigest()


def query_string(parameters: Iterable[tuple[str, str]]) -> str:
    """The parameters, percent-encoded as SigV4 wants them, in the order given."""
    return "&".join([f"{quote(k, SAFE)}={quote(v, SAFE)}" for k, v in parameters])


class Signer:
    """Signs requests with SigV4 for one region. The service belongs to the operation.

    botocore's SigV4Auth does the same in four times the time, which would be the largest part
    of an exchange; a test holds the two to the same signatures.
    """

    def __init__(self, region: str, credentials: Credentials = OFFLINE_KEYS) -> None:
        self.region = region
        self._credentials = credentials
        self._keys: dict[tuple[str, str, str], bytes] = {}

    def headers(self, request: Request, host: str) -> dict[str, str]:
        """The headers to send with the request, signature included."""
        frozen = self._credentials.get_frozen_credentials()
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = {"Host": host, "X-Amz-Date": stamp}
        if frozen.token:
            headers["X-Amz-Security-Token"] = frozen.token
        if request.body:
            headers["Content-Type"] = "application/json"
        signed = sorted((name.lower(), value) for name, value in headers.items())
        names = ";".join([name for name, _ in signed])
        canonical = "\n".join(
            (
                request.method,
                quote(request.path, safe="/~"),
                "&".join(sorted(request.query.split("&"), key=_by_name)),
                *[f"{name}:{value}" for name, value in signed],
                "",
                names,
                sha256(request.body).hexdigest() if request.body else EMPTY_BODY,
            )
        )
        scope = f"{stamp[:8]}/{self.region}/{request.service}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        key = self._key(frozen.secret_key, stamp[:8], request.service)
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={frozen.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return headers

    def _key(self, secret: str, day: str, service: str) -> bytes:
        """The signing key, which holds for a day."""
        known = self._keys.get((secret, day, service))
        if known is None:
            known = f"AWS4{secret}".encode()
            for part in (day, self.region, service, "aws4_request"):
                known = hmac.digest(known, part.encode(), "sha256")
            self._keys = {(secret, day, service): known, **self._keys}
        return known


def _by_name(parameter: str) -> tuple[str, str]:
    name, _, value = parameter.partition("=")
    return name, value


class Transport(Protocol):
    """A way to one target: sends a signed request and records what comes back."""

    def send(self, request: Request, signer: Signer) -> Exchange: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long one exchange may take, in seconds, and how large its body may be, in bytes."""

    seconds: float = 10.0
    body: int = BODY_LIMIT


class SocketTransport:
    """HTTP over a socket that is kept open between requests.

    ``ca_bundle`` is a file of certificates to trust instead of the system's.
    """

    def __init__(self, url: str, bounds: Bounds, ca_bundle: str | None = None) -> None:
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.netloc.rsplit("@", 1)[-1]
        self._prefix = parts.path.rstrip("/")
        self._bounds = bounds
        timeout = urllib3.Timeout(connect=min(5.0, bounds.seconds), read=bounds.seconds)
        options: dict[str, Any] = {"timeout": timeout, "maxsize": 1, "retries": False}
        if self._scheme == "https":
            options |= {"cert_reqs": "CERT_REQUIRED", "ca_certs": ca_bundle}
        self._pool: urllib3.HTTPConnectionPool = urllib3.connection_from_url(url, **options)
        self._watchdog = _Watchdog()

    def send(self, request: Request, signer: Signer) -> Exchange:
        headers = signer.headers(request, self._host)
        headers["Accept-Encoding"] = "gzip"
        headers["User-Agent"] = "listjobs-conformance"
        target = self._prefix + request.target
        started = time.perf_counter()
        try:
            return self._attempt(request, target, headers, started)
        except _Idle:  # The target had closed the kept connection: nothing was processed.
            try:
                return self._attempt(request, target, headers, started)
            except _Idle as error:
                return _failed(request, started, str(error))

    def _attempt(
        self, request: Request, target: str, headers: dict[str, str], started: float
    ) -> Exchange:
        reused = self._pool.num_requests > 0
        response: urllib3.BaseHTTPResponse | None = None
        deadline = time.perf_counter() + self._bounds.seconds
        try:
            with self._watchdog.guarding(deadline) as guard:
                response = self._pool.urlopen(
                    request.method,
                    target,
                    body=request.body or None,
                    headers=headers,
                    redirect=False,
                    retries=False,
                    preload_content=False,
                    decode_content=False,
                    assert_same_host=False,
                )
                guard(response)
                raw = self._read(response)
            body = _unpacked(raw, response.headers.get("Content-Encoding"), self._bounds.body)
        except _Broken as error:
            _discard(response)
            return _failed(request, started, str(error))
        except (HTTPError, OSError, ValueError) as error:
            _discard(response)
            if time.perf_counter() >= deadline or isinstance(error, ReadTimeoutError):
                return _failed(
                    request, started, f"no complete answer within {self._bounds.seconds:g} s"
                )
            if response is None and reused and request.method == "GET" and _closed(error):
                raise _Idle(_reason(error)) from None
            return _failed(request, started, _reason(error))
        response.release_conn()
        return Exchange(
            request,
            response.status,
            {name.lower(): value for name, value in response.headers.items()},
            body,
            time.perf_counter() - started,
        )

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        limit = self._bounds.body
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > limit:
            raise _Broken(f"the body is larger than {limit} bytes: {int(declared)} are announced")
        if declared.isdigit():
            return response.read(decode_content=False)
        parts: list[bytes] = []
        size = 0
        for chunk in response.stream(65536, decode_content=False):
            size += len(chunk)
            if size > limit:
                raise _Broken(f"the body is larger than {limit} bytes")
            parts.append(chunk)
        return b"".join(parts)

    def close(self) -> None:
        self._watchdog.stop()
        self._pool.close()


class _Idle(Exception):
    """A kept connection turned out to be closed before anything was answered."""


class _Broken(Exception):
    """An answer that is not read to its end, and why."""


def _closed(error: Exception) -> bool:
    text = str(error)
    return any(
        word in text for word in ("RemoteDisconnected", "ConnectionReset", "BrokenPipe", "closed")
    )


def _reason(error: Exception) -> str:
    """What went wrong with a connection, in a few words, without addresses of objects."""
    text = str(error)
    for sign, words in (
        ("Connection refused", "connection refused"),
        ("Name or service not known", "the host name is not known"),
        ("nodename nor servname", "the host name is not known"),
        ("Temporary failure in name resolution", "the host name cannot be looked up"),
        ("Network is unreachable", "the network is unreachable"),
        ("timed out", "the connection was not accepted in time"),
        ("RemoteDisconnected", "the connection was closed without an answer"),
        ("ConnectionReset", "the connection was reset"),
        ("Connection reset", "the connection was reset"),
        ("IncompleteRead", "the connection was closed in the middle of the body"),
    ):
        if sign in text:
            return words
    if isinstance(error, SSLError):
        return "TLS failed: " + text.rsplit("(", 1)[0].strip(" :(")[-160:]
    return f"{type(error).__name__}: {text}"[:200]


def _failed(request: Request, started: float, reason: str) -> Exchange:
    return Exchange(request, failure=reason, seconds=time.perf_counter() - started)


def _discard(response: urllib3.BaseHTTPResponse | None) -> None:
    if response is not None:
        response.close()


def _unpacked(raw: bytes, encoding: str | None, limit: int) -> bytes:
    """The body without its content encoding, if that is gzip; never larger than the limit."""
    if not encoding or encoding.lower() == "identity":
        return raw
    if encoding.lower() not in ("gzip", "x-gzip"):
        raise _Broken(f"the body comes in an encoding that was not asked for: {encoding[:40]}")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        body = unpacker.decompress(raw, limit + 1)
    except zlib.error as error:
        raise _Broken(f"the body is no gzip: {error}") from None
    if len(body) > limit:
        raise _Broken(f"the body is larger than {limit} bytes when unpacked")
    if not unpacker.eof:
        raise _Broken("the gzip body ends in the middle")
    return body


class _Watchdog:
    """Shuts a connection down when its exchange takes too long altogether.

    A read timeout alone is kept alive for ever by a byte a second.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deadline = 0.0
        self._response: urllib3.BaseHTTPResponse | None = None
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def guarding(self, deadline: float) -> _Watchdog:
        self._deadline = deadline
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()
        return self

    def __enter__(self) -> Callable[[urllib3.BaseHTTPResponse], None]:
        return self._guard

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._response = None
            self._deadline = 0.0

    def _guard(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response

    def _watch(self) -> None:
        while not self._stopped.wait(0.1):
            with self._lock:
                if self._response and self._deadline and time.perf_counter() > self._deadline:
                    self._response.shutdown()
                    self._response = None

    def stop(self) -> None:
        self._stopped.set()


WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WsgiTransport:
    """A WSGI application called in this process, without a socket."""

    def __init__(self, app: WsgiApp, host: str = "localhost", bounds: Bounds | None = None) -> None:
        self._app = app
        self._host = host
        self._limit = (bounds or Bounds()).body

    def send(self, request: Request, signer: Signer) -> Exchange:
        headers = signer.headers(request, self._host)
        answer: list[tuple[str, Sequence[tuple[str, str]]]] = []

        def start_response(
            status: str, response_headers: Sequence[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            answer[:] = [(status, response_headers)]
            return written.append

        written: list[bytes] = []
        started = time.perf_counter()
        try:
            result = self._app(self._environ(request, headers), start_response)
            try:
                body = b"".join((*written, *result))
            finally:
                getattr(result, "close", lambda: None)()
        except Exception as error:
            # A server would turn what its application raises into this answer.
            return Exchange(
                request,
                500,
                {"content-type": "text/plain"},
                f"{type(error).__name__}: {error}".encode(),
                time.perf_counter() - started,
            )
        status, response_headers = answer[0]
        named = {name.lower(): value for name, value in response_headers}
        try:
            body = _unpacked(body, named.get("content-encoding"), self._limit)
        except _Broken as error:
            return _failed(request, started, str(error))
        return Exchange(
            request, int(status.split(" ", 1)[0]), named, body, time.perf_counter() - started
        )

    def _environ(self, request: Request, headers: Mapping[str, str]) -> dict[str, Any]:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(request.path, "latin-1"),
            "RAW_URI": request.target,
            "REQUEST_URI": request.target,
            "QUERY_STRING": request.query,
            "SERVER_NAME": self._host,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(request.body)) if request.body else "",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "HTTP_ACCEPT_ENCODING": "gzip",
        }
        for name, value in headers.items():
            if name == "Content-Type":
                environ["CONTENT_TYPE"] = value
            else:
                environ["HTTP_" + name.upper().replace("-", "_")] = value
        return environ

    def close(self) -> None:
        return None
