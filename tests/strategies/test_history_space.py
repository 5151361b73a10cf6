"""Histories by category partition: each verb on a plain job and on one of many attributes."""

from __future__ import annotations

import pytest

from listjobs_conformance.model import EVERYTHING, MAY, VERBS, JobCapabilities, matches
from listjobs_conformance.strategies import history_space as space
from listjobs_conformance.strategies.population_space import large

LIVES = list(space.lives(EVERYTHING))


def test_every_verb_is_done_and_most_to_a_job_that_every_filter_can_ask_for() -> None:
    assert {life[-1] for _, life in LIVES} == {*VERBS}
    rich = {life for population, life in LIVES if population.jobs[0].groups}
    assert {("cancel",), ("complete",), ("delete",), ("delete", "create")} <= rich


@pytest.mark.parametrize(("population", "life"), LIVES)
def test_a_life_can_be_led_where_everything_can_be_held(
    population: space.Population, life: tuple[str, ...]
) -> None:
    assert EVERYTHING.lacks(population) is None
    asked = space.concerned(population)
    # Something stands there: a listing without any job would show nothing.
    assert any(matches(job, query) > MAY for job in population.jobs for query in asked)


def test_nothing_is_done_that_a_target_cannot_do() -> None:
    little = JobCapabilities(
        frozenset({("IN_PROGRESS", "SNAPSHOT", False)}), False, False, False, False, False
    )
    lives = list(space.lives(little))
    assert {life[-1] for _, life in lives} == {"create", "delete"}
    assert all(little.lacks(population) is None for population, _ in lives)


def test_where_there_are_many_each_verb_has_a_job_of_its_own() -> None:
    population = large(286, EVERYTHING)
    subjects = space.subjects_among(population)
    assert {*subjects} | {"create"} == {*space.AMONG_MANY}
    assert len({*subjects.values()}) == len(subjects)
    for query in space.asked_of_many(population):
        assert sum(matches(job, query) > 0 for job in population.jobs) > 250
