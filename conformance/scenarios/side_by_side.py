"""Two walks at the same time, page by page in turn."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from listjobs_conformance.strategies import queries
from listjobs_conformance.strategies.queries import Ask

from ..contract.motion import Interleaved
from ..contract.parts import Paged, Part
from ..evidence import Ending
from ..model import Query
from ..session import EXTRA_PAGES, Session
from .listing import simpler_listing
from .plan import Plan, Scenario, Source
from .stepping import Stepper


def walk_side_by_side(session: Session, plan: Plan) -> Iterator[Part]:
    """Walk twice alone, and then both ways in turn."""
    world = session.world(plan.population)
    one, other = (session.local(ask.query) for ask in plan.doing)
    if one == other:
        return
    controls = []
    for query, ask in zip((one, other), plan.doing, strict=True):
        widest = session.widest(query)
        size = session.page_size(ask.split, widest)
        controls.append(Paged(world, widest, session.walk(query, (size,))))
    if any(c.walk.filled < 2 or c.walk.ending is not Ending.COMPLETE for c in controls):
        yield from controls
        return
    first, second = (control.walk.page_size or 1 for control in controls)
    beside = Stepper(session, other, second, len(controls[1].walk.pages) + EXTRA_PAGES)
    walk = session.moving_walk(one, first, lambda _: beside.step())
    yield Interleaved(world, tuple(controls), (walk, beside.to_the_end()))


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
    yield from (part for part in simpler_listing(plan) if len(part.doing) == 2)


SIDE_BY_SIDE = Scenario(
    "side-by-side",
    "walking twice at the same time",
    walk_side_by_side,
    _fixed,
    _drawn,
    doing=tuple[Ask, Ask],
    share=0.1,
    simpler=_simpler,
    weight=queries.weight,
)
