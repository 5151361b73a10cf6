"""Gate, explore, replay: which examples a run carries out, and what it keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from listjobs_conformance.cli import app
from listjobs_conformance.config.choices import KEPT

FAULT = "reference:status-ignored"
ONLY = ("--budget", "quick", "--only", "filter/status", "--only", "pagination/complete")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(target: str, *arguments: str, status: int) -> dict[str, Any]:
    """The report of a run in the current folder."""
    result = CliRunner().invoke(app, ("run", target, *ONLY, *arguments))
    assert result.exit_code == status, result.output
    report: dict[str, Any] = json.loads(Path("listjobs-report", "report.json").read_text())
    return report


def test_a_gate_draws_the_same_and_keeps_nothing() -> None:
    assert run(FAULT, status=1)["seed"] == run(FAULT, "--mode", "gate", status=1)["seed"] == 0
    assert [path.name for path in Path().iterdir()] == ["listjobs-report"]


def test_exploring_draws_others_and_keeps_what_showed_something() -> None:
    first = run(FAULT, "--mode", "explore", status=1)
    kept = {path for path in KEPT.rglob("*") if path.is_file()}
    assert kept
    second = run(FAULT, "--mode", "explore", status=1)
    assert first["seed"] != second["seed"]
    assert run("reference", "--mode", "explore", "--seed", "5", status=0)["seed"] == 5


def test_replaying_carries_out_stored_cases_alone() -> None:
    run(FAULT, status=1)
    Path("listjobs-report", "cases").rename("known")
    again = run(FAULT, "--mode", "replay", "--cases", "known", status=1)
    assert [(r["id"], r["verdict"]) for r in again["results"]] == [("filter/status", "fail")]
    assert again["examples"] == 1
    gone = run("reference", "--mode", "replay", "--cases", "known", status=0)
    assert [(r["id"], r["verdict"]) for r in gone["results"]] == [("filter/status", "pass")]


def test_replaying_takes_waivers_as_every_run_does() -> None:
    run(FAULT, "--write-waivers", "known.toml", status=1)
    Path("listjobs-report", "cases").rename("known")
    replaying = ("--mode", "replay", "--cases", "known", "--waivers", "known.toml")
    assert run(FAULT, *replaying, status=0)["results"][0]["verdict"] == "waived"
    assert run("reference", *replaying, status=1)["results"][0]["verdict"] == "unexpected-pass"


def test_stored_cases_come_first_in_any_run() -> None:
    run(FAULT, status=1)
    Path("listjobs-report", "cases").rename("known")
    plain = run("reference", status=0)
    with_cases = run("reference", "--cases", "known", status=0)
    assert with_cases["examples"] == plain["examples"] + 1


def test_replaying_without_cases_is_wrong_usage() -> None:
    result = CliRunner().invoke(app, ("run", FAULT, "--mode", "replay"))
    assert result.exit_code == 2
    assert "--cases" in result.output
