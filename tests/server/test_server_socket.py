"""The reference server on a socket, as boto3 and other clients meet it."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from listjobs_conformance.server import ReferenceServer, serve, serving


def make_client(url: str, service: str, key: str = "111122223333", secret: str = "x") -> Any:
    return boto3.client(
        service,
        endpoint_url=url,
        region_name="eu-west-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"max_attempts": 0}),
    )


@pytest.fixture
def url() -> Iterator[str]:
    with serving(ReferenceServer()) as url:
        yield url


def test_boto3_goes_through_the_life_of_a_job(url: str) -> None:
    iot, data = make_client(url, "iot"), make_client(url, "iot-jobs-data")
    thing = iot.create_thing(thingName="t:1")
    group = iot.create_thing_group(thingGroupName="g")
    assert iot.describe_thing(thingName="t:1")["thingId"] == thing["thingId"]
    assert iot.describe_thing_group(thingGroupName="g")["thingGroupId"] == group["thingGroupId"]
    targets = [thing["thingArn"], group["thingGroupArn"]]
    for number in range(5):
        iot.create_job(jobId=f"j{number}", targets=targets, document="{}")
    iot.create_job(
        jobId="later",
        targets=targets,
        documentSource="https://example.com/document",
        schedulingConfig={"startTime": "2999-01-01 12:00"},
    )
    data.update_job_execution(jobId="j0", thingName="t:1", status="SUCCEEDED")
    iot.cancel_job_execution(jobId="j1", thingName="t:1")
    iot.cancel_job(jobId="j2", reasonCode="R")
    with pytest.raises(iot.exceptions.InvalidStateTransitionException):
        iot.delete_job(jobId="j3")
    iot.delete_job(jobId="j3", force=True)
    statuses = {
        job["jobId"]: job["status"]
        for page in iot.get_paginator("list_jobs").paginate(PaginationConfig={"PageSize": 2})
        for job in page["jobs"]
    }
    assert statuses == {
        "j0": "COMPLETED",
        "j1": "COMPLETED",
        "j2": "CANCELED",
        "j4": "IN_PROGRESS",
        "later": "SCHEDULED",
    }
    for job_id, status in statuses.items():
        assert iot.describe_job(jobId=job_id)["job"]["status"] == status
    [job] = iot.list_jobs(status="CANCELED", thingGroupName="g")["jobs"]
    assert job["jobArn"] == "arn:aws:iot:eu-west-1:111122223333:job/j2"
    assert job["thingGroupId"] == group["thingGroupId"]
    with pytest.raises(iot.exceptions.InvalidRequestException, match="Next token is invalid"):
        iot.list_jobs(nextToken="nonsense")
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.list_jobs(thingGroupName="none")


@pytest.mark.parametrize(
    "names",
    [
        ["chunked-answers", "gzipped-answers", "lower-case-headers"],
        ["connection-closed", "json-tokens"],
        ["chunked-answers", "connection-closed", "long-tokens", "empty-token-at-the-end"],
        ["slow-answers", "tokens-with-reserved-characters", "null-token-at-the-end"],
        ["times-with-exponent", "escaped-json", "unset-members-are-null", "extra-headers"],
    ],
)
def test_boto3_reads_what_variations_send(names: list[str]) -> None:
    with serving(ReferenceServer(names)) as url:
        iot = make_client(url, "iot")
        thing = iot.create_thing(thingName="t")["thingArn"]
        for number in range(5):
            iot.create_job(jobId=f"j{number}", targets=[thing], document="{}")
        pages = iot.get_paginator("list_jobs").paginate(PaginationConfig={"PageSize": 2})
        assert sorted(job["jobId"] for page in pages for job in page["jobs"]) == [
            f"j{number}" for number in range(5)
        ]
        with pytest.raises(iot.exceptions.ResourceNotFoundException):
            iot.describe_job(jobId="none")


def request(url: str, count: int = 1) -> list[http.client.HTTPResponse]:
    """Send requests over one connection, which is opened again only where it was closed."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    responses = []
    for _ in range(count):
        connection.request("GET", "/jobs")
        response = connection.getresponse()
        response.read()
        responses.append(response)
    connection.close()
    return responses


def connect(url: str) -> socket.socket:
    return socket.create_connection((urlsplit(url).hostname, urlsplit(url).port or 0), 10)


def everything(connection: socket.socket) -> bytes:
    """Return all that comes until the server closes the connection."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_connections_are_kept_alive_and_each_answer_comes_in_one_piece(url: str) -> None:
    with connect(url) as connection:
        for _ in range(3):
            connection.sendall(b"GET /jobs HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
            assert answer.endswith(b'\r\n\r\n{"jobs":[]}')


def test_requests_that_come_together_are_answered_one_after_the_other(url: str) -> None:
    body = b'{"thingGroupProperties": {}}'
    post = b"POST /thing-groups/g HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with connect(url) as connection:
        connection.sendall(post + b"GET /jobs?thingGroupName=g HTTP/1.0\r\n\r\n")
        answers = everything(connection)
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert answers.endswith(b'Connection: close\r\n\r\n{"jobs":[]}')


def test_a_body_may_come_late_and_be_announced(url: str) -> None:
    with connect(url) as connection:
        connection.sendall(
            b"POST /things/t HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{")
        connection.sendall(b"}")
        assert b'"thingName":"t"' in connection.recv(65536)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400 Bad Request"),
        (b"GET /jobs HTTP/1.1\r\nnonsense\r\n\r\n", b"400 Bad Request"),
        (b"POST /things/t HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"400 Bad Request"),
        (b"GET /jobs HTTP/3\r\n\r\n", b"505 HTTP Version Not Supported"),
        (
            b"POST /things/t HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"411 Length Required",
        ),
        (b"GET /jobs HTTP/1.1\r\nx: " + b"x" * 70000, b"431 Request Header Fields Too Large"),
    ],
)
def test_what_is_not_http_is_refused(url: str, sent: bytes, status: bytes) -> None:
    with connect(url) as connection:
        connection.sendall(sent)
        assert everything(connection).startswith(b"HTTP/1.1 " + status + b"\r\n")
    assert request(url)[0].status == 200


def test_an_application_that_breaks_is_answered_for(caplog: pytest.LogCaptureFixture) -> None:
    def broken(environ: object, start_response: object) -> list[bytes]:
        raise RuntimeError("on purpose")

    with serving(broken) as url:
        assert request(url)[0].status == 500
    assert "GET /jobs" in caplog.text
    assert "on purpose" in caplog.text


def test_several_connections_are_served_side_by_side() -> None:
    with serving(ReferenceServer(["slow-answers"])) as url:
        connections = [connect(url) for _ in range(20)]
        for connection in connections:
            connection.sendall(b"GET /jobs HTTP/1.1\r\n\r\n")
        answers = [connection.recv(65536) for connection in connections]
        for connection in connections:
            connection.close()
    assert all(answer.endswith(b'{"jobs":[]}') for answer in answers)


def test_answers_do_not_wait_for_delayed_acknowledgements(url: str) -> None:
    began = time.perf_counter()
    request(url, 25)
    # Each would take 40 ms.
    assert time.perf_counter() - began < 0.9


def test_a_connection_is_closed_or_chunked_where_a_variation_says_so() -> None:
    with serving(ReferenceServer(["connection-closed", "chunked-answers"])) as url:
        [response] = request(url)
        assert response.getheader("Connection") == "close"
        assert response.getheader("Transfer-Encoding") == "chunked"


def test_a_crash_is_an_html_page_with_status_500() -> None:
    with serving(ReferenceServer(["text-size-crashes"])) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("GET", "/jobs?maxResults=x")
        response = connection.getresponse()
        assert response.status == 500
        assert response.getheader("Content-Type", "").startswith("text/html")
        response.read()
        connection.close()


def test_a_port_that_is_taken_is_an_os_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        serve(ReferenceServer(), port=taken.getsockname()[1])


def test_a_server_that_checks_signatures_takes_those_of_boto3() -> None:
    with serving(ReferenceServer(["checks-signatures"])) as url:
        iot = make_client(url, "iot", "123456789012", "listjobs-conformance")
        data = make_client(url, "iot-jobs-data", "123456789012", "listjobs-conformance")
        thing = iot.create_thing(thingName="t:1", attributePayload={"attributes": {"a": "b"}})
        iot.create_job(jobId="j", targets=[thing["thingArn"]], document="{}")
        data.update_job_execution(jobId="j", thingName="t:1", status="SUCCEEDED")
        page = iot.list_jobs(status="COMPLETED", maxResults=1)
        assert [job["jobId"] for job in page["jobs"]] == ["j"]
        for key, secret, kind in (
            ("123456789012", "x", "InvalidSignatureException"),
            ("111122223333", "x", "UnrecognizedClientException"),
        ):
            with pytest.raises(ClientError, match=kind) as refused:
                make_client(url, "iot", key, secret).list_jobs()
            assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
        assert request(url)[0].status == 403


def test_a_stopped_server_frees_its_port() -> None:
    with serving(ReferenceServer()) as url:
        port = urlsplit(url).port or 0
    with serving(ReferenceServer(), port=port) as again:
        assert urlsplit(again).port == port
        assert request(again)[0].status == 200


PROGRAM = """
from listjobs_conformance.server import ReferenceServer, serve
serve(ReferenceServer(), ready=lambda host, port: print(f"http://{host}:{port}", flush=True))
print("stopped")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_server_at_once(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
            connection.request("GET", "/jobs")
            assert connection.getresponse().read() == b'{"jobs":[]}'
            # The connection is left open: the server must not wait for it.
            began = time.perf_counter()
            process.send_signal(number)
            stdout, stderr = process.communicate(timeout=10)
            assert time.perf_counter() - began < 2
            assert (stdout, stderr, process.returncode) == ("stopped\n", "", 0)
            connection.close()
        finally:
            process.kill()
