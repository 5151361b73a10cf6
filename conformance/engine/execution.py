"""Execution: a plan is carried out on the session, and gives evidence. Nothing is judged here."""

from __future__ import annotations

from dataclasses import dataclass

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
        """Do it now; raises ``Inconclusive`` and what ends a run."""
        session = self.session
        self.progress.update(self.activity, self.explored, session.target.requests)
        session.begin()
        evidence = session.finish(scenario.perform(session, plan))
        return Example(unit, plan, scenario, evidence, session.standing.groups)
