"""Looking from one region into another."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from listjobs_conformance.strategies import invalid

from ..api import PROBE, WIDEST, page_query, query_string
from ..contract.evidence_kinds import Answer, Filtered, Invalid, Scoped, Tampered, Walked
from ..errors import Inconclusive
from ..evidence import Evidence, Exchange, Page, listing
from ..model import GROUP, Job, Population, Query, ThingGroup, World, expect
from ..worlds.seeding import SETTLE_PAUSE, SeedingError, prefixed
from ..worlds.session import Session
from .controls import filtered, invalid_request
from .scenario import Plan, Scenario, Source

ELSEWHERE = ("us-east-2", "eu-west-1")
"""Regions beside the target's own: one with nearly the same name, and one far away."""

NAMESAKE = "g:1"
"""The name of a group in each region: a job of one must not show under that of the other."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A region and the jobs that were made there: id to ARN."""

    region: str
    arns: Mapping[str, str]
    in_group: frozenset[str] = frozenset()


def list_regions(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Make jobs in each of two regions, and list both: everything, and a group of one name."""
    if plan.action == session.target.region:
        return
    world = session.world(plan.population)
    group = session.local(Query(thing_group_name=NAMESAKE))
    # Taken before there is a group of that name elsewhere.
    control = filtered(session, world, group)
    home, away = _home(session, world, group), _away(session, plan.action)
    yield from _token_from_elsewhere(session, world, away.region)
    for here, there in ((home, away), (away, home)):
        unfiltered = _list(session, here, page_query("", WIDEST, None))
        foreign = tuple(there.arns.values())
        yield Scoped(here.region, tuple(here.arns.values()), foreign, unfiltered)
        if not home.in_group or not away.in_group:
            continue
        by_name = query_string([("thingGroupName", str(group.thing_group_name))])
        listed = unfiltered.page.ids if unfiltered.page else ()
        expected = here.in_group.intersection(listed)
        answer = _list(session, here, page_query(by_name, WIDEST, None), expected)
        yield Scoped(here.region, tuple(here.arns.values()), foreign, answer, expected, (control,))


def _token_from_elsewhere(session: Session, world: World, region: str) -> Iterator[Evidence]:
    """Use a token of another region at home."""
    given = session.target.send(listing(PROBE), region)
    token = Page(given).token if given.ok else None
    if token is not None:
        used = page_query("", WIDEST, token)
        garbage = invalid_request(session, world, invalid.GARBAGE)
        # A target that knows no regions lists by now what was made elsewhere, with any token: a
        # walk that remembers nothing shows that.
        exchange, widest = session.send(used), session.walker(Query(), WIDEST).to_the_end()
        yield Tampered(world, "given in another region", exchange, widest, (garbage,))


def _home(session: Session, world: World, group: Query) -> _Place:
    in_group = expect(world.jobs, group).must if group.thing_group_name in world.groups else ()
    return _Place(session.target.region, world.arns, frozenset(in_group))


def _away(session: Session, region: str) -> _Place:
    seeder = session.by_api
    assert seeder is not None
    population = prefixed(_in(region, session.capabilities.jobs.groups), session.prefix)
    world = session.worlds.elsewhere.get(region)
    if world is None:
        there = replace(seeder, describes=False)
        try:
            world = there.seed(population, exclusive=False, region=region)
        except SeedingError as error:
            raise Inconclusive(f"no job could be made in {region}: {error}") from None
        session.worlds.elsewhere[region] = world
    return _Place(region, world.arns, frozenset(j.id for j in population.jobs if j.groups))


def _list(
    session: Session, place: _Place, query: str, expected: frozenset[str] = frozenset()
) -> Answer:
    """One page, asked for until it holds what it must, for the settle time at most."""
    deadline = time.monotonic() + session.settle
    while True:
        exchange: Exchange = session.target.send(listing(query), place.region)
        page = Page(exchange) if exchange.ok else None
        held = page is not None and expected.issubset(page.ids)
        if held or time.monotonic() >= deadline:
            return Answer(World(exclusive=False), exchange, page)
        time.sleep(SETTLE_PAUSE)


def _here_too(groups: bool, name: str) -> Population:
    """A job and, where there are groups, one that targets the group of the same name."""
    if not groups:
        return Population((Job(name),))
    grouped = Job(f"{name}-g", "IN_PROGRESS", "CONTINUOUS", (GROUP + NAMESAKE,))
    return Population((Job(name), grouped), (ThingGroup(NAMESAKE),))


def _in(region: str, groups: bool) -> Population:
    return _here_too(groups, f"elsewhere-{region}")


def elsewhere(groups: bool) -> Iterator[Population]:
    """What is made in each of the other regions."""
    yield from (_in(region, groups) for region in ELSEWHERE)


def _region_fixed(source: Source) -> Iterator[Plan]:
    if source.capabilities.kinds:
        population = _here_too(source.capabilities.groups, "here")
        yield from (Plan(population, region) for region in ELSEWHERE)


REGIONS = Scenario(
    "regions",
    "looking into another region",
    list_regions,
    _region_fixed,
    gives=(Scoped, Tampered, Filtered, Invalid, Walked, Answer),
    action=str,
    writes=True,
    writes_elsewhere=lambda: elsewhere(groups=True),
    unscripted="it takes requests to several regions",
)
