"""Replaying: what stored cases show on the target that they are from, and on others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from listjobs_conformance.cases.case import Case, read_cases
from listjobs_conformance.cases.replay import (
    DIFFERENTLY,
    FAILS,
    NOT_JUDGED,
    PASSES,
    Replayed,
    replay,
)
from listjobs_conformance.errors import UsageError
from listjobs_conformance.progress import Progress
from listjobs_conformance.run import REPLAY, SUITE
from listjobs_conformance.server import ReferenceServer, serving
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.worlds.provisioning import EXISTING, SHARED, WorldOptions

from ..conftest import Run
from ..helpers.servers import Server

TIMELINE = "lifecycle.survivors-once.listjobs.json"


def carried_out(name: str, cases: list[Case], **staging: Any) -> list[Replayed]:
    return replay(SUITE, open_target(name, Options()), cases, WorldOptions(**staging))


def verdicts(replayed: list[Replayed]) -> set[str]:
    return {one.verdict for one in replayed}


@pytest.fixture(scope="module")
def of_moto(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("moto")
    run("moto", keeps_cases=folder, shrinking=False)
    return folder


@pytest.fixture(scope="module")
def of_faults(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of a listing, and one of a walk with a deletion on the way."""
    folder = tmp_path_factory.mktemp("faults")
    run("reference:status-ignored+offset-in-token", keeps_cases=folder)
    return folder


def test_what_moto_fails_it_fails_again_and_the_reference_passes(of_moto: Path) -> None:
    cases = read_cases([of_moto])
    assert len(cases) > 10
    assert verdicts(carried_out("moto", cases)) == {FAILS}
    assert verdicts(carried_out("reference", cases)) == {PASSES}


def test_a_walk_with_a_change_on_the_way_fails_again_where_it_did(of_faults: Path) -> None:
    cases = read_cases([of_faults / "cases" / TIMELINE])
    (again,) = carried_out("reference:offset-in-token", cases)
    assert again.verdict == FAILS
    assert again.result is not None
    assert again.result.violation is not None
    assert [request.decisive for request in again.result.violation.requests] == [False, False, True]
    assert verdicts(carried_out("reference", cases)) == {PASSES}


def test_a_requirement_that_is_broken_in_another_way_fails_differently(of_faults: Path) -> None:
    cases = read_cases([of_faults / "cases" / "filter.status.listjobs.json"])
    other = [replace(cases[0], fingerprint="0" * 12)]
    (again,) = carried_out("reference:status-ignored", other)
    assert again.verdict == DIFFERENTLY


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("reference:token-never-advances", "masked by pagination/terminates"),
        ("reference:next-page-crashes", "masked by error/documented"),
    ],
)
def test_what_something_else_hides_is_not_judged(
    run: Run, tmp_path: Path, name: str, words: str
) -> None:
    run("reference:lose-job-at-page-boundary", keeps_cases=tmp_path, shrinking=False)
    cases = [c for c in read_cases([tmp_path]) if c.requirement == "pagination/complete"]
    (again,) = carried_out(name, cases)
    assert (again.verdict, again.reason) == (NOT_JUDGED, words)


def test_what_a_target_cannot_hold_is_not_judged(run: Run, tmp_path: Path) -> None:
    run("reference:namespace-id-ignored", keeps_cases=tmp_path)
    cases = read_cases([tmp_path])
    again = carried_out("reference", cases, seeder=lambda world: (_ for _ in ()).throw(OSError()))
    assert verdicts(again) == {NOT_JUDGED}
    assert all(one.reason for one in again)


def test_no_answer_is_no_verdict(of_faults: Path) -> None:
    again = carried_out("http://127.0.0.1:1", read_cases([of_faults]))
    assert verdicts(again) == {NOT_JUDGED}
    refused = "no usable answer from http://127.0.0.1:1: connection refused; is it running?"
    assert all(str(one.reason).startswith(refused) for one in again)


# Beside other people's jobs.


@pytest.mark.parametrize(
    ("fault", "id", "again"),
    [
        ("sample-job-listed", "listing/no-phantoms", NOT_JUDGED),
        ("region-taken-from-the-token", "pagination/token-tampered", NOT_JUDGED),
        ("home-region-shown-everywhere", "listing/scope", FAILS),
        ("later-pages-forget-status", "pagination/no-phantoms", FAILS),
    ],
)
def test_a_job_that_should_not_be_listed_may_be_somebody_elses(
    run: Run, tmp_path: Path, fault: str, id: str, again: str
) -> None:
    run(f"reference:{fault}", keeps_cases=tmp_path, selected=frozenset({id}))
    cases = read_cases([tmp_path])
    assert [case.requirement for case in cases] == [id]
    (there,) = carried_out(f"reference:{fault}", cases, world=SHARED)
    assert there.verdict == again
    (mended,) = carried_out("reference", cases, world=SHARED)
    assert mended.verdict == (PASSES if id == "pagination/no-phantoms" else NOT_JUDGED)
    assert verdicts(carried_out("reference", cases)) == {PASSES}


@pytest.fixture
def served() -> Iterator[str]:
    with serving(ReferenceServer(("status-ignored", "offset-in-token"))) as url:
        yield url


class Heard(Progress):
    def __init__(self) -> None:
        self.told: list[str] = []

    def tell(self, what: str) -> None:
        self.told.append(what)


def test_a_world_beside_others_is_announced_and_leaves_nothing_behind(
    of_faults: Path, served: str, tmp_path: Path
) -> None:
    iot = Server(served).client()
    thing = iot.create_thing(thingName="theirs")["thingArn"]
    iot.create_job(jobId="theirs", targets=[thing], document="{}")
    heard, ledgers = Heard(), tmp_path / "ledgers"
    target = open_target(served, Options())
    again = replay(SUITE, target, read_cases([of_faults]), WorldOptions(ledgers=ledgers), heard)
    found = {one.case.requirement: (one.verdict, one.reason) for one in again}
    assert found["filter/status"] == (FAILS, None)
    # Where their job takes the first page, no page ends with one that may be deleted.
    verdict, reason = found["lifecycle/survivors-once"]
    assert verdict == NOT_JUDGED
    assert str(reason).startswith("the evidence did not come")
    assert len(heard.told) == 1
    assert "makes at most" in heard.told[0]
    assert [job["jobId"] for job in iot.list_jobs()["jobs"]] == ["theirs"]
    assert [one["thingName"] for one in iot.list_things()["things"]] == ["theirs"]
    assert iot.list_thing_groups()["thingGroups"] == []
    assert not list(ledgers.iterdir())


def test_a_walk_with_a_change_on_the_way_fails_beside_nothing_else_too(
    of_faults: Path, served: str
) -> None:
    again = carried_out(served, read_cases([of_faults]))
    assert verdicts(again) == {FAILS}
    for one in again:
        assert one.result is not None
        assert one.result.violation is not None
        assert "lj" not in repr(one.result.violation)


def test_what_the_reference_does_beside_others_passes(of_moto: Path, of_faults: Path) -> None:
    cases = read_cases([of_moto, of_faults])
    again = carried_out("reference", cases, world=SHARED, allow_writes=True)
    assert verdicts(again) == {PASSES}


def test_names_that_fill_their_field_need_a_world_of_their_own(of_moto: Path) -> None:
    case = next(case for case in read_cases([of_moto]) if case.population.jobs)
    job = case.population.jobs[0]
    population = replace(case.population, jobs=(replace(job, id="j" * 64),))
    long = replace(case, population=population)
    (again,) = carried_out("reference", [long], world=SHARED, allow_writes=True)
    assert again.verdict == NOT_JUDGED
    assert "too long" in str(again.reason)


def test_nothing_is_written_elsewhere_or_to_what_exists_unasked(of_faults: Path) -> None:
    cases = read_cases([of_faults])
    with pytest.raises(UsageError, match="--allow-writes"):
        carried_out("http://192.0.2.1", cases)
    with pytest.raises(UsageError, match="--world fresh or shared"):
        carried_out("reference", cases, world=EXISTING)


def test_a_run_begins_with_stored_cases_and_may_end_with_them(run: Run, folder: Path) -> None:
    cases = tuple(read_cases([folder]))
    report = run("reference:status-ignored", stored=cases, mode=REPLAY)
    assert {r.id for r in report.results if r.verdict == "fail"} == {"filter/status"}
    assert report.examples == len(cases)
    whole = run("reference", stored=cases)
    assert whole.examples == run("reference").examples + len(cases)
    assert whole.status == 0


def test_a_stored_case_that_a_target_cannot_hold_changes_nothing(run: Run, folder: Path) -> None:
    cases = tuple(read_cases([folder]))
    shared = run("reference", stored=cases, world=SHARED, allow_writes=True)
    assert shared.status == 0
