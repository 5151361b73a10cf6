"""What a report shows of a violation: all that a reader needs to do the same again."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from listjobs_conformance.cases.case import read_cases
from listjobs_conformance.cases.script import script
from listjobs_conformance.contract.selection import select
from listjobs_conformance.reports.record import Report, ViolationRecord
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import ReferenceServer, serving
from listjobs_conformance.targets.kinds import Options, open_target

from ..cases.test_script import ran
from ..conftest import Run


def violation(report: Report, id: str) -> ViolationRecord:
    (found,) = (result.violation for result in report.results if result.id == id)
    assert found is not None
    return found


def test_an_error_within_a_history_is_shown_with_what_was_done_before_it(
    run: Run, tmp_path: Path
) -> None:
    name = "crash-at@after=deletion+page=later"
    report = run(f"reference:{name}", selected=select(["error/documented"]), keeps_cases=tmp_path)
    shown = [one.request for one in violation(report, "error/documented").requests]
    deleted = next(n for n, request in enumerate(shown) if request.startswith("DELETE /jobs/"))
    # The page whose token is used comes before it, and the crash after it.
    assert "nextToken" not in shown[deleted - 1]
    assert "nextToken=TOKEN_OF_ANSWER_1" in shown[-1]
    # And whoever gets the script sees the same.
    (case,) = read_cases([tmp_path])
    done = ran(script(case), tmp_path / "case.py", name)
    assert done.returncode == 1, done.stdout + done.stderr
    assert ran(script(case), tmp_path / "case.py").returncode == 0


def test_what_was_done_to_a_job_earlier_is_part_of_its_history(run: Run) -> None:
    report = run("reference:lose@history=cancelled-scheduled", shrinking=False)
    shown = [one.request for one in violation(report, "listing/complete").requests]
    assert any(request.endswith("/cancel") for request in shown)


def test_a_page_that_a_token_leads_to_is_shown_with_the_pages_before(run: Run) -> None:
    report = run("reference:crash-at@page=third", selected=select(["error/documented"]))
    shown = [one.request for one in violation(report, "error/documented").requests]
    assert len(shown) == 3
    assert "TOKEN_OF_ANSWER_2" in shown[-1]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_a_curl_line_works_as_it_is_printed() -> None:
    with serving(ReferenceServer(("zero-means-default",))) as url:
        target = open_target(url, Options(reset="/_listjobs/reset"))
        settings = Settings(select(["error/max-results-low", "filter/status"]), budget="quick")
        report = check(target, settings)
        line = violation(report, "error/max-results-low").curl
        assert line is not None
        done = subprocess.run(["bash", "-c", line], capture_output=True, check=True)
    assert json.loads(done.stdout)["jobs"] == []


def test_what_takes_a_world_or_a_token_gets_no_curl_line(run: Run) -> None:
    with serving(ReferenceServer(("status-ignored",))) as url:
        target = open_target(url, Options(reset="/_listjobs/reset"))
        report = check(target, Settings(select(["filter/status"]), budget="quick"))
        assert violation(report, "filter/status").curl is None
    # Nor does a target without an endpoint.
    report = run("reference:zero-means-default", selected=select(["error/max-results-low"]))
    assert violation(report, "error/max-results-low").curl is None


def test_one_job_is_no_jobs(run: Run) -> None:
    report = run("reference:jobs-of-many-targets-hidden", selected=frozenset({"listing/complete"}))
    (result,) = report.results
    assert result.violation is not None
    assert result.violation.expected == "1 job: a"
    assert result.violation.actual == "0 jobs: nothing"
