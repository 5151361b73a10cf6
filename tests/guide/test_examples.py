"""The file of examples is what comes of running the faults now."""

from __future__ import annotations

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.guide.examples import examples
from listjobs_conformance.guide.making import example_of
from listjobs_conformance.guide.story import faults_of
from listjobs_conformance.suite.engine import on_its_own_stack

EVERYDAY = {
    "filter/status",
    "pagination/complete",
    "lifecycle/token-survives-deletion",
    "summary/timestamps",
    "access/unsigned",
}
"""One of each kind: jobs, tokens, changes, times, credentials."""

IDS = [r.id for r in CATALOGUE]

OF_EACH_FAMILY = {id.split("/")[0]: id for id in sorted(examples()) if id not in EVERYDAY}
"""Made with --matrix."""

WITHOUT = {
    # Seen by the aws command alone.
    "client/aws-cli",
    # By less than a second, between two answers.
    "lifecycle/cancel-updates",
    "lifecycle/updated-at-advances",
}


def test_every_requirement_has_an_example_that_one_answer_shows() -> None:
    assert set(examples()) == set(IDS) - WITHOUT


@pytest.mark.parametrize("id", sorted(examples()))
def test_the_right_answer_is_another_than_the_wrong_one(id: str) -> None:
    example = examples()[id]
    assert example.fault == faults_of(id)[0].name
    assert example.wrong != example.right
    assert example.wrong[0].startswith("HTTP ")
    assert example.right[0].startswith("HTTP ")
    assert not example.right[0].startswith("HTTP 5")
    assert max(map(len, (*example.before, *example.wrong, *example.right))) < 400


@pytest.mark.parametrize(
    "id",
    [
        *sorted(EVERYDAY),
        *(pytest.param(id, marks=pytest.mark.matrix) for id in OF_EACH_FAMILY.values()),
    ],
)
def test_an_example_comes_out_again_as_the_file_has_it(id: str) -> None:
    """Where it does not: ``python -m listjobs_conformance.guide.making``."""
    assert on_its_own_stack(lambda: example_of(id)) == examples()[id]
