"""Worlds by category partition: every pair of attributes, and every class of names."""

from __future__ import annotations

import re

import pytest

from listjobs_conformance.model import EVERYTHING, MAY, JobCapabilities, Query, matches
from listjobs_conformance.strategies import population_space as space
from listjobs_conformance.strategies import request_space
from listjobs_conformance.strategies.population_space import covering

LITTLE = JobCapabilities(
    frozenset({("IN_PROGRESS", "SNAPSHOT", False)}), False, False, False, False
)


def test_the_covering_world_shows_every_pair_of_attribute_values() -> None:
    jobs = covering(EVERYTHING).jobs
    statuses = {status for status, _, _ in EVERYTHING.kinds}
    selections = {selection for _, selection, _ in EVERYTHING.kinds}
    for status in statuses:
        for namespace in (None, "n", "nn"):
            assert any((j.status, j.namespace) == (status, namespace) for j in jobs)
        for selection in selections:
            if (status, selection) != ("COMPLETED", "CONTINUOUS"):
                assert any((j.status, j.selection) == (status, selection) for j in jobs)
        assert any(j.status == status and j.groups for j in jobs)
    assert {tuple(sorted(j.groups)) for j in jobs} >= {(), ("g",), ("g:1",), ("g", "g:1")}
    assert len(jobs) <= 30


@pytest.mark.parametrize(
    "population",
    [
        space.covering(EVERYTHING),
        space.named(EVERYTHING),
        space.single(EVERYTHING),
        space.large(284, EVERYTHING),
    ],
    ids=["covering", "named", "single", "large"],
)
def test_a_world_is_well_formed_and_can_be_held(population: space.Population) -> None:
    ids = [job.id for job in population.jobs]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", job_id) for job_id in ids)
    names = [group.name for group in population.groups]
    assert all(re.fullmatch(r"[a-zA-Z0-9:_-]{1,128}", name) for name in names)
    assert {group for job in population.jobs for group in job.groups} <= {*names}
    assert EVERYTHING.lacks(population) is None


def test_a_target_that_holds_little_gets_worlds_that_it_can_hold() -> None:
    for population in (
        space.covering(LITTLE),
        space.single(LITTLE),
        space.empty(LITTLE),
        space.large(300, LITTLE),
    ):
        assert LITTLE.lacks(population) is None


CLASSES = {
    "one character": lambda text: len(text) == 1,
    "as long as may be": lambda text: len(text) == 64,
    "a number": str.isdigit,
    "leading zeros": lambda text: text.isdigit() and text[0] == "0" and len(text) > 1,
    "a reserved word": lambda text: text in ("null", "true", "false"),
    "a uuid": lambda text: re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text),
    "a dash first": lambda text: text.startswith("-"),
    "an underscore": lambda text: "_" in text,
    "upper case": lambda text: text.lower() != text,
}


@pytest.mark.parametrize("name", CLASSES)
def test_ids_and_names_of_each_class_are_there(name: str) -> None:
    jobs = space.covering(EVERYTHING).jobs
    of_class = [job for job in jobs if CLASSES[name](job.id)]
    assert of_class
    # One at least is listed under every filter, alone or with another.
    assert any(job.namespace and job.groups for job in of_class)
    named = space.named(EVERYTHING)
    if name != "as long as may be":
        assert any(CLASSES[name](group.name) for group in named.groups)
    assert any(job.namespace and CLASSES[name](job.namespace) for job in named.jobs)


def test_more_jobs_than_a_page_holds_are_listed_under_every_set_of_filters() -> None:
    population = space.large(284, EVERYTHING)
    assert len(population.jobs) == 284
    for filters in request_space.FILTERS:
        found, _ = request_space.queries_of(population, filters)[0]
        assert found > 250, filters
    assert matches(population.jobs[-1], Query()) > MAY
    assert population.jobs[-1].namespace is None
