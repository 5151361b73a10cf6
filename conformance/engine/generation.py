"""Generation: which plans a unit carries out. What is drawn, Hypothesis draws.

It sends nothing and judges nothing: the same seed gives the same plans whatever a target answers,
and wherever this project is installed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase
from hypothesis.errors import HypothesisWarning
from hypothesis.internal.conjecture import providers

from ..model import Population
from ..scenarios.scenario import Plan, Scenario, Source
from .budgets import Budget
from .findings import GLANCE, OTHERS, PARTS, RICHEST, Unit

CHUNK = 250
"""The most examples that one unit draws."""

SOME = 6
"""Plans of a scenario that a run glances at before it goes on with any."""

NEXT_SEED = 1 << 32
"""How far the seeds of a scenario's chunks are apart."""

EXPLORING = Phase.reuse, Phase.generate


class Shown(Exception):
    """Raised for Hypothesis by an example that shows what it is to shrink."""


@dataclass(frozen=True, slots=True)
class Databases:
    """Where Hypothesis keeps the examples of each scenario between runs, if anywhere."""

    folder: Path | None = None

    def of(self, scenario: str) -> ExampleDatabase | None:
        return DirectoryBasedExampleDatabase(self.folder / scenario) if self.folder else None


@dataclass(frozen=True)
class Generation:
    """Where the plans of a run come from."""

    source: Source
    budget: Budget
    seed: int
    shared: Population | None = None
    """The population of every plan, where one world stands for the whole run."""
    databases: Databases = field(default_factory=Databases)
    stored: Mapping[Unit, Sequence[Plan]] = field(default_factory=dict)

    def units(self, scenario: Scenario) -> list[Unit]:
        """The units that draw examples of the scenario."""
        return [Unit(scenario.name, n) for n in range(ceil(self.drawn(scenario) / CHUNK))]

    def parts(self, scenario: Scenario) -> list[Unit]:
        """The units of the scenario's fixed plans. Those in the world that a run begins with stand
        apart, so that all of every scenario can be carried out while it stands."""
        plans = [*self.plans(scenario, Unit(scenario.name))]
        richest = sum(plan.population == self.source.covering for plan in plans)
        if scenario.writes or not richest:
            return [Unit(scenario.name)]
        some = (True, richest > SOME, len(plans) > richest)
        return [
            Unit(scenario.name, part=part) for part, any in zip(PARTS, some, strict=True) if any
        ]

    def count(self, scenario: Scenario, unit: Unit) -> int:
        """How many plans the unit has, at most: Hypothesis may find fewer to draw."""
        if unit.chunk is not None:
            return min(CHUNK, self.drawn(scenario) - unit.chunk * CHUNK)
        return sum(1 for _ in self.plans(scenario, unit))

    def plans(self, scenario: Scenario, unit: Unit) -> Iterator[Plan]:
        """The plans of a unit of the scenario, each once."""
        plans: Iterator[Plan] | Sequence[Plan]
        if unit.stored:
            plans = self.stored[unit]
        elif unit.chunk is None:
            plans = [self._standing(scenario, plan) for plan in scenario.fixed(self.source)]
            plans = self._part(list(dict.fromkeys(plans)), unit.part)
        else:
            drawn: list[Plan] = []
            self.draw(scenario, unit, drawn.append)
            plans = drawn
        yield from dict.fromkeys(plans)

    def _part(self, plans: list[Plan], part: str | None) -> Sequence[Plan]:
        if part is None:
            return plans
        richest = [plan for plan in plans if plan.population == self.source.covering]
        others = [plan for plan in plans if plan.population != self.source.covering]
        return {GLANCE: richest[:SOME], RICHEST: richest[SOME:], OTHERS: others}[part]

    def draw(
        self,
        scenario: Scenario,
        unit: Unit,
        example: Callable[[Plan], None],
        shrink: bool = False,
    ) -> None:
        """Call ``example`` with the drawn plans of a unit; where it is to be shrunk, with smaller
        ones once it has raised :class:`Shown`. Those that a database keeps come first."""
        assert unit.chunk is not None
        assert scenario.drawn is not None

        @settings(
            max_examples=min(CHUNK, self.drawn(scenario) - unit.chunk * CHUNK),
            phases=(*EXPLORING, Phase.shrink) if shrink else EXPLORING,
            database=self.databases.of(scenario.name),
            deadline=None,
            derandomize=False,
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        @seed(self.seed + unit.chunk * NEXT_SEED)  # Below the settings: it takes the database away.
        @given(scenario.drawn(self.source))
        def test(plan: Plan) -> None:
            example(self._standing(scenario, plan))

        try:
            with pinned_constants(), warnings.catch_warnings():
                # What Hypothesis warns of is for whoever writes a test: examples drawn outside of
                # one, or large ones, such as a world of a file.
                warnings.simplefilter("ignore", HypothesisWarning)
                test()
        except Shown:
            pass  # What it showed was kept where it was carried out.

    def drawn(self, scenario: Scenario) -> int:
        """How many examples of the scenario are drawn."""
        return int(self.budget.examples * scenario.share) if scenario.drawn is not None else 0

    def _standing(self, scenario: Scenario, plan: Plan) -> Plan:
        """The plan in the world that stands for the whole run, where there is one."""
        if self.shared is None or scenario.writes:
            return plan
        return replace(plan, population=self.shared)


@contextmanager
def pinned_constants() -> Iterator[None]:
    """Harvest no constants from local modules within the block.

    Hypothesis mixes in constants that it harvests from modules which it takes for the user's own
    code. An editable checkout has other such modules than an installed wheel, so the same seed
    would draw differently.

    This reaches into Hypothesis, which has no setting for it; a Hypothesis that keeps its
    constants elsewhere is left alone, and draws as it likes.
    """
    module: Any = providers
    harvest = getattr(module, "_get_local_constants", None)
    cache = getattr(module, "CONSTANTS_CACHE", None)
    constants = getattr(module, "Constants", None)
    if harvest is None or cache is None or constants is None:
        yield
        return
    nothing = constants()
    module._get_local_constants = lambda: nothing
    cache.cache.clear()
    try:
        yield
    finally:
        module._get_local_constants = harvest
        cache.cache.clear()
