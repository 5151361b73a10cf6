"""Asking for groups that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..contract.evidence_kinds import Answer, Filtered, Unknown, Walked
from ..evidence import Evidence
from ..model import Query
from ..worlds.session import Session
from .controls import filtered
from .scenario import Plan, Scenario, Source
from .spellings import two_jobs


@dataclass(frozen=True, slots=True)
class Missing:
    """A group that does not exist: by name, or by the id of none."""

    by: str
    name: str


MISSING = (
    Missing("thing_group_name", "no-such-group"),
    Missing("thing_group_id", "00000000-0000-4000-8000-000000000000"),
    Missing("thing_group_name", "g"),
    Missing("thing_group_name", "G:1"),
    Missing("thing_group_name", "a"),
    Missing("thing_group_id", "g-1"),
)


def ask_for_missing(session: Session, plan: Plan) -> Iterator[Evidence]:
    """List the jobs of a group that does not exist, and those of one that does."""
    missing: Missing = plan.action
    world = session.world(plan.population)
    existing = session.local(Query(**{missing.by: plan.population.groups[0].name}))
    query = session.nowhere(Query(**{missing.by: missing.name}))
    if set(query.group_names) & world.groups.keys():
        return
    yield Unknown(world, session.widest(query), filtered(session, world, existing))


def _missing_fixed(source: Source) -> Iterator[Plan]:
    population = two_jobs(source)
    if population.groups:
        yield from (Plan(population, missing) for missing in MISSING)


MISSING_GROUPS = Scenario(
    "missing",
    "asking for groups that do not exist",
    ask_for_missing,
    _missing_fixed,
    gives=(Unknown, Filtered, Walked, Answer),
    action=Missing,
    unfit=lambda population: (
        None
        if population.groups
        else "thingGroups: beside the group that is missing, one must exist"
    ),
)
