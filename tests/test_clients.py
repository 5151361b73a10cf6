"""AWS's own clients: what they are compared with, what they are spared, what stays secret."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import Credentials

from listjobs_conformance import run as run_module
from listjobs_conformance.clients import aws_cli
from listjobs_conformance.clients import boto3 as clients
from listjobs_conformance.clients.aws_cli import AwsCli
from listjobs_conformance.clients.boto3 import boto3_jobs
from listjobs_conformance.clients.client import Unusable
from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.evidence_kinds import ByAwsCli, ByBoto3, Collected, Paged
from listjobs_conformance.contract.selection import select
from listjobs_conformance.engine.budgets import BUDGETS
from listjobs_conformance.engine.evaluation import Evaluation, Evaluator
from listjobs_conformance.engine.suite import Suite
from listjobs_conformance.evidence import Ending, Exchange, Page, Request, Walk
from listjobs_conformance.model import Job, Query, World
from listjobs_conformance.reports.record import Report, Result
from listjobs_conformance.run import Settings, check
from listjobs_conformance.scenarios.clients import AWS_CLI, CLIENTS
from listjobs_conformance.server import FAULTS, ReferenceServer, serving
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import Target
from listjobs_conformance.wire import Bounds, CallTransport, WsgiTransport
from listjobs_conformance.worlds.provisioning import EXISTING, GIVEN, SHARED

from .conftest import Run
from .test_worlds import run as run_in

BOTO3, COMMAND = "client/boto3-paginator", "client/aws-cli"


def by_id(report: Report) -> dict[str, Result]:
    return {result.id: result for result in report.results}


def failed(report: Report) -> set[str]:
    return {result.id for result in report.results if result.verdict == "fail"}


@pytest.fixture
def nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs try the clients and nothing else."""
    monkeypatch.setattr(run_module, "SUITE", Suite(CATALOGUE, (CLIENTS, AWS_CLI)))
    monkeypatch.setitem(BUDGETS, "quick", replace(BUDGETS["quick"], large=True))


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
    assert failed(run_in(kind, "token-read-to-the-end")) == {BOTO3}


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


# What is made of it.

OTHERS = "somebody-elses"


def page(*job_ids: str) -> Exchange:
    jobs = [{"jobId": id} for id in job_ids]
    request = Request("GET", "/jobs", "maxResults=250")
    named = {"content-type": "application/json", "x-amzn-requestid": "1"}
    return Exchange(request, 200, named, json.dumps({"jobs": jobs}).encode())


def walk(*job_ids: str) -> Walk:
    exchange = page(*job_ids)
    return Walk(Query(), 250, (Page(exchange),), Ending.COMPLETE, exchange)


def judged(
    collected: Collected, *, exclusive: bool = False, again: Walk | None = None
) -> Evaluation:
    world = World((Job("a"), Job("b")), exclusive=exclusive)
    listed = walk("a", "b", OTHERS)
    paged = Paged(world, listed, listed)
    return Evaluator(CATALOGUE).evaluate(
        [ByBoto3(world, "plain", collected, paged, again or listed)]
    )


def collected(*job_ids: str, **more: Any) -> Collected:
    return Collected("boto3", job_ids, (page(*job_ids),), **more)


@pytest.mark.parametrize(
    ("job_ids", "faults"),
    [
        (("a", "b", OTHERS), set()),
        (("b", "a"), set()),
        (("a", "b", OTHERS, OTHERS, "another"), set()),
        (("a", OTHERS), {("b", "lost")}),
        (("a", "b", "a"), {("a", "duplicated")}),
    ],
)
def test_only_jobs_that_the_world_answers_for_are_compared(
    job_ids: tuple[str, ...], faults: set[tuple[str, str]]
) -> None:
    violation = judged(collected(*job_ids)).violations.get(BOTO3)
    assert {(job.job_id, job.fault) for job in (violation.jobs if violation else ())} == faults


def test_in_a_world_of_its_own_every_job_is_compared() -> None:
    violation = judged(collected("a", "b", "c"), exclusive=True).violations[BOTO3]
    assert {(job.job_id, job.fault) for job in violation.jobs} == {
        ("c", "phantom"),
        (OTHERS, "lost"),
    }


def test_where_the_listing_changed_meanwhile_nothing_is_said() -> None:
    assert BOTO3 not in judged(collected("a"), again=walk("a", OTHERS)).violations
    assert BOTO3 in judged(collected("a"), again=walk("a", "b")).violations


def test_what_was_not_answered_is_inconclusive() -> None:
    evaluation = judged(collected("a", unanswered="timed out"))
    assert BOTO3 not in evaluation.violations
    assert evaluation.unanswered[BOTO3] == "timed out"


def test_what_boto3_cannot_do_is_not_held_against_the_command() -> None:
    world, listed = World((Job("a"),)), walk("a")
    refused = ByBoto3(
        world, "plain", collected(error="E: no"), Paged(world, listed, listed), listed
    )
    evaluation = Evaluator(CATALOGUE).evaluate([ByAwsCli(world, collected(error="no"), refused)])
    assert BOTO3 in evaluation.violations
    assert COMMAND not in evaluation.violations
    assert evaluation.masked[COMMAND] == {BOTO3}


# Nobody's secrets.

KEYS = Credentials("AKIAIOSFODNN7EXAMPLE", "the-secret-of-somebody", "the-token-of-somebody")
SECRETS = ("AKIAIOSFODNN7EXAMPLE", "the-secret-of-somebody", "the-token-of-somebody", "Signature=")


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


# The aws command, or what stands in for it.

STAND_IN = """#!{python}
import json, os, sys
given = dict(argument.partition("=")[::2] for argument in sys.argv[1:])
with open({log!r}, "a") as log:
    print(json.dumps([sys.argv[1:], dict(os.environ)]), file=log)
{does}
"""


class StandIn:
    """A program in the place of the aws command, which notes how it was called."""

    def __init__(self, folder: Path, does: str) -> None:
        self.log = folder / "calls"
        self.path = folder / "aws"
        self.path.write_text(STAND_IN.format(python=sys.executable, log=str(self.log), does=does))
        self.path.chmod(self.path.stat().st_mode | stat.S_IXUSR)

    @property
    def calls(self) -> list[tuple[list[str], dict[str, str]]]:
        return [tuple(json.loads(line)) for line in self.log.read_text().splitlines()]


@pytest.fixture
def stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], tuple[AwsCli, StandIn]]]:
    def make(does: str) -> tuple[AwsCli, StandIn]:
        program = StandIn(tmp_path, does)
        monkeypatch.setenv(aws_cli.COMMAND, str(program.path))
        target = open_target("http://127.0.0.1:1", Options())
        target.credentials = KEYS
        command = AwsCli.of(target)
        assert command is not None
        return command, program

    return make


Made = Callable[[str], tuple[AwsCli, StandIn]]

IN_TWO_PARTS = """
first = {"jobs": [{"jobId": "a"}], "NextToken": "t="}
print(json.dumps({"jobs": [{"jobId": "b"}]} if "--starting-token" in given else first))
"""


def test_the_command_is_called_again_until_nothing_is_left(stand_in: Made) -> None:
    command, program = stand_in(IN_TWO_PARTS)
    listed = command.jobs({"thingGroupName": "-g"}, {"PageSize": 1, "MaxItems": 1})
    assert listed.ids == ("a", "b")
    assert listed.error is listed.unanswered is None
    asked = ["--thing-group-name=-g", "--page-size=1", "--max-items=1"]
    (first, _), (second, _) = program.calls
    assert first[-3:] == asked
    assert second[-4:] == [*asked, "--starting-token=t="]
    (nearest,) = listed.exchanges
    assert nearest.request.query == "thingGroupName=-g&maxResults=1"


def test_a_listing_that_the_command_never_ends_says_nothing(stand_in: Made) -> None:
    command, program = stand_in('print(json.dumps({"jobs": [], "NextToken": "t"}))')
    assert command.jobs({}, {"MaxItems": 1}).unanswered is not None
    assert len(program.calls) == aws_cli.CALLS_AT_MOST


def test_a_command_that_hangs_is_ended(stand_in: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_cli, "SECONDS", 0.5)
    command, _ = stand_in("import time; time.sleep(60)")
    assert command.jobs({}, {}).unanswered == "the aws command took more than 0.5 s"


@pytest.mark.parametrize(
    "line",
    [
        "An error occurred (X) when calling the ListJobs operation: no",
        "Error during pagination: The same next token was received twice: {'nextToken': 't'}",
        "Unable to parse response (no element found), invalid response",
    ],
)
def test_a_complaint_about_the_answer_is_recorded(stand_in: Made, line: str) -> None:
    command, _ = stand_in(
        f"print('\\nNote: a new version\\n\\n' + {line!r}, file=sys.stderr)\nsys.exit(254)"
    )
    assert command.jobs({}, {}).error == line


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("print('Could not connect', file=sys.stderr); sys.exit(255)", "255: Could not connect"),
        ("sys.exit(1)", "ended with 1: nothing said"),
        ("print('usage: aws')", "no JSON"),
        ("print('[]')", "another thing than an object"),
    ],
)
def test_trouble_of_the_command_s_own_is_no_failure(stand_in: Made, does: str, words: str) -> None:
    command, _ = stand_in(does)
    with pytest.raises(Unusable, match=words):
        command.jobs({}, {})


@pytest.mark.usefixtures("nothing_else")
def test_a_command_that_does_not_work_is_named_and_nothing_fails(stand_in: Made) -> None:
    stand_in("sys.exit(1)")
    with serving(ReferenceServer()) as url:
        target = open_target(url, Options(reset="/_listjobs/reset"))
        report = check(target, Settings(select(), budget="quick"))
    results = by_id(report)
    assert results[BOTO3].verdict == "pass"
    assert results[COMMAND].verdict == "unexercised"
    missing = report.target["capabilities"]["missing"]
    assert "ended with 1" in missing["the aws command"]


def test_credentials_are_given_by_the_environment_alone(
    stand_in: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    command, program = stand_in(
        'print(json.dumps({"jobs": [{"jobId": os.environ["AWS_SECRET_ACCESS_KEY"]}]}))'
    )
    listed = command.jobs({}, {})
    ((arguments, environment),) = program.calls
    assert environment["AWS_ACCESS_KEY_ID"] == KEYS.access_key
    assert environment["AWS_SECRET_ACCESS_KEY"] == KEYS.secret_key
    assert environment["AWS_SESSION_TOKEN"] == KEYS.token
    assert not {"AWS_PROFILE", "HTTPS_PROXY"} & environment.keys()
    for secret in SECRETS:
        assert secret not in " ".join(arguments) + str(listed)


def test_the_command_is_for_targets_behind_a_url_that_set_no_pace(stand_in: Made) -> None:
    stand_in("")
    assert AwsCli.of(open_target("reference", Options())) is None
    assert AwsCli.of(open_target("http://127.0.0.1:1", Options(max_rps=5))) is None


def test_without_the_command_its_requirement_says_what_it_needs(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(aws_cli.COMMAND, "/no/such/command")
    assert AwsCli.of(open_target("http://127.0.0.1:1", Options())) is None
    result = by_id(run("reference"))[COMMAND]
    assert result.verdict == "unexercised"
    assert "LISTJOBS_AWS_CLI" in str(result.reason)


# The command itself, over a socket.

INSTALLED = AwsCli.of(open_target("http://127.0.0.1:1", Options())) is not None
needs_the_command = pytest.mark.skipif(
    not INSTALLED, reason="the aws command is not installed, nor named by LISTJOBS_AWS_CLI"
)


def over_a_socket(*behaviours: str) -> Report:
    with serving(ReferenceServer(behaviours)) as url:
        target = open_target(url, Options(reset="/_listjobs/reset"))
        return check(target, Settings(select(), budget="quick"))


@needs_the_command
@pytest.mark.usefixtures("nothing_else")
@pytest.mark.parametrize("behaviours", [(), ("checks-signatures", "gzipped-answers")], ids="+".join)
def test_the_reference_serves_the_command(behaviours: tuple[str, ...]) -> None:
    report = over_a_socket(*behaviours)
    assert by_id(report)[BOTO3].verdict == by_id(report)[COMMAND].verdict == "pass"
    assert not failed(report)


@needs_the_command
@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.needs_cli])
def test_a_fault_that_only_the_command_meets_breaks_its_requirement_alone(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(BUDGETS, "quick", replace(BUDGETS["quick"], large=True))
    report = over_a_socket(name)
    assert failed(report) == set(FAULTS[name].breaks)
    violation = by_id(report)[COMMAND].violation
    assert violation is not None
    assert violation.repeats
    assert len(violation.population) <= 3
    (decisive,) = [request for request in violation.requests if request.decisive]
    assert "aws iot list-jobs" in decisive.answer


@needs_the_command
@pytest.mark.usefixtures("nothing_else")
def test_a_fault_that_both_clients_meet_is_boto3_s() -> None:
    report = over_a_socket("sdk-headers-refused")
    assert failed(report) == {BOTO3}
    assert by_id(report)[COMMAND].reason == f"masked by {BOTO3}"


@pytest.mark.usefixtures("nothing_else")
def test_boto3_names_itself_over_a_socket_too() -> None:
    assert failed(over_a_socket("scripts-forbidden")) == {BOTO3}
