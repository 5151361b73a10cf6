"""Two walks at the same time, page by page in turn."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from listjobs_conformance.strategies import queries
from listjobs_conformance.strategies.queries import Ask

from ..contract.change_evidence import WalkInterleaving
from ..contract.evidence_kinds import Paged
from ..evidence import Ending, Evidence
from ..model import Query
from ..worlds.session import Session
from .listing import simpler_listing
from .scenario import Plan, Scenario, Source


def walk_side_by_side(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Walk twice alone, and then both ways in turn."""
    world = session.world(plan.population)
    one, other = (session.local(ask.query) for ask in plan.action)
    if one == other:
        return
    controls = []
    for query, ask in zip((one, other), plan.action, strict=True):
        widest = session.widest(query)
        size = session.page_size(ask.split, widest)
        controls.append(Paged(world, widest, session.walk(query, (size,))))
    if any(c.walk.filled < 2 or c.walk.ending is not Ending.COMPLETE for c in controls):
        yield from controls
        return
    first, second = (control.walk.page_size or 1 for control in controls)
    walkers = session.walker(one, first), session.walker(other, second)
    while walkers[0].goes_on:
        for walker in walkers:
            walker.step()
    yield WalkInterleaving(world, tuple(controls), tuple(w.to_the_end() for w in walkers))


PAIRS = (
    (Ask(Query(), 0), Ask(Query(status="IN_PROGRESS"), 0)),
    (Ask(Query(status="IN_PROGRESS"), 0), Ask(Query(status="CANCELED"), 0)),
    (Ask(Query(status="CANCELED"), 0), Ask(Query(target_selection="SNAPSHOT"), 1)),
    (Ask(Query(target_selection="CONTINUOUS"), 1), Ask(Query(), 2)),
    (Ask(Query(target_selection="SNAPSHOT"), 0), Ask(Query(target_selection="CONTINUOUS"), 0)),
)


def _fixed(source: Source) -> Iterator[Plan]:
    yield from (Plan(source.covering, pair) for pair in PAIRS)
    groups = [group.name for group in source.covering.groups]
    if groups:
        pair = (Ask(Query(thing_group_name=groups[0]), 0), Ask(Query(status="IN_PROGRESS"), 0))
        yield Plan(source.covering, pair)


def _drawn(source: Source) -> st.SearchStrategy[Plan]:
    return st.tuples(source.drawn, queries.DRAWN, queries.DRAWN).map(
        lambda d: Plan(d[0], (queries.asks(d[0], d[1]), queries.asks(d[0], d[2])))
    )


def _simpler(plan: Plan) -> Iterator[Plan]:
    yield from (part for part in simpler_listing(plan) if len(part.action) == 2)


SIDE_BY_SIDE = Scenario(
    "side-by-side",
    "walking twice at the same time",
    walk_side_by_side,
    _fixed,
    _drawn,
    action=tuple[Ask, Ask],
    share=0.1,
    simpler=_simpler,
    weight=queries.weight,
)
