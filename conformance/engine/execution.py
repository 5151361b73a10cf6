"""Execution: a plan is carried out on the session, and gives evidence. Nothing is judged here."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Setback
from ..progress import Progress
from ..scenarios.scenario import Plan, Scenario
from ..worlds.session import Session
from .findings import Example, Unit


@dataclass
class Execution:
    """Carries out plans, one after the other."""

    session: Session
    progress: Progress
    activity: str = ""
    """What they are carried out for, in words."""
    explored: int = 0

    def carry_out(self, scenario: Scenario, unit: Unit, plan: Plan) -> Example:
        """Do it now, once more where a setback spoils it; raises ``Inconclusive`` and what ends a
        run."""
        try:
            return self._carry_out(scenario, unit, plan)
        except Setback:
            if scenario.writes and not self.session.exclusive:
                raise  # Only so much may be made there as was announced.
            self.session.abandon()
            return self._carry_out(scenario, unit, plan)

    def _carry_out(self, scenario: Scenario, unit: Unit, plan: Plan) -> Example:
        session = self.session
        self.progress.update(self.activity, self.explored, session.target.requests)
        session.begin()
        evidence = session.finish(scenario.perform(session, plan))
        return Example(unit, plan, scenario, evidence, session.standing.groups, session.changes)
