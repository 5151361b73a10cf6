"""The order in which failures are worth mending."""

from __future__ import annotations

from dataclasses import replace

from listjobs_conformance.reports.record import Report, Result
from listjobs_conformance.reports.unlocking import in_order

Masks = dict[str, tuple[str, ...]]


def report(found: Report, broken: dict[str, str], masked: Masks) -> Report:
    """A report in which these are broken, by level, and those masked by them."""
    (failed,) = (result for result in found.results if result.violation)
    results: list[Result] = [
        replace(failed, id=f"some/{id}", level=level) for id, level in broken.items()
    ]
    for id, by in masked.items():
        blockers = tuple(f"some/{one}" for one in by)
        results.append(
            replace(
                failed, id=f"some/{id}", verdict="unexercised", violation=None, masked_by=blockers
            )
        )
    return replace(found, results=tuple(results))


def order(report: Report) -> list[tuple[str, int]]:
    return [(one.result.id.removeprefix("some/"), len(one.unlocks)) for one in in_order(report)]


def test_what_unlocks_most_comes_first(found: Report) -> None:
    broken = dict.fromkeys("abc", "documented")
    masked: Masks = {"u": ("a",), "v": ("c",), "w": ("c",), "x": ("a", "c")}
    assert order(report(found, broken, masked)) == [("c", 2), ("a", 2), ("b", 0)]


def test_what_stands_behind_several_counts_once_the_last_is_mended(found: Report) -> None:
    broken = dict.fromkeys("ab", "documented")
    assert order(report(found, broken, {"u": ("a", "b")})) == [("a", 0), ("b", 1)]


def test_a_note_comes_after_what_fails_the_run(found: Report) -> None:
    broken = {"a": "convention", "b": "documented"}
    assert order(report(found, broken, {"u": ("a",), "v": ("a",)})) == [("b", 0), ("a", 2)]


def test_what_is_waived_stays_in_the_way(found: Report) -> None:
    made = report(found, dict.fromkeys("ab", "documented"), {"u": ("a", "b"), "v": ("a",)})
    waived = replace(made.results[0], verdict="waived", waiver="known")
    made = replace(made, results=(waived, *made.results[1:]))
    assert order(made) == [("b", 0)]
