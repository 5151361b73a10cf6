"""When a run ends early: what was found is confirmed and shown all the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings

from ..cli.conftest import command
from ..conftest import Run

ENDING = """
import sys
from listjobs_conformance.server import ReferenceServer

inner = ReferenceServer(())


def app(environ, start_response):
    if "status=" in environ["QUERY_STRING"]:
        sys.exit(0)
    return inner(environ, start_response)
"""
"""A backend that ends the process where it is asked for a status."""

TWO = "reference:status-ignored+boundary-job-repeated"


def failed(report: Report) -> set[str]:
    return {result.id for result in report.results if result.verdict == "fail"}


def test_a_run_ends_after_as_many_failures_as_are_wanted(run: Run) -> None:
    report = run(TWO, max_failures=1)
    assert report.status == 1
    assert failed(report)
    for result in report.results:
        if result.verdict == "fail":
            assert result.violation is not None
            assert result.violation.repeats
        else:
            assert result.verdict in ("inconclusive", "unexercised"), result.id
    reasons = {result.reason for result in report.results if result.verdict == "inconclusive"}
    (reason,) = reasons
    assert reason is not None
    assert reason.endswith(": --max-failures 1")
    assert report.examples < run(TWO).examples


def test_it_goes_on_to_the_end_where_fewer_are_found(run: Run) -> None:
    report = run(TWO, max_failures=9)
    assert failed(report) == failed(run(TWO)) == {"filter/status", "pagination/no-duplicates"}
    assert not [result for result in report.results if result.verdict == "inconclusive"]


def test_what_does_not_gate_or_is_not_selected_does_not_count(run: Run) -> None:
    note = run("reference:namespace-id-ignored", max_failures=1)
    assert failed(note) == {"filter/namespace-id"}
    assert note.status == 0
    strict = run("reference:namespace-id-ignored", max_failures=1, strict=True)
    assert strict.status == 1
    assert strict.examples < note.examples
    others = frozenset(one.id for one in CATALOGUE) - {"filter/status"}
    report = run("reference:status-ignored", max_failures=1, selected=others)
    assert report.examples == note.examples


def test_processes_end_at_the_same_failure_as_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chosen = ("run", TWO, "--budget", "quick", "--max-failures", "1")
    alone = command(*chosen)
    shared = command(*chosen, "-n", "2")
    assert alone.exit_code == shared.exit_code == 1
    one, other = (re.sub(r"[\d.]+ s\b", "TIME", said.stdout) for said in (alone, shared))
    assert one == other


def test_a_target_that_is_gone_is_no_interrupt_whoever_asked_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ending.py").write_text(ENDING)
    chosen = ("run", "wsgi:ending:app", "--reset", "/_listjobs/reset", "--budget", "quick")
    for workers in ("1", "2"):
        ended = command(*chosen, "-n", workers)
        assert ended.exit_code == 3
        said = " ".join((ended.stdout + ended.stderr).split())
        assert "stopped answering: the application raised SystemExit: 0" in said


def test_without_shrinking_a_failure_is_confirmed_as_it_was_found(run: Run) -> None:
    shown, whole = (
        {result.id: result.violation for result in report.results}["filter/status"]
        for report in (
            run("reference:status-ignored"),
            run("reference:status-ignored", smallest=False),
        )
    )
    assert shown is not None
    assert whole is not None
    assert len(whole.population) >= len(shown.population) == 1
    assert whole.repeats
    assert Settings(selected=frozenset()).smallest
