"""Carries out the examples of a run on its session, and judges them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path

from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

from .budgets import Budget
from .contract.parts import Part
from .drawing import CHUNK, NEXT_SEED, Example, draw
from .judgement import Judge, Judgement
from .outcome import Found, Kind, Unit
from .scenarios import Plan, Scenario, Source, scenario_named
from .session import Session


class Progress:
    """What a run tells while it goes on. The default says nothing."""

    def doing(self, what: str, examples: int, requests: int) -> None:
        """Called before each example."""

    def tell(self, what: str) -> None:
        """Called with a sentence that a user must see."""


@dataclass(frozen=True, slots=True)
class Databases:
    """Where Hypothesis keeps the examples of each scenario between runs, if anywhere."""

    folder: Path | None = None

    def of(self, scenario: str) -> ExampleDatabase | None:
        return DirectoryBasedExampleDatabase(self.folder / scenario) if self.folder else None


@dataclass(frozen=True, slots=True)
class Trial:
    """An example that was carried out: what it recorded, and what it shows."""

    parts: tuple[Part, ...]
    judgement: Judgement
    found: dict[Kind, Found]


@dataclass
class Trials:
    """Examples on one session. The same seed draws the same ones."""

    session: Session
    budget: Budget
    seed: int
    progress: Progress
    databases: Databases
    doing: str = ""
    """What the examples are carried out for, in words."""
    explored: int = 0
    known: dict[tuple[str, Plan], frozenset[Kind]] = field(default_factory=dict)
    """What was shown by each example that was explored here."""

    def __post_init__(self) -> None:
        session = self.session
        self._judge = Judge()
        session.on_world = self._judge.forget
        holdable = session.capabilities.holdable
        if session.shared is not None:
            self.source = Source.standing(holdable, session.shared)
        else:
            self.source = Source.fresh(holdable, self.budget.large)

    def carry_out(self, unit: Unit, plan: Plan) -> Trial:
        """Do it now, and judge it; raises ``Inconclusive`` and what ends a run."""
        session = self.session
        self.progress.doing(self.doing, self.explored, session.target.requests)
        session.begin()
        parts = session.finish(scenario_named(unit.scenario).perform(session, plan))
        judgement = self._judge.judge(parts)
        found = {
            Kind.of(id, violation): Found(unit, plan, violation, session.standing.groups)
            for id, violation in judgement.violations.items()
        }
        return Trial(parts, judgement, found)

    def fixed(self, unit: Unit) -> Iterator[Plan]:
        """What the scenario begins with."""
        scenario = scenario_named(unit.scenario)
        return (self._standing(scenario, plan) for plan in scenario.fixed(self.source))

    def draw(self, unit: Unit, example: Example, shrink: bool = False) -> None:
        """Call ``example`` with the plans of a unit that draws them."""
        assert unit.chunk is not None
        scenario = scenario_named(unit.scenario)
        draw(
            scenario,
            self.source,
            lambda plan: example(self._standing(scenario, plan)),
            examples=min(CHUNK, self._drawn(scenario) - unit.chunk * CHUNK),
            seeded=self.seed + unit.chunk * NEXT_SEED,
            shrink=shrink,
            database=self.databases.of(scenario.name),
        )

    def chunks(self, scenario: Scenario) -> list[Unit]:
        """The units that draw examples of the scenario."""
        return [Unit(scenario.name, n) for n in range(ceil(self._drawn(scenario) / CHUNK))]

    def _drawn(self, scenario: Scenario) -> int:
        return int(self.budget.examples * scenario.share) if scenario.drawn is not None else 0

    def _standing(self, scenario: Scenario, plan: Plan) -> Plan:
        """The plan in the world that stands for the whole run, where there is one."""
        if self.session.shared is None or scenario.adds:
            return plan
        return replace(plan, population=self.session.shared)
