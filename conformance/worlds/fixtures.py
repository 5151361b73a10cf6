"""Worlds made by a function of the user's own: ``--seeder``, or the ``seed`` of a Python target."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from inspect import iscoroutine
from typing import Any

from ..errors import CannotBegin
from ..evidence import Exchange, Request
from ..model import Population, World
from ..targets.calling import Raised, call
from ..targets.target import Seed, Target
from .seeding import SeedingError, as_described, describe_settled
from .worldfile import WorldError, to_document, validated, world_of


class NotHeld(SeedingError):
    """The seeder says that the target cannot hold such a world: that is no accident."""

    def __init__(self, reason: str) -> None:
        super().__init__("the seeder", Exchange(Request("SEED", "/"), failure=reason))

    @property
    def setback(self) -> bool:
        return False


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
    failed: bool = False
    """Whether the function has failed: then it is called no more."""

    @property
    def by_api(self) -> None:
        return None

    def seed(self, population: Population, exclusive: bool) -> World:
        """Let the function make the population.

        Raises ``SeedingError`` where the target cannot hold it, and ``CannotBegin`` where the
        function fails: whatever is then on the target, nothing can be judged by it.
        """
        asked = to_document(population, exclusive)
        try:
            world = _agreed(asked, _called(self.function, asked))
        except CannotBegin:
            self.failed = True
            raise
        if not self.describes:
            return world
        described = {job.id: describe_settled(self.target, job, self.settle) for job in world.jobs}
        jobs = tuple(as_described(job, described[job.id]) for job in world.jobs)
        return replace(world, jobs=jobs, described=described)


def _called(function: Seed, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Call the function; the document of what it made.

    Raises :class:`NotHeld`, and ``CannotBegin`` where it fails, or returns anything else.
    """
    try:
        answer = call(function, deepcopy(dict(asked)))  # What it does to its copy says nothing.
    except Raised as raised:
        if isinstance(raised.error, NotImplementedError):
            raise NotHeld(str(raised)) from None
        raise CannotBegin(f"the seeder raised {raised}{raised.place}") from None
    if answer is None:
        return _without_times(asked)
    if iscoroutine(answer):
        answer.close()  # Nobody waits for it.
    if not isinstance(answer, Mapping):
        kind = type(answer).__name__
        hint = ": it must not be async" if iscoroutine(answer) else ""
        raise CannotBegin(
            f"the seeder returned a value of type {kind}{hint}; it returns None, or the world that "
            "it made, as a dict"
        )
    try:
        return validated(dict(answer))
    except WorldError as error:
        raise CannotBegin(f"what the seeder returned is no world: {error}") from None


def _agreed(asked: Mapping[str, Any], made: Mapping[str, Any]) -> World:
    """The world that was made, if it is the one that was asked for."""
    wanted = {job["jobId"]: job for job in asked["jobs"]}
    world = world_of(made)
    for id in sorted(wanted.keys() ^ world.by_id.keys()):
        said = "without the job" if id in wanted else "with a job that it was not given:"
        raise CannotBegin(f"the seeder returned a world {said} {id}")
    for job in world.jobs:
        for name, value in (("status", job.status), ("targetSelection", job.selection)):
            if value != wanted[job.id][name]:
                raise NotHeld(
                    f"it returned {name} {value} of a job that should be {wanted[job.id][name]}"
                )
    return world


def _without_times(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it holds where nobody says what times the target gave."""
    jobs = [
        {name: value for name, value in job.items() if not name.endswith("At")}
        for job in document["jobs"]
    ]
    return {**document, "jobs": jobs}
