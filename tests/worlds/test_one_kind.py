"""An account whose jobs are all of one kind says what that leaves open."""

from __future__ import annotations

from dataclasses import replace

from listjobs_conformance.contract.selection import select
from listjobs_conformance.model import Job, Population
from listjobs_conformance.reports.text import narrow
from listjobs_conformance.run import Settings, check
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import Target
from listjobs_conformance.worlds.provisioning import EXISTING
from listjobs_conformance.worlds.seeding import Seeder

from ..helpers.runs import run

SETTINGS = Settings(select(), budget="quick", world=EXISTING)


def holding(*jobs: Job) -> Target:
    target = open_target("reference", Options())
    Seeder(target).seed(Population(jobs), exclusive=False)
    return target


def test_an_account_of_one_kind_of_jobs_says_what_that_leaves_open() -> None:
    report = check(holding(Job("a"), Job("b"), Job("c")), SETTINGS)
    said = str(narrow(report))
    assert said.startswith("left open, where all jobs are IN_PROGRESS SNAPSHOT jobs of things: ")
    assert {"filter/status", "filter/target-selection"} <= set(said.split(": ")[1].split(", "))
    assert "lifecycle/" not in said


def test_what_it_leaves_open_and_is_required_fails_the_run() -> None:
    required = frozenset({"filter/status", "filter/target-selection"})
    report = check(holding(Job("a"), Job("b")), replace(SETTINGS, required=required))
    assert report.status == 3
    assert "required, and not exercised: filter/status, filter/target-selection" in report.doubts


def test_an_account_of_several_kinds_says_nothing_of_the_sort() -> None:
    assert narrow(run(EXISTING)) is None
