"""Whatever a target answers, one ``send`` gives an exchange: in time, bounded, without raising."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest

from listjobs_conformance.evidence import Exchange, Page, Request
from listjobs_conformance.wire import Bounds, SocketTransport
from listjobs_conformance.wire.signing import Signer

from .hostile_answers import ESCAPES, LISTING, MIB
from .hostile_bodies import HOSTILE
from .hostile_server import HostileServer

Serve = Callable[..., HostileServer]

BOUNDS = Bounds(seconds=1.0, body=2 * MIB)
LISTED = Request("GET", "/jobs", "maxResults=1")

IN_TIME = "no complete answer within 1 s"
TOO_LARGE = "the answer is larger than"
NOT_READ = "the headers cannot be read: "
NOT_HTTP = "the answer is not HTTP: "

NO_ANSWER = {
    "never answers": IN_TIME,
    "closes at once": "the connection was closed without an answer",
    "resets before the answer": "the connection was reset without an answer",
    "resets in the body": "the connection was reset in the middle of the answer",
    "drips headers": IN_TIME,
    "drips the body": IN_TIME,
    "interim answers without end": (IN_TIME, TOO_LARGE),
    "only an interim answer": IN_TIME,
    "early hints only": "an interim answer, HTTP 103, and no other",
    "endless chunks": (IN_TIME, TOO_LARGE),
    "endless tiny chunks": (IN_TIME, TOO_LARGE),
    "endless trailers": (IN_TIME, TOO_LARGE),
    "endless headers": NOT_READ + "got more than 100 headers",
    "an endless header line": NOT_READ + "got more than 65536 bytes",
    "an endless status line": NOT_READ + "got more than 65536 bytes",
    "a length larger than the body": "the connection was closed in the middle of the body",
    "a length larger than the body on an open connection": IN_TIME,
    "a negative length": "the Content-Length is no length: '-1'",
    "a length that is no number": "the Content-Length is no length: 'many'",
    "a length in superscript": "the Content-Length is no length: '1\u00b2'",
    "a length of 5000 digits": "the body is larger than 2097152 bytes",
    "two lengths": "the Content-Length is no length",
    "a body of 100 mib": "the body is larger than 2097152 bytes: 104857600 are announced",
    "a body of 100 mib without a length": (IN_TIME, TOO_LARGE),
    "a chunk size that is no number": "the chunks of the body are malformed",
    "a negative chunk size": (IN_TIME, TOO_LARGE),
    "a huge chunk size": (IN_TIME, TOO_LARGE),
    "a chunk of a tebibyte": "the connection was closed in the middle of the body",
    "a chunk cut short": "the connection was closed in the middle of the body",
    "garbage instead of http": NOT_HTTP,
    "http 0 9": NOT_HTTP,
    "http 2": NOT_HTTP + "HTTP/2",
    "control characters in the name of a header": NOT_READ + "a line of them is no header",
    "a header without a colon": NOT_READ + "a line of them is no header",
    "status 1000": NOT_HTTP,
    "a gzip bomb": "the body is larger than 2097152 bytes when unpacked",
    "gzip cut short": "the gzip body ends in the middle",
    "gzip that is none": "the body is no gzip",
    "gzip followed by more": "more bytes follow the gzip body",
    "an unknown content encoding": "the body comes in an encoding that was not asked for",
}
"""What becomes of each hostile thing that is no complete answer."""

STATUS = {
    "status 204": 204,
    "status 999": 999,
    "html 404": 404,
    "an error full of control characters": 400,
    "an error that is raw control characters": 400,
    "a redirect with 301": 301,
    "a redirect with 302": 302,
    "a redirect with 307": 307,
}
"""The status of each hostile thing that is an answer, where that is not 200."""

NOT_JSON = {
    "a length smaller than the body",
    "gzip in gzip",
    "an empty body",
    "html",
    "invalid UTF-8",
    "NaN",
    "Infinity",
    "UTF-16",
    "a byte order mark",
    "a listing followed by more",
    "arrays nested 100,000 deep",
    "an endless array that is never closed",
    "objects nested 100,000 deep in a summary",
    "a lone surrogate in a jobId",
    "a lone surrogate in nextToken",
    "raw control characters",
    "a time of 1e400",
    "a time of 5000 digits",
}
"""The bodies that come with 200 and cannot be read as JSON."""


def exchange_with(server: HostileServer, bounds: Bounds = BOUNDS) -> Exchange:
    transport = SocketTransport(server.url, bounds)
    try:
        return transport.send(LISTED, Signer("us-east-1"))
    finally:
        transport.close()


@pytest.mark.parametrize("name", sorted(NO_ANSWER))
def test_what_is_no_complete_answer_is_a_failure_that_says_why(name: str, serve: Serve) -> None:
    server = serve(name)
    started = time.monotonic()
    exchange = exchange_with(server)
    # Far from the bound of a second, and as far from the minutes that a drip would last.
    assert time.monotonic() - started < 15
    assert exchange.failure is not None
    assert exchange.failure.startswith(NO_ANSWER[name])
    assert exchange.failure.isprintable()
    assert len(exchange.failure) < 200
    assert (exchange.status, exchange.body) == (0, b"")


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - NO_ANSWER.keys()))
def test_what_is_an_answer_is_kept_as_it_came(name: str, serve: Serve) -> None:
    exchange = exchange_with(serve(name))
    assert exchange.failure is None
    assert exchange.status == STATUS.get(name, 200)
    if exchange.status == 200:
        assert (exchange.json is None) == (name in NOT_JSON or name == "null")
    assert str(exchange)
    page = Page(exchange)
    assert isinstance(page.ids, tuple)
    assert page.token is None or isinstance(page.token, str)


@pytest.mark.parametrize("name", sorted(n for n in HOSTILE if n.startswith("a redirect")))
def test_no_redirect_is_followed(name: str, serve: Serve) -> None:
    server = serve(name)
    exchange = exchange_with(server)
    assert exchange.headers["location"].startswith("http://127.0.0.1:")
    assert not server.visited_elsewhere()


@pytest.mark.parametrize(
    "name",
    [
        "endless chunks",
        "endless tiny chunks",
        "endless trailers",
        "interim answers without end",
        "a body of 100 mib without a length",
        "a negative chunk size",
        "a huge chunk size",
        "a gzip bomb",
    ],
)
def test_memory_stays_bounded_however_much_comes(name: str, serve: Serve) -> None:
    server = serve(name)
    tracemalloc.start()
    try:
        exchange = exchange_with(server)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert exchange.failure
    assert peak < 40 * MIB  # with a limit of 2 MiB, and what the server holds in it


@pytest.mark.parametrize("name", ["resets in the body", "drips the body", "gzip cut short"])
def test_a_hostile_answer_does_not_spoil_the_next_exchange(name: str, serve: Serve) -> None:
    server = serve(name)
    transport = SocketTransport(server.url, BOUNDS)
    try:
        signer = Signer("us-east-1")
        assert transport.send(LISTED, signer).failure
        answer = transport.send(Request("GET", "/jobs/none"), signer)
        assert (answer.status, answer.error_type) == (404, "ResourceNotFoundException")
    finally:
        transport.close()


def test_bytes_after_an_answer_are_not_taken_for_the_next_one(serve: Serve) -> None:
    server = serve("a length smaller than the body")
    transport = SocketTransport(server.url, BOUNDS)
    try:
        for _ in range(5):
            exchange = transport.send(LISTED, Signer("us-east-1"))
            assert exchange.status == 200
            assert exchange.body == LISTING[:-10]
    finally:
        transport.close()


def test_of_a_repeated_member_the_last_one_counts_as_for_boto3(serve: Serve) -> None:
    # RFC 8259 says that names SHOULD be unique; no text of the contract asks for more.
    assert Page(exchange_with(serve("duplicate keys"))).ids == ("a",)


def test_control_characters_are_kept_in_the_evidence(serve: Serve) -> None:
    assert Page(exchange_with(serve("control characters in a jobId"))).ids == (ESCAPES,)
