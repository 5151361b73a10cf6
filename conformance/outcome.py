"""What a run found, before it is put into words.

Each unit of a run has an outcome of its own; merged in the order of the units they are the same
whoever carried the units out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import NamedTuple

from .contract import CATALOGUE, Violation
from .model import Job
from .scenarios import Plan, Scenario, scenario_named


class Kind(NamedTuple):
    """One way in which a requirement is broken."""

    id: str
    fingerprint: str

    @classmethod
    def of(cls, id: str, violation: Violation) -> Kind:
        return cls(id, fingerprint(id, violation))


def fingerprint(id: str, violation: Violation) -> str:
    """What kind of failure it is, the same for every example of the same kind."""
    return hashlib.sha256(f"{id}\n{violation.trait}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a run that needs nothing of the others."""

    scenario: str
    chunk: int | None = None
    """Which of the scenario's drawn examples; its fixed plans where there is none."""
    stored: bool = False
    """Whether its plans are those of stored cases instead."""


@dataclass(frozen=True, slots=True)
class Found:
    """The smallest example of a violation that is known."""

    unit: Unit
    plan: Plan
    violation: Violation
    groups: Mapping[str, str] = field(default_factory=dict)
    """The ids that its groups had there."""
    repeats: bool = True

    @property
    def scenario(self) -> Scenario:
        return scenario_named(self.unit.scenario)

    @property
    def size(self) -> tuple[int, ...]:
        """How much a person has to read: jobs, filters, requests, and then how plain it is."""
        jobs = self.plan.population.jobs
        return (
            self.scenario.whole,
            len(jobs),
            len(self.violation.shown),
            len(self.plan.population.groups),
            sum(len(job.targets) + len(job.id) + len(job.groups) for job in jobs),
            sum(_unusual(job) for job in jobs),
            self.scenario.weight(self.plan.doing),
        )


def _unusual(job: Job) -> int:
    """How many of the job's attributes, its name included, are not the plainest."""
    plain = Job(job.id)
    unlike = (
        job.status != plain.status,
        job.selection != plain.selection,
        job.namespace != plain.namespace,
        job.id not in ascii_lowercase,
    )
    return sum(unlike)


@dataclass
class Tally:
    """What was seen of one requirement in all examples."""

    examples: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    masked_by: set[str] = field(default_factory=set)
    unanswered: str | None = None

    def add(self, other: Tally) -> None:
        self.examples += other.examples
        self.labels.update(other.labels)
        self.masked_by |= other.masked_by
        self.unanswered = self.unanswered or other.unanswered


@dataclass
class Outcome:
    """What was found by a unit, or by all of them."""

    tallies: dict[str, Tally] = field(
        default_factory=lambda: {requirement.id: Tally() for requirement in CATALOGUE}
    )
    found: dict[Kind, Found] = field(default_factory=dict)
    drawn: dict[Kind, Unit] = field(default_factory=dict)
    """The first unit whose drawn examples showed it."""
    shown: dict[str, Found] = field(default_factory=dict)
    """The example to show for a requirement, made as small as it can be."""
    dismissed: dict[Kind, str] = field(default_factory=dict)
    """What was seen and could not be confirmed, and why that says nothing."""
    inconclusive: dict[str, str] = field(default_factory=dict)
    """Scenario to the reason why some example of it could not be carried out."""
    coverage: dict[str, Counter[str]] = field(default_factory=dict)
    examples: int = 0
    """How many were explored; what was tried to make them smaller is not counted."""
    requests: int = 0
    throttled: int = 0
    gone: str | None = None
    """Why nothing more could be learned of the target."""
    limited: str | None = None
    """Why the run ended before it was through."""
    interrupted: bool = False

    @property
    def over(self) -> bool:
        """Whether the run ends here."""
        return self.interrupted or self.gone is not None or self.limited is not None

    @property
    def failed(self) -> frozenset[str]:
        """The ids of the requirements that are broken in some way."""
        return frozenset(kind.id for kind in self.found)

    def kinds(self, id: str) -> list[Kind]:
        """The ways in which a requirement is broken, the one with the smallest example first."""
        kinds = [kind for kind in self.found if kind.id == id]
        return sorted(kinds, key=lambda kind: self.found[kind].size)

    def keep(self, kind: Kind, found: Found) -> None:
        """Remember the example where it is the smallest so far that shows this."""
        best = self.found.get(kind)
        if best is None or found.size < best.size:
            self.found[kind] = found

    def merge(self, other: Outcome) -> None:
        """Add what a later unit found."""
        for id, tally in other.tallies.items():
            self.tallies[id].add(tally)
        for kind, found in other.found.items():
            self.keep(kind, found)
        self.drawn = other.drawn | self.drawn
        self.shown |= other.shown
        for kind, reason in other.dismissed.items():
            self.found.pop(kind, None)
            self.tallies[kind.id].unanswered = reason
        self.inconclusive = other.inconclusive | self.inconclusive
        for name, tried in other.coverage.items():
            self.coverage.setdefault(name, Counter()).update(tried)
        self.examples += other.examples
        self.requests += other.requests
        self.throttled += other.throttled
        self.gone = self.gone or other.gone
        self.limited = self.limited or other.limited
        self.interrupted = self.interrupted or other.interrupted
