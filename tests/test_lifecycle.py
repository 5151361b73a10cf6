"""Jobs that change while they are listed: small timelines, in worlds of every kind."""

from __future__ import annotations

import pytest

from listjobs_conformance.contract import Violation
from listjobs_conformance.contract.change_evidence import ChangeInterleaving
from listjobs_conformance.contract.interleavings import changed_once, survivors_once
from listjobs_conformance.model import Population, Query
from listjobs_conformance.reports.record import Report, ViolationRecord
from listjobs_conformance.scenarios import Plan
from listjobs_conformance.scenarios.interleavings import (
    TWO_AND_TWO_OF_A_GROUP,
    Interleaving,
    walk_meanwhile,
)
from listjobs_conformance.server import FAULTS
from listjobs_conformance.strategies.interleavings import PLACES, WHATS, Step, simpler, weight
from listjobs_conformance.strategies.queries import Ask
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.worlds.calibration import calibrate
from listjobs_conformance.worlds.provisioning import FRESH, SHARED
from listjobs_conformance.worlds.seeding import Seeder
from listjobs_conformance.worlds.session import Session

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


@pytest.mark.parametrize("fault", CHANGING[::2])  # In worlds of their own: all of them.
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


def moved(action: Interleaving, population: Population, *behaviours: str) -> ChangeInterleaving:
    """The evidence of one walk, on a server of its own."""
    target = open_target(":".join(["reference", *behaviours]), Options())
    maker = Seeder(target)
    session = Session(target, calibrate(maker), maker=maker)
    (part,) = walk_meanwhile(session, Plan(population, action))
    assert isinstance(part, ChangeInterleaving)
    return part


@pytest.mark.parametrize(
    ("place", "joined", "listed"), [("first", "a", "bc"), ("last", "d", "bcd")]
)
def test_a_job_that_is_given_a_group_may_join_the_walk_through_its_jobs(
    place: str, joined: str, listed: str
) -> None:
    action = Interleaving(Ask(Query(thing_group_name="g"), 0), (Step("associate", place),))
    part = moved(action, TWO_AND_TWO_OF_A_GROUP)
    (change,) = part.between
    assert (change.job_id, change.group) == (joined, "g")
    assert change.targets(part.world.group_arns["g"])
    assert "".join(part.control.walk.ids) == "bc"
    assert "".join(part.walk.ids) == listed
    for check in (survivors_once, changed_once):
        assert not [f for f in check(part) if isinstance(f, Violation)]


def test_a_job_that_joins_before_what_came_pushes_others_onto_the_next_page() -> None:
    action = Interleaving(Ask(Query(thing_group_name="g"), 0), (Step("associate", "first"),))
    part = moved(action, TWO_AND_TWO_OF_A_GROUP, "offset-in-token")
    assert part.walk.ids == ("b", "b", "c")
    (twice,) = [f for f in survivors_once(part) if isinstance(f, Violation)]
    assert [(job.job_id, job.fault) for job in twice.jobs] == [("b", "duplicated")]


def test_simpler_changes_weigh_less_and_lead_to_the_simplest() -> None:
    turns = (Step("associate", "last", 3), Step("create", "boundary", 2))
    for _ in range(100):
        steps = list(simpler(turns))
        assert all(weight(step) < weight(turns) for step in steps)
        if not steps:
            break
        turns = steps[-1]
    assert turns == (Step(WHATS[0], PLACES[0], 1),)
