"""Variations of walking: the order, how long pages are, how a walk ends, what tokens are like."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from hashlib import blake2b
from typing import Any
from zlib import crc32

from ..behaviour import variation
from ..errors import invalid_request
from ..exchange import Response
from ..listing import Condition, Query
from ..service import Service
from ..store import ListedJob
from ..tokens import Position
from ..walks import CountedPages, Cut, NumberedTokens

# The order of a listing.


@variation("order")
class NewestFirst(Service):
    """The newest job comes first."""

    descending = True


@variation("order")
class ByStatus(Service):
    """Jobs are sorted by status, then by id."""

    order = ("status", "id")


@variation("order")
class ById(Service):
    """Jobs are sorted by id."""

    order = ("id",)


@variation("order")
class BySelectionNewestFirst(Service):
    """Snapshot jobs come before continuous ones, the newest of each first."""

    order = ("selection", "created", "id")
    descending = True


@variation("order")
class RandomOrder(Service):
    """Each walk has an order of its own, drawn when it begins and kept in its tokens."""

    salt = ""

    def __init__(self) -> None:
        super().__init__()
        self.store.connection.create_function("shuffled", 2, shuffled, deterministic=True)

    def page(self, query: Query) -> dict[str, Any]:
        self.salt = secrets.token_hex(4)
        return super().page(query)

    def encode_token(self, query: Query, position: Position) -> str:
        return super().encode_token(query, (self.salt, *position))

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if position:
            self.salt = str(position[0])
            position = position[1:]
        return position

    def order_by(self) -> str:
        return f"shuffled('{self.salt}', id), id"

    def after(self, position: Position) -> Condition:
        return f"(shuffled('{self.salt}', id), id) > (?, ?)", position

    def position(self, job: ListedJob) -> Position:
        return shuffled(self.salt, job.id), job.id


def shuffled(salt: str, job_id: str) -> int:
    """Return where an id stands in the order that a salt makes."""
    return int.from_bytes(blake2b(f"{salt}/{job_id}".encode(), digest_size=6).digest(), "big")


# How many jobs a page holds.


@variation("page-length")
class ShortPages(Service):
    """A page holds about half of what was asked for, although more jobs remain."""

    def page_size(self, query: Query) -> int:
        return (super().page_size(query) + 1) // 2


@variation("page-length")
class UnevenPages(Service):
    """Each page is of another length, up to what was asked for; the same token, the same length."""

    def page_size(self, query: Query) -> int:
        return 1 + crc32((query.next_token or "").encode()) % super().page_size(query)


@variation("page-length")
class OneJobAPage(Service):
    """A page holds one job, whatever was asked for."""

    def page_size(self, query: Query) -> int:
        return 1


@variation("default-page")
class SmallDefaultPage(Service):
    """A page of a walk without maxResults holds three jobs."""

    default_page = 3


@variation("default-page")
class LargeDefaultPage(Service):
    """A page of a walk without maxResults holds 250 jobs, the most that may be asked for."""

    default_page = 250


# Pages without jobs. Only so many: a walk must not have many more pages than there are jobs.

MOST_EMPTY_PAGES = 40


@variation("empty-pages")
class EmptyPagesBetween(CountedPages):
    """Every other page is empty and has a token, as where a store is read in parts."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        if position and rows and self.pages % 2 and self.pages < 2 * MOST_EMPTY_PAGES:
            return [], position
        return super().cut(query, rows, size, position)


@variation("empty-pages")
class EmptyPageFirst(CountedPages):
    """A walk begins with an empty page that has a token."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        if query.next_token is None:
            return [], ()
        return super().cut(query, rows, size, position)


@variation()
class EmptyPageLast(Service):
    """A full page has a token even where nothing remains; the page after it is empty."""

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        jobs, following = super().cut(query, rows, size, position)
        if following is None and len(jobs) == size:
            following = self.position(jobs[-1])
        return jobs, following


# How a walk ends.


@variation("end")
class NullTokenAtTheEnd(Service):
    """The last page says ``"nextToken": null``."""

    def reply(self, page: dict[str, Any]) -> Response:
        return super().reply({"nextToken": None, **page})


@variation("end")
class EmptyTokenAtTheEnd(Service):
    """The last page says ``"nextToken": ""``."""

    def reply(self, page: dict[str, Any]) -> Response:
        return super().reply({"nextToken": "", **page})


# What tokens are like.


@variation("token-form")
class TokensWithReservedCharacters(Service):
    """Every token has ``+``, ``/`` and ``=`` in it, which must be encoded in a URL."""

    def encode_token(self, query: Query, position: Position) -> str:
        return f"{super().encode_token(query, position)}+/="

    def decode_token(self, query: Query, token: str) -> Position | None:
        if not token.endswith("+/="):
            return self.bad_token(token)
        return super().decode_token(query, token.removesuffix("+/="))


@variation("token-form")
class LongTokens(Service):
    """A token has about three thousand characters."""

    def encode_token(self, query: Query, position: Position) -> str:
        return super().encode_token(query, ("." * 2200, *position))

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        return position and position[1:]


@variation("token-form")
class UrlSafeTokens(Service):
    """Tokens are made of letters, digits, ``-`` and ``_``."""

    def encode_token(self, query: Query, position: Position) -> str:
        token = super().encode_token(query, position)
        return urlsafe_b64encode(token.encode()).decode().replace("=", "")

    def decode_token(self, query: Query, token: str) -> Position | None:
        try:
            plain = urlsafe_b64decode(f"{token}{'=' * (-len(token) % 4)}").decode()
        except ValueError:
            return self.bad_token(token)
        return super().decode_token(query, plain)


@variation("token-form")
class JsonTokens(Service):
    """A token is a JSON object with quotes, braces and spaces, as some stores give them."""

    def encode_token(self, query: Query, position: Position) -> str:
        return f'{{"after": "{super().encode_token(query, position)}", "é": "%2B &"}}'

    def decode_token(self, query: Query, token: str) -> Position | None:
        before, _, rest = token.partition('{"after": "')
        inner, _, after = rest.partition('"')
        if before or after != ', "é": "%2B &"}':
            return self.bad_token(token)
        return super().decode_token(query, inner)


@variation("token-life")
class FreshTokens(NumberedTokens):
    """The same place in the same listing gets another token each time."""


@variation("token-life", keeps_conventions=False)
class OneShotTokens(NumberedTokens):
    """A token can be used once. Asking twice is a convention of clients, not in the contract."""

    def __init__(self) -> None:
        super().__init__()
        self.used: set[str] = set()

    def reset(self) -> None:
        super().reset()
        self.used.clear()

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if token in self.used:
            raise invalid_request("Next token has been used.")
        self.used.add(token)
        return position


@variation("token-life", keeps_conventions=False)
class ExpiringTokens(NumberedTokens):
    """A token expires when twenty newer ones have been given."""

    def __init__(self) -> None:
        super().__init__()
        self.living: deque[str] = deque(maxlen=20)

    def reset(self) -> None:
        super().reset()
        self.living.clear()

    def encode_token(self, query: Query, position: Position) -> str:
        token = super().encode_token(query, position)
        self.living.append(token)
        return token

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if token not in self.living:
            raise invalid_request("Next token has expired.")
        return position


@variation(keeps_conventions=False)
class TokensGoOnUnderOtherFilters(Service):
    """A token is a place in the whole listing, and may be used with other filters."""

    def token_binding(self, query: Query) -> dict[str, object]:
        binding = super().token_binding(query)
        return {name: binding[name] for name in ("operation", "account", "region")}
