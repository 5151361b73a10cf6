"""What a step of a workflow says: each annotation is one line, and no command of a target's."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from listjobs_conformance.cli import app
from listjobs_conformance.reports.github import MOST, announce, commands, held
from listjobs_conformance.reports.record import VERDICTS, Report

from .conftest import FAILED, Judged
from .hostile import LONE, hostile

STEP = {"GITHUB_ACTIONS": "true"}


@pytest.mark.parametrize(
    ("verdict", "level", "begins"),
    [
        ("fail", "documented", f"::error title=fail {FAILED}::status="),
        ("fail", "convention", f"::notice title=note {FAILED}::status="),
        ("unexpected-pass", "observed", f"::error title=unexpected-pass {FAILED}::the reason"),
        ("inconclusive", "documented", f"::error title=inconclusive {FAILED}::the reason"),
    ],
)
def test_what_is_annotated(judged: Judged, verdict: str, level: str, begins: str) -> None:
    assert [line for line in commands(judged(verdict, level)) if line.startswith(begins)]


@pytest.mark.parametrize("verdict", ["pass", "waived", "unexercised"])
def test_what_is_not(judged: Judged, verdict: str) -> None:
    assert commands(judged(verdict)) == []


def test_a_target_that_could_not_be_judged_is_an_error(judged: Judged) -> None:
    report = judged("unexercised", unjudged="no job")
    assert [line.split("::")[2] for line in commands(report)] == ["no job"]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_an_annotation_is_one_line_whatever_a_target_says(judged: Judged, verdict: str) -> None:
    for line in commands(hostile(judged(verdict, unjudged="x"), LONE)):
        assert line.isprintable()
        kind, title, data = line.split("::", 2)
        assert kind == ""
        assert re.fullmatch(r"(error|notice) title=([^%:,]|%25|%3A|%2C)*", title)
        assert re.fullmatch(r"([^%]|%25)*", data)
        line.encode()


def test_at_most_ten_of_a_kind_and_the_last_says_how_many_more(
    many: Callable[..., Report],
) -> None:
    assert len(commands(many(MOST))) == MOST
    lines = commands(many(MOST + 5))
    assert len(lines) == MOST
    assert lines[-1] == "::error title=6 more::see the summary of the run"


def test_the_summary_is_appended(judged: Judged, tmp_path: Path) -> None:
    summary = tmp_path / "summary"
    summary.write_text("before\n")
    said: list[str] = []
    announce(judged("fail"), {"GITHUB_STEP_SUMMARY": str(summary)}, said.append)
    assert summary.read_text().startswith("before\n## ListJobs")
    assert said == []


def test_nothing_that_is_printed_meanwhile_is_a_command() -> None:
    said: list[str] = []
    with contextlib.suppress(ZeroDivisionError), held(STEP, said.append):
        said.append("::error::a target says so")
        raise ZeroDivisionError
    assert re.fullmatch(r"::stop-commands::[0-9a-f]{32}", said[0])
    assert said[2] == f"::{said[0].rpartition('::')[2]}::"
    with held({}, said.append):
        assert len(said) == 3


def test_the_command_announces_only_where_github_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["run", "http://127.0.0.1:9", "--output", str(tmp_path)]
    assert CliRunner().invoke(app, arguments).stdout == ""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "such"))
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 3
    assert "::error title=http%3A//127.0.0.1%3A9 could not be judged::no usable" in ended.stdout
    assert "cannot write the summary of the step" in ended.stderr
    # While the target is asked, and while what was found is shown.
    stops = re.findall(r"^::stop-commands::(.*)$", ended.stdout, re.MULTILINE)
    assert re.findall(r"^::([0-9a-f]{32})::$", ended.stdout, re.MULTILINE) == stops
    assert len(stops) == 2
