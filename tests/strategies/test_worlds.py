"""Worlds that are written to files: the same for a seed, and of every kind."""

from __future__ import annotations

from listjobs_conformance.model import EVERYTHING
from listjobs_conformance.strategies import worlds
from listjobs_conformance.strategies.population_space import covering


def test_the_same_seed_writes_the_same_world() -> None:
    assert worlds.world(100, 3) == worlds.world(100, 3) != worlds.world(100, 4)


def test_a_written_world_holds_every_pair_of_values_that_a_covering_one_does() -> None:
    jobs = worlds.world(60, 0).jobs
    assert {*covering(EVERYTHING).jobs} <= {*jobs}
    assert len({(job.status, job.selection) for job in jobs}) == 7
