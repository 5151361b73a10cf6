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


BACKEND = """
import json
import os
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.worlds.seeding import Seeder
from listjobs_conformance.worlds.worldfile import population_of

behind = open_target("reference", Options())
app = behind.transport._app


def seed(world):
    with open("processes", "a") as noted:
        noted.write(f"{os.getpid()}\\n")
    behind.reset()
    made = Seeder(behind).seed(population_of(world), exclusive=True)
    groups = [{"thingGroupName": name, "thingGroupId": id} for name, id in made.groups.items()]
    times = ("createdAt", "lastUpdatedAt", "completedAt")
    jobs = [{n: v for n, v in job.items() if n not in times} for job in world["jobs"]]
    return {**world, "thingGroups": groups, "jobs": jobs}


with open("world.json") as read:
    seed(json.load(read))
"""


def test_workers_share_no_run_with_a_seeder_and_make_nothing_of_a_world_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(Path.cwd())
    Path("backend_for_workers.py").write_text(BACKEND)
    invoke = CliRunner().invoke
    assert invoke(app, ("world", "--jobs", "30", "-o", "world.json")).exit_code == 0
    sharing = ("run", "wsgi:backend_for_workers:app", "--budget", "quick", "-n", "2")
    given = invoke(app, (*sharing, "--world", "world.json", "--only", "listing/complete"))
    assert "makes and deletes" not in given.stderr
    noted = Path("processes")
    assert len(set(noted.read_text().split())) == 3
    noted.unlink()
    seeded = invoke(app, (*sharing, "--seeder", "backend_for_workers:seed", "--only", "listing/*"))
    assert "a seeder fills for others: one process asks, not 2" in seeded.stderr
    assert seeded.exit_code == 0, seeded.output
    assert len(set(noted.read_text().split())) == 1
