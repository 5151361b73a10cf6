"""Worlds made by a function of the user's own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.selection import select
from listjobs_conformance.progress import Progress
from listjobs_conformance.run import Settings, check
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import Target
from listjobs_conformance.worlds.seeding import Seeder
from listjobs_conformance.worlds.worldfile import validated

from ..helpers.runs import failures, quick


class Told(Progress):
    """What a user is told."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def tell(self, sentence: str) -> None:
        self.sentences.append(sentence)


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
    changing = {r.reason for r in report.results if r.id.startswith("lifecycle/")}
    assert changing == {
        "needs jobs that the run makes or changes by the operations of the API; here it does not"
    }
    assert report.missing_operations == ()
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


def seeder_that(
    does: Callable[[dict[str, Any]], Any], at: int
) -> tuple[Target, Callable[[dict[str, Any]], Any], list[int]]:
    """A seeder that does it at this call, and what it is to do at all others."""
    target, seed = by_control_plane("reference")
    calls: list[int] = []

    def seeding(world: dict[str, Any]) -> Any:
        calls.append(len(world["jobs"]))
        return does(world) if len(calls) == at else seed(world)

    return target, seeding, calls


def fails(world: dict[str, Any]) -> None:
    raise RuntimeError("no table jobs")


def ends(world: dict[str, Any]) -> None:
    sys.exit(0)


@pytest.mark.parametrize("at", [1, 2, 9, 30])
@pytest.mark.parametrize("does", [fails, ends])
def test_a_seeder_that_fails_once_ends_the_run_and_is_told_once(does: Any, at: int) -> None:
    target, seed, calls = seeder_that(does, at)
    said = Told()
    report = check(target, Settings(select(), budget="quick", seeder=seed), said)
    assert report.status == 3
    assert len(calls) == at  # It is not called again.
    (reason,) = {result.reason for result in report.results}
    line = does.__code__.co_firstlineno + 1
    what = "RuntimeError: no table jobs" if does is fails else "SystemExit: 0"
    assert reason == f"the seeder raised {what} (test_fixtures.py, line {line})"
    assert said.sentences == []


async def waits(world: dict[str, Any]) -> None:
    """Nobody waits for it."""


ANSWERS = {
    "a value of type int;": lambda world: 42,
    "a value of type bool;": lambda world: True,
    "a value of type str;": lambda world: "done",
    "a value of type list;": lambda world: [1, 2],
    "a value of type coroutine: it must not be async;": waits,
    "is no world: version is missing": lambda world: {},
    "returned a world without the job t0-a": lambda world: {**world, "jobs": []},
}


@pytest.mark.parametrize("said", ANSWERS)
def test_a_seeder_that_returns_no_world_ends_the_run(said: str) -> None:
    target, seed, _ = seeder_that(ANSWERS[said], 2)
    report = quick(target, seeder=seed)
    assert report.status == 3
    (reason,) = {result.reason for result in report.results}
    assert said in str(reason)


def test_what_a_seeder_says_the_target_cannot_hold_costs_only_that() -> None:
    target, seed = by_control_plane("reference")

    def seeding(world: dict[str, Any]) -> Any:
        if world["thingGroups"]:
            raise NotImplementedError("there are no groups")
        return seed(world)

    report = quick(target, seeder=seeding)
    assert report.status == 0
    assert (
        "there are no groups" in report.target["capabilities"]["missing"]["thing groups as targets"]
    )
    assert {r.id: r.verdict for r in report.results}["filter/thing-group-name"] == "unexercised"


def test_a_status_that_the_seeder_did_not_make_is_its_own_matter() -> None:
    target, seed = by_control_plane("reference")

    def seeding(world: dict[str, Any]) -> Any:
        made = seed(world)
        for job in made["jobs"]:
            job["status"] = "CANCELED"
        return made

    report = quick(target, seeder=seeding)
    assert report.status == 3
    assert str(report.unjudged).endswith(
        "the seeder: it returned status CANCELED of a job that should be IN_PROGRESS"
    )


def test_a_seeder_that_fails_only_at_the_end_is_told_and_the_verdict_stands() -> None:
    only = select(["listing/*"])
    target, seed, calls = seeder_that(fails, 0)
    assert check(target, Settings(only, budget="quick", seeder=seed)).status == 0
    target, seed, _ = seeder_that(fails, len(calls))
    said = Told()
    assert check(target, Settings(only, budget="quick", seeder=seed), said).status == 0
    (sentence,) = said.sentences
    assert "not emptied at the end: the seeder raised RuntimeError: no table jobs" in sentence
