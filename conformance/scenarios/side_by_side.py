"""Two walks at the same time, page by page in turn."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import strategies as st

from listjobs_conformance.strategies import queries, request_space
from listjobs_conformance.strategies.queries import Ask

from ..contract.change_evidence import WalkInterleaving
from ..contract.evidence_kinds import Answer, Paged, Walked
from ..contract.requirement import Violation
from ..evidence import Ending, Evidence
from ..model import Population, Query
from ..worlds.session import Session
from .listing import from_below, simpler_listing
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
    (Ask(Query(), 7), Ask(Query(status="IN_PROGRESS"), 2)),
    (Ask(Query(status="IN_PROGRESS"), 2), Ask(Query(status="CANCELED"), 0)),
    (Ask(Query(status="CANCELED"), 0), Ask(Query(target_selection="SNAPSHOT"), 3)),
    (Ask(Query(target_selection="CONTINUOUS"), 3), Ask(Query(), 5)),
    (Ask(Query(target_selection="SNAPSHOT"), 3), Ask(Query(target_selection="CONTINUOUS"), 3)),
)
"""In pages that make three or four of each: each page is a request."""


def _fixed(source: Source) -> Iterator[Plan]:
    population = source.covering
    yield from (Plan(population, pair) for pair in PAIRS[: 2 if source.brief else None])
    every = [*pairwise(_several_pages(population))]
    for one, other in every[::4] if source.brief else every:
        yield Plan(population, (one, other))


def _several_pages(population: Population) -> Iterator[Ask]:
    """Each set of filters, in the values that list most, in pages of half the jobs."""
    for filters in request_space.FILTERS:
        for found, query in request_space.queries_of(population, filters)[:1]:
            if found > 1:
                yield Ask(query, (found + 1) // 2 - 1)


def _drawn(source: Source) -> st.SearchStrategy[Plan]:
    return st.tuples(source.drawn, queries.DRAWN, queries.DRAWN).map(
        lambda d: Plan(d[0], (queries.asks(d[0], d[1]), queries.asks(d[0], d[2])))
    )


def _smallest(plan: Plan, violation: Violation) -> Iterator[Plan]:
    for population, asks in from_below(plan.population, plan.action, violation, least=2):
        yield Plan(population, asks)


def _simpler(plan: Plan) -> Iterator[Plan]:
    yield from (part for part in simpler_listing(plan) if len(part.action) == 2)


SIDE_BY_SIDE = Scenario(
    "side-by-side",
    "walking twice at the same time",
    walk_side_by_side,
    _fixed,
    _drawn,
    gives=(WalkInterleaving, Paged, Walked, Answer),
    action=tuple[Ask, Ask],
    share=0.05,
    smallest=_smallest,
    simpler=_simpler,
    weight=queries.weight,
)


def _among_many(source: Source) -> Iterator[Plan]:
    many = source.many
    if many is not None:
        yield Plan(many, (Ask(Query(), 99), Ask(Query(status="IN_PROGRESS"), 127)))


SIDE_BY_SIDE_AMONG_MANY = Scenario(
    "side-by-side-among-many",
    "walking twice at the same time where there are many jobs",
    walk_side_by_side,
    _among_many,
    gives=(WalkInterleaving, Paged, Walked, Answer),
    action=tuple[Ask, Ask],
    weight=queries.weight,
    whole=True,
    exclusive=True,
    large=True,
)
