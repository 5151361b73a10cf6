"""Looking from one region into another."""

from __future__ import annotations

from collections.abc import Iterator

from ..contract.parts import Answer, Part, Scoped
from ..evidence import Page, Request
from ..model import Job, Population, World
from ..session import Inconclusive, Session
from ..targets.seeding import Seeder, SeedingError, prefixed
from .plan import Plan, Scenario, Source

ELSEWHERE = ("us-east-2", "eu-west-1")
"""Regions beside the target's own: one with nearly the same name, and one far away."""


def list_regions(session: Session, plan: Plan) -> Iterator[Part]:
    """Make a job in each of two regions, and list both."""
    world = session.world(plan.population)
    home, away = session.target.region, plan.doing
    seeder = Seeder(session.target, describes=False)
    try:
        population = prefixed(Population((Job(f"elsewhere-{away}"),)), session.prefix)
        there = seeder.seed(population, exclusive=False, region=away)
    except SeedingError as error:
        raise Inconclusive(f"no job could be made in {away}: {error}") from None
    ours, theirs = (next(iter(w.arns.values()), "") for w in (world, there))
    for region, own, foreign in ((home, ours, theirs), (away, theirs, ours)):
        exchange = session.target.send(Request("GET", "/jobs", "maxResults=250"), region)
        answer = Answer(World(exclusive=False), exchange, Page(exchange) if exchange.ok else None)
        yield Scoped(region, own, foreign, answer)


def _region_fixed(source: Source) -> Iterator[Plan]:
    if source.holdable.kinds:
        yield from (Plan(Population((Job("here"),)), region) for region in ELSEWHERE)


REGIONS = Scenario("regions", "looking into another region", list_regions, _region_fixed)
