"""Queries drawn from a population: values that occur, values that do not, pages that split."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from hypothesis import strategies as st

from listjobs_conformance.api import FILTERS
from listjobs_conformance.model import STATUSES, Population, Query

ATTRIBUTES = tuple(FILTERS)

NAMESPACES = ("n", "nn", "N")
"""What populations are drawn in, and one that differs in case."""

UNFILTERED = Query()


@dataclass(frozen=True, slots=True)
class Ask:
    """One listing to make of a population. The page size is 1 + ``split`` modulo what it lists.

    Counting the size from the result's own makes nearly every walk have a boundary, at every
    place.
    """

    query: Query = UNFILTERED
    split: int = 0
    order: str | None = None
    """In which of ``api.ORDERS`` the parameters come, where it is not the usual one."""
    widest_only: bool | None = None
    """Whether it is listed in the largest pages and in no other way."""


def weight(asks: Iterable[Ask]) -> int:
    """How much there is to take in: filters first, then how far a page size is from 1."""
    return sum(10 * len(ask.query.filters) + ask.split + bool(ask.order) for ask in asks)


MASKS: tuple[tuple[str, ...], ...] = tuple(
    names for count in range(len(ATTRIBUTES) + 1) for names in combinations(ATTRIBUTES, count)
)
"""Every set of filters, the smaller first."""


def asks(population: Population, drawn: tuple[tuple[str, ...], int, int]) -> Ask:
    """The query with these filters around one job of the population.

    ``pick`` counts through the jobs, whose own values the filters take; counted past the last
    job, the first filter moves on to values that other jobs have, or none. So a query that
    named the value of a second job still names it when shrinking takes that job away.
    """
    names, pick, split = drawn
    turn, anchor = divmod(pick, max(1, len(population.jobs)))
    values: dict[str, str] = {}
    for position, name in enumerate(names):
        domain = values_of(population, name)
        if not domain:
            continue
        own = _own(population, name, anchor)
        index = domain.index(own) if own in domain else 0
        values[name] = domain[(index + (turn if position == 0 else 0)) % len(domain)]
    if values.get("thing_group_id") and values.get("thing_group_name"):
        # What two groups that disagree select is not known.
        values["thing_group_id"] = values["thing_group_name"]
    return Ask(Query(**values), split)


def _own(population: Population, name: str, anchor: int) -> str | None:
    if not population.jobs:
        return None
    job = population.jobs[anchor % len(population.jobs)]
    if name == "status":
        return job.status
    if name == "target_selection":
        return job.selection
    if name == "namespace_id":
        return job.namespace
    return job.groups[anchor % len(job.groups)] if job.groups else None


def values_of(population: Population, name: str) -> tuple[str, ...]:
    """The values to filter by: those of the enumeration, or what exists and one that does not."""
    if name == "status":
        return STATUSES
    if name == "target_selection":
        return ("SNAPSHOT", "CONTINUOUS")
    if name == "namespace_id":
        others = sorted({job.namespace for job in population.jobs if job.namespace} - {*NAMESPACES})
        return (*others[:2], *NAMESPACES)
    return tuple(group.name for group in population.groups)


DRAWN = st.tuples(st.sampled_from(MASKS), st.integers(0, 15), st.integers(0, 7))
"""What :func:`asks` makes a query of: filters, the job they are taken from, the page size."""

FEW = st.tuples(
    st.one_of(st.just(()), st.sampled_from(MASKS[: 1 + len(ATTRIBUTES)])),
    st.integers(0, 15),
    st.integers(0, 7),
)
"""The same with one filter at most, and mostly none: for walks that must have several pages."""
