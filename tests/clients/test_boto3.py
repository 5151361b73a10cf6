"""boto3: what it is spared, what is recorded of it, what stays secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from listjobs_conformance.clients import boto3 as clients
from listjobs_conformance.clients.boto3 import boto3_jobs
from listjobs_conformance.clients.client import Unusable
from listjobs_conformance.contract.selection import select
from listjobs_conformance.evidence import Request
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import ReferenceServer, serving
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import Target
from listjobs_conformance.wire import Bounds, CallTransport, WsgiTransport
from listjobs_conformance.worlds.provisioning import EXISTING, GIVEN, SHARED

from ..conftest import Run
from ..helpers.runs import run as run_in
from .conftest import BOTO3, KEYS, SECRETS, by_id, failed, over_a_socket


# boto3.
def test_the_reference_serves_boto3_in_this_process(run: Run) -> None:
    result = by_id(run("reference"))[BOTO3]
    assert result.verdict == "pass"
    assert result.exercised == 8


@pytest.mark.parametrize("kind", [SHARED, GIVEN, EXISTING])
def test_it_does_so_whatever_stands_there(kind: str) -> None:
    report = run_in(kind)
    assert by_id(report)[BOTO3].verdict == "pass"
    assert not failed(report)


@pytest.mark.parametrize("kind", [SHARED, GIVEN, EXISTING])
def test_a_fault_that_only_boto3_meets_is_found_whatever_stands_there(kind: str) -> None:
    assert failed(run_in(kind, "sdk-headers-refused")) == {BOTO3}


@pytest.mark.usefixtures("nothing_else")
@pytest.mark.parametrize("name", ["moto", "reference:token-never-advances"])
def test_a_walk_without_an_end_is_no_client_s_matter(run: Run, name: str) -> None:
    result = by_id(run(name))[BOTO3]
    assert result.verdict == "unexercised"
    assert result.reason == "masked by pagination/terminates"


@pytest.mark.usefixtures("nothing_else")
@pytest.mark.parametrize("length", ["short-pages", "uneven-pages", "one-job-a-page"])
@pytest.mark.parametrize("life", ["one-shot-tokens", "expiring-tokens", "random-order"])
def test_a_token_that_boto3_uses_twice_need_not_work_twice(
    run: Run, length: str, life: str
) -> None:
    assert not failed(run(f"reference:{length}+{life}"))


class Endless:
    """Lists one job on each page, and gives a new token with it, for ever."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        self.asked.append(target)
        page = {"jobs": [{"jobId": "a"}], "nextToken": str(len(self.asked))}
        return 200, {"content-type": "application/json"}, json.dumps(page).encode()


@pytest.mark.parametrize("config", [{}, {"PageSize": 1}, {"PageSize": 1, "MaxItems": 2}])
def test_an_endless_listing_is_ended(config: dict[str, int]) -> None:
    endless = Endless()
    target = Target("endless", CallTransport(endless, Bounds()))
    collected = boto3_jobs(target, {}, config, most=20)
    assert collected.error == "no end after 20 requests"
    assert len(collected.exchanges) == len(endless.asked) == target.requests == 20


def test_what_boto3_raises_is_recorded() -> None:
    target = open_target("reference", Options())
    refused = boto3_jobs(target, {"thingGroupName": "none"}, {}, most=20)
    assert str(refused.error).startswith("ResourceNotFoundException: An error occurred")
    assert [exchange.status for exchange in refused.exchanges] == [404]
    wrong = boto3_jobs(target, {"thingGroupName": ""}, {}, most=20)
    assert str(wrong.error).startswith("ParamValidationError: ")
    assert wrong.exchanges == ()


def test_where_no_answer_came_nothing_is_said_of_boto3() -> None:
    collected = boto3_jobs(open_target("http://127.0.0.1:1", Options()), {}, {}, most=20)
    assert collected.error is None
    assert collected.unanswered == "connection refused"


@pytest.mark.parametrize("url", ["http://no_host:1", "http://127.0.0.1:1"])
def test_boto3_is_not_asked_where_it_cannot_go(url: str) -> None:
    target = open_target(url, Options(region="a region" if "127" in url else None))
    with pytest.raises(Unusable, match=r"Invalid endpoint|region"):
        boto3_jobs(target, {}, {}, most=20)


def test_the_configuration_of_this_machine_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("this is no configuration")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    clients._boto3.cache_clear()
    clients._client.cache_clear()
    collected = boto3_jobs(open_target("reference", Options()), {}, {}, most=20)
    assert collected.error is None


class Below:
    """An application that is served below a path."""

    def __init__(self) -> None:
        self.app = ReferenceServer()

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        before, path = environ["PATH_INFO"][:4], environ["PATH_INFO"][4:]
        assert before == "/api"
        return self.app({**environ, "PATH_INFO": path}, start)


def test_an_endpoint_below_a_path_is_asked_there() -> None:
    with serving(Below()) as url:
        target = open_target(f"{url}/api", Options())
        collected = boto3_jobs(target, {}, {}, most=20)
        target.close()
    assert collected.error is None
    assert collected.exchanges[0].request.path == "/jobs"


# Nobody's secrets.


class Telltale:
    """Repeats, in every refusal, the headers that it was sent; refuses what boto3 sends."""

    def __init__(self) -> None:
        self.app = ReferenceServer(["sdk-headers-refused"])
        self.told: list[str] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        if "HTTP_AMZ_SDK_REQUEST" not in environ:
            return self.app(environ, start)
        told = environ["HTTP_AUTHORIZATION"] + environ.get("HTTP_X_AMZ_SECURITY_TOKEN", "")
        self.told.append(told)
        start("400 Bad Request", [("x-amzn-ErrorType", "InvalidRequestException")])
        return [json.dumps({"message": told}).encode()]


@pytest.mark.usefixtures("nothing_else")
def test_credentials_do_not_come_into_the_report() -> None:
    telltale = Telltale()
    target = Target(
        "telltale",
        WsgiTransport(telltale),
        reset_with=Request("POST", "/_listjobs/reset"),
        credentials=KEYS,
    )
    report = check(target, Settings(select(), budget="quick"))
    assert failed(report) == {BOTO3}
    assert all(KEYS.access_key in told and KEYS.token in told for told in telltale.told)
    signatures = {
        told.rpartition("Signature=")[2].removesuffix(KEYS.token) for told in telltale.told
    }
    written = str(asdict(report))
    assert "REDACTED" in written
    for secret in (*SECRETS[:3], *signatures):
        assert secret not in written


@pytest.mark.usefixtures("nothing_else")
def test_boto3_names_itself_over_a_socket_too() -> None:
    assert failed(over_a_socket("scripts-forbidden")) == {BOTO3}
