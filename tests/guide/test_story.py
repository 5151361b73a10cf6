"""What is told of a requirement."""

from __future__ import annotations

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.guide.story import LEVELS, faults_of, mends, story
from listjobs_conformance.server import FAULTS


def test_every_usual_mistake_has_its_mend_and_no_other_has_one() -> None:
    mistakes = {r.id: [m.strip() for m in r.common_mistakes.split(";")] for r in CATALOGUE}
    assert {id: list(known) for id, known in mends().items()} == mistakes
    assert all(mend.endswith(".") for known in mends().values() for mend in known.values())


def test_what_is_presupposed_is_unlocked_the_other_way_round() -> None:
    told = {r.id: story(r.id) for r in CATALOGUE}
    for id, one in told.items():
        assert set(one.presupposes) == {
            *CATALOGUE[id].presupposes,
            *CATALOGUE[id].presupposes_in_run,
        }
        for other in told:
            assert (id in told[other].unlocks) == (other in one.presupposes)
    assert "filter/conjunction" in told["filter/status"].unlocks
    assert "pagination/complete" in told["concurrency/walks-independent"].presupposes


def test_the_faults_of_a_requirement_are_those_that_break_it() -> None:
    for requirement in CATALOGUE:
        named = {fault.name for fault in story(requirement.id).faults}
        assert named == {n for n, fault in FAULTS.items() if requirement.id in fault.breaks}


def test_the_fault_that_takes_least_to_be_seen_comes_first() -> None:
    assert faults_of("pagination/complete")[0].needs_jobs == 0
    assert not faults_of("client/boto3-paginator")[0].needs_cli


@pytest.mark.parametrize(
    ("id", "command"),
    [
        ("filter/status", "run reference:status-ignored --only filter/status"),
        (
            "access/unsigned",
            "run reference:unsigned-accepted --only access/unsigned --check-access",
        ),
        (
            "client/aws-cli",
            "serve --fault command-forbidden --port 5055  # and beside it: run "
            "http://127.0.0.1:5055 --reset /_listjobs/reset --only client/aws-cli",
        ),
    ],
)
def test_a_fault_is_shown_by_a_command(id: str, command: str) -> None:
    told = story(id)
    assert told.command(told.faults[0]) == f"listjobs-conformance {command}"


def test_what_a_level_means_is_said_of_every_level() -> None:
    assert set(LEVELS) == {r.level.value for r in CATALOGUE}
    assert story("filter/status").level == "documented: a failure always fails the run"


def test_one_is_no_plural() -> None:
    one = next(r for r in CATALOGUE if (r.examples, r.labels) == (1, 1))
    assert story(one.id).needs == "1 such example of at least 1 kind"
    assert story("filter/status").needs == "3 such examples of at least 2 kinds"


def test_there_is_no_story_of_what_is_no_requirement() -> None:
    with pytest.raises(KeyError):
        story("filter/statuses")
