"""Whether a plan that was made for one target can be carried out on another."""

from __future__ import annotations

import re

from listjobs_conformance.strategies.populations import Holdable

from .model import Job, Population
from .outcome import Unit
from .scenarios import Plan, Scenario, scenario_named
from .session import Session

PLAIN_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
"""What a target that refuses unusual names can be asked to hold."""


def not_here(session: Session, unit: Unit, plan: Plan) -> str | None:
    """Why the plan cannot be carried out in the worlds of this session, if it cannot.

    What is made beside other people's jobs was announced before: nothing else may be.
    """
    scenario = scenario_named(unit.scenario)
    if not session.exclusive and (scenario.adds or plan.population != session.shared):
        return "it needs a world of its own"
    return not_for(session, scenario) or not_held(session.capabilities.holdable, plan.population)


def not_for(session: Session, scenario: Scenario) -> str | None:
    """Why the session has not what the scenario takes, if it has not."""
    if scenario.adds and session.control_plane is None:
        return "jobs are not made by the operations of the API here"
    if scenario.access and not session.check_access:
        return "requests without good credentials were not asked for: --check-access"
    return None


def not_held(holdable: Holdable, population: Population) -> str | None:
    """What of the population the target cannot hold, if there is anything."""
    if population.groups and not holdable.groups:
        return "the target holds no thing groups"
    for job in population.jobs:
        reason = _not_held(holdable, job)
        if reason is not None:
            return reason
    return None


def _not_held(holdable: Holdable, job: Job) -> str | None:
    if (job.status, job.selection, bool(job.groups)) not in holdable.kinds:
        of_group = " of a group" if job.groups else ""
        return f"the target holds no {job.status} {job.selection} jobs{of_group}"
    if len(job.targets) > 1 and not holdable.several_targets:
        return "the target holds no jobs of several targets"
    if job.namespace is not None and not holdable.namespaces:
        return "the target holds no namespaces"
    if not holdable.names and not all(map(PLAIN_NAME.fullmatch, (job.id, *job.groups))):
        return "the target holds no jobs of unusual names"
    return None
