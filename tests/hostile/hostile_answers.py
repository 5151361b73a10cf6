"""Hostile answers, each by its name: of the connection, of its framing, of statuses."""

from __future__ import annotations

import io
import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from typing import Any

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
