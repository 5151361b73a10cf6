"""What is done to jobs between the pages of a walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from listjobs_conformance.model import VERBS

WHATS = tuple(VERBS)
"""The plainest first."""

PLACES = ("first", "boundary", "next", "last")
"""Which job it is done to: the first that was listed, the last of the page that just came, the
first that is yet to come, or the last of all. Where a group's jobs are listed, the first or the
last of those that are given this group."""

NEW_IDS = ("0", "b0", "m", "zz")
"""The ids of new jobs, by place: before, among and after those of populations."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change, after so many pages have come."""

    what: str = "delete"
    place: str = "first"
    after: int = 1


def drawn(whats: Sequence[str] = WHATS) -> st.SearchStrategy[tuple[Step, ...]]:
    """One to three changes of these kinds."""
    step = st.builds(Step, st.sampled_from(whats), st.sampled_from(PLACES), st.integers(1, 3))
    return st.lists(step, min_size=1, max_size=3).map(tuple)


def simpler(steps: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """Fewer changes; then earlier ones; then plainer ones."""
    for index in range(len(steps) if len(steps) > 1 else 0):
        yield steps[:index] + steps[index + 1 :]
    for index, step in enumerate(steps):
        plainer = [replace(step, after=1)] if step.after > 1 else []
        plainer += [replace(step, what=w) for w in WHATS[: WHATS.index(step.what)]]
        plainer += [replace(step, place=p) for p in PLACES[: PLACES.index(step.place)]]
        for simpler in plainer:
            yield (*steps[:index], simpler, *steps[index + 1 :])


def weight(steps: tuple[Step, ...]) -> int:
    """How much there is to take in."""
    return sum(
        100 + 10 * step.after + WHATS.index(step.what) + PLACES.index(step.place) for step in steps
    )
