"""Faults of going on from a token: without a page size, again, with another size, other filters."""

from dataclasses import replace
from typing import Any

from ..behaviour import fault
from ..errors import Crash, invalid_request, not_found
from ..exchange import make_scope
from ..listing import Condition, Query
from ..service import Service
from ..store import ListedJob
from ..tokens import Position
from ..walks import Cut, NumberedTokens

FILTERS = ("status", "targetSelection", "thingGroupName", "thingGroupId", "namespaceId")

# Without maxResults. What goes wrong does so where a walk begins without it.


def begins_without_size(query: Query) -> bool:
    """Return whether this is the first page of a walk that leaves the page size open."""
    return query.max_results is None and query.next_token is None


class NothingAfterDefaultPage(Service):
    """Gives no token with a page of default size."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        jobs, following = super().cut(query, rows, size, position)
        return jobs, None if begins_without_size(query) else following


@fault("pagination/default-page")
class TenJobsByDefault(NothingAfterDefaultPage):
    """Who asks for no page size gets the first ten jobs, and no token to the others."""

    default_page = 10


@fault("pagination/default-page", needs_jobs=101)
class HundredJobsByDefault(NothingAfterDefaultPage):
    """Without a page size there is no paging: the first hundred jobs, and that is all."""

    default_page = 100


@fault("pagination/default-page")
class DefaultPageRefusesItsToken(Service):
    """The token is bound to the page size of the request, and none is not equal to none."""

    default_page = 5

    def encode_token(self, query: Query, position: Position) -> str:
        return super().encode_token(query, (query.max_results is None, *position))

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if not position:
            return position
        if position[0] and query.max_results is None:
            raise invalid_request("Next token is invalid.")
        return position[1:]


@fault("pagination/default-page", needs_jobs=51)
class DefaultPageLosesBoundaryJob(Service):
    """The default of 50 was meant to include the look-ahead, so one job in 51 falls out."""

    default_page = 50

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        jobs, following = super().cut(query, rows, size, position)
        if following is not None and begins_without_size(query):
            following = self.position(rows[-1])
        return jobs, following


@fault("pagination/default-page-bound", needs_jobs=251)
class EverythingByDefault(Service):
    """Without a page size there is no paging: all jobs come at once."""

    default_page = 1_000_000


@fault("pagination/default-page-bound", needs_jobs=251)
class ThousandJobsByDefault(Service):
    """The default page size was never held against the largest that may be asked for."""

    default_page = 1_000


# The same token again.


class UsedTokens(NumberedTokens):
    """Remembers how often each token has been used."""

    used_before = 0

    def __init__(self) -> None:
        super().__init__()
        self.uses: dict[str, int] = {}

    def reset(self) -> None:
        super().reset()
        self.uses.clear()

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        self.used_before = self.uses.get(token, 0)
        self.uses[token] = self.used_before + 1
        return position


@fault("pagination/token-replay")
class TokenWorksOnce(UsedTokens):
    """A token is struck off when it is used, so a client whose answer got lost is lost too."""

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if self.used_before:
            raise invalid_request("Next token is invalid.")
        return position


@fault("pagination/token-replay")
class TokenGoesOnEachTime(UsedTokens):
    """The token names a cursor in the server, which moves on whenever it is read."""

    def fetch(
        self, query: Query, condition: Condition, position: Position | None, limit: int
    ) -> list[ListedJob]:
        passed = 0
        if query.next_token is not None:
            passed = self.used_before * (limit - 1)
        return super().fetch(query, condition, position, limit + passed)[passed:]


@fault("pagination/token-replay")
class TokenIsEmptyTheSecondTime(UsedTokens):
    """The rest of the listing is kept under the token and handed out, once."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        if query.next_token is not None and self.used_before:
            return [], None
        return super().cut(query, rows, size, position)


# The same walk with another page size.


class RememberedSize(Service):
    """Keeps in the token how many pages there were and of which size they were."""

    pages = 0
    size_before: int | None = None

    def page(self, query: Query) -> dict[str, Any]:
        self.pages, self.size_before = 0, self.page_size(query)
        return super().page(query)

    def size_changed(self, query: Query) -> bool:
        """Return whether the page before had another size."""
        return self.size_before != self.page_size(query)

    def encode_token(self, query: Query, position: Position) -> str:
        return super().encode_token(query, (self.pages + 1, self.page_size(query), *position))

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if not position:
            return position
        self.pages, self.size_before = int(str(position[0])), int(str(position[1]))
        return position[2:]


@fault("pagination/page-size-change")
class PageNumbersInTokens(RememberedSize):
    """The token is a page number, and where that page begins depends on the size asked for now."""

    def fetch(
        self, query: Query, condition: Condition, position: Position | None, limit: int
    ) -> list[ListedJob]:
        if self.size_changed(query):
            skip = self.pages * self.page_size(query)
            return self.select(condition, self.order_by(), limit, skip)
        return super().fetch(query, condition, position, limit)


@fault("pagination/page-size-change")
class SizeChangeStartsOver(RememberedSize):
    """A second page of another size is taken for a first one, and the walk begins again."""

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        return None if self.pages == 1 and self.size_changed(query) else position


@fault("pagination/page-size-change")
class SmallerPageDropsTheRest(RememberedSize):
    """The next page is read ahead; where a smaller one is asked for, what is left over is lost."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        jobs, following = super().cut(query, rows, size, position)
        if following is not None and self.size_before is not None and self.size_before > size:
            ahead = self.fetch(
                query, self.combine(self.where(query)), following, self.size_before - size
            )
            following = self.position(ahead[-1]) if ahead else following
        return jobs, following


# The same token with other filters.


class LooseBinding(Service):
    """Leaves some filters out of what a token is valid for."""

    unbound: tuple[str, ...] = ()

    def token_binding(self, query: Query) -> dict[str, object]:
        binding = super().token_binding(query)
        return {name: value for name, value in binding.items() if name not in self.unbound}


@fault("pagination/token-bound-to-filters")
class TokenForgetsStatus(LooseBinding):
    """The token goes on under any status: it was written before there was that filter."""

    unbound = ("status",)


@fault("pagination/token-bound-to-filters")
class TokenForgetsTargetSelection(LooseBinding):
    """The token goes on under any target selection."""

    unbound = ("targetSelection",)


@fault("pagination/token-bound-to-filters")
class TokenForgetsThingGroup(LooseBinding):
    """The token goes on in any group's listing."""

    unbound = ("thingGroupName", "thingGroupId")


@fault("pagination/token-bound-to-filters")
class TokenForgetsNamespace(LooseBinding):
    """The token goes on in any namespace's listing."""

    unbound = ("namespaceId",)


@fault("pagination/token-bound-to-filters")
class TokenForgetsAllFilters(LooseBinding):
    """The token is a place in the whole listing, and filters are nothing to it."""

    unbound = FILTERS


@fault("pagination/token-bound-to-filters")
class OtherFiltersAreNotFound(Service):
    """Tokens are kept under their filters, so with others there is no such token: 404."""

    def misplaced_token(self, token: str) -> Position | None:
        raise not_found("There is no such token.")


@fault("pagination/token-bound-to-filters")
class OtherFiltersStartOver(Service):
    """A token that belongs to other filters is read as none, and the first page is given."""

    def misplaced_token(self, token: str) -> Position | None:
        return None


class Recognised(Service):
    """Knows by its beginning whether a token may have been one of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.beginnings: set[str] = set()

    def encode_token(self, query: Query, position: Position) -> str:
        token = super().encode_token(query, position)
        self.beginnings.add(token[:8])
        return token

    def bad_token(self, token: str) -> Position | None:
        if token[:8] in self.beginnings:
            return self.spoilt_token()
        return super().bad_token(token)

    def spoilt_token(self) -> Position | None:
        """Say what a token leads to that begins like one that was given."""
        raise NotImplementedError


@fault("pagination/token-tampered")
class SpoiltTokenCrashes(Recognised):
    """A token is recognised by its beginning, and what follows is decoded without a check."""

    def spoilt_token(self) -> Position | None:
        raise Crash


@fault("pagination/token-tampered")
class SpoiltTokenForgetsTheFilters(Recognised):
    """The filters are taken from the token: where they cannot be read, there are none."""

    spoilt = False

    def spoilt_token(self) -> Position | None:
        self.spoilt = True
        return None

    def fetch(
        self, query: Query, condition: Condition, position: Position | None, limit: int
    ) -> list[ListedJob]:
        if self.spoilt:
            self.spoilt = False
            condition = self.where_scope(query.scope)
        return super().fetch(query, condition, position, limit)


@fault("pagination/token-tampered")
class RegionTakenFromTheToken(Service):
    """A token says which region it was given in, and leads on there from any other."""

    region = ""

    def token_binding(self, query: Query) -> dict[str, object]:
        return super().token_binding(query) | {"region": None}

    def encode_token(self, query: Query, position: Position) -> str:
        return super().encode_token(query, (query.scope.region, *position))

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if not position:
            return position
        self.region = str(position[0])
        return position[1:]

    def fetch(
        self, query: Query, condition: Condition, position: Position | None, limit: int
    ) -> list[ListedJob]:
        if position:
            there = replace(query, scope=make_scope(query.scope.account, self.region))
            condition = self.combine(self.where(there))
        return super().fetch(query, condition, position, limit)
