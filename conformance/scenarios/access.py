"""Asking without good credentials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..contract.evidence_kinds import Answer, Unauthorised
from ..evidence import Evidence, Page
from ..model import Population
from ..wire.signing import CREDENTIALS
from ..worlds.session import Session
from .invalid import ONE_JOB
from .scenario import Plan, Scenario, Source

WRONG = tuple(filter(None, CREDENTIALS))
"""What may be wrong with the credentials."""


def ask_without_access(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Send a valid request in one way that is not authorised, and well signed beside it."""
    world = session.world(plan.population)
    valid = session.ask("")
    control = Answer(world, valid, Page(valid) if valid.ok else None)
    # Never from memory: the same request was asked before, by somebody who may.
    request = replace(valid.request, credentials=plan.action)
    exchange = session.target.send(request)
    yield Unauthorised(plan.action, exchange, control)


def _access_fixed(source: Source) -> Iterator[Plan]:
    population = ONE_JOB if source.capabilities.kinds else Population()
    yield from (Plan(population, kind) for kind in WRONG)


ACCESS = Scenario(
    "access",
    "asking without good credentials",
    ask_without_access,
    _access_fixed,
    gives=(Unauthorised, Answer),
    action=str,
    access=True,
)
