"""Listing with AWS's own clients, beside the same listings by this suite's own requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil

from listjobs_conformance.strategies import queries
from listjobs_conformance.strategies.queries import Ask

from ..api import WIDEST
from ..clients.aws_cli import AwsCli
from ..clients.boto3 import boto3_jobs
from ..clients.client import Unusable
from ..contract.evidence_kinds import Answer, ByAwsCli, ByBoto3, Collected, Defaulted, Paged, Walked
from ..contract.requirement import Violation
from ..evidence import Ending, Evidence, Walk, listing
from ..model import Job, Population, Query, World
from ..worlds.session import Session
from ..worlds.walker import EXTRA_PAGES
from .listing import from_below, simpler_listing
from .scenario import Plan, Scenario, Source

PLAIN, PAGES, RESUMED = "plain", "in pages", "resumed"
"""Without a page size; with one; with one, and stopped and resumed on the way."""


@dataclass(frozen=True, slots=True)
class Use:
    """A listing to make with a client, and how."""

    ask: Ask
    how: str = PLAIN


def list_with_boto3(session: Session, plan: Plan) -> Iterator[Evidence]:
    """List the population with boto3's paginator."""
    use: Use = plan.action
    world = session.world(plan.population)
    query = session.local(use.ask.query)
    size = session.page_size(use.ask.split, session.widest(query))
    configs: Mapping[str, Mapping[str, int]] = {
        PLAIN: {},
        PAGES: {"PageSize": size},
        # Two pages at a time: the first with maxResults behind the token, the second before it.
        RESUMED: {"PageSize": size, "MaxItems": 2 * size},
    }
    try:
        yield _by_boto3(session, world, query, use.how, configs[use.how])
    except Unusable as reason:
        session.capabilities.missing["boto3"] = str(reason)


def _by_boto3(
    session: Session, world: World, query: Query, how: str, config: Mapping[str, int]
) -> ByBoto3:
    widest, size = session.widest(query), config.get("PageSize")
    walk = session.walk(query, (size,))
    control = Defaulted(world, widest, walk, None) if size is None else Paged(world, widest, walk)
    what = f"{how}, with a filter" if query.filters else how
    if walk.ending is not Ending.COMPLETE:
        # There is nothing to compare with.
        return ByBoto3(world, what, Collected("boto3"), control, walk)
    most = max(len(session.standing.jobs), len(walk.id_set)) + EXTRA_PAGES
    collected = boto3_jobs(session.target, _parameters(session, query), config, most)
    return ByBoto3(world, what, collected, control, _again(session, query, size))


def _again(session: Session, query: Query, size: int | None) -> Walk:
    """A walk in pages of this size that remembers nothing of an earlier one."""
    return session.walk(query, (size, size))


def _parameters(session: Session, query: Query) -> Mapping[str, str]:
    return dict(listing(session.filters(query)).parameters)


def list_with_aws_cli(session: Session, plan: Plan) -> Iterator[Evidence]:
    """List the population with the aws command, where there is one, and with boto3 beside it."""
    use: Use = plan.action
    aws = AwsCli.of(session.target)
    if aws is None:
        return
    world = session.world(plan.population)
    query = session.local(use.ask.query)
    config = _thirds(session.widest(query)) if use.how == RESUMED else {}
    try:
        boto3 = _by_boto3(session, world, query, use.how, config)
    except Unusable:
        return  # It is made of the same.
    walk = boto3.control.walk
    if walk.ending is not Ending.COMPLETE or boto3.collected.error is not None:
        # It would fare no better.
        yield ByAwsCli(world, Collected("aws iot list-jobs"), boto3)
        return
    # What the command sends is not seen, only that it is about as much.
    requests = len(walk.pages) + 1
    most = session.target.most_requests
    if most is not None and session.target.requests + requests > most:
        return
    session.target.requests += requests
    try:
        collected = aws.jobs(_parameters(session, query), config)
    except Unusable as reason:
        session.capabilities.missing["the aws command"] = str(reason)
        return
    yield ByAwsCli(world, collected, boto3)


def _thirds(widest: Walk) -> Mapping[str, int]:
    """Pages of a third of the listing, and so many of them that two calls are enough."""
    listed = max(1, len(widest.id_set))
    size = min(WIDEST, ceil(listed / 3))
    return {"PageSize": size, "MaxItems": size * ceil(ceil(listed / size) / 2)}


def _boto3_fixed(source: Source) -> Iterator[Plan]:
    population = source.covering
    uses = [
        Use(Ask(Query())),
        Use(Ask(Query(), 5), PAGES),
        Use(Ask(Query(status="IN_PROGRESS"), 3), PAGES),
        Use(Ask(Query(target_selection="SNAPSHOT"))),
        Use(Ask(Query(), 7), RESUMED),
        Use(Ask(Query(status="IN_PROGRESS"), 2), RESUMED),
    ]
    for group in queries.values_of(population, "thing_group_name")[:1]:
        uses.append(Use(Ask(Query(thing_group_name=group), 0), PAGES))
        uses.append(Use(Ask(Query(status="IN_PROGRESS", thing_group_id=group))))
    yield from (Plan(population, use) for use in uses)


def _smallest_use(plan: Plan, violation: Violation) -> Iterator[Plan]:
    use: Use = plan.action
    for population, (ask,) in from_below(plan.population, (use.ask,), violation):
        yield Plan(population, replace(use, ask=ask))


def _simpler_use(plan: Plan) -> Iterator[Plan]:
    use: Use = plan.action
    for simpler in simpler_listing(Plan(plan.population, (use.ask,))):
        yield Plan(simpler.population, replace(use, ask=simpler.action[0]))
    ways = (PLAIN, PAGES, RESUMED)
    for how in ways[: ways.index(use.how)]:
        yield Plan(plan.population, replace(use, how=how))


A_FEW = Population((Job("a"), Job("b"), Job("c")))
"""Three pages of one job each."""


def _aws_cli_fixed(source: Source) -> Iterator[Plan]:
    yield Plan(source.covering, Use(Ask(Query(status="IN_PROGRESS"))))
    yield Plan(source.covering, Use(Ask(Query()), RESUMED))


def _few_jobs(plan: Plan) -> Iterator[Plan]:
    """No more steps than this: each takes a second."""
    if len(plan.population.jobs) > len(A_FEW.jobs):
        yield Plan(A_FEW, plan.action)
        yield Plan(A_FEW, Use(Ask(Query()), RESUMED))
    elif len(plan.population.jobs) > 1 and plan.action.how == PLAIN:
        yield Plan(A_FEW.of(A_FEW.jobs[:1]), plan.action)


def _weight(use: Use) -> int:
    return queries.weight((use.ask,)) + len(use.how)


UNSCRIPTED = "it is about what a client makes of the answers"

CLIENTS = Scenario(
    "clients",
    "listing with boto3",
    list_with_boto3,
    _boto3_fixed,
    gives=(ByBoto3, Defaulted, Paged, Walked, Answer),
    action=Use,
    unscripted=UNSCRIPTED,
    smallest=_smallest_use,
    simpler=_simpler_use,
    weight=_weight,
)

AWS_CLI = Scenario(
    "aws-cli",
    "listing with the aws command",
    list_with_aws_cli,
    _aws_cli_fixed,
    gives=(ByAwsCli, Paged, Walked, Answer),
    action=Use,
    unscripted=UNSCRIPTED,
    simpler=_few_jobs,
    weight=_weight,
    large=True,
)
