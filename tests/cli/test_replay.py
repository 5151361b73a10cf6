"""``replay``: what it shows of stored cases, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from listjobs_conformance.cli import app

from ..conftest import Run

TIMELINE = "lifecycle.survivors-once.listjobs.json"


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["replay", *arguments])


@pytest.fixture(scope="module")
def of_faults(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of a listing, and one of a walk with a deletion on the way."""
    folder = tmp_path_factory.mktemp("faults")
    run("reference:status-ignored+offset-in-token", keeps_cases=folder)
    return folder


def test_the_command_shows_what_fails_and_ends_with_1(of_faults: Path) -> None:
    result = command(str(of_faults), "--target", "reference:offset-in-token")
    assert result.exit_code == 1, result.output
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    place = of_faults / "cases"
    assert lines[-2] == f"passes filter/status {place / 'filter.status.listjobs.json'}"
    assert lines[-1] == f"fails lifecycle/survivors-once {place / TIMELINE}"
    assert "> 3 GET /jobs?maxResults=1&nextToken=TOKEN_1 " in result.stdout.replace("  ", " ")


def test_the_command_ends_with_0_where_everything_passes(of_faults: Path) -> None:
    result = command(str(of_faults), "--target", "reference")
    assert result.exit_code == 0, result.output
    assert "expected" not in result.stdout


def test_the_command_ends_with_3_where_something_is_not_judged(of_faults: Path) -> None:
    result = command(str(of_faults), "--target", "http://127.0.0.1:1")
    assert result.exit_code == 3
    assert "not judged" in result.stdout
    assert "connection refused" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--target", "motto"], "no target that is known"),
        (["--target", "http://192.0.2.1"], "--allow-writes"),
        (["--target", "reference", "--world", "existing"], "--world fresh or shared"),
        (["--script"], "about one case"),
    ],
    ids=" ".join,
)
def test_bad_usage_ends_with_2_and_one_sentence(
    of_faults: Path, arguments: list[str], words: str
) -> None:
    result = command(str(of_faults), *arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_hostile_file_ends_with_2_and_one_line_without_control_characters(
    of_faults: Path, tmp_path: Path
) -> None:
    good = json.loads((of_faults / "cases" / TIMELINE).read_text())
    path = tmp_path / "x.listjobs.json"
    for broken in ("{", "[]", json.dumps({**good, "scenario": "\x1b[2J\n\x07"})):
        path.write_text(broken)
        result = command(str(path))
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1
        assert result.stderr.strip().isprintable()
    assert command(str(tmp_path / "none.listjobs.json")).exit_code == 2
