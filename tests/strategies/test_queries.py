"""Queries: every filter and every pair is tried, and groups are named that exist."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given

from listjobs_conformance.api import FILTERS
from listjobs_conformance.model import EVERYTHING, MUST, STATUSES, Population, matches
from listjobs_conformance.strategies import queries
from listjobs_conformance.strategies.populations import covering, populations


def test_the_grid_tries_every_filter_and_every_pair_on_one_page_and_across_several() -> None:
    population = covering(EVERYTHING)
    grid = list(queries.grid(population))
    for wanted in [*((n,) for n in FILTERS.values()), *combinations(FILTERS.values(), 2)]:
        sizes = []
        for ask in grid:
            if ask.query.filters == wanted:
                found = sum(matches(job, ask.query) == MUST for job in population.jobs)
                sizes.append((found, 1 + ask.split % max(1, found)))
        assert sizes, wanted
        assert any(found > size for found, size in sizes), f"{wanted} never takes several pages"


@given(populations(EVERYTHING), queries.DRAWN)
def test_a_query_names_groups_that_exist_and_never_two(population: Population, drawn: Any) -> None:
    query = queries.asks(population, drawn).query
    assert set(query.group_names) <= {group.name for group in population.groups}
    assert len(set(query.group_names)) <= 1
    assert query.status in (None, *STATUSES)


@given(populations(EVERYTHING), queries.DRAWN)
def test_a_query_that_is_not_twisted_lists_the_job_it_was_drawn_from(
    population: Population, drawn: Any
) -> None:
    names, pick, _ = drawn
    if pick >= len(population.jobs):
        return
    job = population.jobs[pick]
    query = queries.asks(population, drawn).query
    if all(job.groups for name in names if name.startswith("thing")) and (
        "namespace_id" not in names or job.namespace is not None
    ):
        assert matches(job, query) > 0
