"""What is drawn: holdable, varied, and wrong only where it is meant to be."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import botocore.session
import pytest
from hypothesis import given

from listjobs_conformance.api import FILTERS
from listjobs_conformance.model import (
    EVERYTHING,
    MUST,
    STATUSES,
    JobCapabilities,
    Population,
    Query,
    matches,
)
from listjobs_conformance.strategies import invalid, queries, simplify
from listjobs_conformance.strategies.populations import (
    GROUP_STYLES,
    ID_STYLES,
    MOST,
    covering,
    kinds,
    populations,
)

MEMBERS: Any = (
    botocore.session.get_session()
    .get_service_model("iot")
    .operation_model("ListJobs")
    .input_shape.members
)


@given(populations(EVERYTHING))
def test_a_population_is_well_formed(population: Population) -> None:
    ids = [job.id for job in population.jobs]
    groups = {group.name for group in population.groups}
    assert len(set(ids)) == len(ids) <= MOST
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", job_id) for job_id in ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9:_-]{1,128}", name) for name in groups)
    for job in population.jobs:
        assert job.targets
        assert set(job.groups) <= groups
        assert (job.status, job.selection, bool(job.groups)) in EVERYTHING.kinds


def test_a_target_that_holds_little_is_asked_for_little() -> None:
    little = JobCapabilities(
        frozenset({("IN_PROGRESS", "SNAPSHOT", False)}), False, False, False, False
    )
    (kind,) = kinds(little)
    assert (kind.status, kind.selection, kind.targets, kind.namespace) == (
        "IN_PROGRESS",
        "SNAPSHOT",
        ("t",),
        None,
    )
    assert {job.status for job in covering(little).jobs} == {"IN_PROGRESS"}


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


def breaks_the_model(parameter: str, value: str) -> bool:
    """Whether the service model forbids this value."""
    shape = MEMBERS[parameter]
    if parameter == "maxResults":
        return not re.fullmatch(r"-?\d+", value) or not 1 <= int(value) <= 250
    if getattr(shape, "enum", None):
        return value not in shape.enum
    too_long = len(value) > shape.metadata.get("max", len(value))
    return too_long or not re.fullmatch(shape.metadata.get("pattern", ".*"), value, re.ASCII)


@given(invalid.DRAWN)
def test_a_mistake_breaks_the_service_model(mistake: invalid.Mistake) -> None:
    assert len(mistake.value) < 1000
    if mistake.parameter != "nextToken":
        assert breaks_the_model(mistake.parameter, mistake.value)
        assert mistake.value != ""


@pytest.mark.parametrize("mistake", invalid.MISTAKES, ids=lambda m: f"{m.kind}:{m.value[:20]!r}")
def test_a_curated_mistake_is_one_beyond_doubt(mistake: invalid.Mistake) -> None:
    if mistake.parameter == "nextToken":
        assert mistake.plausible or len(mistake.value) >= 40
    else:
        assert breaks_the_model(mistake.parameter, mistake.value)
        # Enumerations in another case are not known to be refused.
        assert mistake.value.upper() not in (*STATUSES, "SNAPSHOT", "CONTINUOUS")


def test_names_are_twins_prefixes_and_of_every_length() -> None:
    for style in (*ID_STYLES, *GROUP_STYLES):
        assert len(set(style)) == len(style)
    assert any(len(name) == 64 for style in ID_STYLES for name in style)
    assert any(len(name) == 128 for style in GROUP_STYLES for name in style)
    assert any(":" in name for style in GROUP_STYLES for name in style)


@given(populations(EVERYTHING), queries.DRAWN)
def test_a_simpler_population_keeps_the_groups_that_are_asked_for(
    population: Population, drawn: Any
) -> None:
    named = set(queries.asks(population, drawn).query.group_names)
    for simpler in simplify.populations(population, named):
        assert named <= {group.name for group in simpler.groups}
        assert len(simpler.jobs) <= len(population.jobs)


def test_renaming_keeps_who_targets_what() -> None:
    population = covering(EVERYTHING)
    renamed, names = simplify.renamed(population)
    for old, new in zip(population.jobs, renamed.jobs, strict=True):
        assert tuple(names[group] for group in old.groups) == new.groups
    ask = simplify.renamed_ask(queries.Ask(Query(thing_group_name="g:1")), names)
    assert ask.query.thing_group_name == names["g:1"]
