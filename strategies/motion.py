"""What is done to jobs between the pages of a walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import strategies as st

WHATS = ("delete", "cancel", "create", "complete")

PLACES = ("first", "boundary", "next", "last")
"""Which job it is done to: the first that was listed, the last of the page that just came, the
first that is yet to come, or the last of all."""

NEW_IDS = ("0", "b0", "m", "zz")
"""The ids of new jobs, by place: before, among and after those of populations."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One change, after so many pages have come."""

    what: str = "delete"
    place: str = "first"
    after: int = 1


DRAWN = st.lists(
    st.builds(Turn, st.sampled_from(WHATS), st.sampled_from(PLACES), st.integers(1, 3)),
    min_size=1,
    max_size=3,
).map(tuple)


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
