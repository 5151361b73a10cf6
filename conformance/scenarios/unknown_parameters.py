"""Sending parameters that no operation has: what comes of them is not known, but that it stands."""

from __future__ import annotations

from collections.abc import Iterator

from listjobs_conformance.strategies import request_space, simplify
from listjobs_conformance.strategies.invalid import UNKNOWN
from listjobs_conformance.strategies.queries import Ask, weight

from ..api import page_query, query_string
from ..contract.evidence_kinds import Answer
from ..contract.requirement import Violation
from ..evidence import Evidence, Page
from ..model import World
from ..worlds.session import Session
from .listing import from_below
from .scenario import Plan, Scenario, Source


def send_unknown(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Ask for the first two pages, with an unknown parameter beside; the same without it."""
    ask: Ask = plan.action
    world = session.world(plan.population)
    filters, beside = session.filters(session.local(ask.query)), query_string([UNKNOWN])
    token = None
    for _ in range(2):
        plain = session.ask(page_query(filters, 1 + ask.split, token))
        yield Answer(world, plain, Page(plain) if plain.ok else None)
        if plain.ok:
            query = page_query(filters, 1 + ask.split, token)
            # Whether the page is the same is not known: it is judged as an answer, and no more.
            yield Answer(World(exclusive=False), session.ask(f"{query}&{beside}"), None)
        token = Page(plain).token if plain.ok else None
        if token is None:
            return


def _fixed(source: Source) -> Iterator[Plan]:
    for filters in request_space.FILTERS[:: 4 if source.brief else 1]:
        for found, query in request_space.queries_of(source.covering, filters)[:1]:
            yield Plan(source.covering, Ask(query, max(0, found - 2)))


def _smallest(plan: Plan, violation: Violation) -> Iterator[Plan]:
    for population, (ask,) in from_below(plan.population, (plan.action,), violation):
        yield Plan(population, ask)


def _simpler(plan: Plan) -> Iterator[Plan]:
    named = set(plan.action.query.group_names)
    for population in simplify.populations(plan.population, named):
        yield Plan(population, plan.action)
    for ask in simplify.asks(plan.action):
        yield Plan(plan.population, ask)


UNKNOWN_PARAMETERS = Scenario(
    "unknown-parameters",
    "sending parameters that no operation has",
    send_unknown,
    _fixed,
    gives=(Answer,),
    action=Ask,
    smallest=_smallest,
    simpler=_simpler,
    weight=lambda ask: weight((ask,)),
)
