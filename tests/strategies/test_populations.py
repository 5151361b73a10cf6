"""Populations: well formed, varied, and such as a target can hold."""

from __future__ import annotations

import re

from hypothesis import given

from listjobs_conformance.model import EVERYTHING, JobCapabilities, Population
from listjobs_conformance.strategies.population_space import covering
from listjobs_conformance.strategies.populations import (
    GROUP_STYLES,
    ID_STYLES,
    MOST,
    job_shapes,
    populations,
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
    (kind,) = job_shapes(little)
    assert (kind.status, kind.selection, kind.targets, kind.namespace) == (
        "IN_PROGRESS",
        "SNAPSHOT",
        ("t",),
        None,
    )
    assert {job.status for job in covering(little).jobs} == {"IN_PROGRESS"}


def test_names_are_twins_prefixes_and_of_every_length() -> None:
    for style in (*ID_STYLES, *GROUP_STYLES):
        assert len(set(style)) == len(style)
    assert any(len(name) == 64 for style in ID_STYLES for name in style)
    assert any(len(name) == 128 for style in GROUP_STYLES for name in style)
    assert any(":" in name for style in GROUP_STYLES for name in style)
