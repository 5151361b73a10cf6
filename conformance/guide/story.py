"""Everything there is to tell of one requirement: what ``explain`` prints, and the site shows.

It reads what comes along with the package, and runs nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ..contract import CATALOGUE, Requirement
from ..server import FAULTS
from ..server.behaviour import Behaviour
from .examples import Example, examples
from .sources import Link, links

LEVELS = {
    "documented": "a failure always fails the run",
    "convention": "a failure fails the run with --strict",
    "observed": "a failure is a note and never fails the run",
}
"""What each level means for a gate."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What an implementation often gets wrong, and what to do about it."""

    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Story:
    """One requirement, told."""

    requirement: Requirement
    links: tuple[Link, ...]
    mistakes: tuple[Mistake, ...]
    faults: tuple[Behaviour, ...]
    """Those that show it; the easiest to see first."""
    example: Example | None
    presupposes: tuple[str, ...]
    """The ids of what must hold for it to be judged."""
    unlocks: tuple[str, ...]
    """The ids of what cannot be judged where it is broken."""

    @property
    def level(self) -> str:
        """The level, and what it means for a gate."""
        level = self.requirement.level.value
        return f"{level}: {LEVELS[level]}"

    @property
    def needs(self) -> str:
        """How much evidence a pass takes."""
        examples, kinds = self.requirement.examples, self.requirement.labels
        return (
            f"{examples} such example{'s' * (examples > 1)} of at least {kinds} "
            f"kind{'s' * (kinds > 1)}"
        )

    def command(self, fault: Behaviour) -> str:
        """The command that shows the requirement broken by a fault."""
        if fault.needs_cli:
            return (
                f"listjobs-conformance serve --fault {fault.name} --port 5055  # and beside it: "
                f"run http://127.0.0.1:5055 --reset /_listjobs/reset --only {self.requirement.id}"
            )
        access = " --check-access" if fault.checks_access else ""
        return (
            f"listjobs-conformance run reference:{fault.name} --only {self.requirement.id}{access}"
        )


def story(id: str) -> Story:
    """The story of a requirement; raises ``KeyError`` where there is none of this id."""
    requirement = CATALOGUE[id]
    return Story(
        requirement,
        tuple(links(requirement.source)),
        tuple(Mistake(what, mend) for what, mend in mends()[id].items()),
        tuple(faults_of(id)),
        examples().get(id),
        _presupposed(requirement),
        tuple(other.id for other in CATALOGUE if id in _presupposed(other)),
    )


def faults_of(id: str) -> list[Behaviour]:
    """The faults that break a requirement; first those that take the least to be seen."""
    found = [fault for fault in FAULTS.values() if id in fault.breaks]
    return sorted(found, key=lambda f: (f.needs_cli, f.unsteady, f.needs_jobs, f.breaks[0] != id))


@cache
def mends() -> Mapping[str, Mapping[str, str]]:
    """How each usual mistake is mended: by requirement, and by the mistake in its words."""
    return tomllib.loads(files(__package__).joinpath("mends.toml").read_text(encoding="utf-8"))


def _presupposed(requirement: Requirement) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*requirement.presupposes, *requirement.presupposes_in_run)))
