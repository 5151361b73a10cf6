"""The input space of a listing, by category partition: what may be asked for, and in which way.

A *category* is what a server may look at: which filters there are, the values they have, how a page
divides what is listed, in which order the parameters come. Its *classes* are what it may be taken
for (Ostrand and Balcer, 1988). The values are those of the service model; which job a filter lists
follows from the population. What is wrong on purpose stands in ``mistakes``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import Any

from listjobs_conformance.api import ORDERS
from listjobs_conformance.model import (
    MAY,
    SELECTIONS,
    STATUSES,
    Population,
    Query,
    matches,
)

from .arrays import covering_array
from .queries import ATTRIBUTES, UNFILTERED, Ask, values_of

FILTERS: tuple[tuple[str, ...], ...] = (
    (),
    *((name,) for name in ATTRIBUTES),
    *combinations(ATTRIBUTES, 2),
)
"""Which filters there are: none, each, and each pair. More than two are drawn."""

PAGES = ("one", "two", "half", "divisor", "all but one")
"""How many jobs of the listing a page holds. Those that divide it end on a full page; with all but
one, the last page holds a single job."""

ORDER: tuple[str | None, ...] = (None, *ORDERS)
"""In which order the parameters come. All of a walk's pages, its first, second and last among them,
are asked for in that order."""

CATEGORIES: Mapping[str, Sequence[Any]] = {"filters": FILTERS, "pages": PAGES, "order": ORDER}


def page_size(pages: str, found: int) -> int:
    """The size of a page of this class in a listing of so many jobs."""
    if found < 2:
        return 1
    divisors = [size for size in range(2, found) if found % size == 0]
    return {
        "one": 1,
        "two": min(2, found),
        "half": (found + 1) // 2,
        "divisor": divisors[-1] if divisors else 1,
        "all but one": found - 1,
    }[pages]


def found_in(population: Population, query: Query) -> int:
    """How many jobs a query surely lists."""
    return sum(matches(job, query) > MAY for job in population.jobs)


def queries_of(population: Population, filters: Sequence[str]) -> list[tuple[int, Query]]:
    """The queries with these filters, each with the number of jobs that it lists: those that list
    some, the most first; of a single filter all."""
    listed: list[tuple[int, int, Query]] = []
    for values in product(*(values_of(population, name) for name in filters)):
        query = Query(**dict(zip(filters, values, strict=True)))
        if len(set(query.group_names)) > 1:
            continue  # What two groups that disagree select is not known.
        found = found_in(population, query)
        if found or len(filters) < 2:
            listed.append((-found, len(listed), query))
    return [(-found, query) for found, _, query in sorted(listed, key=lambda one: one[:2])]


def asks(population: Population, brief: bool = False) -> Iterator[Ask]:
    """What to ask of a rich population: every filter with every value, every pair of filters with
    every pair of values that some job has, and a covering array of filters, pages and orders.

    In brief, each set of filters comes in one size of pages and one order.
    """
    known = {filters: queries_of(population, filters) for filters in FILTERS}
    for filters, listed in known.items():
        if len(filters) > 1:
            yield from (Ask(query, 0, widest_only=True) for _, query in listed)
    turns = dict.fromkeys(FILTERS, 0)
    for row in _rows_in_brief() if brief else covering_array(CATEGORIES):
        filters, pages, order = row["filters"], row["pages"], row["order"]
        # A walk of one page has no boundary: the values in turn that list several jobs. In the
        # smallest pages, of what a single filter lists, those that list few: each is a request.
        least = 2 if pages in OF_TWO else 3
        listed = [one for one in known[filters] if one[0] >= least] or known[filters][:1]
        if pages in SMALLEST and len(filters) < 2:
            listed = listed[-FEWEST:]
        if listed:
            found, query = listed[turns[filters] % len(listed)]
            turns[filters] += 1
            yield Ask(query, page_size(pages, found) - 1, order=order)
    for name in ATTRIBUTES:
        for found, query in known[(name,)]:
            yield Ask(query, found // 2)
            if found > 1 and not brief:
                yield Ask(query, 0 if found <= FEW else found // 3, order="token first")


OF_TWO = ("one", "half", "all but one")
"""Pages of which two jobs make two."""

SMALLEST = ("one", "two")

FEWEST = 3
"""How many values take turns in the smallest pages."""

FEW = 6
"""Jobs that are walked in pages of one."""


def _rows_in_brief() -> Iterator[Mapping[str, Any]]:
    # Everything more than once: that all jobs are listed is believed after several looks.
    yield from ({"filters": (), "pages": pages, "order": None} for pages in ("half", "all but one"))
    for place, filters in enumerate(FILTERS):
        pages, order = PAGES[place % len(PAGES)], ORDER[place % len(ORDER)]
        yield {"filters": filters, "pages": pages, "order": order}


def asks_of_few(population: Population, brief: bool = False) -> Iterator[Ask]:
    """What to ask of a population of one job, or of none: each set of filters once; in brief, each
    filter."""
    for place, filters in enumerate(FILTERS[: 1 + len(ATTRIBUTES)] if brief else FILTERS):
        found = queries_of(population, filters)[:1]
        for _, query in found:
            yield Ask(query, 0, order=ORDER[place % len(ORDER)])
        if len(filters) == 2 and found:
            yield from _beside(population, filters, found[0][1])


def _beside(population: Population, filters: Sequence[str], query: Query) -> Iterator[Ask]:
    """The query with another value of either filter: what matches the one alone is not listed."""
    if len(set(query.group_names)) < len(query.group_names):
        return  # What two groups that disagree select is not known.
    for name in filters:
        given = getattr(query, name)
        other = next((value for value in values_of(population, name) if value != given), None)
        if other is not None:
            yield Ask(replace(query, **{name: other}), 0, widest_only=True)


def asks_of_names(population: Population, brief: bool = False) -> Iterator[Ask]:
    """What to ask of a world of names: each in pages of one, and every second and the longest in
    pages of two; in brief, only these are walked in pages."""
    groups = [group.name for group in population.groups]
    spaces = dict.fromkeys(job.namespace for job in population.jobs if job.namespace)
    named = [Query(thing_group_name=name) for name in groups]
    named += [Query(thing_group_id=name) for name in groups]
    named += [Query(namespace_id=name) for name in spaces]
    for name, domain in (("status", STATUSES), ("target_selection", SELECTIONS)):
        yield from (Ask(Query(**{name: value}), 0, widest_only=True) for value in domain)
    yield Ask(UNFILTERED, found_in(population, UNFILTERED) // 2)
    for place, query in enumerate(named):
        (name,) = (getattr(query, one) for one in ATTRIBUTES if getattr(query, one) is not None)
        long = len(name) >= LONG
        yield Ask(query, 0, order="token first", widest_only=brief or None)
        if (long or (place % 2 and not brief)) and found_in(population, query) > 2:
            yield Ask(query, 1, order=(None, "size first")[place // 2 % 2])


LONG = 64
"""Characters that make a name one of the longest."""

LARGE_PAGES = (249, 100, 99, 128, 64)
"""Sizes near those that implementations have in mind, for listings of more than the largest."""


def asks_of_many(population: Population) -> Iterator[Ask]:
    """What to ask of a large population: everything in pages of each size; each set of filters
    once, with the values that most jobs have; and filters that list as many jobs as a page
    holds."""
    for place, size in enumerate(LARGE_PAGES):
        yield Ask(UNFILTERED, size - 1, order="token first" if place % 2 else None)
    for place, filters in enumerate(FILTERS[1:]):
        for _, query in queries_of(population, filters)[:1]:
            size = LARGE_PAGES[place % len(LARGE_PAGES)]
            yield Ask(query, size - 1, order=ORDER[place % len(ORDER)])
    for split, status in enumerate(("CANCELED", "COMPLETED")):
        yield Ask(Query(status=status), split)
    yield Ask(Query(status="SCHEDULED"), 0, widest_only=True)
    yield Ask(Query(target_selection="CONTINUOUS"), 0, widest_only=True)
