"""Late is not never: what a listing shows after a moment is not missing."""

from __future__ import annotations

import re

import pytest

from listjobs_conformance.contract.selection import select
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import ReferenceServer, serving
from listjobs_conformance.targets.kinds import Options, open_target

WANTED = ["listing/*", "lifecycle/*-moves-status", "lifecycle/*-listed", "lifecycle/*-gone"]


def checked(settle: float, *behaviours: str) -> Report:
    with serving(ReferenceServer(behaviours)) as url:
        target = open_target(url, Options(reset="/_listjobs/reset"))
        return check(target, Settings(select(WANTED), budget="quick", settle=settle))


def test_what_shows_after_a_moment_is_not_missing_and_the_verdict_says_how_long_to_wait() -> None:
    report = checked(0.0, "late-settling")
    assert {r.id for r in report.results if r.verdict == "fail"} == set()
    reasons = [str(r.reason) for r in report.results if r.verdict == "inconclusive"]
    assert any(re.match(r"shows after 0\.\d s, try --settle 1: ", reason) for reason in reasons)
    assert report.status == 3


@pytest.mark.parametrize("variation", ["late-settling", "descriptions-settle-late"])
def test_where_it_is_waited_for_nothing_is_late(variation: str) -> None:
    report = checked(1.0, variation)
    assert {
        r.id: r.reason for r in report.results if r.verdict not in ("pass", "unexercised")
    } == {}
    assert report.status == 0


def test_what_never_shows_fails() -> None:
    report = checked(0.0, "scheduled-jobs-hidden")
    assert [r.id for r in report.results if r.verdict == "fail"] == ["listing/complete"]
