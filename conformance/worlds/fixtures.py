"""Worlds made by a function of the user's own: ``--seeder``, or the ``seed`` of a Python target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..evidence import Exchange, Request
from ..model import Population, World
from ..targets.target import Seed, Target
from .seeding import SeedingError, as_described, describe_settled
from .worldfile import WorldError, to_document, validated, world_of


@dataclass
class FixtureSeeder:
    """Makes populations by calling the user's function."""

    target: Target
    function: Seed
    describes: bool = True
    completes_by: str | None = None
    """Of no use here: the function knows how."""
    settle: float = 0.0
    """How long, in seconds, a change may take to show in DescribeJob."""

    @property
    def by_api(self) -> None:
        return None

    def seed(self, population: Population, exclusive: bool) -> World:
        asked = to_document(population, exclusive)
        try:
            answer = self.function(asked)
            made = validated(dict(answer)) if answer is not None else _without_times(asked)
        except WorldError as error:
            raise self._failed(f"what it returned is no world: {error}") from None
        except Exception as error:
            raise self._failed(f"{type(error).__name__}: {error}"[:300]) from None
        world = world_of(made)
        if {job.id for job in world.jobs} != {job.id for job in population.jobs}:
            raise self._failed("what it returned has other jobs than it was given")
        if not self.describes:
            return world
        described = {job.id: describe_settled(self.target, job, self.settle) for job in world.jobs}
        jobs = tuple(as_described(job, described[job.id]) for job in world.jobs)
        return replace(world, jobs=jobs, described=described)

    @staticmethod
    def _failed(reason: str) -> SeedingError:
        return SeedingError("the seeder", Exchange(Request("SEED", "/"), failure=reason))


def _without_times(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it holds where nobody says what times the target gave."""
    jobs = [
        {name: value for name, value in job.items() if not name.endswith("At")}
        for job in document["jobs"]
    ]
    return {**document, "jobs": jobs}
