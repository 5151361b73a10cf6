"""Asking without good credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ..contract.parts import Answer, Part, Unauthorised
from ..evidence import Page
from ..model import Population
from ..session import Session
from ..signing import NOBODYS_KEYS, Signer, Unsigned, WronglySigned
from ..targets.target import Target
from ..wire import Signs
from .invalid import ONE_JOB
from .plan import Plan, Scenario, Source

SIGNERS: Mapping[str, Callable[[Target], Signs]] = {
    "unsigned": lambda target: Unsigned(),
    "bad-signature": lambda target: WronglySigned(Signer(target.region, target.credentials)),
    "unknown-key": lambda target: Signer(target.region, NOBODYS_KEYS),
}
"""What is wrong with the credentials, and who signs like that."""


def ask_without_access(session: Session, plan: Plan) -> Iterator[Part]:
    """Send a valid request in one way that is not authorised, and well signed beside it."""
    world = session.world(plan.population)
    valid = session.ask("")
    control = Answer(world, valid, Page(valid) if valid.ok else None)
    # Never from memory: the same request was asked before, by somebody who may.
    request = replace(valid.request, credentials=plan.doing)
    exchange = session.target.send(request, signer=SIGNERS[plan.doing](session.target))
    yield Unauthorised(plan.doing, exchange, control)


def _access_fixed(source: Source) -> Iterator[Plan]:
    population = ONE_JOB if source.holdable.kinds else Population()
    yield from (Plan(population, kind) for kind in SIGNERS)


ACCESS = Scenario(
    "access",
    "asking without good credentials",
    ask_without_access,
    _access_fixed,
    doing=str,
    access=True,
)
