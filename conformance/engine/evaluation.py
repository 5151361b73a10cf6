"""What the requirements say of the evidence of one example: pure, and without a target.

Every requirement is evaluated on every piece of evidence, whatever was selected, because what one
of them presupposes must be known even where nobody asked for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..contract.requirement import Exercised, Requirement, Undecided, Violation
from ..evidence import Evidence, flatten


@dataclass
class Evaluation:
    """The requirements that an example breaks, exercises, or cannot say anything about."""

    violations: dict[str, Violation] = field(default_factory=dict)
    exercised: dict[str, list[str]] = field(default_factory=dict)
    """Requirement id to the labels of what exercised it."""
    masked: dict[str, set[str]] = field(default_factory=dict)
    """Requirement id to the ids of what it presupposes and what was broken."""
    unjudged: dict[str, list[str]] = field(default_factory=dict)
    """Requirement id to the labels of what would have exercised it, had it not been masked."""
    unanswered: dict[str, str] = field(default_factory=dict)
    """Requirement id to the reason why evidence about it never came."""


@dataclass
class _Judged:
    """One piece of evidence, as the requirements see it."""

    violations: dict[str, Violation] = field(default_factory=dict)
    exercised: dict[str, list[str]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    """What is broken here and within, in a way that leaves nothing to build on."""
    undecided: dict[str, str] = field(default_factory=dict)
    """What cannot be told here and within, and why."""
    unanswered: str | None = None
    crashed: dict[str, str] = field(default_factory=dict)
    """Requirement id to how its check failed: a defect of this project."""


class Evaluator:
    """Evaluates requirements. The same recorded thing within several examples is judged once."""

    def __init__(self, requirements: Iterable[Requirement]) -> None:
        self._about: dict[type, list[Requirement]] = {}
        for requirement in requirements:
            for kind in requirement.kinds:
                self._about.setdefault(kind, []).append(requirement)
        self._known: dict[int, tuple[Evidence, _Judged]] = {}

    def forget(self) -> None:
        """Drop what is remembered of recorded evidence; to be called when a world ends."""
        self._known.clear()

    def evaluate(self, evidence: Iterable[Evidence]) -> Evaluation:
        """What all of it shows together."""
        evaluation = Evaluation()
        done: set[int] = set()
        for outer in evidence:
            for piece in flatten(outer):
                if piece.identity not in done:
                    done.add(piece.identity)
                    self._enter(piece, evaluation)
        return evaluation

    def _enter(self, piece: Evidence, evaluation: Evaluation) -> None:
        judged = self._judged(piece)
        for requirement in self._about.get(type(piece), ()):
            id = requirement.id
            if judged.unanswered is not None:
                evaluation.unanswered.setdefault(id, judged.unanswered)
                continue
            blockers = judged.broken.intersection(requirement.presupposes)
            if blockers:
                evaluation.masked.setdefault(id, set()).update(blockers)
                evaluation.unjudged.setdefault(id, []).extend(judged.exercised.get(id, ()))
                continue
            for untold in (*requirement.presupposes, id):
                if untold in judged.undecided:
                    evaluation.unanswered.setdefault(id, judged.undecided[untold])
            if not judged.undecided.keys().isdisjoint(requirement.presupposes):
                continue
            if id in judged.crashed:
                evaluation.unanswered.setdefault(id, judged.crashed[id])
            if id in judged.violations:
                evaluation.violations.setdefault(id, judged.violations[id])
            if id in judged.exercised:
                evaluation.exercised.setdefault(id, []).extend(judged.exercised[id])

    def _judged(self, piece: Evidence) -> _Judged:
        known = self._known.get(piece.identity)
        if known is not None:
            return known[1]
        judged = _Judged()
        broken: set[str] = set()
        within: str | None = None
        for inner in piece.within:
            found = self._judged(inner)
            broken |= found.broken
            judged.undecided = found.undecided | judged.undecided
            within = within or found.unanswered
        judged.unanswered = piece.unanswered(within)
        if judged.unanswered is None:
            for requirement in self._about.get(type(piece), ()):
                if judged.undecided.keys().isdisjoint(requirement.presupposes):
                    _check(requirement, piece, judged, broken)
        judged.broken = frozenset(broken)
        self._known[piece.identity] = (piece, judged)
        return judged


def _check(requirement: Requirement, piece: Evidence, judged: _Judged, broken: set[str]) -> None:
    """Let one check look at the evidence. One that crashes has said nothing: no pass, no failure,
    and nothing to build on."""
    try:
        for finding in requirement.check(piece):
            if isinstance(finding, Exercised):
                judged.exercised.setdefault(requirement.id, []).append(finding.label)
            elif isinstance(finding, Undecided):
                judged.undecided.setdefault(requirement.id, finding.reason)
            else:
                judged.violations.setdefault(requirement.id, finding)
                if finding.blocks:
                    broken.add(requirement.id)
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        judged.crashed[requirement.id] = f"the check of {requirement.id} itself failed: {said}"
        judged.violations.pop(requirement.id, None)
        judged.exercised.pop(requirement.id, None)
        broken.add(requirement.id)
