"""What is done to jobs between the pages of a walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

WHATS = ("delete", "cancel", "create", "complete", "associate")
"""The plainest first. To associate is to give a job a group that it did not target."""

PLACES = ("first", "boundary", "next", "last")
"""Which job it is done to: the first that was listed, the last of the page that just came, the
first that is yet to come, or the last of all. Where a group's jobs are listed, the first or the
last of those that are given this group."""

NEW_IDS = ("0", "b0", "m", "zz")
"""The ids of new jobs, by place: before, among and after those of populations."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One change, after so many pages have come."""

    what: str = "delete"
    place: str = "first"
    after: int = 1


def drawn(whats: Sequence[str] = WHATS) -> st.SearchStrategy[tuple[Turn, ...]]:
    """One to three changes of these kinds."""
    turn = st.builds(Turn, st.sampled_from(whats), st.sampled_from(PLACES), st.integers(1, 3))
    return st.lists(turn, min_size=1, max_size=3).map(tuple)


def simpler(turns: tuple[Turn, ...]) -> Iterator[tuple[Turn, ...]]:
    """Fewer changes; then earlier ones; then plainer ones."""
    for index in range(len(turns) if len(turns) > 1 else 0):
        yield turns[:index] + turns[index + 1 :]
    for index, turn in enumerate(turns):
        steps = []
        if turn.after > 1:
            steps.append(replace(turn, after=1))
        steps += [replace(turn, what=w) for w in WHATS[: WHATS.index(turn.what)]]
        steps += [replace(turn, place=p) for p in PLACES[: PLACES.index(turn.place)]]
        for step in steps:
            yield (*turns[:index], step, *turns[index + 1 :])


def weight(turns: tuple[Turn, ...]) -> int:
    """How much there is to take in."""
    return sum(
        100 + 10 * turn.after + WHATS.index(turn.what) + PLACES.index(turn.place) for turn in turns
    )
