"""One plan carried out and evaluated: for whoever looks at a single example and not at a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..scenarios.scenario import Plan
from .evaluation import Evaluation, Evaluator
from .execution import Execution
from .findings import Counterexample, Example, FailureKind, Unit, counterexamples
from .suite import Suite


@dataclass(frozen=True, slots=True)
class Attempt:
    """An example, and what it shows."""

    example: Example
    evaluation: Evaluation
    found: Mapping[FailureKind, Counterexample]


@dataclass(frozen=True, slots=True)
class Attempts:
    """Carries out single plans and evaluates them."""

    suite: Suite
    execution: Execution
    evaluator: Evaluator

    def of(self, unit: Unit, plan: Plan) -> Attempt:
        """Do it now; raises ``Inconclusive`` and what ends a run."""
        example = self.execution.carry_out(self.suite.scenario(unit.scenario), unit, plan)
        evaluation = self.evaluator.evaluate(example.evidence)
        return Attempt(example, evaluation, dict(counterexamples(example, evaluation)))
