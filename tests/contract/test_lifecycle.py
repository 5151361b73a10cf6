"""Jobs that change while they are listed: small timelines, in worlds of every kind."""

from __future__ import annotations

import pytest

from listjobs_conformance.reports.record import Report, ViolationRecord
from listjobs_conformance.server import FAULTS
from listjobs_conformance.worlds.provisioning import FRESH, SHARED

from ..conftest import Run
from ..helpers.tiers import first_of_each

FAMILIES = ("lifecycle/", "concurrency/")
CHANGING = [name for name, one in FAULTS.items() if one.breaks[0].startswith(FAMILIES)]


def violations(report: Report) -> dict[str, ViolationRecord]:
    return {r.id: r.violation for r in report.results if r.violation is not None}


@pytest.mark.parametrize(
    ("fault", "jobs"),
    [
        ("offset-in-token", 2),
        pytest.param("offset-from-the-newest", 2, marks=pytest.mark.matrix),
        pytest.param("sorted-by-last-update", 2, marks=pytest.mark.matrix),
        ("token-names-a-job", 2),
        pytest.param("walk-goes-through-a-snapshot", 2, marks=pytest.mark.matrix),
    ],
)
def test_a_timeline_is_as_short_as_a_person_would_make_it(run: Run, fault: str, jobs: int) -> None:
    violation = violations(run(f"reference:{fault}", budget="standard"))[FAULTS[fault].breaks[0]]
    assert len(violation.population) == jobs
    assert len(violation.requests) <= 4
    page, change = (request.request for request in violation.requests[:2])
    assert page == "GET /jobs?maxResults=1"
    assert change.split()[0] in ("DELETE", "PUT")
    assert violation.requests[1].answer == "HTTP 200"
    assert "nextToken=TOKEN_OF_ANSWER_1" in violation.requests[2].request


# In worlds of their own: all of them.
@pytest.mark.parametrize("fault", first_of_each(CHANGING[::2], lambda name: FAULTS[name].breaks[0]))
def test_a_fault_is_found_beside_other_peoples_jobs(run: Run, fault: str) -> None:
    report = run(f"reference:{fault}", world=SHARED, shrinking=False)
    assert violations(report).keys() == set(FAULTS[fault].breaks)


@pytest.mark.parametrize("world", [FRESH, SHARED])
def test_everything_that_changes_is_exercised(run: Run, world: str) -> None:
    report = run("reference", world=world)
    verdicts = {r.id: r.verdict for r in report.results if r.id.startswith(FAMILIES)}
    assert set(verdicts.values()) == {"pass"}


@pytest.mark.parametrize("world", [FRESH, SHARED])
@pytest.mark.parametrize(
    "variation", ["association-unknown", "association-refused", "association-without-effect"]
)
def test_a_target_that_gives_no_job_a_group_is_told_so_and_not_accused(
    run: Run, variation: str, world: str
) -> None:
    report = run(f"reference:{variation}", world=world)
    verdicts = {r.id: r.verdict for r in report.results if r.id.startswith(FAMILIES)}
    assert verdicts.pop("lifecycle/associated-group-listed") == "unexercised"
    assert set(verdicts.values()) == {"pass"}
    capabilities = report.target["capabilities"]
    assert capabilities["associatesTargets"] is False
    assert set(capabilities["missing"]) == {"AssociateTargetsWithJob"}


def test_jobs_that_take_a_minute_to_go_are_in_nobodys_way(run: Run) -> None:
    report = run("reference:deletion-takes-a-minute", world=SHARED)
    verdicts = {r.id: r.verdict for r in report.results if r.id.startswith(FAMILIES)}
    assert verdicts["lifecycle/cancel-moves-status"] == "pass"
    assert set(verdicts.values()) == {"pass", "unexercised"}
