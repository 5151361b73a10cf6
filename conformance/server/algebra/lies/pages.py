"""Lies about pages and tokens, and what pages may also be like."""

from typing import Any

from ...listing import Condition, Query, all_of
from ...store import ListedJob
from ...tokens import Position
from ...walks import Cut
from ..lying import Lying
from ..moment import AGAIN


class EndEarly(Lying):
    """No token comes, though jobs remain."""

    def page(self, query: Query) -> dict[str, Any]:
        page = super().page(query)
        if "nextToken" in page and self.lies():
            del page["nextToken"]
        return page


class NeverEnd(Lying):
    """The token leads to the same page again."""

    def page(self, query: Query) -> dict[str, Any]:
        page = super().page(query)
        if page["jobs"] and self.lies():
            self.pages, self.given = self.at.page - 2, 0
            page["nextToken"] = self.encode_token(query, self.at.position or ())
        return page


class Restart(Lying):
    """The token leads back to the beginning."""

    def page(self, query: Query) -> dict[str, Any]:
        page = super().page(query)
        if page["jobs"] and self.lies():
            self.pages, self.given = -1, 0
            page["nextToken"] = self.encode_token(query, ())
        return page


class Skip(Lying):
    """The first job of the next page is skipped."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        jobs, following = super().cut(query, rows, size, position)
        if following is not None and self.lies():
            following = self.position(rows[size])
        return jobs, following


class Overlap(Lying):
    """The last job of a page opens the next one again."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        jobs, following = super().cut(query, rows, size, position)
        if following is not None and len(jobs) > 1 and self.lies():
            following = self.position(jobs[-2])
        return jobs, following


class OneMore(Lying):
    """The page holds one job more than was asked for."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        if query.max_results is not None and len(rows) > size and self.lies():
            more = self.at.remaining > size + 1
            return rows, self.position(rows[-1]) if more else None
        return super().cut(query, rows, size, position)


class IgnoreSize(Lying):
    """Everything comes on one page."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        if query.max_results is not None and len(rows) > size and self.lies():
            condition = self.at.condition
            if position:
                condition = all_of((condition, self.after(position)))
            return self.select(condition, self.order_by(), -1), None
        return super().cut(query, rows, size, position)


class Shorten(Lying):
    """The page is half as long as it might be."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        if size > 1 and len(rows) > 1 and self.lies():
            half = min(size, len(rows)) // 2
            return super().cut(query, rows[: half + 1], half, position)
        return super().cut(query, rows, size, position)


class EmptyPage(Lying):
    """An empty page comes first, with a token to what was asked for."""

    def page(self, query: Query) -> dict[str, Any]:
        page = super().page(query)
        position = self.at.position
        if page["jobs"] and not (position and position[0] == AGAIN) and self.lies():
            self.pages, self.given = self.at.page - 2, 0
            page = {"jobs": []}
            page["nextToken"] = self.encode_token(query, (AGAIN, *(position or ())))
        return page

    def fetch(
        self, query: Query, condition: Condition, position: Position | None, limit: int
    ) -> list[ListedJob]:
        if position and position[0] == AGAIN:
            position = position[1:]
        return super().fetch(query, condition, position, limit)


class TokenAtEnd(Lying):
    """A token comes with the last page, too, and leads to an empty one."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        jobs, following = super().cut(query, rows, size, position)
        if following is None and jobs and self.lies():
            following = self.position(jobs[-1])
        return jobs, following


class Reverse(Lying):
    """The listing is in the opposite order."""

    def order_by(self) -> str:
        self.descending = self.lies()
        return super().order_by()

    def after(self, position: Position) -> Condition:
        self.descending = self.lies()
        return super().after(position)
