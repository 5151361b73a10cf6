"""The two phases of a run, exploring and shrinking, as tasks that any worker can do.

Tasks need nothing of each other, and what they find is merged in the order of the tasks: the
findings are the same whoever did the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field

from ..scenarios.scenario import Scenario
from .findings import OTHERS, PARTS, FailureKind, Findings, Unit
from .runner import Explore, Runner, Shrink, Suspicion, Task
from .workers import Workers


def nothing(kind: FailureKind) -> bool:
    """No kind of failure is waived."""
    return False


def never(findings: Findings) -> str | None:
    """Nothing that is found is enough."""
    return None


@dataclass(frozen=True, slots=True)
class Aims:
    """What a run is to find out."""

    selected: frozenset[str]
    """The ids that verdicts are wanted for."""
    gating: frozenset[str] = frozenset()
    """Those whose failure fails the run."""
    confirming: bool = True
    """Whether what was found is carried out again, where that can be done."""
    shrinking: bool = True
    """Whether smaller examples of it are looked for."""
    waived: Callable[[FailureKind], bool] = nothing
    """Of what no smaller example is looked for."""
    enough: Callable[[Findings], str | None] = never
    """Why the run may end early, if it may."""


@dataclass
class Phases:
    """A whole run. ``runner`` is that of the calling process, which knows the session; who does
    the work are the ``workers``."""

    runner: Runner
    workers: Workers
    aims: Aims
    findings: Findings = field(default_factory=Findings)
    _shrunk: set[str] = field(default_factory=set)

    def run(self) -> Findings:
        """Explore, then shrink. What was found is kept even when the run is cut short."""
        self.findings.requests = self.runner.session.target.requests
        self.workers.beat = self._tell
        # What adds to a world that stands for the whole run comes last.
        early, late = self._early(), self._late()
        self._announce(*early, *late)
        self._explore(early)
        self._explore(late)
        self._shrink_all()
        return self.findings

    def _take(
        self,
        tasks: Iterable[Task],
        enough: Callable[[Findings], str | None] = never,
        exploring: bool = False,
    ) -> int:
        """Merge what comes of the tasks, until the run is over or this is enough; how many."""
        taken = 0
        if self.findings.over:
            return taken
        progress = self.runner.execution.progress
        try:
            self._tell()
            for findings in self.workers.do(tasks):
                self.findings.merge(findings)
                progress.stepped()
                taken += 1
                self._tell()
                if self.findings.over:
                    break
                if enough(self.findings) is not None or (exploring and self.findings.ended):
                    self.workers.drop()
                    break
        except KeyboardInterrupt:
            self.findings.interrupted = True
        except BrokenExecutor:
            self.findings.gone = "a worker process ended before its work was done"
        if self.findings.over:
            # What was found on the way is not lost, though nothing more is begun. That others were
            # told to end is no interrupt of the run.
            interrupted = self.findings.interrupted
            for findings in self.workers.stop():
                self.findings.merge(findings)
            self.findings.interrupted = interrupted
        return taken

    def _announce(self, *units: Unit) -> None:
        """Say how much there is to explore."""
        runner = self.runner
        progress = runner.execution.progress
        progress.wanted = self.aims.selected
        progress.planned = sum(
            runner.generation.count(runner.suite.scenario(unit.scenario), unit) for unit in units
        )

    def _tell(self) -> None:
        """Say how far others are; of what is done here, each example tells."""
        progress = self.runner.execution.progress
        progress.broken |= self.findings.failed
        if self.workers.activity:
            explored = max(self.workers.explored(), self.findings.examples)
            progress.update(self.workers.activity, explored, self.findings.requests)

    # --- exploring ----------------------------------------------------------------------------

    def _explore(self, units: Sequence[Unit]) -> None:
        """Carry out the units. Where what they show seems enough, that is confirmed first."""
        done = 0
        while done < len(units) and not (self.findings.over or self.findings.ended):
            enough = self.aims.enough
            done += self._take(map(Explore, units[done:]), enough, exploring=True)
            if enough(self.findings) is not None:
                self._shrink_all()
                self.findings.enough = enough(self.findings)
                # What could not be confirmed may show again.
                self._shrunk &= self.findings.shown.keys()

    def _scenarios(self, late: bool) -> list[Scenario]:
        generation, session = self.runner.generation, self.runner.session
        return [
            scenario
            for scenario in self.runner.suite.needed_for(self.aims.selected)
            if (scenario.writes and not session.exclusive) == late
            and not (scenario.large and not generation.budget.large)
            and scenario.obstacle(session) is None
        ]

    def _early(self) -> list[Unit]:
        """What is stored comes first; then what is fixed, of every scenario: it shows most for
        the least. A glance at each comes before the rest of any."""
        generation = self.runner.generation
        scenarios = self._scenarios(late=False)
        chunks = [unit for scenario in scenarios for unit in generation.units(scenario)]
        fixed = [unit for scenario in scenarios for unit in generation.parts(scenario)]
        order = {part: place for place, part in enumerate(PARTS)}
        fixed.sort(key=lambda unit: order[unit.part or OTHERS])
        return [*generation.stored, *fixed, *chunks]

    def _late(self) -> list[Unit]:
        return [Unit(scenario.name) for scenario in self._scenarios(late=True)]

    # --- shrinking ----------------------------------------------------------------------------

    def _shrink_all(self) -> None:
        if not self.aims.confirming and self.runner.session.exclusive:
            return
        # What turns out to say nothing no longer stands in the way of what presupposes it.
        while not self.findings.over:
            tasks = [self._task(id) for id in self._to_shrink() if id not in self._shrunk]
            progress = self.runner.execution.progress
            if not tasks:
                progress.shrunk = None
                return
            progress.shrunk = len(self._shrunk), len(self._shrunk) + len(tasks)
            self._take(tasks)
            self._shrunk.update(task.id for task in tasks)

    def _to_shrink(self) -> list[str]:
        """The requirements that a smallest example is wanted of: first those that gate."""
        requirements, failed = self.runner.suite.requirements, self.findings.failed
        wanted = [
            id
            for id in dict.fromkeys(kind.id for kind in self.findings.found)
            if id in self.aims.selected and not requirements[id].undone_by(failed)
        ]
        return sorted(wanted, key=lambda id: id not in self.aims.gating)

    def _task(self, id: str) -> Shrink:
        findings = self.findings
        suspicions = tuple(
            Suspicion(kind, findings.found[kind], findings.first[kind], findings.drawn.get(kind))
            for kind in findings.kinds(id)
            if not self.aims.waived(kind)
        )
        if not self.aims.shrinking:
            return Shrink(id, suspicions, None)
        # What gates nothing is looked for from below, and not taken apart.
        budget = self.runner.generation.budget
        return Shrink(id, suspicions, budget.shrinking if id in self.aims.gating else 0)
