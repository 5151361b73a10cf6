"""``requirements``, ``explain`` and ``targets``: what they list."""

from __future__ import annotations

import json

from listjobs_conformance.contract import CATALOGUE

from .conftest import command


def test_requirements_are_listed_as_a_table_and_as_json() -> None:
    table = command("requirements", "filter/*")
    assert table.exit_code == 0
    assert "filter/status" in table.stdout
    assert "pagination/" not in table.stdout
    records = json.loads(command("requirements", "--format", "json").stdout)
    assert {record["id"] for record in records} == {r.id for r in CATALOGUE}


def test_explain_tells_the_whole_story() -> None:
    text = " ".join(command("explain", "pagination/complete").stdout.split())
    requirement = CATALOGUE["pagination/complete"]
    for part in (requirement.sentence, requirement.source, requirement.exercised_by):
        assert part in text
    assert "usually broken by" in text
    assert "pagination/terminates" in text


def test_targets_are_listed_with_an_example() -> None:
    text = command("targets").stdout
    assert "listjobs-conformance run http://127.0.0.1:5000" in text
    assert "listjobs-conformance run moto" in text
