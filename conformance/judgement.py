"""What the requirements say of one example: the pure half of the runner.

Every requirement is evaluated on every part of the evidence, whatever was selected, because
what one of them presupposes must be known even where nobody asked for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .contract import CATALOGUE, Requirement, Seen, Violation
from .contract.parts import Answer, ByAwsCli, ByBoto3, Invalid, Part, Unauthorised, Walked, flatten


@dataclass
class Judgement:
    """The requirements that an example breaks, exercises, or cannot say anything about."""

    violations: dict[str, Violation] = field(default_factory=dict)
    seen: dict[str, list[str]] = field(default_factory=dict)
    """Requirement id to the labels of what exercised it."""
    masked: dict[str, set[str]] = field(default_factory=dict)
    """Requirement id to the ids of what it presupposes and what was broken."""
    unanswered: dict[str, str] = field(default_factory=dict)
    """Requirement id to the reason why evidence about it never came."""


@dataclass
class _Findings:
    violations: dict[str, Violation] = field(default_factory=dict)
    seen: dict[str, list[str]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    """What is broken here and within, in a way that leaves nothing to build on."""
    unanswered: str | None = None


def _by_kind() -> dict[type, tuple[Requirement, ...]]:
    kinds: dict[type, list[Requirement]] = {}
    for requirement in CATALOGUE:
        for kind in requirement.kinds:
            kinds.setdefault(kind, []).append(requirement)
    return {kind: tuple(requirements) for kind, requirements in kinds.items()}


class Judge:
    """Evaluates requirements on parts. The same walk within several parts is judged once."""

    def __init__(self) -> None:
        self._kinds = _by_kind()
        self._known: dict[int, tuple[object, _Findings]] = {}

    def forget(self) -> None:
        """Drop what is remembered of recorded evidence; to be called when a world ends."""
        self._known.clear()

    def judge(self, parts: Iterable[Part]) -> Judgement:
        judgement = Judgement()
        done: set[int] = set()
        for outer in parts:
            for part in flatten(outer):
                key = _identity(part)
                if key in done:
                    continue
                done.add(key)
                self._enter(part, judgement)
        return judgement

    def _enter(self, part: Part, judgement: Judgement) -> None:
        findings = self._findings(part)
        for requirement in self._kinds.get(type(part), ()):
            id = requirement.id
            if findings.unanswered is not None:
                judgement.unanswered.setdefault(id, findings.unanswered)
                continue
            blockers = findings.broken.intersection(requirement.presupposes)
            if blockers:
                judgement.masked.setdefault(id, set()).update(blockers)
                continue
            if id in findings.violations:
                judgement.violations.setdefault(id, findings.violations[id])
            if id in findings.seen:
                judgement.seen.setdefault(id, []).extend(findings.seen[id])

    def _findings(self, part: Part) -> _Findings:
        key = _identity(part)
        if key in self._known:
            return self._known[key][1]
        findings = _Findings()
        broken: set[str] = set()
        for inner in part.within:
            within = self._findings(inner)
            broken |= within.broken
            findings.unanswered = findings.unanswered or within.unanswered
        if isinstance(part, (Answer, Invalid)):
            findings.unanswered = part.exchange.failure
        elif isinstance(part, Unauthorised):
            # A refusal tells nothing where the control was not answered.
            findings.unanswered = part.exchange.failure or findings.unanswered
        elif isinstance(part, (ByBoto3, ByAwsCli)):
            findings.unanswered = part.collected.unanswered or findings.unanswered
        if findings.unanswered is None:
            for requirement in self._kinds.get(type(part), ()):
                for finding in requirement.check(part):
                    if isinstance(finding, Seen):
                        findings.seen.setdefault(requirement.id, []).append(finding.label)
                    else:
                        findings.violations.setdefault(requirement.id, finding)
                        if finding.blocks:
                            broken.add(requirement.id)
        findings.broken = frozenset(broken)
        self._known[key] = (part, findings)
        return findings


def _identity(part: Part) -> int:
    """Parts about the same recorded thing are the same part."""
    if isinstance(part, Answer):
        return id(part.exchange)
    if isinstance(part, Walked):
        return id(part.walk)
    return id(part)
