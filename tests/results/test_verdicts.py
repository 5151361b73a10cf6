"""What a run ends with: what gates, and what must have been exercised."""

from __future__ import annotations

from typing import Any

import pytest

from listjobs_conformance.contract.selection import select
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.targets.kinds import Options, open_target

from ..conftest import Run
from ..helpers.runs import quick


@pytest.mark.parametrize(
    ("globs", "status"), [(["filter/*"], 0), (["listing/scope"], 0), (["access/*"], 3)]
)
def test_what_is_required_and_was_not_exercised_fails_the_run(
    globs: list[str], status: int
) -> None:
    required = select(globs)
    assert quick(open_target("reference", Options()), required=required).status == status


def test_a_target_that_makes_no_job_does_not_conform() -> None:
    """Whatever it answers to what needs no job: a gate must not turn green."""

    def refusing(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] in ("PUT", "POST") and "reset" not in environ["PATH_INFO"]:
            start_response("403 Forbidden", [("Content-Type", "application/json")])
            return [b"{}"]
        return server(environ, start_response)

    server = ReferenceServer()
    target = open_target("reference", Options())
    target.transport._app = refusing  # type: ignore[attr-defined]
    report = quick(target)
    assert report.status == 3
    assert "no job to judge by: CreateThing: HTTP 403" in str(report.unjudged)


def test_a_failing_observation_does_not_fail_the_run(run: Run) -> None:
    chosen = {"selected": select(["filter/namespace-id"]), "shrinking": False}
    report = run("reference:namespace-id-ignored", **chosen)
    (result,) = report.results
    assert (result.level, result.verdict) == ("convention", "fail")
    assert report.status == 3
    assert run("reference:namespace-id-ignored", **chosen, strict=True).status == 1


def test_a_pass_says_what_it_could_not_be_judged_with(run: Run) -> None:
    """One filter is broken: of filters together, only the pairs without it were judged."""
    report = run("reference:status-ignored", budget="quick", shrinking=False)
    (together,) = [r for r in report.results if r.id == "filter/conjunction"]
    assert together.verdict == "pass"
    assert "not judged with status+" in str(together.reason)
    assert "masked by filter/status" in str(together.reason)
