"""moto in this process: its known defects are found, each under its own requirement."""

from __future__ import annotations

import re

import pytest

from listjobs_conformance.reports.record import Report, Result

from ..conftest import Run

DEFECTS = {
    "error/max-results-high",
    "error/max-results-low",
    "error/max-results-not-integer",
    "error/namespace-id",
    "error/next-token",
    "error/status",
    "error/target-selection",
    "error/thing-group-id",
    "error/thing-group-name",
    "filter/namespace-id",
    "filter/status",
    "filter/target-selection",
    "filter/thing-group-id",
    "filter/thing-group-name",
    "pagination/terminates",
    "summary/status",
}
"""What moto 5.2.5 does wrong, measured by hand with signed requests."""


@pytest.fixture(scope="module")
def report(run: Run) -> Report:
    return run("moto")


def by_verdict(report: Report, verdict: str) -> dict[str, Result]:
    return {r.id: r for r in report.results if r.verdict == verdict}


def test_every_known_defect_is_found_and_nothing_else_is_blamed(report: Report) -> None:
    assert report.target["implementation"] == "moto 5.2.5"
    assert set(by_verdict(report, "fail")) == DEFECTS
    assert report.status == 1


def test_what_moto_does_right_passes(report: Report) -> None:
    assert set(by_verdict(report, "pass")) >= {
        "error/documented",
        "error/shape",
        "listing/complete",
        "listing/no-duplicates",
        "listing/no-phantoms",
        "listing/scope",
        "pagination/default-page",
        "pagination/page-bound",
        "protocol/content-type",
        "summary/identity",
        "summary/schema",
        "summary/target-selection",
        "summary/timestamps",
    }


def test_what_the_endless_walk_hides_is_masked_by_it(report: Report) -> None:
    hidden = by_verdict(report, "unexercised")
    for id in ("pagination/complete", "pagination/no-duplicates", "pagination/token-replay"):
        assert hidden[id].reason == "masked by pagination/terminates"


def test_the_smallest_examples_have_at_most_two_jobs_and_few_requests(report: Report) -> None:
    for result in by_verdict(report, "fail").values():
        violation = result.violation
        assert violation is not None
        assert violation.repeats
        assert len(violation.population) <= 2, result.id
        assert len(violation.requests) <= 3, result.id
        assert sum(request.decisive for request in violation.requests) == 1


def test_an_ignored_filter_takes_one_job_and_two_requests(report: Report) -> None:
    violation = by_verdict(report, "fail")["filter/status"].violation
    assert violation is not None
    assert len(violation.population) == 1
    unfiltered, filtered = (request.request for request in violation.requests)
    assert unfiltered == "GET /jobs?maxResults=250"
    assert re.fullmatch(r"GET /jobs\?status=[A-Z_]+&maxResults=250", filtered)


def test_the_report_names_what_moto_could_not_hold(report: Report) -> None:
    missing = report.target["capabilities"]["missing"]
    assert "COMPLETED jobs" in missing
    assert all("QUEUED" in missing[what] for what in missing if what.startswith("SCHEDULED"))
