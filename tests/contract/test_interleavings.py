"""A walk on whose way a job is given a group: what it may list, and what it lists twice."""

from __future__ import annotations

import pytest

from listjobs_conformance.contract import Violation
from listjobs_conformance.contract.change_evidence import ChangeInterleaving
from listjobs_conformance.contract.interleavings import changed_once, survivors_once
from listjobs_conformance.model import Population, Query
from listjobs_conformance.scenarios import Plan
from listjobs_conformance.scenarios.interleavings import (
    TWO_AND_TWO_OF_A_GROUP,
    Interleaving,
    walk_meanwhile,
)
from listjobs_conformance.strategies.interleavings import Step
from listjobs_conformance.strategies.queries import Ask
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.worlds.calibration import calibrate
from listjobs_conformance.worlds.seeding import Seeder
from listjobs_conformance.worlds.session import Session


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
