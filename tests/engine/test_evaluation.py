"""What checks say of evidence: pure, safe, and once for the same recorded thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from listjobs_conformance.contract.requirement import (
    DOCUMENTED,
    Catalogue,
    Exercised,
    Finding,
    Requirement,
    Undecided,
    Violation,
)
from listjobs_conformance.engine.evaluation import Evaluator
from listjobs_conformance.evidence import Evidence, Exchange, Request

EXCHANGE = Exchange(Request("GET", "/"), 200)


@dataclass(frozen=True, eq=False)
class Inner(Evidence, proves=True, writes=False):
    """What other evidence is made of."""

    value: int


@dataclass(frozen=True, eq=False)
class Outer(Evidence, proves=False, writes=False):
    """Evidence that is made of some."""

    inner: Inner

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (self.inner,)


def catalogue() -> Catalogue:
    made = Catalogue()

    def enter(id: str, presupposes: tuple[str, ...] = ()) -> object:
        return made.requirement(
            id,
            level=DOCUMENTED,
            source="",
            exercised_by="",
            common_mistakes="",
            presupposes=presupposes,
        )

    @enter("inner/small")  # type: ignore[operator]
    def small(inner: Inner) -> Iterator[Finding]:
        """The value is small, and dividing by it gives something."""
        yield Exercised("a value")
        if inner.value < 0:
            yield Undecided("it is below zero")
        elif 10 / inner.value < 1:
            yield Violation("large", "small", "large", EXCHANGE)

    @enter("inner/other")  # type: ignore[operator]
    def other(inner: Inner) -> Iterator[Finding]:
        """Something else."""
        yield Exercised("another")

    @enter("outer/rests", ("inner/small",))  # type: ignore[operator]
    def rests(outer: Outer) -> Iterator[Finding]:
        """What rests on the value."""
        yield Exercised("an outer one")

    return made


def test_evidence_exercises_violates_and_masks() -> None:
    evaluator = Evaluator(catalogue())
    good = evaluator.evaluate([Outer(Inner(2))])
    assert set(good.exercised) == {"inner/small", "inner/other", "outer/rests"}
    bad = evaluator.evaluate([Outer(Inner(11))])
    assert set(bad.violations) == {"inner/small"}
    assert bad.masked == {"outer/rests": {"inner/small"}}


def test_a_check_that_crashes_has_said_nothing_and_others_go_on() -> None:
    found = Evaluator(catalogue()).evaluate([Outer(Inner(0))])
    reason = found.unanswered["inner/small"]
    assert reason == ("the check of inner/small itself failed: ZeroDivisionError: division by zero")
    assert not found.violations
    # Neither a pass of what crashed, nor anything built on it.
    assert set(found.exercised) == {"inner/other"}
    assert found.masked == {"outer/rests": {"inner/small"}}


def test_what_presupposes_something_that_cannot_be_told_cannot_be_told_either() -> None:
    found = Evaluator(catalogue()).evaluate([Outer(Inner(-1))])
    assert found.unanswered == dict.fromkeys(("outer/rests", "inner/small"), "it is below zero")
    assert "inner/other" in found.exercised
    assert "outer/rests" not in found.exercised
    assert not found.violations
    assert not found.masked


def test_the_same_recorded_thing_is_judged_once() -> None:
    inner = Inner(2)
    found = Evaluator(catalogue()).evaluate([Outer(inner), Outer(inner)])
    assert found.exercised["inner/small"] == ["a value"]
    assert len(found.exercised["outer/rests"]) == 2


def test_requirements_come_in_the_order_in_which_they_were_written() -> None:
    assert [requirement.id for requirement in catalogue()] == [
        "inner/small",
        "inner/other",
        "outer/rests",
    ]
    assert all(isinstance(requirement, Requirement) for requirement in catalogue())
