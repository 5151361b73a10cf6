"""The engine knows nothing of the operation under test, and no room lists what is another's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import listjobs_conformance
from listjobs_conformance import api
from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.engine.suite import Suite
from listjobs_conformance.evidence import Evidence
from listjobs_conformance.model import SELECTIONS, STATUSES, VERBS
from listjobs_conformance.scenarios import SCENARIOS
from listjobs_conformance.strategies.interleavings import WHATS

ROOT = Path(listjobs_conformance.__file__).parent

WORDS = {
    api.PATH,
    api.ITEMS,
    api.ITEM_ID,
    "job",
    *api.PARAMETERS,
    *STATUSES,
    *SELECTIONS,
    *(requirement.id for requirement in CATALOGUE),
    *(f"{requirement.family}/" for requirement in CATALOGUE),
} - {"status"}
"""What only somebody who knows ListJobs would say. An answer of any operation has a status."""

ENGINE = sorted((ROOT / "engine").glob("*.py"))


@pytest.mark.parametrize("path", ENGINE, ids=[path.name for path in ENGINE])
def test_the_engine_has_no_word_of_the_operation(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    said = {word for word in WORDS if re.search(rf"(?<![\w/]){re.escape(word)}(?!\w)", text)}
    assert said == set()


@pytest.mark.parametrize("room", ["engine", "cases", "results", "worlds"])
def test_no_room_asks_which_kind_of_evidence_or_which_scenario_it_has(room: str) -> None:
    """What belongs to one of them is an attribute of it, and no list somewhere else."""
    kinds = {kind.__name__ for kind in Evidence.__subclasses__()}
    scenarios = {scenario.name for scenario in SCENARIOS}
    for path in sorted((ROOT / room).glob("*.py")):
        text = path.read_text(encoding="utf-8")
        chosen = re.findall(r"isinstance\([^()]*, \(?([\w, ]+)\)?\)", text)
        assert not kinds.intersection(re.findall(r"\w+", " ".join(chosen))), path
        compared = re.findall(r"""(?:[!=]= |in \{)"([^"]+)\"""", text)
        assert not scenarios.intersection(compared), path
        assert not re.search(r"\.family [!=]=|\.family in", text), path
        assert not {r.id for r in CATALOGUE if f'"{r.id}"' in text}, path


def test_every_package_says_first_what_it_is_and_what_it_is_not() -> None:
    for init in sorted(ROOT.rglob("__init__.py")):
        first = init.read_text(encoding="utf-8").partition('"""\n')[0]
        assert first.startswith('"""'), init
        if init.parent != ROOT:
            assert re.search(r"\b(not|no|nothing|never|none|only)\b", first, re.IGNORECASE), init


def test_a_kind_of_evidence_that_says_nothing_of_itself_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="proves"):
        type("Undeclared", (Evidence,), {})


def test_a_scenario_is_found_by_its_name() -> None:
    suite = Suite(CATALOGUE, SCENARIOS)
    assert [suite.scenario(scenario.name) for scenario in SCENARIOS] == list(SCENARIOS)
    with pytest.raises(KeyError):
        suite.scenario("no-such-scenario")


def test_what_is_done_between_pages_is_what_can_be_done_to_a_job() -> None:
    assert set(WHATS) == set(VERBS)


def test_no_module_has_grown_beyond_what_a_reader_holds() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in ROOT.rglob("*.py")}
    assert {path.name: lines for path, lines in lengths.items() if lines > 420} == {}
