"""Worlds that are shared, given or found: what is allowed raises no alarm in any of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.selection import select
from listjobs_conformance.model import EVERYTHING, GROUP, Job, Population, ThingGroup
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings, check
from listjobs_conformance.selftest import SETTLE
from listjobs_conformance.server import FAULTS, VARIATIONS
from listjobs_conformance.strategies import worlds
from listjobs_conformance.strategies.populations import covering
from listjobs_conformance.suite.engine import on_its_own_stack
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import Target
from listjobs_conformance.worlds.provisioning import EXISTING, FRESH, GIVEN, SHARED
from listjobs_conformance.worlds.seeding import Seeder
from listjobs_conformance.worlds.worldfile import (
    TIMES,
    WorldError,
    population_of,
    read_world,
    to_document,
    validated,
    world_of,
)

SIZE = 40
"""Jobs in a given world: more than the covering ones."""


def bundles() -> Iterator[tuple[str, ...]]:
    """Every variation once, several that go together at a time."""
    left = list(VARIATIONS)
    while left:
        bundle = [left.pop(0)]
        for name in list(left):
            one, first = VARIATIONS[name], VARIATIONS[bundle[0]]
            alike = (
                one.needs_settle == first.needs_settle
                and one.checks_access == first.checks_access
                and one.keeps_conventions == first.keeps_conventions
            )
            if alike and len(bundle) < 4 and not {*one.excludes} & {*bundle}:
                bundle.append(name)
                left.remove(name)
        yield tuple(bundle)


def loaded(target: Target) -> Mapping[str, Any]:
    """Make a world beforehand, and return the document that says what it is."""
    population = worlds.world(SIZE, 7)
    document = to_document(population)
    made = Seeder(target).seed(population, exclusive=True)
    for group in document["thingGroups"]:
        group["thingGroupId"] = made.groups[group["thingGroupName"]]
    for job in document["jobs"]:
        for time in TIMES:
            job.pop(time, None)
    return validated(document)


def run(kind: str, *behaviours: str) -> Report:
    known = [one for name in behaviours if (one := VARIATIONS.get(name) or FAULTS.get(name))]
    target = open_target("reference:" + "+".join(behaviours), Options())
    document = loaded(target) if kind == GIVEN else None
    if kind == EXISTING:
        Seeder(target).seed(covering(EVERYTHING), exclusive=False)
    settings = Settings(
        select(),
        budget="quick",
        world=kind,
        document=document,
        settle=SETTLE if any(one.needs_settle for one in known) else None,
        check_access=any(one.checks_access for one in known),
        shrinking=False,
    )
    return on_its_own_stack(lambda: check(target, settings))


def failures(report: Report) -> set[str]:
    return {result.id for result in report.results if result.verdict == "fail"}


@pytest.mark.parametrize("kind", [FRESH, SHARED, GIVEN, EXISTING])
@pytest.mark.parametrize("behaviours", list(bundles()), ids="+".join)
def test_what_the_contract_allows_raises_no_alarm(kind: str, behaviours: tuple[str, ...]) -> None:
    report = run(kind, *behaviours)
    documented = {r.id for r in CATALOGUE if r.level.value == "documented"}
    strict = all(VARIATIONS[name].keeps_conventions for name in behaviours)
    alarms = failures(report)
    assert not (alarms if strict else alarms & documented)


@pytest.mark.parametrize("kind", [SHARED, GIVEN, EXISTING])
@pytest.mark.parametrize(
    "fault",
    [
        "status-ignored",
        "thing-group-name-ignored",
        "lose-job-at-page-boundary",
        "token-never-advances",
        "new-jobs-are-queued",
        "status-or-target-selection",
        "zero-means-default",
        "times-in-milliseconds",
    ],
)
def test_a_fault_is_found_whatever_stands_there(kind: str, fault: str) -> None:
    assert failures(run(kind, fault)) == set(FAULTS[fault].breaks)


# What is there is not written to.


@pytest.mark.parametrize("kind", [GIVEN, EXISTING])
def test_what_is_there_is_left_alone(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = open_target("reference", Options())
    document = loaded(target)
    methods: list[str] = []
    send = target.transport.send
    monkeypatch.setattr(
        target.transport, "send", lambda r, s: (methods.append(r.method), send(r, s))[1]
    )
    report = check(
        target, Settings(select(), budget="quick", world=kind, document=document, strict=True)
    )
    assert set(methods) == {"GET"}
    assert report.status == 0


def test_what_only_a_listing_says_passes_nothing() -> None:
    """What exists is known from the listing alone: nothing may be missing from it."""
    results = {r.id: r.verdict for r in run(EXISTING).results}
    for id in ("listing/complete", "listing/no-phantoms", "listing/scope"):
        assert results[id] == "unexercised"


def test_a_given_world_that_was_not_loaded_cannot_be_judged() -> None:
    target = open_target("reference", Options())
    document = validated(to_document(worlds.world(30, 1)))
    report = check(target, Settings(select(), world=GIVEN, document=document))
    assert report.status == 3
    assert "was it loaded?" in str(report.results[0].reason)


def test_a_job_of_the_given_world_that_is_not_there_is_lost() -> None:
    target = open_target("reference", Options())
    document = dict(loaded(target))
    document["jobs"] = [
        *document["jobs"],
        {**document["jobs"][0], "jobId": "one-more", "status": "IN_PROGRESS"},
    ]
    report = check(target, Settings(select(), budget="quick", world=GIVEN, document=document))
    violation = {r.id: r.violation for r in report.results}["listing/complete"]
    assert violation is not None
    assert [(job.jobId, job.fault) for job in violation.jobs] == [("one-more", "lost")]


# World files.


def test_a_written_world_reads_back_as_it_was(tmp_path: Path) -> None:
    population = worlds.world(500, 7)
    path = tmp_path / "world.json"
    path.write_bytes(orjson.dumps(to_document(population)))
    read = read_world(path)
    assert population_of(read) == population
    assert len(population.jobs) == len({job.id for job in population.jobs}) == 500
    assert world_of(read).groups.keys() == {group.name for group in population.groups}


def test_the_same_seed_writes_the_same_world() -> None:
    assert worlds.world(100, 3) == worlds.world(100, 3) != worlds.world(100, 4)


def test_a_written_world_holds_every_pair_of_values_that_a_covering_one_does() -> None:
    jobs = worlds.world(60, 0).jobs
    assert {*covering(EVERYTHING).jobs} <= {*jobs}
    assert len({(job.status, job.selection) for job in jobs}) == 7


def broken(**changes: Any) -> dict[str, Any]:
    small = Population(
        (Job("a", targets=(GROUP + "g",)), Job("b")),
        (ThingGroup("g"),),
    )
    return {**to_document(small), **changes}


GOOD = broken()["jobs"][0]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "is not of type 'object'"),
        ({}, "required property"),
        (broken(version=2), "1 was expected"),
        (broken(jobs=[{**GOOD, "status": "QUEUED"}]), "jobs/0/status"),
        (broken(jobs=[{**GOOD, "jobId": "a b"}]), "jobs/0/jobId"),
        (broken(jobs=[{**GOOD, "jobId": "a\n"}]), "jobs/0/jobId"),
        (broken(jobs=[{**GOOD, "targets": []}]), "jobs/0/targets"),
        (broken(jobs=[{**GOOD, "owner": "me"}]), "owner"),
        (broken(jobs=[GOOD, GOOD]), "the job 'a' is there 2 times"),
        (broken(thingGroups=[]), "the group 'g' is not in thingGroups"),
        (broken(thingGroups=[{"thingGroupName": "g"}]), "thingGroupId"),
    ],
)
def test_what_is_no_world_is_refused_with_the_place(document: Any, words: str) -> None:
    with pytest.raises(WorldError) as refused:
        validated(document)
    assert words in str(refused.value)


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    for content, words in ((None, "cannot read"), ("{", "is no JSON"), ("{}", "is no world")):
        if content is not None:
            path.write_text(content)
        with pytest.raises(WorldError) as refused:
            read_world(path)
        assert words in str(refused.value)
        assert str(path) in str(refused.value)
