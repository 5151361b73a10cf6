"""Cases: what a run writes of its failures."""

from __future__ import annotations

from pathlib import Path

from listjobs_conformance.cases.case import read_cases
from listjobs_conformance.worlds.provisioning import EXISTING, SHARED

from ..conftest import Run


def test_each_failure_gets_a_case_that_the_report_names(run: Run, tmp_path: Path) -> None:
    stale = tmp_path / "cases" / "listing.complete.listjobs.json"
    other = tmp_path / "cases" / "notes.json"
    stale.parent.mkdir()
    stale.write_text("{}")
    other.write_text("{}")
    report = run("reference:status-ignored", keeps_cases=tmp_path)
    assert {r.id: r.case for r in report.results if r.case} == {
        "filter/status": "cases/filter.status.listjobs.json"
    }
    names = {path.name for path in (tmp_path / "cases").iterdir()}
    assert names == {"filter.status.listjobs.json", "notes.json"}


def test_tokens_and_changes_stand_in_a_case_in_the_order_of_time(folder: Path) -> None:
    (case,) = read_cases([folder / "cases" / "lifecycle.survivors-once.listjobs.json"])
    sent = [(request["method"], request["target"]) for request in case.requests]
    assert sent[0] == ("GET", "/jobs?maxResults=1")
    assert sent[1][0] == "DELETE"
    assert sent[2] == ("GET", "/jobs?maxResults=1&nextToken=TOKEN_OF_ANSWER_1")
    assert case.requests[0]["answer"]["nextToken"] == "TOKEN_OF_ANSWER_1"


def test_the_same_run_writes_the_same_cases(run: Run, folder: Path, tmp_path: Path) -> None:
    run("reference:status-ignored+offset-in-token", keeps_cases=tmp_path)

    def written(folder: Path) -> dict[str, str]:
        return {path.name: path.read_text() for path in (folder / "cases").iterdir()}

    assert written(tmp_path) == written(folder)


def test_a_case_of_a_shared_world_names_nothing_of_that_run(run: Run, tmp_path: Path) -> None:
    run(
        "reference:status-ignored+offset-in-token",
        world=SHARED,
        allow_writes=True,
        keeps_cases=tmp_path,
    )
    texts = [path.read_text() for path in (tmp_path / "cases").iterdir()]
    assert len(texts) == 2
    assert all("lj" not in text for text in texts)


def test_of_an_account_that_was_found_there_are_no_cases(run: Run, tmp_path: Path) -> None:
    report = run("reference:no-request-id", world=EXISTING, keeps_cases=tmp_path, strict=True)
    assert any(result.verdict == "fail" for result in report.results)
    assert not any(result.case for result in report.results)
    assert not (tmp_path / "cases").exists()
