"""A server on a port of this machine that answers ListJobs in a hostile way, chosen by name.

The rest of the control plane is answered by the reference server, so that a run comes as far as
listing. Everything ends with ``stop``: threads, connections and the listening sockets.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import itertools
import json
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from listjobs_conformance.server import ReferenceServer

MIB = 1024 * 1024
SUMMARY: dict[str, Any] = {
    "jobArn": "arn:aws:iot:us-east-1:123456789012:job/a",
    "jobId": "a",
    "targetSelection": "SNAPSHOT",
    "status": "IN_PROGRESS",
    "createdAt": 1700000000.0,
    "lastUpdatedAt": 1700000000.0,
}
LISTING = json.dumps({"jobs": [SUMMARY]}).encode()
ESCAPES = "\x1b[31mred\x1b]0;title\x07\x00\x9b2J\u202e[bold]markup[/bold]<script>alert(1)</script>"


class Peer:
    """One connection, as a hostile answer uses it."""

    def __init__(
        self,
        sock: socket.socket,
        stream: io.BufferedReader,
        stopped: threading.Event,
        elsewhere: str,
    ) -> None:
        self.sock = sock
        self.stream = stream
        self.stopped = stopped
        self.elsewhere = elsewhere
        """The URL of another server, which counts who comes."""

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def answer(
        self,
        body: bytes,
        status: str = "200 OK",
        headers: Mapping[str, str] | None = None,
        length: object = None,
    ) -> None:
        """A whole answer; ``length`` is announced instead of the body's own."""
        lines = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body) if length is None else length),
            **(headers or {}),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.send(f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body)

    def chunked(self) -> None:
        self.send(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )

    def for_ever(self, data: bytes, pause: float = 0.0) -> None:
        while not self.stopped.wait(pause):
            self.send(data)

    def drip(self, data: bytes) -> None:
        """A byte now and then: often enough for any timeout of a single read."""
        for i in range(len(data)):
            if self.stopped.wait(0.1):
                return
            self.send(data[i : i + 1])

    def close(self) -> None:
        # Before the socket, which otherwise stays open for the stream.
        self.stream.close()
        self.sock.close()

    def reset(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()


Answer = Callable[[Peer], None]
HOSTILE: dict[str, Answer] = {}


def hostile(answer: Answer) -> Answer:
    HOSTILE[answer.__name__.replace("_", " ")] = answer
    return answer


# --- the connection ---------------------------------------------------------------------------


@hostile
def never_answers(peer: Peer) -> None:
    peer.stopped.wait()


@hostile
def closes_at_once(peer: Peer) -> None:
    peer.close()


@hostile
def resets_before_the_answer(peer: Peer) -> None:
    peer.reset()


@hostile
def resets_in_the_body(peer: Peer) -> None:
    peer.answer(LISTING[:40], length=len(LISTING))
    peer.stopped.wait(0.05)
    peer.reset()


@hostile
def drips_headers(peer: Peer) -> None:
    peer.drip(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 1000)


@hostile
def drips_the_body(peer: Peer) -> None:
    peer.answer(b"", length=len(LISTING) * 100)
    peer.drip(LISTING * 100)


@hostile
def interim_answers_without_end(peer: Peer) -> None:
    peer.for_ever(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


@hostile
def only_an_interim_answer(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    peer.stopped.wait()


@hostile
def early_hints_only(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
    peer.stopped.wait()


# --- framing ----------------------------------------------------------------------------------


@hostile
def endless_chunks(peer: Peer) -> None:
    peer.chunked()
    peer.for_ever(b"10000\r\n" + b" " * 65536 + b"\r\n")


@hostile
def endless_tiny_chunks(peer: Peer) -> None:
    peer.chunked()
    peer.for_ever(b"1\r\n \r\n" * 10000)


@hostile
def endless_trailers(peer: Peer) -> None:
    peer.chunked()
    peer.send(b"0\r\n")
    peer.for_ever(b"X-Trailer: 1\r\n" * 5000)


@hostile
def endless_headers(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\n")
    peer.for_ever(b"X-Header: 1\r\n" * 1000)


@hostile
def an_endless_header_line(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\nX-Header: ")
    peer.for_ever(b"x" * 65536)


@hostile
def an_endless_status_line(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 200 ")
    peer.for_ever(b"x" * 65536)


@hostile
def a_length_larger_than_the_body(peer: Peer) -> None:
    peer.answer(LISTING, length=len(LISTING) + 10)
    peer.close()


@hostile
def a_length_larger_than_the_body_on_an_open_connection(peer: Peer) -> None:
    peer.answer(LISTING, length=len(LISTING) + 10)
    peer.stopped.wait()


@hostile
def a_length_smaller_than_the_body(peer: Peer) -> None:
    peer.answer(LISTING, length=len(LISTING) - 10)


@hostile
def a_negative_length(peer: Peer) -> None:
    peer.answer(LISTING, length=-1)


@hostile
def a_length_that_is_no_number(peer: Peer) -> None:
    peer.answer(LISTING, length="many")


@hostile
def a_length_in_superscript(peer: Peer) -> None:
    peer.answer(LISTING, length="1\u00b2")


@hostile
def a_length_of_5000_digits(peer: Peer) -> None:
    peer.answer(LISTING, length="9" * 5000)


@hostile
def two_lengths(peer: Peer) -> None:
    peer.answer(LISTING, headers={"content-length": "5"})


@hostile
def a_body_of_100_mib(peer: Peer) -> None:
    peer.answer(b"", length=100 * MIB)
    for _ in range(1600):
        peer.send(b" " * 65536)


@hostile
def a_body_of_100_mib_without_a_length(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    for _ in range(1600):
        peer.send(b" " * 65536)
    peer.close()


@hostile
def a_chunk_size_that_is_no_number(peer: Peer) -> None:
    peer.chunked()
    peer.send(b"many\r\n" + LISTING)
    peer.stopped.wait(0.1)
    peer.close()


@hostile
def a_negative_chunk_size(peer: Peer) -> None:
    peer.chunked()
    peer.send(b"-1\r\n")
    peer.for_ever(b" " * 65536)


@hostile
def a_huge_chunk_size(peer: Peer) -> None:
    peer.chunked()
    peer.send(b"7fffffffffffffff\r\n")
    peer.for_ever(b" " * 65536)


@hostile
def a_chunk_of_a_tebibyte(peer: Peer) -> None:
    peer.chunked()
    peer.send(b"10000000000\r\n")
    peer.close()


@hostile
def a_chunk_cut_short(peer: Peer) -> None:
    peer.chunked()
    peer.send(b"1000\r\n" + LISTING)
    peer.close()


@hostile
def garbage_instead_of_http(peer: Peer) -> None:
    peer.send(b"\x16\x03\x01\x02\x00\x1b[31m nothing that HTTP knows\r\n\r\n")
    peer.close()


@hostile
def http_0_9(peer: Peer) -> None:
    peer.send(LISTING)
    peer.close()


@hostile
def http_2(peer: Peer) -> None:
    peer.send(b"HTTP/2 200\r\nContent-Length: 2\r\n\r\n{}")
    peer.close()


@hostile
def control_characters_in_headers(peer: Peer) -> None:
    peer.answer(LISTING, headers={"Content-Type": "text/\x1b[31m\x00\x07\x9b2J"})


@hostile
def control_characters_in_the_name_of_a_header(peer: Peer) -> None:
    peer.answer(LISTING, headers={"X-\x1b[31m": "1"})


@hostile
def a_header_without_a_colon(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 2\r\n\r\n{}")


@hostile
def a_folded_header(peer: Peer) -> None:
    peer.answer(LISTING, headers={"Content-Type": "application/json;\r\n charset=utf-8"})


# --- statuses ---------------------------------------------------------------------------------


@hostile
def status_204(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 204 No Content\r\n\r\n")


@hostile
def status_999(peer: Peer) -> None:
    peer.answer(LISTING, "999 Too Much")


@hostile
def status_1000(peer: Peer) -> None:
    peer.answer(LISTING, "1000 Far Too Much")


@hostile
def html_404(peer: Peer) -> None:
    peer.answer(b"<h1>Not Found</h1>", "404 Not Found", {"Content-Type": "text/html"})


@hostile
def an_error_full_of_control_characters(peer: Peer) -> None:
    body = json.dumps({"__type": ESCAPES, "message": ESCAPES}).encode()
    peer.answer(body, "400 Bad Request", {"x-amzn-ErrorType": "\x1b[31m[bold]x[/bold]"})


@hostile
def an_error_that_is_raw_control_characters(peer: Peer) -> None:
    peer.answer(ESCAPES.encode(), "400 \x1b[31mBad")


def _redirect(status: str) -> Answer:
    def answer(peer: Peer) -> None:
        peer.answer(b"", status, {"Location": f"{peer.elsewhere}/jobs"})

    answer.__name__ = f"a redirect with {status[:3]}"
    return answer


REDIRECTS = [_redirect("301 Moved"), _redirect("302 Found"), _redirect("307 Temporary Redirect")]
for _answer in REDIRECTS:
    hostile(_answer)


# --- content encodings ------------------------------------------------------------------------

GZIP = {"Content-Encoding": "gzip"}


def _bomb() -> bytes:
    """A gzip body of some 600 KiB that unpacks to 600 MiB.

    What follows a full flush does not depend on what was before it, so that it can be repeated.
    """
    packer = zlib.compressobj(9, wbits=31)
    first, again = [packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)]
    return first + again * 599


@hostile
def a_gzip_bomb(peer: Peer) -> None:
    peer.answer(_bomb(), headers=GZIP)


@hostile
def gzip_cut_short(peer: Peer) -> None:
    peer.answer(gzip.compress(LISTING)[:-12], headers=GZIP)


@hostile
def gzip_that_is_none(peer: Peer) -> None:
    peer.answer(LISTING, headers=GZIP)


@hostile
def gzip_followed_by_more(peer: Peer) -> None:
    peer.answer(gzip.compress(LISTING) + b"more", headers=GZIP)


@hostile
def gzip_in_gzip(peer: Peer) -> None:
    peer.answer(gzip.compress(gzip.compress(LISTING)), headers=GZIP)


@hostile
def an_unknown_content_encoding(peer: Peer) -> None:
    peer.answer(LISTING, headers={"Content-Encoding": "\x1b[31mbr"})


@hostile
def large_pages_under_new_tokens_for_ever(peer: Peer) -> None:
    page = {"jobs": [SUMMARY], "nextToken": str(next(TOKENS)), "x": "x" * MIB}
    peer.answer(json.dumps(page).encode())


TOKENS = itertools.count(1)


# --- bodies -----------------------------------------------------------------------------------


def _body(name: str, body: bytes) -> None:
    def answer(peer: Peer) -> None:
        peer.answer(body)

    HOSTILE[name] = answer


def _listing(**changes: object) -> bytes:
    """A listing of one summary with some members changed."""
    return json.dumps({"jobs": [{**SUMMARY, **changes}]}).encode()


DEEP = 100_000

_body("an empty body", b"")
_body("html", b"<!DOCTYPE html><title>Welcome</title>")
_body("invalid UTF-8", LISTING.replace(b'"a"', b'"\xff\xfe\xc0\x80"'))
_body("NaN", LISTING.replace(b"1700000000.0", b"NaN"))
_body("Infinity", LISTING.replace(b"1700000000.0", b"-Infinity"))
_body("UTF-16", LISTING.decode().encode("utf-16"))
_body("a byte order mark", b"\xef\xbb\xbf" + LISTING)
_body("a listing followed by more", LISTING + LISTING)
_body("duplicate keys", LISTING.replace(b'"jobId": "a"', b'"jobId": "first", "jobId": "a"'))
_body("arrays nested 100,000 deep", b"[" * DEEP + b"]" * DEEP)
_body("an endless array that is never closed", b'{"jobs":' + b"[" * DEEP)
_body(
    "objects nested 100,000 deep in a summary",
    LISTING.replace(b'"SNAPSHOT"', b'{"a":' * DEEP + b"1" + b"}" * DEEP),
)
_body(
    "objects nested 900 deep in a summary",
    LISTING.replace(b'"SNAPSHOT"', b'{"a":' * 900 + b"1" + b"}" * 900),
)
_body("a nextToken nested 900 deep", b'{"jobs":[],"nextToken":' + b"[" * 900 + b"]" * 900 + b"}")
_body("a lone surrogate in a jobId", _listing(jobId="\ud800"))
_body("a lone surrogate in nextToken", b'{"jobs":[],"nextToken":"\\ud800"}')
_body("control characters in a jobId", _listing(jobId=ESCAPES))
_body("control characters in every member", _listing(**dict.fromkeys(SUMMARY, ESCAPES)))
_body("an unknown member full of control characters", _listing(**{ESCAPES: ESCAPES}))
_body(
    "control characters in nextToken",
    json.dumps({"jobs": [SUMMARY], "nextToken": ESCAPES}).encode(),
)
_body("raw control characters", LISTING.replace(b'"a"', b'"\x1b[31m\x07"'))
_body("a time of 2 to the 70", _listing(createdAt=2**70))
_body("a time of 1e400", LISTING.replace(b"1700000000.0", b"1e400"))
_body("a time of 5000 digits", LISTING.replace(b"1700000000.0", b"9" * 5000))
_body("a jobId of 20,000 characters", _listing(jobId="j" * 20_000))
_body("jobs that is an object", b'{"jobs":{"a":1}}')
_body("jobs that is a text", b'{"jobs":"none"}')
_body("jobs that is a list of nulls", b'{"jobs":[null,null]}')
_body("jobs that is a list of lists", b'{"jobs":[[[]],["jobId"]]}')
_body("a nextToken that is a number", b'{"jobs":[],"nextToken":7}')
_body("a nextToken of 20,000 characters", b'{"jobs":[],"nextToken":"%s"}' % (b"t" * 20_000))
_body("the same nextToken for ever", b'{"jobs":[],"nextToken":"again"}')
_body("a body of 1 MiB", LISTING + b" " * MIB)
_body(
    "pages of 256 KiB for ever",
    json.dumps({"jobs": [SUMMARY], "nextToken": "again", "x": "x" * (MIB // 4)}).encode(),
)
_body("20,000 empty summaries", b'{"jobs":[' + b"{}," * 20_000 + b"{}]}")
_body("null", b"null")
_body("a number", b"7")
_body("a list", b"[]")


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
