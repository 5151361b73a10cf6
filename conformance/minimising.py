"""The smallest example of a violation: what Hypothesis shrinks, and steps that it cannot take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .drawing import Shown
from .outcome import Found, Kind, Unit
from .scenarios import Plan
from .session import Inconclusive
from .trials import Trials


@dataclass
class Allowance:
    """How many examples may still be carried out to shrink a violation.

    Counted, not timed, so that the outcome is the same on a slow machine; past the limit, only
    what was paid for already still counts.
    """

    left: int
    _paid: set[Plan] = field(default_factory=set)

    def covers(self, plan: Plan) -> bool:
        """Take what this example costs, more for many jobs, if that much is left."""
        if plan in self._paid:
            return True
        self.left -= 1 + len(plan.population.jobs) // 50
        if self.left >= 0:
            self._paid.add(plan)
        return self.left >= 0


class Minimiser:
    """Looks for the smallest example of one kind of violation.

    What it finds depends on nothing else that was tried: another process finds the same.
    """

    def __init__(self, trials: Trials, kind: Kind) -> None:
        self._trials = trials
        self._kind = kind
        self._known = dict(trials.known)
        """What each example shows that was carried out."""

    def smallest(self, best: Found, drawn_by: Unit | None) -> Found:
        """Let Hypothesis shrink what it drew, and then take the steps that it cannot."""
        if drawn_by is not None:
            best = self._shrunk(best, drawn_by)
        return self._simplified(best)

    def _shrunk(self, best: Found, unit: Unit) -> Found:
        """Let Hypothesis come to a drawn example that shows the violation, and shrink it."""
        left = Allowance(self._trials.budget.shrinking)
        began = False

        def example(plan: Plan) -> None:
            nonlocal best, began
            # What is drawn again on the way to the violation is what exploring has drawn.
            if began and not left.covers(plan):
                return
            best = self._smaller(best, unit, plan)
            if self._kind in self._known[(unit.scenario, plan)]:
                began = left.covers(plan)
                raise Shown

        self._trials.draw(unit, example, shrink=True)
        return best

    def _simplified(self, best: Found) -> Found:
        """Take the first simpler step that still shows the violation, until none does."""
        left = Allowance(self._trials.budget.shrinking)
        before = None
        while best is not before:
            before = best
            for plan in self._simpler(before):
                if left.covers(plan):
                    best = self._smaller(before, before.unit, plan)
                if best is not before:
                    break
        return best

    def _simpler(self, best: Found) -> Iterator[Plan]:
        session = self._trials.session
        for plan in best.scenario.simpler(best.plan):
            # What is made beside others' jobs was announced: nothing else may be.
            if session.exclusive or (not best.scenario.adds and plan.population == session.shared):
                yield plan

    def _smaller(self, best: Found, unit: Unit, plan: Plan) -> Found:
        """The example, if it is new, shows the violation, and is smaller; else the best so far."""
        key = (unit.scenario, plan)
        if key in self._known:
            return best
        try:
            trial = self._trials.carry_out(unit, plan)
        except Inconclusive:
            self._known[key] = frozenset()
            return best
        self._known[key] = frozenset(trial.found)
        found = trial.found.get(self._kind)
        return found if found is not None and found.size < best.size else best
