"""The world that stands on a target: made, changed for another, made beside a larger one.

It knows how worlds come and go, and nothing of what is asked of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ..errors import Inconclusive, Setback
from ..evidence import Exchange
from ..model import Population, World
from ..targets.target import Target
from . import control
from .seeding import Maker, Seeder, SeedingError, prefixed


@dataclass
class Standing:
    """One world at a time: a new one for each example, or one for the whole run."""

    target: Target
    maker: Maker | None
    """What makes worlds; None where nothing may be written."""
    exclusive: bool
    """Whether each example has a world of its own, and nothing else is on the target."""
    prefix: str
    given: World | None
    """The world that is there already, as a file says."""
    unanswered: Callable[[Exchange], None]
    """Called with what came of a request that made or emptied something."""
    world: World | None = None
    elsewhere: dict[str, World] = field(default_factory=dict)
    """What was made in other regions beside it."""
    seconds: float = 0.0
    """How long making worlds took."""
    _population: Population | None = None
    _beside: int = 0

    @property
    def by_api(self) -> Seeder | None:
        """What makes jobs by the API's own operations, where that may be done."""
        return self.maker.by_api if self.maker is not None else None

    def holds(self, population: Population) -> bool:
        """Whether this population stands now."""
        return self.world is not None and self._population == population

    def put_up(self, population: Population) -> World:
        """Make the world of a population in place of the one that stood; raises
        :class:`Inconclusive`."""
        self.world = self._population = None
        world = self.given or self._made(population)
        self._population, self.world = population, world
        return world

    def take_over(self, population: Population, world: World) -> None:
        """Let a world stand that was made by others."""
        self._population, self.world = population, world

    def put_beside(self, population: Population) -> tuple[World, str]:
        """Make a world beside the one that stands for the whole run, and let it stand in its
        place; also what its names begin with. Raises :class:`Inconclusive`."""
        assert self.maker is not None
        self._beside += 1
        prefix = f"{self.prefix}{self._beside}-"
        try:
            self.world = self.maker.seed(prefixed(population, prefix), exclusive=False)
        except SeedingError as error:
            raise _not_made(error) from None
        return self.world, prefix

    def put_back(self, made: World, standing: World) -> None:
        """Delete the jobs that were made beside the standing world, which stands again."""
        for job in made.jobs:
            self.target.send(control.delete_job(job.id))
        self.world = standing

    def abandon(self) -> None:
        """Let the next example have a world of its own made anew."""
        if self.exclusive:
            self.world = None

    def empty(self) -> None:
        """Empty the target; raises :class:`Inconclusive`."""
        exchange = self.target.reset()
        if not exchange.ok:
            self.unanswered(exchange)
            raise Inconclusive(f"the target could not be reset: {exchange}")

    def _made(self, population: Population) -> World:
        assert self.maker is not None
        self.elsewhere.clear()
        started = time.perf_counter()
        if self.exclusive and self.target.resettable:
            self.empty()
        try:
            return self.maker.seed(prefixed(population, self.prefix), self.exclusive)
        except SeedingError as error:
            if self.by_api is not None:
                self.unanswered(error.exchange)
            raise _not_made(error) from None
        finally:
            self.seconds += time.perf_counter() - started


def _not_made(error: SeedingError) -> Inconclusive:
    kind = Setback if error.setback else Inconclusive
    return kind(f"the population could not be made: {error}")
