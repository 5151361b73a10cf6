"""Deleting a thing group and making it again under its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..contract.evidence_kinds import Answer, Filtered, Listing, Walked
from ..evidence import Evidence
from ..model import GROUP, THING, Job, Population, Query, ThingGroup
from ..worlds import control
from ..worlds.seeding import SeedingError
from ..worlds.session import Session
from .controls import filtered
from .scenario import Plan, Scenario, Source

TWO_OF_A_GROUP = Population(
    (
        Job("a", selection="CONTINUOUS", targets=(GROUP + "g",)),
        Job("b", selection="CONTINUOUS", targets=(GROUP + "h", THING + "t")),
    ),
    (ThingGroup("g"), ThingGroup("h")),
)


def make_a_group_again(session: Session, plan: Plan) -> Iterator[Evidence]:
    """List a group's jobs; delete it, make it again, give it a job, and list them anew.

    Whether the jobs that it had before are its jobs now is not known.
    """
    name: str = plan.action
    by_name = Query(thing_group_name=name)
    with session.staged(plan.population) as (world, _):
        seeder = session.by_api
        assert seeder is not None
        yield filtered(session, world, by_name)
        if not session.target.send(control.delete_group(name)).ok:
            return
        session.changed()
        new = Job("c", selection="CONTINUOUS", targets=(GROUP + name,))
        try:
            made = seeder.seed(Population((new,), (ThingGroup(name),)), world.exclusive)
        except SeedingError:
            return  # The name may be taken for a while.
        session.changed()
        old = (
            replace(job, targets=(), partial=True) if name in job.groups else job
            for job in world.jobs
        )
        after = replace(
            world,
            jobs=(*old, *made.jobs),
            groups={**world.groups, **made.groups},
            group_arns={**world.group_arns, **made.group_arns},
            arns={**world.arns, **made.arns},
            described={**world.described, **made.described},
        )
        # The group has another id now.
        session.worlds.world = after
        ids = made.by_id.keys()
        session.settled(lambda: ids <= session.widest(by_name).id_set)
        yield Listing(after, (session.widest(Query()),))
        for query in (by_name, Query(thing_group_id=name), replace(by_name, status="IN_PROGRESS")):
            yield filtered(session, after, query)


def _fixed(source: Source) -> Iterator[Plan]:
    held = source.capabilities
    if held.lacks(TWO_OF_A_GROUP) is None and ("IN_PROGRESS", "CONTINUOUS", True) in held.kinds:
        yield Plan(TWO_OF_A_GROUP, "g")


REGROUPING = Scenario(
    "regrouping",
    "making a thing group again under its name",
    make_a_group_again,
    _fixed,
    gives=(Filtered, Listing, Walked, Answer),
    action=str,
    exclusive=True,
    writes=True,
    whole=True,
    prelude=lambda name: (),
)
