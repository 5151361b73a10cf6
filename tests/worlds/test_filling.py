"""A seeder is verified once, and not accused of what is a matter of the listing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from listjobs_conformance.evidence import Exchange, Request
from listjobs_conformance.reports.text import lacking
from listjobs_conformance.targets.target import Target
from listjobs_conformance.wire import WsgiTransport
from listjobs_conformance.worlds import emptying, filling
from listjobs_conformance.worlds.calibration import calibrate
from listjobs_conformance.worlds.fixtures import FixtureSeeder

from ..helpers.runs import failures, quick
from .test_fixtures import by_control_plane

Seeding = Callable[[dict[str, Any]], Any]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emptying, "FORGOTTEN_WITHIN", 0.05)
    monkeypatch.setattr(filling, "FORGOTTEN_WITHIN", 0.05)


def without_descriptions(target: Target) -> Target:
    """The target as others see it that has a listing and nothing else."""
    app = target.transport

    class Blind:
        def send(self, request: Request, signer: Any) -> Exchange:
            if request.path != "/jobs":
                return Exchange(request, 404)
            return app.send(request, signer)

        def close(self) -> None:
            app.close()

    target.transport = Blind()
    return target


def whole(target: Target) -> Target:
    return target


Views = pytest.mark.parametrize("seen", [whole, without_descriptions])


@Views
def test_a_seeder_that_fills_another_database_ends_the_run(
    seen: Callable[[Target], Target],
) -> None:
    target, _ = by_control_plane("reference")
    _, elsewhere = by_control_plane("reference")
    report = quick(seen(target), seeder=elsewhere)
    assert report.status == 3
    (reason,) = {result.reason for result in report.results}
    assert "the seeder returned, and none of its " in str(reason)
    assert "is listed or described (DescribeJob: HTTP 404" in str(reason)
    assert str(reason).endswith("does it fill the database that the target reads?")


@pytest.mark.parametrize(
    ("seen", "how"), [(whole, "known to Desc"), (without_descriptions, "list")]
)
def test_a_seeder_that_does_not_empty_the_target_ends_the_run(
    seen: Callable[[Target], Target], how: str
) -> None:
    target, seed = by_control_plane("reference")
    world_before: list[dict[str, Any]] = []

    def piles(world: dict[str, Any]) -> Any:
        first, world_before[:] = not world_before, [world]
        return seed({**world, "exclusive": first})

    report = quick(seen(target), seeder=piles)
    assert report.status == 3
    (reason,) = {result.reason for result in report.results}
    assert "the seeder was given a world that is to be alone, and the job t" in str(reason)
    assert f"which it made before, is still {how}" in str(reason)


def test_a_seeder_that_empties_only_what_it_made_itself_ends_the_run() -> None:
    target, seed = by_control_plane("reference")
    theirs = {"jobId": "theirs", "status": "IN_PROGRESS", "targetSelection": "SNAPSHOT"}

    def keeps(world: dict[str, Any]) -> Any:
        jobs = list(world["jobs"])
        if world["exclusive"]:
            world["jobs"] = [*jobs, {**theirs, "targets": ["thing/t"]}]
        made = seed(world)
        return {**made, "jobs": [job for job in made["jobs"] if job["jobId"] != "theirs"]}

    report = quick(target, seeder=keeps)
    assert report.status == 3
    assert "the job theirs is there, too: it is listed, and known" in str(report.results[0].reason)


@Views
@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        ("lose-job-at-page-boundary", "pagination/complete"),
        ("sample-job-listed", "listing/no-phantoms"),
        ("status-ignored", "filter/status"),
    ],
)
def test_a_listing_that_is_broken_is_judged(
    seen: Callable[[Target], Target], fault: str, broken: str
) -> None:
    target, seed = by_control_plane(f"reference:{fault}")
    assert broken in failures(quick(seen(target), seeder=seed))


def test_a_listing_that_shows_nothing_is_judged_where_jobs_are_described() -> None:
    target, seed = by_control_plane("reference")
    app = target.transport

    class Empty(WsgiTransport):
        def __init__(self) -> None:
            pass

        def send(self, request: Request, signer: Any) -> Exchange:
            answer = app.send(request, signer)
            if request.path != "/jobs" or not answer.ok:
                return answer
            return Exchange(request, 200, answer.headers, b'{"jobs": []}')

    target.transport = Empty()
    report = quick(target, seeder=seed)
    assert report.status == 1
    assert "listing/complete" in failures(report)


def test_a_target_that_has_a_listing_alone_is_told_how_it_can_be_filled() -> None:
    target, _ = by_control_plane("reference")
    report = quick(without_descriptions(target))
    assert report.status == 3
    assert "CreateThing (HTTP 404 (empty body))" in str(lacking(report))
    assert str(lacking(report)).endswith(
        "; fill it by --seeder MODULE:FUNCTION, or load it and say with what: --world FILE"
    )


def test_it_takes_four_requests_and_a_call() -> None:
    target, seed = by_control_plane("reference")
    calls: list[bool] = []

    def counted(world: dict[str, Any]) -> Any:
        calls.append(world["exclusive"])
        return seed(world)

    maker = FixtureSeeder(target, counted)
    capabilities = calibrate(maker)
    calls.clear()
    before = target.requests
    filling.verify(maker, capabilities, empties=True)
    assert calls == [True]
    assert target.requests - before == 4
