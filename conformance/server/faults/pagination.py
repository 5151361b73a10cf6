"""Faults of walking from page to page: jobs lost, repeated or slipped in, walks that do not end.

Most leave the largest page, 250, alone. With it they would be wrong as well wherever there are
more jobs than that, but then it is the listing itself that nobody can get whole.
"""

from typing import Any

from ..behaviour import fault
from ..errors import Crash
from ..listing import Condition, Query
from ..service import Service
from ..store import ListedJob
from ..tokens import Position
from ..walks import CountedPages, Cut, SmallPages

# Jobs lost between pages.


@fault("pagination/complete")
class LoseJobAtPageBoundary(SmallPages):
    """The token names the first job of the next page, which then begins after it."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        if len(rows) <= size:
            return rows, None
        return rows[:size], self.position(rows[size])


@fault("pagination/complete")
class SingleJobLeftForgotten(SmallPages):
    """Whether more remain is asked with > 1 instead of > 0, so one last job is never given."""

    look_ahead = 2

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        following = self.position(rows[size - 1]) if len(rows) > size + 1 else None
        return rows[:size], following


@fault("pagination/complete")
class PageCountRoundedDown(SmallPages):
    """The number of pages is a division of integers, so a last page that is not full is lost."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        if following is not None:
            condition = self.combine(self.where(query))
            if len(self.fetch(query, condition, following, size)) < size:
                following = None
        return jobs, following


@fault("pagination/complete")
class StatusFilteredAfterPaging(SmallPages):
    """Pages are cut first and filtered by status then; a page left empty is taken for the end."""

    def combine(self, conditions: dict[str, Condition]) -> Condition:
        if self.small:
            conditions.pop("status", None)
        return super().combine(conditions)

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        jobs = [job for job in jobs if query.status in (None, job.status)]
        return jobs, following if jobs else None


@fault("pagination/complete")
class CursorComparesEachColumnAlone(SmallPages):
    """A later job must be newer *and* have a greater id: what holds for the pair is split up."""

    def after(self, position: Position) -> Condition:
        condition, arguments = super().after(position)
        if self.small:
            comparison = "<" if self.descending else ">"
            condition += f" AND {self.order[-1]} {comparison} ?"
            arguments = (*arguments, position[-1])
        return condition, arguments


@fault("pagination/complete")
class CursorKeepsWholeSeconds(SmallPages):
    """The cursor is a time in whole seconds: what else was made in that second is passed over."""

    def after(self, position: Position) -> Condition:
        condition = super().after(position)
        if self.small and self.order[0] == "created":
            comparison = "<" if self.descending else ">"
            return f"CAST(created AS INTEGER) {comparison} CAST(? AS INTEGER)", position[:1]
        return condition


@fault("pagination/complete")
class EvenPageSizesLoseAJob(SmallPages):
    """The middle of the page is rounded wrongly, so with even sizes one job falls out between."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        if len(rows) <= size or size % 2:
            return super().cut_small(query, rows, size, position)
        return rows[:size], self.position(rows[size])


@fault("pagination/complete")
class TenPagesAtMost(CountedPages):
    """A walk is cut off after ten pages, against clients that never stop."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        return jobs, following if self.pages < 9 else None


@fault("pagination/complete", needs_jobs=51)
class FiftyJobsPerWalk(CountedPages):
    """A walk goes over the first 50 jobs that the store gave, and ends where they do."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        room = 50 - self.given
        return jobs[:room], following if len(jobs) < room else None


# Jobs that come again.


@fault("pagination/no-duplicates")
class BoundaryJobRepeated(SmallPages):
    """The next page begins with >= where it should be >, so it repeats the last job.

    With one job a page it would never get on; there it is right.
    """

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        if following is not None and len(jobs) > 1:
            following = self.position(jobs[-2])
        return jobs, following


@fault("pagination/no-duplicates")
class LastPageFilledUp(SmallPages):
    """The last page is read as the last N jobs, so it is always full and partly seen before."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        if position and following is None:
            jobs = self.matching(query)[-size:]
        return jobs, following


class ExactLastPage(SmallPages):
    """Offers a page too many where the last one is full: that last page again."""

    again = False

    def page(self, query: Query) -> dict[str, Any]:
        self.again = False
        return super().page(query)

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if position and position[0] == "again":
            self.again = True
            position = position[1:]
        return position

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        if following is None and len(jobs) == size and self.once_more():
            following = ("again", *(position or ()))
        return jobs, following

    def once_more(self) -> bool:
        """Return whether the last page is to be given once more."""
        return not self.again


@fault("pagination/no-duplicates")
class ExactLastPageRepeated(ExactLastPage):
    """Where the size divides the count, a page too many is offered, and it is the last again."""


@fault("pagination/no-duplicates")
class FirstJobPinned(SmallPages):
    """The first job of the listing is put at the head of its last page as well."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        if position and following is None and len(jobs) < size:
            jobs = [*self.matching(query)[:1], *jobs]
        return jobs, following


# Jobs that do not belong to the walk.


class LaterPagesForget(SmallPages):
    """Pages after the first are made by other code, which does not know all the filters."""

    forgotten = ""

    def page(self, query: Query) -> dict[str, Any]:
        self.later = query.next_token is not None
        return super().page(query)

    def combine(self, conditions: dict[str, Condition]) -> Condition:
        if self.small and self.later:
            conditions.pop(self.forgotten, None)
        return super().combine(conditions)


@fault("pagination/no-phantoms")
class LaterPagesForgetStatus(LaterPagesForget):
    """The token carries on in the whole listing: from the second page on, any status will do."""

    forgotten = "status"


@fault("pagination/no-phantoms")
class LaterPagesForgetTargetSelection(LaterPagesForget):
    """From the second page on, jobs of the other target selection are listed too."""

    forgotten = "targetSelection"


@fault("pagination/no-phantoms")
class LaterPagesForgetThingGroup(LaterPagesForget):
    """From the second page on, jobs that do not target the named group are listed too."""

    forgotten = "thingGroupName"


@fault("pagination/no-phantoms")
class LaterPagesForgetNamespace(LaterPagesForget):
    """From the second page on, jobs of all namespaces are listed."""

    forgotten = "namespaceId"


@fault("pagination/no-phantoms")
class ShortPageFilledWithOthers(SmallPages):
    """A last page with room left is filled up, with a job that does not match."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        if position and following is None and len(jobs) < size:
            matching, arguments = self.combine(self.where(query))
            scope, scope_arguments = self.where_scope(query.scope)
            others = f"{scope} AND NOT ({matching})", (*scope_arguments, *arguments)
            jobs = [*jobs, *self.select(others, self.order_by(), 1)]
        return jobs, following


# Pages that are too long.


@fault("pagination/page-bound")
class LookAheadJobShown(Service):
    """One job more is read to see whether there are more, and it is shown."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        following = self.position(rows[-1]) if len(rows) > size else None
        return rows, following


@fault("pagination/page-bound")
class EverythingOnOnePage(Service):
    """Paging was left for later: maxResults is read, and all jobs come on one page."""

    def page_size(self, query: Query) -> int:
        return super().page_size(query) if query.max_results is None else 1_000_000


@fault("pagination/page-bound")
class PagesOfTenAtLeast(Service):
    """Pages of fewer than ten jobs are not worth their while: ten is the least."""

    def page_size(self, query: Query) -> int:
        return max(10, super().page_size(query))


@fault("pagination/page-bound")
class LastLoneJobJoinsPage(SmallPages):
    """A last page with a single job looks poor, so that job goes onto the page before."""

    look_ahead = 2

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        if len(rows) <= size + 1:
            return rows, None
        return rows[:size], self.position(rows[size - 1])


# On a page that nothing else is wrong with, beside one that cannot be had at all.
@fault("pagination/page-bound", "error/documented")
class LookAheadJobEndsUpInToken(SmallPages):
    """The job that was looked ahead for is shown, and is the token, too, which cannot be read."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        if position:
            raise Crash
        return rows, self.position(rows[-1]) if len(rows) > size else None


# Walks without an end.


@fault("pagination/terminates")
class TokenNeverAdvances(SmallPages):
    """The token holds nothing: it is accepted, and the first page comes again for ever."""

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        return None if self.small else position


@fault("pagination/terminates")
class EmptyPagesForEver(CountedPages):
    """From the second page on, a token is always given: there may be more by the next request."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        if position and following is None:
            following = self.position(jobs[-1]) if jobs else position
        return jobs, following


@fault("pagination/terminates")
class WalkStartsOver(SmallPages):
    """The page number is taken modulo the number of pages, so after the last comes the first."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        if position and following is None:
            following = ()
        return jobs, following


@fault("pagination/terminates")
class LastPageLeadsToItself(SmallPages):
    """At the end the token is handed back unchanged, and leads to the last page once more."""

    def cut_small(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> Cut:
        jobs, following = super().cut_small(query, rows, size, position)
        if position and following is None:
            following = position
        return jobs, following


@fault("pagination/terminates")
class ExactLastPageForEver(ExactLastPage):
    """The walk ends on a page that is not full, so it never does where the size divides the count.

    Past the end, the last page is given once more.
    """

    def once_more(self) -> bool:
        return True
