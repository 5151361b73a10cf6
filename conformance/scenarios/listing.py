"""Listing populations, small and large, under filters and in pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from listjobs_conformance.strategies import (
    population_space,
    queries,
    request_space,
    simplify,
    smallest,
)
from listjobs_conformance.strategies.queries import Ask

from ..api import WIDEST
from ..contract.evidence_kinds import Answer, Defaulted, Filtered, Listing, Paged, Walked
from ..contract.requirement import Violation
from ..evidence import Ending, Evidence, Walk
from ..model import GROUP, Job, JobCapabilities, Population, Query, ThingGroup
from ..worlds.session import Session
from .controls import filtered
from .scenario import Plan, Scenario, Source


def list_jobs(session: Session, plan: Plan) -> Iterator[Evidence]:
    """List the population in each way: widest, in small pages, and in default pages."""
    world = session.world(plan.population)
    baseline = session.widest(Query())
    unfiltered = [baseline]
    for ask in plan.action:
        query = session.local(ask.query)
        widest = session.walk(query, (WIDEST,), ask.order)
        if ask.widest_only:
            yield filtered(session, world, query)
            continue
        small = session.walk(query, (session.page_size(ask.split, widest),), ask.order)
        # Other orders are tried in small pages: a size that is not given comes in no order. Where
        # there are many jobs, a default page is one of several whatever else is asked for.
        plain = ask.order is None or plan.population.size > WIDEST
        default = session.walk(query, (None,)) if plain else None
        walks = (small,) if default is None else (small, default)
        if not query.filters:
            unfiltered += walks
        else:
            yield filtered(session, world, query, walks, ask.order)
        yield Paged(world, widest, small)
        if default is not None:
            yield Defaulted(world, widest, default, _control(session, widest, default))
    yield Listing(world, tuple(dict.fromkeys(unfiltered)))


def _control(session: Session, widest: Walk, default: Walk) -> Walk | None:
    """A walk that asks for the page size which the default turned out to be, where that came to
    something else than the largest pages."""
    if widest.whole and default.ending is Ending.COMPLETE and default.ids == widest.ids:
        return None
    size = max((len(page.ids) for page in default.pages), default=0)
    return session.walk(default.query, (min(size, WIDEST),)) if size else None


def _listing_plans(source: Source) -> st.SearchStrategy[Plan]:
    some_asks = st.lists(queries.DRAWN, min_size=1, max_size=3)
    return st.tuples(source.drawn, some_asks).map(
        lambda drawn: Plan(drawn[0], tuple(queries.asks(drawn[0], ask) for ask in drawn[1]))
    )


def _covering_plans(source: Source) -> Iterator[Plan]:
    if not source.fixed:
        yield from _small_worlds(source.capabilities, source.brief)
    for ask in request_space.asks(source.covering, source.brief):
        yield Plan(source.covering, (ask,))


def _small_worlds(held: JobCapabilities, brief: bool) -> Iterator[Plan]:
    for few in (population_space.single(held), population_space.empty(held)):
        yield from (Plan(few, (ask,)) for ask in request_space.asks_of_few(few, brief))
    if ("SCHEDULED", "CONTINUOUS", True) in held.kinds:
        yield Plan(TWINS, (Ask(Query(thing_group_name="g")),))
        yield Plan(TWINS, (Ask(Query(thing_group_id="g")),))
    if held.names and held.kinds:
        names = population_space.named(held, brief)
        yield from (Plan(names, (ask,)) for ask in request_space.asks_of_names(names, brief))
    if held.namespaces:
        for query in NAMESAKE_QUERIES:
            yield Plan(NAMESAKES, (Ask(query),))


TWINS = Population(
    (
        Job("a", "IN_PROGRESS", "CONTINUOUS", (GROUP + "g",)),
        Job("b", "SCHEDULED", "CONTINUOUS", (GROUP + "g",)),
    ),
    (ThingGroup("g"),),
)
"""Two jobs that differ in nothing but the status."""

NAMESAKES = Population((Job("a"), Job("b", namespace="n"), Job("c", namespace="nn")))
"""Jobs that differ in nothing but the namespace."""

NAMESAKE_QUERIES = (
    Query(namespace_id="n"),
    Query(namespace_id="nn"),
    Query(status="IN_PROGRESS", namespace_id="n"),
)


def from_below(
    population: Population, asks: tuple[Ask, ...], violation: Violation, least: int = 0
) -> Iterator[tuple[Population, tuple[Ask, ...]]]:
    """Worlds of a few jobs, so many at least, and how to ask them for what showed a violation."""
    if violation.decisive.request.resumes:
        # A second page comes after a first one, often whatever is asked for.
        least = max(least, 2)
        if len(asks) == 1 and asks[0].query.filters:
            yield from (
                (TWO_PLAIN, (Ask(order=order),)) for order in dict.fromkeys((None, asks[0].order))
            )
    yield from smallest.asked(population, asks, violation.amiss, least)


TWO_PLAIN = Population((Job("a"), Job("b")))
"""Two pages of one job."""


def smallest_listing(plan: Plan, violation: Violation) -> Iterator[Plan]:
    """Worlds of a few jobs, each ask alone."""
    for ask in plan.action:
        for population, asks in from_below(plan.population, (ask,), violation):
            yield Plan(population, asks)


def simpler_listing(plan: Plan) -> Iterator[Plan]:
    """One ask instead of several; then a simpler population; then a simpler ask; and plain
    names, which come before that where there are few jobs."""
    if len(plan.action) > 1:
        yield from (Plan(plan.population, (ask,)) for ask in plan.action)
    renamed, names = simplify.renamed(plan.population)
    plainly = Plan(renamed, tuple(simplify.renamed_ask(ask, names) for ask in plan.action))
    if plan.population.size <= FEW:
        yield plainly
    named = {name for ask in plan.action for name in ask.query.group_names}
    for population in simplify.populations(plan.population, named):
        yield Plan(population, plan.action)
        if len(population.jobs) < len(plan.population.jobs):
            # With fewer jobs the same split may be a whole page.
            yield Plan(population, tuple(replace(ask, split=0) for ask in plan.action))
    for index, ask in enumerate(plan.action):
        for simpler in simplify.asks(ask):
            yield Plan(plan.population, (*plan.action[:index], simpler, *plan.action[index + 1 :]))
    if plan.population.size > FEW:
        yield plainly


FEW = 3
"""Jobs of a world that is nearly as small as it can be: only names are left to be made plain."""


def _large_world(source: Source) -> Iterator[Plan]:
    many = source.many
    if many is not None:
        yield from (Plan(many, (ask,)) for ask in request_space.asks_of_many(many))


LISTING = Scenario(
    "listing",
    "listing populations under filters and in pages",
    list_jobs,
    _covering_plans,
    _listing_plans,
    gives=(Defaulted, Filtered, Listing, Paged, Walked, Answer),
    action=tuple[Ask, ...],
    share=0.4,
    smallest=smallest_listing,
    simpler=simpler_listing,
    weight=queries.weight,
)

LARGE_LISTING = Scenario(
    "large",
    "listing more jobs than a page holds",
    list_jobs,
    _large_world,
    gives=(Defaulted, Filtered, Listing, Paged, Walked, Answer),
    action=tuple[Ask, ...],
    smallest=smallest_listing,
    simpler=simpler_listing,
    weight=queries.weight,
    exclusive=True,
    large=True,
)
