"""A test for each requirement, and one that the target could be judged at all."""

from __future__ import annotations

import pytest

from listjobs_conformance.reports.record import Report

from ..contract import CATALOGUE
from .engine import PARAMETER, decide, settings


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if PARAMETER in metafunc.fixturenames:
        selected = settings(metafunc.config).selected
        metafunc.parametrize(
            PARAMETER,
            [
                pytest.param(r.id, id=r.id, marks=getattr(pytest.mark, r.level.value))
                for r in sorted(CATALOGUE, key=lambda requirement: requirement.id)
                if r.id in selected
            ],
        )


@pytest.mark.listjobs
def test_listjobs(requirement: str, listjobs_report: Report) -> None:
    found = {result.id: result for result in listjobs_report.results}
    if requirement not in found:
        pytest.skip("no stored case is about it")
    decide(listjobs_report, found[requirement])


@pytest.mark.listjobs
def test_the_target_could_be_judged(listjobs_report: Report) -> None:
    if listjobs_report.status == 3:
        pytest.fail("; ".join(listjobs_report.doubts), pytrace=False)
