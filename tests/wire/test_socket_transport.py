"""The transport over a socket: what is kept, what is sent again, what is never sent or shown."""

from __future__ import annotations

import fcntl
import json
import socket
import termios
import threading
import time
from array import array
from collections.abc import Callable

import pytest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listjobs_conformance.evidence import Request
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import TargetError
from listjobs_conformance.wire import SocketTransport
from listjobs_conformance.wire.signing import Signer
from listjobs_conformance.wire.sockets import QUICKACK

from .scripted import Scripted, ok

Serve = Callable[..., Scripted]
Connect = Callable[..., SocketTransport]

LISTED = Request("GET", "/jobs", "maxResults=1")
MADE = Request("POST", "/things/t", body=b"{}")
SIGNER = Signer("us-east-1")


def answers(server: Scripted, connection: socket.socket, request: bytes) -> bool:
    connection.sendall(ok())
    return True


def answers_once(server: Scripted, connection: socket.socket, request: bytes) -> bool:
    """Says nothing of closing the connection, and closes it."""
    connection.sendall(ok())
    return False


def test_one_connection_serves_many_requests(scripted: Serve, connect: Connect) -> None:
    server = scripted(answers)
    transport = connect(server.url)
    for request in (LISTED, MADE, LISTED, LISTED):
        assert transport.send(request, SIGNER).status == 200
    assert server.accepted == 1
    assert len(server.requests) == 4


def test_a_connection_that_the_server_closes_between_requests_is_opened_again(
    scripted: Serve, connect: Connect
) -> None:
    server = scripted(answers_once)
    transport = connect(server.url)
    for request in (LISTED, LISTED, MADE, MADE, LISTED):
        assert transport.send(request, SIGNER).status == 200
        time.sleep(0.05)  # the server's FIN arrives
    assert server.accepted == 5
    assert len(server.requests) == 5


def closes_on_the_second(server: Scripted, connection: socket.socket, request: bytes) -> bool:
    """Takes the second request of the first connection, and closes without an answer."""
    if server.accepted == 1 and len(server.requests) == 2:
        return False
    connection.sendall(ok())
    return True


def test_a_get_that_met_a_closed_connection_is_sent_again(
    scripted: Serve, connect: Connect
) -> None:
    server = scripted(closes_on_the_second)
    transport = connect(server.url)
    assert transport.send(LISTED, SIGNER).status == 200
    assert transport.send(LISTED, SIGNER).status == 200
    assert server.accepted == 2
    assert len(server.requests) == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_but_a_get_is_ever_sent_twice(
    method: str, scripted: Serve, connect: Connect
) -> None:
    server = scripted(closes_on_the_second)
    transport = connect(server.url)
    assert transport.send(LISTED, SIGNER).status == 200
    exchange = transport.send(Request(method, "/things/t"), SIGNER)
    assert exchange.failure == "the connection was closed without an answer"
    assert len(server.requests) == 2


def test_a_get_on_a_new_connection_is_not_sent_again(scripted: Serve, connect: Connect) -> None:
    server = scripted(lambda *_: False)
    exchange = connect(server.url).send(LISTED, SIGNER)
    assert exchange.failure == "the connection was closed without an answer"
    assert len(server.requests) == 1


def test_an_exchange_ends_in_time_although_bytes_keep_coming(
    scripted: Serve, connect: Connect
) -> None:
    def drips(server: Scripted, connection: socket.socket, request: bytes) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not server.stopped.wait(0.05):
            connection.sendall(b" ")
        return False

    server = scripted(drips)
    started = time.monotonic()
    exchange = connect(server.url, seconds=0.5).send(LISTED, SIGNER)
    assert exchange.failure == "no complete answer within 0.5 s"
    assert time.monotonic() - started < 15  # the drip takes 50


def test_a_server_that_does_not_read_ends_in_time(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        transport = connect(f"http://127.0.0.1:{deaf.getsockname()[1]}", seconds=0.5)
        large = Request("POST", "/things/t", body=b" " * 50_000_000)
        assert transport.send(large, SIGNER).failure == "no complete answer within 0.5 s"


def test_no_thread_and_no_connection_is_left(scripted: Serve) -> None:
    server = scripted(answers)
    before = set(threading.enumerate())
    transport = SocketTransport(server.url, Options().bounds)
    transport.send(LISTED, SIGNER)
    ours = {t for t in threading.enumerate() if t not in before}
    transport.close()
    # What was started are the server's own threads, one for the connection.
    assert len(ours) <= 1
    for thread in ours:
        thread.join(20)
        assert not thread.is_alive(), "the connection is still open"


def test_what_is_sent_is_what_was_asked_for(scripted: Serve, connect: Connect) -> None:
    server = scripted(answers)
    query = "a=%2b&a=%2B&b=%5f+&c&&d=/:?"
    connect(server.url).send(Request("GET", "/jobs/a%3Ab", query), SIGNER)
    line, *headers = server.requests[0].decode().split("\r\n")
    assert line == f"GET /jobs/a%3Ab?{query} HTTP/1.1"
    names = [header.partition(":")[0] for header in headers if header]
    assert sorted(names) == sorted(
        ["Host", "X-Amz-Date", "Authorization", "Accept-Encoding", "User-Agent"]
    )


def test_a_path_in_the_url_comes_first_and_is_signed(scripted: Serve, connect: Connect) -> None:
    server = scripted(answers)
    exchange = connect(f"{server.url}/stage/v1/").send(LISTED, SIGNER)
    head = server.requests[0].decode()
    assert head.startswith("GET /stage/v1/jobs?maxResults=1 HTTP/1.1\r\n")
    assert exchange.request == LISTED
    sent = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
    whole = Request("GET", "/stage/v1/jobs", "maxResults=1")
    for _ in range(3):  # the second may turn over in between
        expected = SIGNER.headers(whole, sent["Host"])
        if expected["X-Amz-Date"] == sent["X-Amz-Date"]:
            assert sent["Authorization"] == expected["Authorization"]


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")
def test_an_ipv6_literal_is_a_host(scripted: Serve, connect: Connect) -> None:
    server = scripted(answers, family=socket.AF_INET6)
    assert connect(f"http://[::1]:{server.port}").send(LISTED, SIGNER).status == 200
    assert f"Host: [::1]:{server.port}\r\n".encode() in server.requests[0]


def test_a_body_in_gzip_and_in_chunks_is_read(scripted: Serve, connect: Connect) -> None:
    import gzip

    packed = gzip.compress(b'{"jobs":[]}')

    def answers_packed(server: Scripted, connection: socket.socket, request: bytes) -> bool:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: GZIP\r\n\r\n"
        )
        for i in range(len(packed)):
            connection.sendall(b"1\r\n" + packed[i : i + 1] + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        return True

    server = scripted(answers_packed)
    transport = connect(server.url)
    for _ in range(2):
        assert transport.send(LISTED, SIGNER).body == b'{"jobs":[]}'
    assert server.accepted == 1


def test_a_repeated_header_is_joined(scripted: Serve, connect: Connect) -> None:
    server = scripted(lambda s, c, r: c.sendall(ok(b"{}", "X-A: 1", "x-a: 2")) is None)
    assert connect(server.url).send(LISTED, SIGNER).headers["x-a"] == "1, 2"


def test_credentials_that_a_target_echoes_are_in_no_exchange(
    scripted: Serve, connect: Connect
) -> None:
    def echoes(server: Scripted, connection: socket.socket, request: bytes) -> bool:
        lines = request.decode().split("\r\n")
        authorization = next(line for line in lines if line.startswith("Authorization"))
        body = json.dumps({"message": request.decode()}).encode()
        connection.sendall(ok(body, f"X-Echo: {authorization}"))
        return True

    server = scripted(echoes)
    credentials = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/secret", "session-token-1")
    exchange = connect(server.url).send(LISTED, Signer("us-east-1", credentials))
    sent = server.requests[0].decode()
    signature = sent.partition("Signature=")[2].partition("\r\n")[0]
    assert len(signature) == 64
    everything = repr((exchange, exchange.body, exchange.headers, str(exchange)))
    for secret in ("AKIAIOSFODNN7EXAMPLE", "secret", "session-token-1", signature):
        assert secret not in everything
    assert "REDACTED" in everything


def test_an_account_that_signs_an_emulator_is_no_secret(scripted: Serve, connect: Connect) -> None:
    server = scripted(lambda s, c, r: c.sendall(ok(b'"arn:aws:iot:r:123456789012:job/a"')) is None)
    assert b"123456789012" in connect(server.url).send(LISTED, SIGNER).body


STATUS_LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.0 200",
        b"HTTP/1.1 404 x",
        b"HTTP/1.1 100 C",
        b"HTTP/1.1 999 \xff",
    ]
)
HEADER_LINES = st.sampled_from(
    [
        b"Content-Length: 5",
        b"Content-Length: +5",
        b"Content-Length:",
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: gzip, chunked",
        b"Content-Encoding: gzip",
        b"Content-Type: multipart/mixed; boundary=x",
        b"Content-Type: message/rfc822",
        b"Connection: close",
        b" folded",
        b":",
        b"\x85\xa0\x0b: \x0c\x1c",
    ]
)
BODIES = st.sampled_from(
    [b"hello", b"5\r\nhello\r\n0\r\n\r\n", b"1_0\r\n", b"-1\r\nabc", b"0x5\r\nhello"]
)
ALMOST_HTTP = st.builds(
    lambda status, headers, body: b"\r\n".join([status, *headers, b"", body]),
    STATUS_LINES | st.binary(max_size=9),
    st.lists(HEADER_LINES | st.binary(max_size=9), max_size=4),
    BODIES | st.binary(max_size=30),
)


@given(ALMOST_HTTP | st.binary(max_size=200))
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_bytes_make_send_raise(answer: bytes) -> None:
    def says(server: Scripted, connection: socket.socket, request: bytes) -> bool:
        connection.sendall(answer)
        return False

    server = Scripted(says)
    transport = SocketTransport(server.url, Options().bounds)
    try:
        exchange = transport.send(LISTED, SIGNER)
        assert exchange.failure or 200 <= exchange.status <= 999
        assert str(exchange)
    finally:
        transport.close()
        server.stop()


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://:80",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:-1",
        "http://127.0.0.1:0",
        "http://[::1",
        "http://::1]:80",
        "http://a b",
        "http://a\x01b",
        "http://h\u00e9",
        "http://127.0.0.1/p\u00e4th",
        "http://127.0.0.1/?query",
        "http://127.0.0.1/#fragment",
        "http://127.0.0.1\r\nX-Injected: 1",
    ],
)
def test_what_is_no_url_of_an_endpoint_is_said_to_be_none(url: str) -> None:
    with pytest.raises(TargetError, match="is no URL of an endpoint"):
        open_target(url, Options())


@pytest.mark.parametrize(
    "url",
    ["http://user:secret@127.0.0.1:80", "http://user:secret@127.0.0.1:port", "http://secret@["],
)
def test_credentials_in_a_url_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(TargetError) as refused:
        open_target(url, Options())
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 70, "."])
def test_a_host_that_cannot_be_found_is_a_failure_in_words(host: str, connect: Connect) -> None:
    exchange = connect(f"http://{host}").send(LISTED, SIGNER)
    assert exchange.failure is not None
    assert exchange.failure.startswith("the host name ")


def test_a_server_that_speaks_no_tls_is_a_failure_in_words(
    scripted: Serve, connect: Connect
) -> None:
    def answers_plainly(server: Scripted, connection: socket.socket, request: bytes) -> bool:
        return False

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def plain() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(ok())
                connection.recv(65536)

        thread = threading.Thread(target=plain)
        thread.start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        exchange = connect(url).send(LISTED, SIGNER)
        thread.join()
    assert exchange.failure is not None
    assert exchange.failure.startswith("TLS failed: ")


def test_a_server_that_never_shakes_hands_ends_in_time(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        exchange = connect(url, seconds=0.5).send(LISTED, SIGNER)
    assert exchange.failure == "the connection was not accepted in time"


@pytest.mark.skipif(QUICKACK is None, reason="the system acknowledges when it likes")
def test_a_server_that_writes_head_and_body_apart_is_not_kept_waiting(
    scripted: Serve, connect: Connect
) -> None:
    acknowledged: list[bool] = []

    def answers_apart(server: Scripted, connection: socket.socket, request: bytes) -> bool:
        head, _, body = ok().rpartition(b"\r\n\r\n")
        connection.sendall(head + b"\r\n\r\n")
        deadline = time.monotonic() + 0.03  # An acknowledgement that is put off takes 0.04.
        left = array("i", [1])
        while left[0] and time.monotonic() < deadline:
            fcntl.ioctl(connection, termios.TIOCOUTQ, left)
        acknowledged.append(not left[0])
        connection.sendall(body)
        return True

    transport = connect(scripted(answers_apart).url)
    for _ in range(8):
        assert transport.send(LISTED, SIGNER).status == 200
    assert acknowledged == [True] * 8
