"""Runs of what the tests need again and again: on a target, or on a world of any kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from listjobs_conformance.contract.selection import select
from listjobs_conformance.model import EVERYTHING
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings, check
from listjobs_conformance.selftest import SETTLE
from listjobs_conformance.server import FAULTS, VARIATIONS
from listjobs_conformance.strategies import worlds
from listjobs_conformance.strategies.population_space import covering
from listjobs_conformance.suite.interrupts import on_its_own_stack
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import Target
from listjobs_conformance.worlds.provisioning import EXISTING, GIVEN
from listjobs_conformance.worlds.seeding import Seeder
from listjobs_conformance.worlds.worldfile import TIMES, to_document, validated

SIZE = 40
"""Jobs in a given world: more than the covering ones."""


def loaded(target: Target, size: int = SIZE) -> Mapping[str, Any]:
    """Make a world beforehand, and return the document that says what it is."""
    population = worlds.world(size, 7)
    document = to_document(population)
    made = Seeder(target, settle=SETTLE).seed(population, exclusive=True)
    for group in document["thingGroups"]:
        group["thingGroupId"] = made.groups[group["thingGroupName"]]
    for job in document["jobs"]:
        for time in TIMES:
            job.pop(time, None)
    return validated(document)


def run(kind: str, *behaviours: str) -> Report:
    known = [one for name in behaviours if (one := VARIATIONS.get(name) or FAULTS.get(name))]
    target = open_target("reference:" + "+".join(behaviours), Options())
    document = loaded(target) if kind == GIVEN else None
    if kind == EXISTING:
        Seeder(target, settle=SETTLE).seed(covering(EVERYTHING), exclusive=False)
    settings = Settings(
        select(),
        budget="quick",
        world=kind,
        document=document,
        settle=SETTLE if any(one.needs_settle for one in known) else None,
        check_access=any(one.checks_access for one in known),
        shrinking=False,
    )
    return on_its_own_stack(lambda: check(target, settings))


def failures(report: Report) -> set[str]:
    return {result.id for result in report.results if result.verdict == "fail"}


def quick(target: Target, **more: Any) -> Report:
    settings = {"budget": "quick", "shrinking": False, **more}
    return check(target, Settings(select(), **settings))
