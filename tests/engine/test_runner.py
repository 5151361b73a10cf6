"""Runs as a whole: what is found, blamed, masked, counted, and repeated for a seed."""

from __future__ import annotations

from typing import Any

from listjobs_conformance.api import FILTERS
from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.selection import select

from ..conftest import Run


def without_times(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what differs: how many pages threads see is a matter of time, too."""
    return {k: v for k, v in document.items() if k not in ("started", "duration_s", "requests")}


def test_the_reference_keeps_every_requirement_and_exercises_it(run: Run) -> None:
    # The plain server takes every signature.
    report = run("reference:checks-signatures", budget="standard", strict=True, check_access=True)
    # The AWS CLI takes a target behind a URL.
    not_passed = {r.id: (r.verdict, r.reason) for r in report.results if r.verdict != "pass"}
    assert not_passed.keys() == {"client/aws-cli"}
    assert len(report.results) == len(CATALOGUE)
    assert report.status == 0


def test_every_filter_and_every_pair_was_tried_on_one_page_and_across_several(run: Run) -> None:
    coverage = run("reference", budget="standard").coverage
    names = list(FILTERS.values())
    pairs = {f"{a}+{b}" for i, a in enumerate(names) for b in names[i + 1 :]}
    assert set(coverage) == {*names, *pairs}
    assert all(tried["one_page"] and tried["several_pages"] for tried in coverage.values())


def test_the_same_seed_gives_the_same_report(run: Run) -> None:
    name = "reference:status-ignored"
    first = run(name, seed=7).document()
    assert without_times(first) == without_times(run(name, seed=7).document())
    other = run(name, seed=8).document()
    assert other["coverage"] != first["coverage"]


def test_a_violation_is_blamed_on_its_requirement_and_masks_what_builds_on_it(run: Run) -> None:
    report = run("reference:status-ignored")
    verdicts = {r.id: r for r in report.results}
    assert [id for id, r in verdicts.items() if r.verdict == "fail"] == ["filter/status"]
    violation = verdicts["filter/status"].violation
    assert violation is not None
    assert violation.repeats
    assert len(violation.population) == 1
    assert [job.fault for job in violation.jobs] == ["misfiltered"]
    assert [r.decisive for r in violation.requests] == [False, True]
    assert report.status == 1


def test_only_what_is_selected_is_judged_but_all_is_evaluated(run: Run) -> None:
    report = run("reference:status-ignored", selected=select(["filter/conjunction"]))
    (result,) = report.results
    assert result.verdict != "fail"
    assert report.status in (0, 3)
