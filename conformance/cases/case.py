"""Cases: the smallest example of a failure as a file, to be carried out again.

A case says what stands on the target and what is done to it, in terms of this project: neither
the seed nor the release of Hypothesis that found it matters. The requests that it also holds are
for people and for scripts. The format is ``schemas/case.schema.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from listjobs_conformance.schemas import CASE, Document, complaints

from ..contract import CATALOGUE
from ..engine.findings import Unit
from ..errors import UserError, nearest
from ..files import read_json
from ..model import Population
from ..scenarios import SCENARIOS, Plan, scenario_named
from ..worlds.worldfile import TIMES, WorldError, population_of, to_document, validated
from .plans import NoSuchPlan, action_document, action_of

VERSION: Final = 1

SUFFIX: Final = ".listjobs.json"
"""What the names of the files end with: nothing else in a folder is taken for a case."""

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a file that are read: the largest world that is made takes less than one in ten."""


class CaseError(UserError):
    """A file is no case that can be carried out; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """One failure: what it is, how it comes about, and what was sent and answered then."""

    requirement: str
    fingerprint: str
    message: str
    expected: str
    actual: str
    target: str
    """The name of what it was seen on."""
    implementation: str
    tool: str
    scenario: str
    action: Any
    population: Population
    requests: tuple[Mapping[str, Any], ...] = ()
    """As the schema describes them."""

    @property
    def unit(self) -> Unit:
        return Unit(self.scenario, stored=True)

    @property
    def plan(self) -> Plan:
        """What is carried out."""
        return Plan(self.population, self.action)

    @property
    def size(self) -> tuple[int, ...]:
        """How much a person has to read: of two cases, the smaller shows more."""
        return self.population.size, len(self.requests), *self.population.complexity

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.requirement.replace("/", ".") + SUFFIX

    def document(self) -> dict[str, Any]:
        """The case as ``schemas/case.schema.json`` describes it."""
        world = to_document(self.population)
        for job in world["jobs"]:
            # What the target sets by itself was not asked for.
            for time in TIMES:
                job.pop(time, None)
        return {
            "version": VERSION,
            "requirement": self.requirement,
            "fingerprint": self.fingerprint,
            "message": self.message,
            "expected": self.expected,
            "actual": self.actual,
            "target": {"name": self.target, "implementation": self.implementation},
            "tool": self.tool,
            "scenario": self.scenario,
            "doing": action_document(scenario_named(self.scenario), self.action),
            "world": world,
            "requests": list(self.requests),
        }

    def write(self, path: Path) -> None:
        """Write it; raises ``OSError`` where that is not possible.

        One that breaks its own schema is a defect of this project: ``ValueError``.
        """
        text = orjson.dumps(self.document(), option=orjson.OPT_INDENT_2) + b"\n"
        for complaint in complaints(CASE, Document(orjson.loads(text))):
            raise ValueError(f"a case breaks its schema at {complaint.place}: {complaint.message}")
        path.write_bytes(text)


def read_case(path: Path) -> Case:
    """The case in a file; raises :class:`CaseError` for what cannot be used."""
    document = read_json(path, CaseError, LARGEST)
    try:
        return case_of_document(document)
    except CaseError as error:
        raise CaseError(f"{path} is no case: {error}") from None


def case_of_document(document: Any) -> Case:
    """The case that a document describes; raises :class:`CaseError`."""
    version = document.get("version") if isinstance(document, dict) else VERSION
    if type(version) is int and version != VERSION:
        raise CaseError(f"its version is {version}, and only {VERSION} is known here")
    try:
        for complaint in complaints(CASE, Document(document)):
            raise CaseError(f"at {complaint.place}: {complaint.message}")
        world = validated(document["world"])
        scenario = _known("scenario", document["scenario"], [one.name for one in SCENARIOS])
        action = action_of(scenario_named(scenario), document["doing"])
    except WorldError as error:
        raise CaseError(f"world, {error}") from None
    except NoSuchPlan as error:
        raise CaseError(str(error)) from None
    except RecursionError:
        raise CaseError("it is nested too deeply") from None
    population = population_of(world)
    unfit = scenario_named(scenario).unfit(population)
    if unfit is not None:
        raise CaseError(f"at world/{unfit}")
    return Case(
        _known("requirement", document["requirement"], [one.id for one in CATALOGUE]),
        document["fingerprint"],
        document["message"],
        document["expected"],
        document["actual"],
        document["target"]["name"],
        document["target"]["implementation"],
        document["tool"],
        scenario,
        action,
        population,
        tuple(document["requests"]),
    )


def _known(what: str, name: str, names: Iterable[str]) -> str:
    names = list(names)
    if name not in names:
        raise CaseError(f"there is no {what} {name!r}{nearest(name, names)}")
    return name


def find_cases(paths: Iterable[Path]) -> list[Path]:
    """The files meant: those named, and in folders all that end as cases do, at any depth.

    Raises :class:`CaseError` for a folder without one.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        within = sorted(p for p in path.rglob(f"*{SUFFIX}") if p.is_file())
        if not within:
            raise CaseError(f"{path} holds no case: none of its files ends with {SUFFIX}")
        found += within
    return list(dict.fromkeys(found))


def read_cases(paths: Iterable[Path]) -> list[Case]:
    """All cases in these files and folders; raises :class:`CaseError`."""
    return [read_case(path) for path in find_cases(paths)]
