"""Jobs that change while they are listed: small timelines, in worlds of every kind."""

from __future__ import annotations

import pytest

from listjobs_conformance.reports.record import Report, ViolationRecord
from listjobs_conformance.server import FAULTS
from listjobs_conformance.stage import FRESH, SHARED
from listjobs_conformance.strategies.motion import PLACES, WHATS, Turn, simpler, weight

from .conftest import Run

FAMILIES = ("lifecycle/", "concurrency/")
CHANGING = [name for name, one in FAULTS.items() if one.breaks[0].startswith(FAMILIES)]


def violations(report: Report) -> dict[str, ViolationRecord]:
    return {r.id: r.violation for r in report.results if r.violation is not None}


@pytest.mark.parametrize(
    ("fault", "jobs"),
    [
        ("offset-in-token", 2),
        ("offset-from-the-newest", 2),
        ("sorted-by-last-update", 2),
        ("token-names-a-job", 2),
        ("walk-goes-through-a-snapshot", 2),
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


@pytest.mark.parametrize("fault", CHANGING)
def test_a_fault_is_found_beside_other_peoples_jobs(run: Run, fault: str) -> None:
    report = run(f"reference:{fault}", world=SHARED, minimise=False)
    assert violations(report).keys() == set(FAULTS[fault].breaks)


@pytest.mark.parametrize("world", [FRESH, SHARED])
def test_everything_that_changes_is_exercised(run: Run, world: str) -> None:
    report = run("reference", world=world)
    verdicts = {r.id: r.verdict for r in report.results if r.id.startswith(FAMILIES)}
    assert set(verdicts.values()) == {"pass"}


def test_simpler_changes_weigh_less_and_lead_to_the_simplest() -> None:
    turns = (Turn("complete", "last", 3), Turn("create", "boundary", 2))
    for _ in range(100):
        steps = list(simpler(turns))
        assert all(weight(step) < weight(turns) for step in steps)
        if not steps:
            break
        turns = steps[-1]
    assert turns == (Turn(WHATS[0], PLACES[0], 1),)
