"""Reports to write: one of a real run, and what it becomes with other verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from listjobs_conformance.reports.record import Report, Result
from tests.conftest import Run

Judged = Callable[..., Report]

FAILED = "filter/status"


@pytest.fixture(scope="session")
def found(run: Run) -> Report:
    """A report with one failure, which is ``filter/status``."""
    selected = frozenset({FAILED, "filter/target-selection", "listing/complete"})
    return run("reference:status-ignored", selected=selected)


@pytest.fixture
def judged(found: Report) -> Judged:
    """The report with ``filter/status`` judged as said, and the rest passed."""

    def judged(verdict: str, level: str = "documented", **more: object) -> Report:
        return replace(found, results=tuple(_as(r, verdict, level) for r in found.results), **more)

    def _as(result: Result, verdict: str, level: str) -> Result:
        if result.id != FAILED:
            return replace(result, verdict="pass", violation=None)
        failed = verdict in ("fail", "waived")
        return replace(
            result,
            verdict=verdict,
            level=level,
            reason=None if verdict in ("fail", "waived", "pass") else "the reason",
            waiver="the waiver" if verdict == "waived" else None,
            violation=result.violation if failed else None,
            case="cases/filter.status.listjobs.json" if failed else None,
        )

    return judged


@pytest.fixture
def many(found: Report) -> Callable[[int], Report]:
    """The report with so many failures."""
    (failed,) = (result for result in found.results if result.id == FAILED)

    def many(count: int, **more: object) -> Report:
        results = (replace(failed, id=f"filter/status-{n}", **more) for n in range(count))
        return replace(found, results=tuple(results))

    return many
