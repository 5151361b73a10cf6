"""Random testing without design, on this suite's model and with its judge.

Hypothesis draws each attribute of each job, each filter and each page size independently of all
others: a filter may ask for what no job has, and most pages are larger than the listing. The
values come from the same small sets as this suite's own, so that a filter does match now and
then. Nothing is fixed beforehand: no covering population, no world of many jobs. Tokens are used
again and invalid requests are sent as this suite does, with its own random invalid values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from string import ascii_letters, digits

from hypothesis import strategies as st

from listjobs_conformance.api import WIDEST
from listjobs_conformance.contract.evidence_kinds import Defaulted, Listing, Paged
from listjobs_conformance.evidence import Evidence
from listjobs_conformance.model import (
    GROUP,
    SELECTIONS,
    STATUSES,
    THING,
    Job,
    Population,
    Query,
    ThingGroup,
)
from listjobs_conformance.scenarios import Plan, Scenario, Source
from listjobs_conformance.scenarios.controls import filtered
from listjobs_conformance.scenarios.invalid import INVALID
from listjobs_conformance.scenarios.listing import LISTING
from listjobs_conformance.scenarios.tokens import TOKEN_USES, TOKENS, TokenUse
from listjobs_conformance.strategies.populations import MOST, NAMESPACES
from listjobs_conformance.strategies.queries import Ask
from listjobs_conformance.worlds.session import Session

GROUPS = ("g", "h")
TARGETS = (THING + "t", THING + "u", *(GROUP + name for name in GROUPS))

QUERIES = st.builds(
    Query,
    status=st.none() | st.sampled_from(STATUSES),
    target_selection=st.none() | st.sampled_from(SELECTIONS),
    thing_group_name=st.none() | st.sampled_from(GROUPS),
    thing_group_id=st.none() | st.sampled_from(GROUPS),
    namespace_id=st.none() | st.sampled_from(NAMESPACES[1:]),
)
ASKS = st.builds(Ask, QUERIES, st.integers(0, WIDEST - 1))


def populations(source: Source) -> st.SearchStrategy[Population]:
    """Up to as many jobs as this suite draws, each of a kind that the target can hold."""
    jobs = st.builds(
        Job,
        id=st.text(ascii_letters + digits + "-_", min_size=1, max_size=64),
        status=st.sampled_from(STATUSES),
        selection=st.sampled_from(SELECTIONS),
        targets=st.lists(st.sampled_from(TARGETS), min_size=1, max_size=3, unique=True).map(tuple),
        namespace=st.sampled_from(NAMESPACES),
    )

    def can_be_held(job: Job) -> bool:
        held = (job.status, job.selection, bool(job.groups)) in source.capabilities.kinds
        return held and (job.selection == "CONTINUOUS" or bool(job.things))

    several = st.lists(jobs.filter(can_be_held), max_size=MOST, unique_by=lambda job: job.id)
    groups = tuple(ThingGroup(name) for name in GROUPS)
    return several.map(lambda drawn: Population(tuple(drawn), groups))


def list_jobs(session: Session, plan: Plan) -> Iterator[Evidence]:
    """List in each way that this suite does, in pages of any size."""
    world = session.world(plan.population)
    unfiltered = [session.widest(Query())]
    for ask in plan.action:
        widest = session.widest(ask.query)
        paged = session.walk(ask.query, (ask.split + 1,))
        default = session.walk(ask.query, (None,))
        if ask.query.filters:
            yield filtered(session, world, ask.query)
        else:
            unfiltered += [paged, default]
        yield Paged(world, widest, paged)
        yield Defaulted(world, widest, default, None)
    yield Listing(world, tuple(dict.fromkeys(unfiltered)))


def _listings(source: Source) -> st.SearchStrategy[Plan]:
    asks = st.lists(ASKS, min_size=1, max_size=3).map(tuple)
    return st.builds(Plan, populations(source), asks)


def _uses(source: Source) -> st.SearchStrategy[Plan]:
    uses = st.builds(TokenUse, st.sampled_from(TOKEN_USES), ASKS, ASKS)
    return st.builds(Plan, populations(source), uses)


def _nothing(source: Source) -> Iterator[Plan]:
    return iter(())


SCENARIOS: tuple[Scenario, ...] = (
    replace(LISTING, perform=list_jobs, fixed=_nothing, drawn=_listings),
    replace(INVALID, fixed=_nothing),
    replace(TOKENS, fixed=_nothing, drawn=_uses),
)
