"""Sending requests that are not valid."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from listjobs_conformance.strategies import invalid

from ..evidence import Evidence
from ..model import Job, Population
from ..worlds.session import Session
from .controls import invalid_request
from .scenario import Plan, Scenario, Source

ONE_JOB = Population((Job("a"),))


def send_invalid(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Send one invalid request, and the same without the mistake."""
    yield invalid_request(session, session.world(plan.population), plan.action)


def _one_job(source: Source) -> Population:
    return ONE_JOB if source.capabilities.kinds else Population()


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
    action=invalid.Mistake,
    share=0.5,
    weight=invalid.weight,
)
