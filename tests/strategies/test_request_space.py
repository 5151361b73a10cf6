"""The input space of a listing: each set of filters, pages and orders, in every pair."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from listjobs_conformance.api import FILTERS, page_query
from listjobs_conformance.model import EVERYTHING, MUST, matches
from listjobs_conformance.strategies import request_space as space
from listjobs_conformance.strategies.arrays import covering_array
from listjobs_conformance.strategies.population_space import covering, named, single

POPULATION = covering(EVERYTHING)
ASKS = list(space.asks(POPULATION))


def test_every_pair_of_classes_comes_in_fewer_rows_than_the_product() -> None:
    categories = {"a": "xyz", "b": "12", "c": "pqr", "d": "uv"}
    rows = list(covering_array(categories))
    for one, other in combinations(categories, 2):
        for pair in product(categories[one], categories[other]):
            assert any((row[one], row[other]) == pair for row in rows)
    assert len(rows) < 3 * 2 * 3 * 2
    assert rows == list(covering_array(categories))


@pytest.mark.parametrize("pages", space.PAGES)
@pytest.mark.parametrize("found", [0, 1, 2, 3, 7, 12, 24])
def test_a_page_is_no_larger_than_what_is_found(pages: str, found: int) -> None:
    assert 1 <= space.page_size(pages, found) <= max(1, found)


def test_every_filter_and_every_pair_is_tried_on_one_page_and_across_several() -> None:
    for wanted in [*((n,) for n in FILTERS.values()), *combinations(FILTERS.values(), 2)]:
        sizes = []
        for ask in ASKS:
            if ask.query.filters == wanted and not ask.widest_only:
                found = sum(matches(job, ask.query) == MUST for job in POPULATION.jobs)
                sizes.append((found, 1 + ask.split % max(1, found)))
        assert sizes, wanted
        assert any(found > size for found, size in sizes), f"{wanted} never takes several pages"


def test_every_set_of_filters_comes_in_every_order_and_in_pages_of_every_class() -> None:
    for filters in space.FILTERS:
        orders = {ask.order for ask in ASKS if len(ask.query.filters) == len(filters)}
        assert orders == {*space.ORDER}


def test_every_combination_of_two_values_that_a_job_has_is_asked_for() -> None:
    asked = {ask.query for ask in ASKS}
    for filters in space.FILTERS:
        assert {query for _, query in space.queries_of(POPULATION, filters)} <= asked


def test_every_name_is_asked_for_in_several_pages() -> None:
    population = named(EVERYTHING)
    asks = list(space.asks_of_names(population))
    assert {ask.query.thing_group_name for ask in asks} >= {g.name for g in population.groups}
    assert {ask.query.namespace_id for ask in asks} >= {job.namespace for job in population.jobs}


def test_a_single_job_is_listed_under_every_set_of_filters() -> None:
    asked = {ask.query.filters for ask in space.asks_of_few(single(EVERYTHING))}
    assert len(asked) == len(space.FILTERS)


@pytest.mark.parametrize(
    ("order", "written"),
    [
        (None, "a=1&b=2&maxResults=3&nextToken=t"),
        ("size first", "maxResults=3&a=1&b=2&nextToken=t"),
        ("token first", "nextToken=t&maxResults=3&a=1&b=2"),
        ("filters reversed", "b=2&a=1&maxResults=3&nextToken=t"),
    ],
)
def test_parameters_come_in_the_order_asked_for(order: str | None, written: str) -> None:
    assert page_query("a=1&b=2", 3, "t", order) == written
