"""``requirements``, ``explain`` and ``targets``: what they list."""

from __future__ import annotations

import io
import json
import re

import pytest
from rich.console import Console

from listjobs_conformance.cli.explanation import show
from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.guide.examples import examples
from listjobs_conformance.guide.story import story
from listjobs_conformance.targets.kinds import KINDS
from listjobs_conformance.targets.presets import PRESETS

from .conftest import command


def test_requirements_are_listed_as_a_table_and_as_json() -> None:
    table = command("requirements", "filter/*")
    assert table.exit_code == 0
    assert "filter/status" in table.stdout
    assert "pagination/" not in table.stdout
    records = json.loads(command("requirements", "--format", "json").stdout)
    assert {record["id"] for record in records} == {r.id for r in CATALOGUE}
    assert all(record["links"] for record in records)


def test_explain_tells_the_whole_story() -> None:
    text = " ".join(command("explain", "pagination/complete").stdout.split())
    requirement = CATALOGUE["pagination/complete"]
    for part in (requirement.sentence, requirement.source, requirement.exercised_by):
        assert part in text
    assert "https://docs.aws.amazon.com/iot/latest/apireference/API_ListJobs.html" in text
    assert re.search("presupposes .*pagination/terminates.* unlocks .*client/aws-cli", text)
    assert re.search(r"wrong HTTP 200 \{\"jobs\": \[\]\} right HTTP 200 .*\"jobId\": \"b\"", text)
    assert "Filter first, then count and cut." in text
    assert "run reference:lose-job-at-page-boundary --only pagination/complete" in text


@pytest.mark.parametrize("id", [requirement.id for requirement in CATALOGUE])
def test_every_requirement_can_be_explained(id: str) -> None:
    told = command("explain", id)
    assert told.exit_code == 0
    assert "usual mistakes" in told.stdout
    assert ("an example" in told.stdout) == (id in examples())


def test_what_is_to_be_copied_is_not_wrapped() -> None:
    lines = io.StringIO()
    show(story("pagination/complete"), Console(file=lines, width=40))
    told = [line.strip() for line in lines.getvalue().splitlines()]
    assert "https://docs.aws.amazon.com/iot/latest/apireference/API_ListJobs.html" in told
    assert (
        "listjobs-conformance run reference:lose-job-at-page-boundary --only pagination/complete"
        in told
    )


@pytest.mark.parametrize("said", ["filter", "filter/", "filter/*"])
def test_a_family_or_a_glob_lists_its_ids(said: str) -> None:
    told = command("explain", said)
    assert told.exit_code == 0
    assert told.stdout == command("requirements", "filter/*").stdout


def test_what_is_no_requirement_gets_a_suggestion() -> None:
    told = command("explain", "filter/statsu")
    assert told.exit_code == 2
    assert "no requirement 'filter/statsu': did you mean filter/status?" in told.output
    assert "`requirements` lists them all" in command("explain", "9").output


def test_targets_are_listed_with_an_example_that_can_be_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = command("targets").stdout.splitlines()
    for kind in KINDS:
        assert f"  listjobs-conformance run {kind.example}" in lines
        assert any(line.startswith(f"{kind.form}: ") for line in lines)
    for preset in PRESETS.values():
        assert any(preset.name in line and preset.reset in line for line in lines)
    assert not any("…" in line for line in lines)
    assert max(map(len, lines)) <= 80
