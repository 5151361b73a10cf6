"""Shrinking: from a counterexample to the smallest that shows the same.

It is looked for from below first: the smallest worlds that could show it, smallest first. What
shows in none of them is taken apart: Hypothesis shrinks what it drew; then come the steps that it
cannot take. Each kind of failure is shrunk alone, so that no violation hides another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..errors import Inconclusive
from ..scenarios.scenario import Plan
from .attempts import Attempts
from .findings import Counterexample, FailureKind, Unit
from .generation import Generation, Shown

Known = Mapping[tuple[str, Plan], frozenset[FailureKind]]
"""Scenario and plan to what was shown, for each example that was carried out."""


@dataclass
class ShrinkBudget:
    """How many requests may still be sent to shrink a violation, by estimate.

    Estimated, and neither counted nor timed, so that the outcome is the same on a slow machine;
    past the limit, only what was paid for already still counts.
    """

    left: int
    _paid: set[Plan] = field(default_factory=set)

    def covers(self, plan: Plan) -> bool:
        """Take what this example costs, if that much is left."""
        if plan not in self._paid and self.left > 0:
            self.pay(plan)
        return plan in self._paid

    def pay(self, plan: Plan) -> None:
        """Take what this example costs, whatever is left."""
        self.left -= A_LISTING + plan.population.cost
        self._paid.add(plan)


FROM_BELOW = 120
"""Requests, by estimate, to try the smallest worlds; taking apart is another matter."""

A_LISTING = 6
"""Requests, by experience, to empty a target and list what there is."""


class Shrinker:
    """Looks for the smallest counterexample of one kind of failure.

    What it finds depends on nothing else that was tried: another process finds the same.
    """

    def __init__(
        self,
        generation: Generation,
        attempts: Attempts,
        known: Known,
        kind: FailureKind,
        most: int,
    ) -> None:
        self._generation, self._attempts, self._suite = generation, attempts, attempts.suite
        self._kind, self._most = kind, most
        self._known = dict(known)

    def smallest(
        self, best: Counterexample, first: Counterexample, drawn_by: Unit | None
    ) -> Counterexample:
        """The smallest that shows in a small world, built for what the first example did, which is
        the plainest; else let Hypothesis shrink what it drew. Then take the steps that are left."""
        left, origin = ShrinkBudget(FROM_BELOW), first
        built = self._built(first, left)
        if built is None and best.unit != first.unit:
            origin, built = best, self._built(best, left)
        left = ShrinkBudget(self._most)
        # What a database is to keep, Hypothesis must have seen to fail.
        keeps = self._generation.databases.folder is not None
        if drawn_by is not None and (keeps or (built is None and self._most)):
            best = self._shrunk(best, drawn_by, left)
        simplified = self._simplified(built or best, left, origin if built else None)
        return min(simplified, best, key=lambda one: one.size)

    def _built(self, best: Counterexample, left: ShrinkBudget) -> Counterexample | None:
        """The first of the smallest worlds in which it shows; None where it does in none."""
        scenario = self._suite.scenario(best.unit.scenario)
        if self._generation.shared is not None:
            return None
        session = self._attempts.execution.session
        for plan in scenario.smallest(best.plan, best.violation):
            if plan.population.size > best.plan.population.size:
                break
            if not self._tried(scenario.name, plan) and not left.covers(plan):
                break
            if scenario.obstacle_to(plan, session) is None:
                smaller = self._smaller(best, best.unit, plan)
                if smaller is not best:
                    return smaller
        return None

    def _shrunk(self, best: Counterexample, unit: Unit, left: ShrinkBudget) -> Counterexample:
        """Let Hypothesis come to a drawn example that shows the failure, and shrink it."""
        began = False

        def example(plan: Plan) -> None:
            nonlocal best, began
            # What is drawn again on the way to the failure is what exploring has drawn.
            if began and not left.covers(plan):
                return
            best = self._smaller(best, unit, plan)
            if self._kind in self._known[(unit.scenario, plan)]:
                if not began:
                    left.pay(plan)
                began = True
                raise Shown

        scenario = self._suite.scenario(unit.scenario)
        self._generation.draw(scenario, unit, example, shrink=True)
        return best

    def _tried(self, scenario: str, plan: Plan) -> bool:
        return (scenario, plan) in self._known

    def _simplified(
        self, best: Counterexample, left: ShrinkBudget, built_for: Counterexample | None
    ) -> Counterexample:
        """Take the first simpler step that still shows the failure, until none does."""
        before = None
        while best is not before:
            before = best
            for plan in self._simpler(before, built_for):
                if self._tried(before.unit.scenario, plan):
                    continue
                if left.covers(plan):
                    best = self._smaller(before, before.unit, plan)
                if best is not before:
                    break
        return best

    def _simpler(self, best: Counterexample, built_for: Counterexample | None) -> Iterator[Plan]:
        shared, population = self._generation.shared, best.plan.population
        scenario = self._suite.scenario(best.unit.scenario)
        # What was built, and holds nothing that was accused, is as plain as can be.
        plain = built_for is not None and not population.holds(built_for.violation.amiss)
        for plan in scenario.simpler(best.plan):
            # Beside a world that stands, only what was announced may be made.
            if shared is not None and (scenario.writes or plan.population != shared):
                continue
            if not plain or plan.population == population:
                yield plan

    def _smaller(self, best: Counterexample, unit: Unit, plan: Plan) -> Counterexample:
        """The example, if it is new, shows the failure, and is smaller; else the best so far."""
        key = (unit.scenario, plan)
        if key in self._known:
            return best
        try:
            attempt = self._attempts.of(unit, plan)
        except Inconclusive:
            self._known[key] = frozenset()
            return best
        self._known[key] = frozenset(attempt.found)
        found = attempt.found.get(self._kind)
        return found if found is not None and found.size < best.size else best
