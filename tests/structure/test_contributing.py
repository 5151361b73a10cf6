"""What CONTRIBUTING.md and ARCHITECTURE.md show is what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from listjobs_conformance.cli import app
from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.server import FAULTS

ROOT = Path(__file__).parents[2]
TEXTS = {name: (ROOT / name).read_text() for name in ("CONTRIBUTING.md", "ARCHITECTURE.md")}
SNIPPETS = re.findall(r"<!-- (\S+) -->\n```python\n(.*?)```", TEXTS["CONTRIBUTING.md"], re.DOTALL)


@pytest.mark.parametrize(("path", "code"), SNIPPETS, ids=[path for path, _ in SNIPPETS])
def test_a_snippet_stands_in_the_file_that_it_is_from(path: str, code: str) -> None:
    assert code in (ROOT / path).read_text()


def test_every_piece_of_python_says_where_it_is_from() -> None:
    assert len(SNIPPETS) == TEXTS["CONTRIBUTING.md"].count("```python") > 2


@pytest.mark.parametrize("name", TEXTS)
def test_every_path_that_is_named_is_there(name: str) -> None:
    named = re.findall(r"`((?:\.ci|benchmarks|conformance|schemas|tests)/[\w./]+)`", TEXTS[name])
    missing = [path for path in named if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_that_is_named_is_one(name: str) -> None:
    known = {str(command.name or command.callback.__name__) for command in app.registered_commands}
    commands = re.findall(r"listjobs-conformance (\w+)", TEXTS[name])
    assert set(commands) <= known


def test_every_room_is_on_the_plan() -> None:
    plan = TEXTS["ARCHITECTURE.md"]
    rooms = [path for path in (ROOT / "conformance").iterdir() if not path.name.startswith("_")]
    missing = [
        path.name
        for path in rooms
        if path.name != "py.typed" and f"{path.name}{'/' * path.is_dir()}" not in plan
    ]
    assert missing == []


def test_the_fault_and_the_requirement_that_are_explained_exist() -> None:
    assert FAULTS["boundary-job-repeated"].breaks == ("pagination/no-duplicates",)
    assert "pagination/no-duplicates" in CATALOGUE
