"""The transport that calls an application in this process."""

from __future__ import annotations

import gzip
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from listjobs_conformance.evidence import Exchange, Request
from listjobs_conformance.wire import Bounds, WsgiTransport
from listjobs_conformance.wire.signing import Signer

Start = Callable[..., Callable[[bytes], object]]
LISTED = Request("GET", "/jobs", "maxResults=1")


def answer_of(app: Any, request: Request = LISTED, **bounds: float) -> Exchange:
    transport = WsgiTransport(app, bounds=Bounds(**bounds))  # type: ignore[arg-type]
    return transport.send(request, Signer("us-east-1"))


def test_an_application_that_raises_has_answered_500() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        raise ValueError("maxResults \x1b[31m\ud800")

    exchange = answer_of(app)
    assert exchange.status == 500
    assert exchange.failure is None
    assert exchange.body == b"ValueError: maxResults \x1b[31m\\ud800"


def test_an_application_that_ends_the_process_has_not_answered() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        sys.exit("bye")

    exchange = answer_of(app)
    assert exchange.status == 0
    assert exchange.failure == "the application raised SystemExit: bye"


def test_an_interrupt_passes_through_an_application() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer_of(app)


def test_an_application_that_raises_in_the_middle_of_its_body_has_answered_500() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"{"
        raise RuntimeError("half")

    assert answer_of(app).status == 500


@pytest.mark.parametrize("status", ["", "OK", "\u00b2"])
def test_a_status_that_is_no_number_is_a_500(status: str) -> None:
    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response(status, [])
        return []

    assert answer_of(app).status == 500


def test_an_application_that_never_calls_start_response_has_answered_500() -> None:
    exchange = answer_of(lambda environ, start_response: [b"{}"])
    assert exchange.status == 500
    assert b"start_response" in exchange.body


def test_query_strings_pass_as_they_are_and_paths_decoded() -> None:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        seen.update(environ)
        start_response("200 OK", [("X-A", "1")])(b"{")
        return [b"}"]

    request = Request("PUT", "/thing-groups/g%3A1%C3%A9", "a=%2b+%5F&a&&b=", b'{"x":1}')
    exchange = answer_of(app, request)
    assert (exchange.body, exchange.headers) == (b"{}", {"x-a": "1"})
    assert seen["QUERY_STRING"] == "a=%2b+%5F&a&&b="
    assert seen["PATH_INFO"] == "/thing-groups/g:1\u00c3\u00a9"  # bytes as Latin-1: PEP 3333
    assert seen["wsgi.input"].read() == b'{"x":1}'
    assert seen["CONTENT_LENGTH"] == "7"
    assert seen["HTTP_AUTHORIZATION"].startswith("AWS4-HMAC-SHA256 ")


def test_the_body_is_closed_also_when_it_is_broken_off() -> None:
    closed = []

    class Endless:
        def __iter__(self) -> Iterator[bytes]:
            return itertools.repeat(b" " * 65536)

        def close(self) -> None:
            closed.append(True)

    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Endless()

    assert answer_of(app, body=1000000).failure == "the body is larger than 1000000 bytes"
    assert closed == [True]


def test_an_endless_body_of_nothing_ends_with_the_time() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [])
        return itertools.repeat(b"")

    assert answer_of(app, seconds=0.2).failure == "no complete answer within 0.2 s"


def test_gzip_is_unpacked_here_too() -> None:
    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Encoding", "gzip")])
        return [gzip.compress(b"{}")]

    assert answer_of(app).body == b"{}"
