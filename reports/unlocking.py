"""In which order failures are worth mending: first what stands in the way of most."""

from __future__ import annotations

from dataclasses import dataclass

from .record import Report, Result


@dataclass(frozen=True, slots=True)
class Mending:
    """A failure, and what can be judged once it is mended, after those before it."""

    result: Result
    unlocks: tuple[str, ...]


def in_order(report: Report) -> list[Mending]:
    """What fails the run, and then what does not, each in the order in which mending it unlocks
    most. What is waived stays in the way."""
    masked = {
        result.id: set(result.masked_by)
        for result in report.results
        if result.verdict == "unexercised" and result.masked_by
    }
    failing = [r for r in report.results if r.verdict in ("fail", "unexpected-pass")]
    order: list[Mending] = []
    for left in (
        [result for result in failing if report.called(result) == "fail"],
        [result for result in failing if report.called(result) == "unexpected-pass"],
        [result for result in failing if report.called(result) == "note"],
    ):
        while left:
            best = max(left, key=lambda result: _worth(result.id, masked))  # The first of equals.
            left.remove(best)
            order.append(Mending(best, _mend(best.id, masked)))
    return order


def _worth(id: str, masked: dict[str, set[str]]) -> tuple[int, int]:
    """How many are masked by nothing else, and how many by it at all."""
    return (
        sum(blockers == {id} for blockers in masked.values()),
        sum(id in blockers for blockers in masked.values()),
    )


def _mend(id: str, masked: dict[str, set[str]]) -> tuple[str, ...]:
    """Take it out of the way, and name what nothing masks any more."""
    for blockers in masked.values():
        blockers.discard(id)
    free = tuple(masked_id for masked_id, blockers in masked.items() if not blockers)
    for masked_id in free:
        del masked[masked_id]
    return free
