"""What several behaviours are built on: small pages set apart, pages and tokens counted."""

from typing import Any, TypeAlias

from .listing import Condition, Query
from .service import Service
from .store import ListedJob
from .tokens import Position

Cut: TypeAlias = tuple[list[ListedJob], Position | None]
"""The jobs of a page, and the position to go on from if there is one."""


class SmallPages(Service):
    """Cuts pages below the largest size in a way of its own.

    ``small`` says whether the request at hand asked for such a page. It is set before anything
    else is done, and requests are served one at a time.
    """

    small = False
    look_ahead = 1

    def page(self, query: Query) -> dict[str, Any]:
        self.small = query.max_results is not None and query.max_results < self.largest_page
        return super().page(query)

    def fetch(
        self, query: Query, condition: Condition, position: Position | None, limit: int
    ) -> list[ListedJob]:
        further = self.look_ahead - 1 if self.small else 0
        return super().fetch(query, condition, position, limit + further)

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        if self.small:
            return self.cut_small(query, rows, size, position)
        return super().cut(query, rows, size, position)

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        """Return the jobs of a page below the largest, and the position to go on from."""
        return super().cut(query, rows, size, position)

    def matching(self, query: Query) -> list[ListedJob]:
        """Return all jobs that match, in order."""
        return self.select(self.combine(self.where(query)), self.order_by(), -1)


class CountedPages(SmallPages):
    """Counts, in the token, the pages and the jobs that a walk has given so far."""

    pages = 0
    given = 0

    def page(self, query: Query) -> dict[str, Any]:
        self.pages = self.given = 0
        return super().page(query)

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        jobs, following = super().cut(query, rows, size, position)
        self.given += len(jobs)
        return jobs, following

    def encode_token(self, query: Query, position: Position) -> str:
        return super().encode_token(query, (self.pages + 1, self.given, *position))

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if not position:
            return position
        self.pages, self.given = int(str(position[0])), int(str(position[1]))
        return position[2:]


class NumberedTokens(Service):
    """Gives no token twice: each carries a number of its own."""

    serial = 0

    def encode_token(self, query: Query, position: Position) -> str:
        self.serial += 1
        return super().encode_token(query, (self.serial, *position))

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        return position and position[1:]
