"""The aws command, or what stands in for it: how it is called, and what is made of its end."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from listjobs_conformance.clients import aws_cli
from listjobs_conformance.clients.aws_cli import AwsCli
from listjobs_conformance.clients.client import Unusable
from listjobs_conformance.contract.selection import select
from listjobs_conformance.engine.budgets import BUDGETS
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import FAULTS, ReferenceServer, serving
from listjobs_conformance.targets.kinds import Options, open_target

from ..conftest import Run
from .conftest import BOTO3, COMMAND, KEYS, SECRETS, by_id, failed, over_a_socket

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


@needs_the_command
@pytest.mark.usefixtures("nothing_else")
@pytest.mark.parametrize("behaviours", [(), ("checks-signatures", "gzipped-answers")], ids="+".join)
def test_the_reference_serves_the_command(behaviours: tuple[str, ...]) -> None:
    report = over_a_socket(*behaviours)
    assert by_id(report)[BOTO3].verdict == by_id(report)[COMMAND].verdict == "pass"
    assert not failed(report)


@pytest.mark.matrix
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
