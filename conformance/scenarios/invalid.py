"""Sending requests that are not valid."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from listjobs_conformance.strategies import invalid, simplify

from ..contract.evidence_kinds import Answer, Invalid
from ..contract.requirement import Violation
from ..evidence import Evidence
from ..model import Job, Population
from ..worlds.session import Session
from .controls import invalid_request
from .scenario import Plan, Scenario, Source

ONE_JOB = Population((Job("a"),))

TWO_JOBS = Population((Job("a"), Job("b")))


def send_invalid(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Send one invalid request, and the same without the mistake."""
    yield invalid_request(session, session.world(plan.population), plan.action)


def _one_job(source: Source) -> Population:
    return ONE_JOB if source.capabilities.kinds else Population()


def _invalid_plans(source: Source) -> st.SearchStrategy[Plan]:
    population = _one_job(source)
    return invalid.DRAWN.map(lambda mistake: Plan(population, mistake))


def _invalid_fixed(source: Source) -> Iterator[Plan]:
    around = source.covering
    contexts = invalid.in_context(around)
    some = invalid.one_of_each_context(contexts) if source.brief else contexts
    yield from (Plan(around, mistake) for mistake in some)
    population = _one_job(source)
    yield from (Plan(population, mistake) for mistake in invalid.MISTAKES)
    if not source.fixed:
        yield from (Plan(Population(), mistake) for mistake in invalid.of_each_kind())


def _smallest(plan: Plan, violation: Violation) -> Iterator[Plan]:
    """No job, one, or two, so that there is a second page; the mistake alone first."""
    alone = [*invalid.simpler(plan.action)][:1] if plan.action.beside else []
    for population in (Population(), ONE_JOB, TWO_JOBS):
        for mistake in (*alone, plan.action):
            if mistake.beside is None or not mistake.beside.query.group_names:
                yield Plan(population, mistake)


def _simpler(plan: Plan) -> Iterator[Plan]:
    """One job instead of many; then the mistake alone."""
    for mistake in invalid.simpler(plan.action):
        yield Plan(plan.population, mistake)
    if plan.action.beside is None:
        if plan.population.jobs[1:]:
            yield Plan(ONE_JOB, plan.action)
        for population in simplify.populations(plan.population, set()):
            yield Plan(population, plan.action)


INVALID = Scenario(
    "invalid",
    "sending invalid requests",
    send_invalid,
    _invalid_fixed,
    _invalid_plans,
    gives=(Invalid, Answer),
    action=invalid.Mistake,
    share=0.2,
    smallest=_smallest,
    simpler=_simpler,
    weight=invalid.weight,
)


def _large_world(source: Source) -> Iterator[Plan]:
    many = source.many
    if many is not None:
        yield from (Plan(many, mistake) for mistake in invalid.of_each_kind())


INVALID_AMONG_MANY = Scenario(
    "invalid-among-many",
    "sending invalid requests where there are many jobs",
    send_invalid,
    _large_world,
    gives=(Invalid, Answer),
    action=invalid.Mistake,
    smallest=_smallest,
    simpler=_simpler,
    weight=invalid.weight,
    exclusive=True,
    large=True,
)
