"""One test that the target could be judged at all, and one for each requirement."""

from __future__ import annotations

import pytest

from listjobs_conformance.reports.record import Report

from ..contract import CATALOGUE
from .engine import NO_TARGET, PARAMETER, choices, decide, exercised, judged, settings
from .gate import EXERCISED


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if PARAMETER in metafunc.fixturenames:
        selected = settings(metafunc.config).selected
        if choices(metafunc.config).target is None and not _overridden(metafunc):
            raise pytest.Collector.CollectError(f"listjobs-conformance: {NO_TARGET}")
        metafunc.parametrize(
            PARAMETER,
            [
                pytest.param(r.id, id=r.id, marks=getattr(pytest.mark, r.level.value))
                for r in sorted(CATALOGUE, key=lambda requirement: requirement.id)
                if r.id in selected
            ],
        )


def _overridden(metafunc: pytest.Metafunc) -> bool:
    """Whether somebody else says what to check. pytest has no public way to ask."""
    known = getattr(metafunc, "_arg2fixturedefs", {}).get("listjobs_target")
    return known is None or len(known) > 1


@pytest.mark.listjobs
def test_the_target_could_be_judged(
    listjobs_report: Report | str, request: pytest.FixtureRequest
) -> None:
    report = judged(listjobs_report, request.config)
    request.node.stash[EXERCISED] = report.status != 3
    if report.status == 3:
        pytest.fail("; ".join(report.doubts), pytrace=False)


@pytest.mark.listjobs
def test_listjobs(
    requirement: str, listjobs_report: Report | str, request: pytest.FixtureRequest
) -> None:
    report = judged(listjobs_report, request.config)
    found = {result.id: result for result in report.results}
    if requirement not in found:
        pytest.skip("no stored case is about it")
    request.node.stash[EXERCISED] = exercised(found[requirement])
    decide(report, found[requirement])
