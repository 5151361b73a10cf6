"""Drawn queries: they name groups that exist."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from listjobs_conformance.model import EVERYTHING, STATUSES, Population, matches
from listjobs_conformance.strategies import queries
from listjobs_conformance.strategies.populations import populations


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
