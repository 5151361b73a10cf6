"""What a run found, before it is put into words.

Each unit of a run has findings of its own; merged in the order of the units they are the same
whoever carried the units out.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..contract.requirement import Violation
from ..evidence import Evidence, Exchange, Walk, flatten
from ..scenarios.scenario import Plan, Scenario
from .evaluation import Evaluation


class FailureKind(NamedTuple):
    """One way in which a requirement is broken."""

    id: str
    fingerprint: str

    @classmethod
    def of(cls, id: str, violation: Violation) -> FailureKind:
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
    part: str | None = None
    """Which of the fixed plans, one of :data:`PARTS`; all of them where there is none."""


GLANCE, RICHEST, OTHERS = PARTS = ("glance", "richest", "others")
"""Parts of a scenario's fixed plans: the first in the world that a run begins with, the rest in
this world, and those in others."""


@dataclass(frozen=True)
class Example:
    """A plan that was carried out, and the evidence that it gave."""

    unit: Unit
    plan: Plan
    scenario: Scenario
    evidence: tuple[Evidence, ...]
    names: Mapping[str, str]
    """What the world itself gave ids to: name to id."""
    changes: tuple[Exchange, ...] = ()
    """What was done to the world meanwhile, in order."""

    def history(self, violation: Violation) -> tuple[Exchange, ...]:
        """What a reader needs besides what is shown of a violation: what was done before it, and
        the pages that led to it."""
        decisive = violation.decisive
        before = [e for e in self.changes if e.number < decisive.number]
        if not before and not decisive.request.resumes:
            return ()
        pages = next((w.exchanges for w in self._walks if decisive in w.exchanges), ())
        led = [e for e in pages if e.number <= decisive.number]
        told = {e.number: e for e in (*before, *led, *violation.shown)}
        return tuple(told[number] for number in sorted(told))

    @property
    def _walks(self) -> Iterator[Walk]:
        """The walks that the evidence is made of."""
        for outer in self.evidence:
            for piece in flatten(outer):
                for value in vars(piece).values():
                    yield from (value,) if isinstance(value, Walk) else ()


@dataclass(frozen=True, slots=True)
class Counterexample:
    """An example that breaks a requirement."""

    unit: Unit
    plan: Plan
    violation: Violation
    names: Mapping[str, str] = field(default_factory=dict)
    """As of its :class:`Example`."""
    size: tuple[int, ...] = ()
    """How much a person has to read: of two examples, the smaller is shown."""
    repeats: bool = True
    history: tuple[Exchange, ...] = ()
    """What is shown of it, where that is more than the violation itself shows."""
    runs: tuple[int, int] | None = None
    """In how many runs it showed, and of how many, where it comes and goes."""

    @classmethod
    def of(cls, example: Example, violation: Violation) -> Counterexample:
        scenario, population = example.scenario, example.plan.population
        size = (
            scenario.whole,
            population.size,
            len(violation.shown),
            *population.complexity,
            scenario.weight(example.plan.action),
        )
        return cls(
            example.unit,
            example.plan,
            violation,
            example.names,
            size,
            history=example.history(violation),
        )


def counterexamples(
    example: Example, evaluation: Evaluation
) -> Iterator[tuple[FailureKind, Counterexample]]:
    """What an example shows to be wrong, each way in which it does."""
    for id, violation in evaluation.violations.items():
        yield FailureKind.of(id, violation), Counterexample.of(example, violation)


@dataclass
class Tally:
    """What was seen of one requirement in all examples."""

    examples: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    masked_by: set[str] = field(default_factory=set)
    unjudged: set[str] = field(default_factory=set)
    """The labels of evidence on which it was masked."""
    unanswered: str | None = None

    def add(self, other: Tally) -> None:
        self.examples += other.examples
        self.labels.update(other.labels)
        self.masked_by |= other.masked_by
        self.unjudged |= other.unjudged
        self.unanswered = self.unanswered or other.unanswered


@dataclass
class Findings:
    """What was found by a unit, or by all of them."""

    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    found: dict[FailureKind, Counterexample] = field(default_factory=dict)
    """The smallest counterexample so far of each way in which something is broken."""
    first: dict[FailureKind, Counterexample] = field(default_factory=dict)
    """The first that showed it."""
    drawn: dict[FailureKind, Unit] = field(default_factory=dict)
    """The first unit whose drawn examples showed it."""
    shown: dict[str, Counterexample] = field(default_factory=dict)
    """The one to show for a requirement, made as small as it can be."""
    dismissed: dict[FailureKind, str] = field(default_factory=dict)
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
    ended: str | None = None
    """Why not everything was explored, where what was found is confirmed all the same."""
    enough: str | None = None
    """Why the run ended though more could be found."""
    interrupted: bool = False

    @property
    def over(self) -> bool:
        """Whether the run ends here."""
        cut_short = (self.gone, self.limited, self.enough)
        return self.interrupted or any(reason is not None for reason in cut_short)

    @property
    def failed(self) -> frozenset[str]:
        """The ids of the requirements that are broken in some way."""
        return frozenset(kind.id for kind in self.found)

    def kinds(self, id: str) -> list[FailureKind]:
        """The ways in which a requirement is broken, the one with the smallest example first."""
        kinds = [kind for kind in self.found if kind.id == id]
        return sorted(kinds, key=lambda kind: self.found[kind].size)

    def keep(self, kind: FailureKind, found: Counterexample) -> None:
        """Remember the example where it is the smallest so far that shows this."""
        best = self.found.get(kind)
        if best is None or found.size < best.size:
            self.found[kind] = found

    def put_off(self, unit: Unit, reason: str) -> None:
        """Take note of an example that could not be carried out."""
        if not unit.stored:  # What another target was made to hold, this one need not.
            self.inconclusive.setdefault(unit.scenario, reason)

    def add(self, example: Example, evaluation: Evaluation) -> frozenset[FailureKind]:
        """Add what one example shows; the ways in which something is broken there."""
        tallies = self.tallies
        for id, labels in evaluation.exercised.items():
            tallies[id].examples += 1
            tallies[id].labels.update(labels)
        for id, blockers in evaluation.masked.items():
            tallies[id].masked_by |= blockers
        for id, labels in evaluation.unjudged.items():
            tallies[id].unjudged.update(labels)
        for id, reason in evaluation.unanswered.items():
            tallies[id].unanswered = tallies[id].unanswered or reason
        for piece in example.evidence:
            for combination, how in piece.coverage:
                self.coverage.setdefault(combination, Counter())[how] += 1
        found = dict(counterexamples(example, evaluation))
        for kind, one in found.items():
            self.keep(kind, one)
            self.first.setdefault(kind, one)
            if example.unit.chunk is not None:
                self.drawn.setdefault(kind, example.unit)
        return frozenset(found)

    def merge(self, other: Findings) -> None:
        """Add what a later unit found."""
        for id, tally in other.tallies.items():
            self.tallies[id].add(tally)
        for kind, found in other.found.items():
            self.keep(kind, found)
        self.first = other.first | self.first
        self.drawn = other.drawn | self.drawn
        self.shown |= other.shown
        self.dismissed |= other.dismissed
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
        self.ended = self.ended or other.ended
        self.interrupted = self.interrupted or other.interrupted
