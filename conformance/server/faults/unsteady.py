"""Faults that come and go: the same walk is right at one time, and wrong at another."""

from random import Random

from ..behaviour import fault
from ..listing import Condition, Query
from ..store import ListedJob
from ..tokens import Position
from ..walks import Cut, SmallPages
from .continuation import UsedTokens


@fault("pagination/complete", unsteady=True)
class FourthWalkLosesAJob(SmallPages):
    """One of four servers behind the same address loses the job that a second page begins with."""

    begun = 0

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        if following is not None and not position:
            self.begun += 1
            if self.begun % 4 == 0:
                following = self.position(rows[size])
        return jobs, following


@fault("pagination/complete", "pagination/no-duplicates", unsteady=True)
class OrderDrawnForEachPage(SmallPages):
    """The token is an offset, and the listing is not sorted: each page is cut from another order.

    What the store happens to give first differs from request to request.
    """

    def __init__(self) -> None:
        super().__init__()
        self.random = Random(0)

    def fetch(
        self, query: Query, condition: Condition, position: Position | None, limit: int
    ) -> list[ListedJob]:
        # An offset may also come back without the small size that it was given for.
        if not self.small and len(position or ()) != 1:
            return super().fetch(query, condition, position, limit)
        rows = self.select(condition, self.order_by(), -1)
        self.random.shuffle(rows)
        return rows[offset_of(position) :][:limit]

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        return rows[:size], (offset_of(position) + size,) if len(rows) > size else None


def offset_of(position: Position | None) -> int:
    """Return how many jobs the pages before held, where a token says that."""
    return int(str(position[0])) if position else 0


@fault("pagination/token-replay", unsteady=True)
class UsedTokensSweptAwayNowAndThen(UsedTokens):
    """What a token leads to is kept until a task comes round: every third one that comes again
    finds nothing."""

    again = 0

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        jobs, following = super().cut(query, rows, size, position)
        if query.next_token is not None and self.used_before:
            self.again += 1
            if self.again % 3 == 0:
                return [], None
        return jobs, following
