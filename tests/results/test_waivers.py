"""Known failures: what a waiver covers, when it ends, and what is said of one that is stale."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from listjobs_conformance.cli import app
from listjobs_conformance.contract.selection import select
from listjobs_conformance.engine.findings import FailureKind
from listjobs_conformance.reports.record import Report
from listjobs_conformance.reports.record import Result as Verdict
from listjobs_conformance.results.waivers import (
    LASTS,
    Waiver,
    WaiverError,
    applying,
    read_waivers,
    write_waivers,
)

from ..conftest import Run

FAULT = "reference:status-ignored"
TODAY = date(2026, 7, 1)
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file of waivers with this text."""

    def write(text: str) -> Path:
        path = tmp_path / "waivers.toml"
        path.write_text("version = 1\n" + text)
        return path

    return write


def waiver(requirement: str = "filter/status", **more: str) -> str:
    lines = {"requirement": requirement, "reason": "known", **more}
    return "[[waiver]]\n" + "".join(f'{name} = "{value}"\n' for name, value in lines.items())


def verdict(report: Report, id: str = "filter/status") -> Verdict:
    return next(result for result in report.results if result.id == id)


def test_a_known_failure_is_waived_and_not_shrunk(run: Run, write: Write) -> None:
    chosen = select(["filter/status"])
    unwaived = run(FAULT, selected=chosen)
    assert (unwaived.status, verdict(unwaived).verdict) == (1, "fail")
    report = run(FAULT, selected=chosen, waivers=read_waivers(write(waiver(ticket="T-1"))))
    assert (report.status, verdict(report).verdict) == (0, "waived")
    assert verdict(report).waiver == "known (T-1)"
    assert report.requests < unwaived.requests


def test_another_failure_of_the_same_requirement_is_not_waived(run: Run, write: Write) -> None:
    chosen = select(["filter/status"])
    known = verdict(run(FAULT, selected=chosen)).fingerprint
    assert known is not None
    waivers = read_waivers(write(waiver(fingerprint=known)))
    assert verdict(run(FAULT, selected=chosen, waivers=waivers)).verdict == "waived"
    worse = "reference:completed-filter-finds-nothing"
    other = verdict(run(worse, selected=chosen, waivers=waivers))
    assert other.verdict == "fail"
    assert other.reason is not None
    assert "in another way" in other.reason
    assert known in other.reason
    assert other.fingerprint != known


def test_a_waived_requirement_that_passes_fails_the_run(run: Run, write: Write) -> None:
    report = run("reference", waivers=read_waivers(write(waiver())))
    assert (report.status, verdict(report).verdict) == (1, "unexpected-pass")
    assert "take the waiver away" in str(verdict(report).reason)


def test_one_that_was_not_exercised_is_neither(run: Run, write: Write) -> None:
    # The AWS CLI takes a target behind a URL.
    waivers = read_waivers(write(waiver("client/aws-cli")))
    report = run("reference", waivers=waivers)
    assert (report.status, verdict(report, "client/aws-cli").verdict) == (0, "unexercised")


def test_a_waiver_ends(run: Run, write: Write) -> None:
    yesterday, tomorrow = ((date.today() + timedelta(days=days)).isoformat() for days in (-2, 2))
    chosen = select(["filter/status"])
    report = run(FAULT, selected=chosen, waivers=read_waivers(write(waiver(expires=yesterday))))
    assert (report.status, verdict(report).verdict) == (1, "fail")
    assert verdict(report).reason == f"its waiver expired on {yesterday}: known"
    report = run(FAULT, selected=chosen, waivers=read_waivers(write(waiver(expires=tomorrow))))
    assert report.status == 0


@pytest.mark.parametrize(
    ("more", "applies"),
    [
        ({}, True),
        ({"target": "moto"}, True),
        ({"target": "moto 5.*"}, True),
        ({"target": "http://127.0.0.1:*"}, True),
        ({"target": "ministack"}, False),
        ({"versions": ">=5.2,<5.3"}, True),
        ({"versions": ">=5.3"}, False),
        ({"target": "moto", "versions": "==5.2.*"}, True),
    ],
)
def test_a_waiver_may_be_for_one_target_and_some_versions(
    write: Write, more: dict[str, str], applies: bool
) -> None:
    known = read_waivers(write(waiver(**more)))
    there = applying(known, "http://127.0.0.1:5000", "moto 5.2.5", TODAY)
    assert bool(there.of("filter/status")) is applies
    assert (there.waives(FailureKind("filter/status", "0" * 12)) is not None) is applies


def test_versions_of_a_target_that_does_not_say_its_own_are_an_error(write: Write) -> None:
    known = read_waivers(write(waiver(versions=">=5.2")))
    with pytest.raises(WaiverError, match="leave versions out"):
        applying(known, "http://127.0.0.1:5000", "unknown", TODAY)


def test_globs_name_several_requirements() -> None:
    there = applying([Waiver("filter/*", "known")], "moto", "moto 5.2.5", TODAY)
    assert there.of("filter/status")
    assert not there.of("error/status")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (waiver("filter/statuses"), "waiver 1: no requirement matches 'filter/statuses': did you"),
        (
            '[[waiver]]\nrequirement = "filter/status"\n',
            "waivers.toml, waiver 1: reason is missing",
        ),
        (
            waiver(expires="soon"),
            "waiver 1: expires is 'soon', and should be a date, such as 2027-01-31",
        ),
        (waiver(expires="2026-02-30"), "2026-02-30 is no date"),
        (waiver(fingerprint="abc"), "waiver 1: fingerprint is 'abc', and should be the twelve"),
        (waiver(versions="new"), "'new' is no range of versions"),
        (
            waiver() + waiver(resaon="typo"),
            "waiver 2: 'resaon' is nothing that may stand there: did you mean reason?",
        ),
        ("waiver = 3\n", "waivers.toml, waiver is 3, and should be a list"),
        ("waiver = [[", "is no TOML"),
        (f"waiver = {10**30}", "waiver is 1000"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(write: Write, text: str, said: str) -> None:
    with pytest.raises(WaiverError) as error:
        read_waivers(write(text))
    assert said in str(error.value)
    assert "waivers.toml" in str(error.value)


def test_a_date_may_be_written_as_a_date(write: Write) -> None:
    (one,) = read_waivers(write(waiver() + "expires = 2027-01-31\n"))
    assert one.expires == date(2027, 1, 31)


def command(tmp_path: Path, *arguments: str) -> Result:
    where = ("--budget", "quick", "--output", str(tmp_path / "out"))
    return CliRunner().invoke(app, ("run", *where, *arguments))


def test_what_fails_now_is_written_and_waives_it(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    target = "reference:status-ignored+execution-status-accepted"
    only = ("--only", "filter/*", "--only", "error/status")
    first = command(tmp_path, target, *only, "--write-waivers", str(path))
    assert first.exit_code == 1
    tables = tomllib.loads(path.read_text())["waiver"]
    assert [table["requirement"] for table in tables] == ["error/status", "filter/status"]
    seen = "--require 'error/*' --require 'filter/*'"
    assert f"so that the gate notices what is seen no more, add {seen}\n" in first.stderr
    gate = (*only, "--waivers", str(path), *shlex.split(seen))
    second = command(tmp_path, target, *gate)
    assert second.exit_code == 0, second.output
    assert "2 waived" in second.output


def test_a_written_waiver_is_for_the_implementation_that_failed(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "known.toml"
    report = run(FAULT, selected=select(["filter/status"]))
    moto = replace(report, target={**report.target, "implementation": "moto 5.2.5"})
    assert write_waivers(moto, path, TODAY) == 1
    assert tomllib.loads(path.read_text())["waiver"][0]["target"] == "moto"


def test_behind_a_url_a_written_waiver_is_for_whatever_is_there(tmp_path: Path, run: Run) -> None:
    report = run(FAULT, selected=select(["filter/status"]))
    there = replace(report, target={**report.target, "implementation": "unknown"})
    assert write_waivers(there, tmp_path / "known.toml", TODAY) == 1
    (written,) = read_waivers(tmp_path / "known.toml")
    assert written.target is None
    for port in (5000, 5001):
        assert applying([written], f"http://127.0.0.1:{port}", "unknown", TODAY).known


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "known.toml"
    path.write_text("mine")
    result = command(tmp_path, FAULT, "--write-waivers", str(path))
    assert result.exit_code == 2
    assert "is there already" in result.output
    with pytest.raises(WaiverError, match="is there already"):
        write_waivers(run(FAULT, selected=select(["filter/status"])), path, TODAY)
    assert path.read_text() == "mine"


def test_what_fails_is_not_written_beside_what_is_waived(tmp_path: Path) -> None:
    known = tmp_path / "known.toml"
    known.write_text("version = 1\n")
    more = ("--waivers", str(known), "--write-waivers", str(tmp_path / "new.toml"))
    result = command(tmp_path, FAULT, *more)
    assert result.exit_code == 2
    assert "leave out --waivers" in result.output


def test_waivers_for_other_targets_are_told(tmp_path: Path) -> None:
    known = tmp_path / "known.toml"
    known.write_text("version = 1\n" + waiver(target="another"))
    result = command(tmp_path, FAULT, "--only", "filter/status", "--waivers", str(known))
    assert result.exit_code == 1
    assert "1 of 1 waivers are for other targets" in result.output


def test_a_written_waiver_ends_by_itself(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "known.toml"
    assert write_waivers(run(FAULT, selected=select(["filter/status"])), path, TODAY) == 1
    (written,) = read_waivers(path)
    assert written.expires == TODAY + LASTS


def test_wrong_waivers_end_the_command_before_anything_is_sent(tmp_path: Path) -> None:
    result = command(tmp_path, FAULT, "--waivers", str(tmp_path / "none.toml"))
    assert result.exit_code == 2
    assert "cannot read" in result.output
    assert "Traceback" not in result.output


def test_what_fails_is_written_though_the_project_names_a_file_that_is_not_there_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("[tool.listjobs-conformance]\nwaivers = 'known.toml'\n")
    only = (FAULT, "--only", "filter/status")
    before = command(tmp_path, *only)
    assert before.exit_code == 2
    assert "`run --write-waivers known.toml` writes" in before.output
    first = command(tmp_path, *only, "--write-waivers", "known.toml")
    assert first.exit_code == 1, first.output
    assert "waivers in pyproject.toml counts for nothing here" in first.output
    assert command(tmp_path, *only).exit_code == 0


def test_the_smaller_case_of_what_is_waived_is_kept(tmp_path: Path, run: Run) -> None:
    chosen = {"selected": select(["filter/status"]), "keeps_cases": tmp_path}
    run(FAULT, **chosen)
    path = tmp_path / "cases" / "filter.status.listjobs.json"
    shrunk = path.read_text()
    waived = {**chosen, "waivers": [Waiver("filter/status", "known")]}
    assert verdict(run(FAULT, **waived)).verdict == "waived"
    assert path.read_text() == shrunk
    path.unlink()
    run(FAULT, **waived)
    found = path.read_text()
    assert len(found) > len(shrunk)
    # Of another target it says nothing.
    path.write_text(shrunk.replace(FAULT, "reference:other"))
    run(FAULT, **waived)
    assert path.read_text() == found
