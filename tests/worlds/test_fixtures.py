"""Worlds made by a function of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import Target
from listjobs_conformance.worlds.seeding import Seeder
from listjobs_conformance.worlds.worldfile import validated

from ..helpers.runs import failures, quick


def by_control_plane(app: str) -> tuple[Target, Callable[[dict[str, Any]], Any]]:
    """A target, and a seeder that fills it as a backend's own fixtures would."""
    target = open_target(app, Options())
    behind = open_target("reference", Options())
    behind.transport = target.transport
    target.reset_with = None

    def seed(world: dict[str, Any]) -> dict[str, Any]:
        from listjobs_conformance.worlds.worldfile import population_of

        if world["exclusive"]:
            behind.reset()
        made = Seeder(behind).seed(population_of(world), exclusive=True)
        for group in world["thingGroups"]:
            group["thingGroupId"] = made.groups[group["thingGroupName"]]
        for job in world["jobs"]:
            job["jobArn"] = made.arns[job["jobId"]]
            for time_name in ("createdAt", "lastUpdatedAt", "completedAt"):
                job.pop(time_name, None)
                if time_name in made.described[job["jobId"]]:
                    job[time_name] = made.described[job["jobId"]][time_name]
        return world

    return target, seed


def test_a_seeder_makes_the_worlds() -> None:
    target, seed = by_control_plane("reference")
    report = quick(target, seeder=seed, strict=True)
    assert report.status == 0
    # Nothing can be made beside such a world, or changed in it.
    apart = {"access", "client", "lifecycle"}
    assert {r.id for r in report.results if r.verdict != "pass"} <= {
        "listing/scope",
        "pagination/default-page-bound",
        *(requirement.id for requirement in CATALOGUE if requirement.family in apart),
    }


def test_a_seeder_is_given_worlds_by_the_schema_and_leaves_none() -> None:
    target, seed = by_control_plane("reference")
    given: list[dict[str, Any]] = []

    def noting(world: dict[str, Any]) -> Any:
        given.append(orjson.loads(orjson.dumps(world)))
        return seed(world)

    report = quick(target, seeder=noting)
    assert all(validated(world) for world in given)
    assert given[-1]["jobs"] == []
    assert report.target["capabilities"]["missing"] == {}


def test_a_fault_is_found_through_a_seeder() -> None:
    target, seed = by_control_plane("reference:thing-group-id-ignored")
    assert failures(quick(target, seeder=seed)) == {"filter/thing-group-id"}


def test_a_seeder_that_fails_leaves_the_target_unjudged() -> None:
    target, _ = by_control_plane("reference")

    def seed(world: dict[str, Any]) -> None:
        raise RuntimeError("no table jobs")

    report = quick(target, seeder=seed)
    assert report.status == 3
    assert "no table jobs" in str(report.results[0].reason)


@pytest.mark.parametrize("answer", [{}, {"jobs": []}, [1], "world"])
def test_a_seeder_that_returns_no_world_leaves_the_target_unjudged(answer: Any) -> None:
    target, seed = by_control_plane("reference")

    def wrong(world: dict[str, Any]) -> Any:
        seed(world)
        return answer

    assert quick(target, seeder=wrong).status == 3
