"""What README.md and the pages of docs/ say of the package is what is there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import tomlkit
import yaml
from typer.testing import CliRunner

from listjobs_conformance.cli import app
from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.results.waivers import read_waivers
from listjobs_conformance.server import FAULTS, VARIATIONS
from listjobs_conformance.server.algebra.lies import LIES
from listjobs_conformance.server.catalogue import behaviour, split_names
from listjobs_conformance.suite.gate import FILE

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
TEXTS = {path.name: path.read_text() for path in (ROOT / "README.md", *PAGES)}
FAMILIES = "|".join(sorted({requirement.family for requirement in CATALOGUE}))

MADE = {"options.md", "operations.md"}
"""Pages that are made when the site is built: no text links to them, for there are none in a
clone."""

IN_SELFTEST = sum(not fault.needs_cli for fault in FAULTS.values())
COUNTS = {
    r"\*\*([\d,]+) faults\*\*": len(FAULTS),
    r"\*\*([\d,]+) allowed variations\*\*": len(VARIATIONS),
    r"each of the ([\d,]+) requirements": len(CATALOGUE),
    r"([\d,]+) of [\d,]+ faults killed": IN_SELFTEST,
    r"of ([\d,]+) faults killed": IN_SELFTEST,
    # The reference as it is is one of them.
    r"([\d,]+) allowed behaviours": len(VARIATIONS) + 1,
    r"([\d,]+) of [\d,]+ requirements kill a fault": len(CATALOGUE),
    r"of ([\d,]+) requirements kill a fault": len(CATALOGUE),
    r"\(([\w]+) more faults are only seen by the AWS CLI\)": len(FAULTS) - IN_SELFTEST,
    r"[Tt]here are ([\d,]+) lies": len(LIES),
}
"""How texts count what the code has."""

ANSWERS_FROM_TWO_DICTS = """
import listing

jobs, groups = {}, {}


def app(environ, start_response):
    listing.JOBS = sorted(jobs.values(), key=lambda job: job["jobId"])
    listing.IDS = [job["jobId"] for job in listing.JOBS]
    listing.GROUP_IDS = groups
    return listing.app(environ, start_response)
"""
"""The backend that the shortest seeder fills."""

WORDS = {"one": 1, "two": 2, "three": 3, "four": 4}


def said(pattern: str) -> Iterator[int]:
    """The numbers that any of the texts has in this place."""
    for text in TEXTS.values():
        for number in re.findall(pattern, " ".join(text.split())):
            yield WORDS.get(number) or int(number.replace(",", ""))


@pytest.mark.parametrize("pattern", COUNTS)
def test_every_number_of_what_the_code_has_is_that_of_the_code(pattern: str) -> None:
    assert set(said(pattern)) == {COUNTS[pattern]}


@pytest.mark.parametrize("name", TEXTS)
def test_every_link_within_the_repository_leads_somewhere(name: str) -> None:
    folder = ROOT if name == "README.md" else ROOT / "docs"
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", TEXTS[name]):
        if not target.startswith("http"):
            assert (folder / target).exists(), target


@cache
def options_of(command: str) -> frozenset[str]:
    """What the help of a command names; nothing where there is no such command."""
    told = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})
    return frozenset(
        re.findall(r"(?<![\w-])--?[a-z][\w-]*", told.output if not told.exit_code else "")
    )


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_and_option_that_is_named_is_one(name: str) -> None:
    for line in re.findall(
        r"(?:bin/|```sh\n|^|`|- )listjobs-conformance ([a-z][^`#\n]+)", TEXTS[name], re.M
    ):
        words = shlex.split(line)
        asked = {word for word in words[1:] if re.fullmatch(r"--?[a-z][\w-]*", word)}
        assert "--help" in options_of(words[0]), line
        assert asked <= options_of(words[0]), line


@pytest.mark.parametrize("name", TEXTS)
def test_every_fault_and_requirement_that_is_named_is_one(name: str) -> None:
    for named in re.findall(r"reference:([a-z][\w@=+,>-]+)", TEXTS[name]):
        assert [behaviour(one) for one in split_names(named)], named
    ids = {requirement.id for requirement in CATALOGUE}
    named = re.findall(rf"[`\s]((?:{FAMILIES})/[a-z0-9-]+)(?=[`\s,])", TEXTS[name])
    assert set(named) - ids == set()


@pytest.mark.parametrize("name", TEXTS)
def test_every_path_that_is_named_is_there(name: str) -> None:
    named = re.findall(r"`((?:\.ci|benchmarks|examples|schemas|strategies)/[\w./*]+)`", TEXTS[name])
    assert [path for path in named if not list(ROOT.glob(path))] == []


def test_the_waivers_that_are_shown_can_be_used(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(version = 1\n.*?)```", TEXTS["waivers.md"], re.DOTALL)
    (tmp_path / "known.toml").write_text(text)
    (waiver,) = read_waivers(tmp_path / "known.toml")
    assert (waiver.requirement, waiver.target) == ("filter/status", "moto*")
    assert tomlkit.parse(text)["waiver"]


def test_the_seeder_that_is_shown_fills_a_backend(tmp_path: Path) -> None:
    (seeder,) = re.findall(r"```python\n(from backend .*?)```", TEXTS["targets.md"], re.DOTALL)
    (command,) = re.findall(r"\n(listjobs-conformance run .*--seeder.*)\n", TEXTS["targets.md"])
    (tmp_path / "seeder.py").write_text(seeder)
    (tmp_path / "backend.py").write_text(ANSWERS_FROM_TWO_DICTS)
    (tmp_path / "world.json").write_text('{"jobs": [], "thingGroups": []}')
    shutil.copy(ROOT / "examples" / "list_only" / "listing.py", tmp_path)
    words = [sys.executable, "-m", "listjobs_conformance", *shlex.split(command)[1:]]
    run = subprocess.run(
        [*words, "--budget", "quick", "--only", "filter/*", "--require", "filter/thing-group-id"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_node_id_that_is_shown_is_one() -> None:
    (line,) = re.findall(r"^pytest '(.*)' --", TEXTS["pytest.md"], re.M)
    path, _, test = line.partition("::")
    assert path == FILE
    assert re.fullmatch(r"test_listjobs\[(.*)\]", test)[1] in CATALOGUE


def test_every_page_is_in_the_navigation() -> None:
    navigation = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    named = set(re.findall(r"[\w-]+\.md", str(navigation)))
    assert named == {path.name for path in PAGES} | MADE
