"""Worlds that are shared, given or found: what is allowed raises no alarm in any of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.selection import select
from listjobs_conformance.evidence import Request
from listjobs_conformance.model import Population
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import FAULTS, VARIATIONS
from listjobs_conformance.strategies import worlds
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.worlds.provisioning import EXISTING, FRESH, GIVEN, SHARED
from listjobs_conformance.worlds.worldfile import to_document, validated

from ..helpers.runs import failures, loaded, quick, run


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


WORLDS = (FRESH, SHARED, GIVEN, EXISTING)


def variations_and_worlds() -> list[object]:
    """All bundles on worlds of every kind; every day one of each kind of variation, which has a
    module of its own, on one kind of world after the other."""
    parameters = []
    everyday: set[str] = set()
    for bundle in bundles():
        first = VARIATIONS[bundle[0]]
        kind_of_variation = first.mixin.__module__
        mine = None
        if kind_of_variation not in everyday and not first.needs_settle:
            mine = WORLDS[len(everyday) % len(WORLDS)]
            everyday.add(kind_of_variation)
        for world in WORLDS:
            marks = [] if world == mine else [pytest.mark.matrix]
            name = f"{'+'.join(bundle)}-{world}"
            parameters.append(pytest.param(world, bundle, marks=marks, id=name))
    return parameters


@pytest.mark.parametrize(("kind", "behaviours"), variations_and_worlds())
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
        pytest.param("thing-group-name-ignored", marks=pytest.mark.matrix),
        pytest.param("lose-job-at-page-boundary", marks=pytest.mark.matrix),
        pytest.param("token-never-advances", marks=pytest.mark.matrix),
        pytest.param("new-jobs-are-queued", marks=pytest.mark.matrix),
        pytest.param("status-or-target-selection", marks=pytest.mark.matrix),
        pytest.param("zero-means-default", marks=pytest.mark.matrix),
        pytest.param("times-in-milliseconds", marks=pytest.mark.matrix),
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


def test_a_large_given_world_is_no_matter_of_how_tests_are_written() -> None:
    """Hypothesis warns of large examples, and here every warning is an error."""
    target = open_target("reference:status-ignored", Options())
    document = loaded(target, 300)
    only = select(["filter/status"])
    report = check(target, Settings(only, budget="quick", world=GIVEN, document=document))
    assert failures(report) == {"filter/status"}


def test_a_given_world_without_jobs_says_nothing_of_a_target() -> None:
    document = validated(to_document(Population()))
    target = open_target("reference", Options())
    report = check(target, Settings(select(), budget="quick", world=GIVEN, document=document))
    assert report.status == 3
    assert "no job to judge by: the world file holds none; " in str(report.unjudged)


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


def test_nothing_is_made_where_the_reset_does_not_work() -> None:
    target = open_target("reference", Options())
    target.reset_with = Request("POST", "/no-such-path")
    sent: list[str] = []
    send = target.transport.send
    target.transport.send = lambda r, s: (sent.append(r.method), send(r, s))[1]  # type: ignore[method-assign]
    report = quick(target)
    assert report.status == 3
    assert "could not be reset" in str(report.results[0].reason)
    assert "PUT" not in sent
