"""Confirmation: whether a violation counts. It is carried out once more, from scratch.

What one history proves counts once. What takes a comparison counts if it shows again: always in
its smallest example or, where it comes and goes, often enough as it was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from ..contract.requirement import Violation
from ..errors import Inconclusive
from ..evidence import Evidence, Exchange, Page, Request, flatten
from ..worlds.session import Session
from .attempts import Attempts
from .findings import Counterexample, FailureKind
from .suite import Suite

QUIET_TRIES = 3
"""How often an example is carried out again until nobody else writes meanwhile."""

PATIENCE = 3.0
"""For how many seconds what is missing from a listing is waited for before that is accused."""

SURE = 3
"""How often what only a comparison shows must show again."""


RUNS, OFTEN = 10, 3
"""How often the first example is carried out again where the smallest does not show it again, and
in how many of these runs it must."""


class Flaky(Exception):
    """A violation was seen that says nothing of the target; the text says why."""


class Late(Flaky):
    """What was missing came after a while."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Carries counterexamples out again on the session that showed them."""

    suite: Suite
    session: Session
    attempts: Attempts

    def of(
        self, kind: FailureKind, smallest: Counterexample, *others: Counterexample
    ) -> Counterexample:
        """The example to show, carried out again; raises :class:`Flaky` where it says nothing.

        Where others may write to the target, it counts only while they do not: what a walk misses
        may be their doing. Where the target changes its answers, it counts if one of them proves
        it, or if one of the others that showed it does so often enough.
        """
        try:
            return self._steadily(kind, smallest)
        except Late:
            raise
        except Flaky:
            for other in others if self.session.exclusive else ():
                again = self._often(kind, other)
                if again is not None:
                    return again
            raise

    def _steadily(self, kind: FailureKind, smallest: Counterexample) -> Counterexample:
        """Carry the smallest example out again; what takes a comparison, until that is sure."""
        again, exclusive = self._repeated(kind, smallest), self.session.exclusive
        compares, proven = self._compares(kind), self._proven(kind, smallest)
        # What an example makes beside a world that stands was announced: once more, no oftener.
        if not again.repeats or (self._writes(smallest) and not exclusive):
            return again
        for _ in range(SURE - 1 if not proven or (compares and exclusive) else 0):
            try:
                again = self._repeated(kind, again)
            except Flaky:
                if proven:
                    return replace(smallest, repeats=False)
                raise
            if not again.repeats:
                return again
        if (compares or again.violation.absence) and not self._recorded(kind, again):
            self._see_whether_it_is_late(kind, again)
        return again

    def _often(self, kind: FailureKind, found: Counterexample) -> Counterexample | None:
        """Carry an example out again, as it is, some times; None where it shows in few of
        them, or where no comparison is needed: then a single answer would have proved it."""
        if self._proven(kind, found):
            return replace(found, repeats=False)
        if not self._compares(kind):
            return None
        shown, patience = 0, self._patience
        for run in range(1, RUNS + 1):
            again = self._from_scratch(kind, found, patience)
            shown += again is not None
            if again is not None and shown == OFTEN:
                return replace(again, repeats=False, runs=(shown, run))
            if shown + RUNS - run < OFTEN:
                break
            if not self.session.settled_within:
                patience = 0.0  # What has not come by now never will.
        return None

    @property
    def _patience(self) -> float:
        """For how many seconds what is late is waited for. In process, nothing is late."""
        session = self.session
        late = session.target.url is not None and session.settle < PATIENCE
        return PATIENCE if late else 0.0

    def _see_whether_it_is_late(self, kind: FailureKind, found: Counterexample) -> None:
        """Raise :class:`Late` where it no longer shows if it is waited for: late is not never.

        How soon a change shows is not documented.
        """
        session, patience = self.session, self._patience
        if patience and self._from_scratch(kind, found, patience) is None:
            late = max(session.settled_within, session.settle)
            raise Late(
                f"shows after {late:.1f} s, try --settle {ceil(2 * late) or 1}: "
                + found.violation.message
            )

    def _from_scratch(
        self, kind: FailureKind, found: Counterexample, patience: float
    ) -> Counterexample | None:
        """Carry it out in a new world, and let that settle; what it then shows of the kind."""
        session = self.session
        session.abandon()
        session.patience, session.settled_within = patience, 0.0
        try:
            _, again = self._again(kind, found)
        finally:
            session.patience = 0.0
        return again

    def _repeated(self, kind: FailureKind, found: Counterexample) -> Counterexample:
        session = self.session
        for _ in range(1 if session.exclusive or self._writes(found) else QUIET_TRIES):
            session.abandon()
            session.watch.begin(shared=not session.exclusive)
            evidence, again = self._again(kind, found)
            quiet = session.watch.end()
            if quiet or (again is not None and not self._could_be_others(kind, found)):
                if again is not None:
                    return again
                if session.watch.alone:
                    if not self._proven(kind, found):
                        raise Flaky(_changed(found.violation, evidence))
                    return replace(found, repeats=False)
                break
        raise Flaky(
            "not seen again while nobody else wrote to the target: " + found.violation.message
        )

    def _again(
        self, kind: FailureKind, found: Counterexample
    ) -> tuple[tuple[Evidence, ...], Counterexample | None]:
        try:
            attempt = self.attempts.of(found.unit, found.plan)
        except Inconclusive:
            return (), None
        return attempt.example.evidence, attempt.found.get(kind)

    def _writes(self, found: Counterexample) -> bool:
        return self.suite.scenario(found.unit.scenario).writes

    def _could_be_others(self, kind: FailureKind, found: Counterexample) -> bool:
        """Whether somebody else's writes could make a target look as if it broke this."""
        unsure = self.session.survey is not None or self.session.watch.large
        sensitive = self.suite.requirements[kind.id].sensitive_to_writes
        return sensitive or (found.violation.names_items and unsure)

    def _proven(self, kind: FailureKind, found: Counterexample) -> bool:
        """Whether the history shows it, even if it will not repeat.

        What is missing from an answer proves nothing on a target that changes its answers, nor
        does an answer that differs from another one. An error does, what threads were told, what
        one walk lists twice, and what is missing where the same query had listed it, if nobody
        did anything to it since.
        """
        answer = found.violation.decisive
        by_chance = self.suite.scenario(found.unit.scenario).by_chance
        if by_chance or self._recorded(kind, found) or (answer.failure is None and not answer.ok):
            return True
        return not self._compares(kind) and not found.violation.absence

    def _recorded(self, kind: FailureKind, found: Counterexample) -> bool:
        """Whether what was listed shows it by itself, because nobody did anything meanwhile."""
        violation, requirement = found.violation, self.suite.requirements[kind.id]
        if not self.session.exclusive:
            return False
        twice = requirement.repetition_proves and violation.repetition
        return twice or (violation.listed_before and not self._writes(found))

    def _compares(self, kind: FailureKind) -> bool:
        return self.suite.requirements[kind.id].compares


def _changed(violation: Violation, evidence: Iterable[Evidence]) -> str:
    """In which two ways the target answered the same request, where that can be told."""
    now = _first_answers(
        exchange for outer in evidence for piece in flatten(outer) for exchange in piece.answers
    )
    for request, exchange in _first_answers(violation.shown).items():
        if request in now and _gist(exchange) != _gist(now[request]):
            return (
                f"the same request was answered in two ways: {request.target}: "
                f"{_in_words(exchange)}; and later {_in_words(now[request])}"
            )
    return f"not seen when the same was done again: {violation.message}"


def _first_answers(exchanges: Iterable[Exchange]) -> Mapping[Request, Exchange]:
    """The exchanges that depend on no earlier answer, by their requests."""
    return {e.request: e for e in exchanges if not e.request.resumes}


def _gist(exchange: Exchange) -> tuple[object, ...]:
    """What does not differ between two answers that say the same in another order."""
    return exchange.status, exchange.error_type, frozenset(Page(exchange).ids)


def _in_words(exchange: Exchange) -> str:
    return Page(exchange).listed if exchange.ok else str(exchange)
