"""The runner: the loop of one example after the other, and what follows a failure.

A run has two phases. *Exploring* carries out every scenario's fixed plans and then what
Hypothesis draws, and evaluates every requirement on every example. *Shrinking* then takes each
violated requirement alone, with the same seed, to its own smallest example, and confirms it. So
no violation hides another, and the findings depend on the seed and the target alone.

A runner does the tasks of a run on one session; ``phases`` says which, and in which order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from ..errors import Inconclusive, RequestLimit, TargetGone
from ..progress import Progress
from ..scenarios.scenario import Plan, Source
from ..worlds.session import Session
from .allowance import ANYTHING, Allowance
from .attempts import Attempts
from .budgets import Budget
from .confirmation import Confirmation, Flaky
from .evaluation import Evaluator
from .execution import Execution
from .findings import Counterexample, FailureKind, Findings, Unit
from .generation import Databases, Generation
from .shrinking import Shrinker
from .suite import Suite


class Task(Protocol):
    """A piece of work that needs nothing of the others, and can be done by any runner."""

    def done_by(self, runner: Runner) -> Findings: ...


@dataclass(frozen=True, slots=True)
class Explore:
    """Carry out the examples of a unit."""

    unit: Unit

    def done_by(self, runner: Runner) -> Findings:
        return runner.explore(self.unit)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A kind of failure, its smallest example so far, the first one, and the first unit that drew
    one."""

    kind: FailureKind
    found: Counterexample
    first: Counterexample
    drawn_by: Unit | None

    @property
    def examples(self) -> tuple[Counterexample, ...]:
        """The smallest and the first, once where that is one."""
        return (self.found,) if self.found is self.first else (self.found, self.first)


@dataclass(frozen=True, slots=True)
class Shrink:
    """Find the example of a requirement to show: of the first kind that can be confirmed."""

    id: str
    suspicions: tuple[Suspicion, ...]
    apart: int | None
    """How many requests may be sent, by estimate, to take it apart where it shows in none of the
    smallest worlds; None, and the known one is confirmed alone."""

    def done_by(self, runner: Runner) -> Findings:
        return runner.shrink(self)


class Runner:
    """Does tasks on one session. The same seed draws the same examples."""

    def __init__(
        self,
        suite: Suite,
        session: Session,
        budget: Budget,
        seed: int = 0,
        progress: Progress | None = None,
        databases: Databases | None = None,
        stored: Mapping[Unit, Sequence[Plan]] | None = None,
        allowance: Allowance = ANYTHING,
    ) -> None:
        self.suite, self.session, self.allowance = suite, session, allowance
        source = Source.of(session, budget.large, budget.brief)
        self.generation = Generation(
            source, budget, seed, session.shared, databases or Databases(), stored or {}
        )
        self.execution = Execution(session, progress or Progress())
        self.evaluator = Evaluator(suite.requirements)
        session.on_world = self.evaluator.forget
        self._attempts = Attempts(suite, self.execution, self.evaluator)
        self._confirmation = Confirmation(suite, session, self._attempts)
        self._known: dict[tuple[str, Plan], frozenset[FailureKind]] = {}

    def explore(self, unit: Unit) -> Findings:
        """Carry out the examples of one unit, each once, and add up what they show."""
        findings = Findings()
        scenario = self.suite.scenario(unit.scenario)
        self.execution.activity = scenario.what + ", drawn" * (unit.chunk is not None)
        with self._recorded(findings):
            for plan in self.generation.plans(scenario, unit):
                findings.ended = self.allowance.explored(self.session.target)
                if findings.ended is not None:
                    break
                findings.examples += 1
                self.execution.explored += 1
                try:
                    example = self.execution.carry_out(scenario, unit, plan)
                except Inconclusive as reason:
                    findings.put_off(unit, str(reason))
                    continue
                evaluation = self.evaluator.evaluate(example.evidence)
                self._known[(unit.scenario, plan)] = findings.add(example, evaluation)
                self.execution.progress.broken |= findings.failed
        return findings

    def shrink(self, task: Shrink) -> Findings:
        """Shrink one kind of failure after the other, until one can be confirmed."""
        findings = Findings()
        self.execution.activity = f"looking for the smallest example of {task.id}"
        with self._recorded(findings):
            for suspicion in task.suspicions:
                kind, smallest = suspicion.kind, suspicion.found
                if findings.dismissed and not self.session.exclusive:
                    # What an example makes beside others' things was announced: one is confirmed.
                    findings.dismissed[kind] = next(iter(findings.dismissed.values()))
                    continue
                if task.apart is not None:
                    shrinker = Shrinker(
                        self.generation, self._attempts, self._known, kind, task.apart
                    )
                    smallest = shrinker.smallest(smallest, suspicion.first, suspicion.drawn_by)
                try:
                    confirmed = self._confirmation.of(kind, smallest, *suspicion.examples)
                    findings.shown[task.id] = confirmed
                    break
                except Flaky as reason:
                    findings.dismissed[kind] = str(reason)
        return findings

    @contextmanager
    def _recorded(self, findings: Findings) -> Iterator[None]:
        """Let the findings say what was sent, and what cut them short."""
        target = self.session.target
        requests, throttled = target.requests, target.throttled
        try:
            yield
        except TargetGone as gone:
            findings.gone = str(gone)
        except RequestLimit as limit:
            findings.limited = str(limit)
        except KeyboardInterrupt:
            findings.interrupted = True
        finally:
            findings.requests = target.requests - requests
            findings.throttled = target.throttled - throttled
