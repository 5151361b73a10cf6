"""Sending requests that are not valid."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from listjobs_conformance.strategies import invalid

from ..contract.parts import Answer, Invalid, Part
from ..evidence import Page
from ..model import Job, Population, World
from ..session import Session
from ..signing import query_string
from .plan import Plan, Scenario, Source

ONE_JOB = Population((Job("a"),))


def send_invalid(session: Session, plan: Plan) -> Iterator[Part]:
    """Send one invalid request, and the same without the mistake."""
    yield invalid_request(session, session.world(plan.population), plan.doing)


def invalid_request(session: Session, world: World, mistake: invalid.Mistake) -> Invalid:
    """The answer to one invalid request, beside that to a valid one."""
    valid = session.ask("")
    controls: tuple[Part, ...] = (Answer(world, valid, Page(valid) if valid.ok else None),)
    if mistake.kind == "max-results-not-integer" and mistake.value.isdigit():
        # Too many digits for an integer are also too much.
        controls += (invalid_request(session, world, invalid.TOO_MUCH),)
    exchange = session.ask(query_string([(mistake.parameter, mistake.value)]))
    return Invalid(
        mistake.parameter, mistake.value, mistake.kind, mistake.plausible, exchange, controls
    )


def _one_job(source: Source) -> Population:
    return ONE_JOB if source.holdable.kinds else Population()


def _invalid_plans(source: Source) -> st.SearchStrategy[Plan]:
    population = _one_job(source)
    return invalid.DRAWN.map(lambda mistake: Plan(population, mistake))


def _invalid_fixed(source: Source) -> Iterator[Plan]:
    population = _one_job(source)
    yield from (Plan(population, mistake) for mistake in invalid.MISTAKES)


INVALID = Scenario(
    "invalid",
    "sending invalid requests",
    send_invalid,
    _invalid_fixed,
    _invalid_plans,
    doing=invalid.Mistake,
    share=0.5,
    weight=invalid.weight,
)
