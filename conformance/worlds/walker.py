"""A walk through the pages of a listing: the only loop over pages that there is.

It is given a way to send a query string and nothing else: it knows no target, no memory and no
other people's jobs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from weakref import ref

from .. import api
from ..errors import Inconclusive
from ..evidence import HELD_AT_MOST, Ending, Exchange, Page, Walk
from ..model import Query

Send = Callable[[str], Exchange]
"""Sends a listing with this query string, and returns what came of it."""

EXTRA_PAGES = 100
"""How many pages more than jobs a walk may take (some may be empty) before it counts as endless."""

ROUNDS = 3
"""How often the same must come, one after the other, to go on for ever."""

FURTHER_PAGES = 1000
"""The same where others may have jobs there, nobody knows how many: then it was followed far
enough."""

FEW_PAGES, FEWER_PAGES = 10, 50
"""What is left of the two once several walks were given up."""

KEPT = 4 * 1024 * 1024
"""How much is kept of a walk that is given up, in bytes; and what a walk may hold in any case."""

ALIVE_AT_MOST = 3 * HELD_AT_MOST
"""How many bytes all answers may take that somebody holds, before walks are given up sooner."""

TOO_MUCH = f"the answers of one example take more than {ALIVE_AT_MOST} bytes"

SMALL = 16 * 1024
"""Bytes of an answer that need not be counted: it takes thousands of them to matter."""

VALUE = 100
"""About the bytes that a value in a body takes once it is read."""


@dataclass
class Limits:
    """How far the walks on one target are followed: each the less far, the more were given up.

    Where one walk does not end, the next will not, and nothing more is learned of it.
    """

    others: bool = False
    """Whether others may have jobs there."""
    given_up: int = 0
    _alive: dict[ref[Exchange], int] = field(default_factory=dict)
    """The answers that somebody still holds, and how many bytes each of them takes."""

    @property
    def pages(self) -> int:
        """How many pages more than known jobs a walk may take."""
        most, least = (FURTHER_PAGES, FEWER_PAGES) if self.others else (EXTRA_PAGES, FEW_PAGES)
        return max(most >> self.given_up, least)

    @property
    def room(self) -> int:
        """How many bytes a walk may hold."""
        return max(KEPT, min(HELD_AT_MOST >> self.given_up, ALIVE_AT_MOST - self._held))

    @property
    def _held(self) -> int:
        return sum(list(self._alive.values()))  # A list: threads ask at the same time.

    def hold(self, exchange: Exchange) -> None:
        """Count the answer as long as somebody holds it; raises ``Inconclusive`` where all of them
        take too much."""
        size = weight(exchange)
        if size > SMALL:
            self._alive[ref(exchange, self._alive.pop)] = size
            if self._held > ALIVE_AT_MOST + HELD_AT_MOST:
                raise Inconclusive(TOO_MUCH)


class Walker:
    """One walk, which goes on by a page at a time or to its end.

    Page sizes come in turn, and the last one stays. ``jobs`` is how many are known to be there:
    a walk of many more pages than these or than it lists does not end. One that is ``patient``
    ends by their number alone, and not where a page comes again: where others walk at once, that
    may be their doing. One that lists ever more is given up, and says nothing of where it leads.
    """

    def __init__(
        self,
        send: Send,
        query: Query,
        filters: str,
        sizes: Sequence[int | None],
        jobs: int,
        patient: bool = False,
        limits: Limits | None = None,
        order: str | None = None,
    ) -> None:
        self._send, self._query, self._filters = send, query, filters
        self._sizes, self._jobs, self._patient = tuple(sizes), jobs, patient
        self._limits, self._order = limits or Limits(), order
        self.pages: list[Page] = []
        self.sent: list[float] = []
        """When each page was asked for, by ``time.monotonic``."""
        self._ending: Ending | None = None
        self._last: Exchange | None = None
        self._token: str | None = None
        self._led_to: dict[str, tuple[str, ...]] = {}
        self._listed: set[str] = set()
        self._filled: list[tuple[str, ...]] = []
        """What the pages held that held anything."""
        self._stuck = 0
        """How often in a row a token led to an empty page and to itself."""
        self._held = 0
        self._gave_up: str | None = None

    @property
    def goes_on(self) -> bool:
        """Whether there is a next page to ask for."""
        return self._ending is None

    def step(self) -> None:
        """Ask for the next page, if there is one."""
        if self._ending is not None:
            return
        size = self._sizes[min(len(self.pages), len(self._sizes) - 1)]
        self.sent.append(time.monotonic())
        query = api.page_query(self._filters, size, self._token, self._order)
        exchange = self._last = self._send(query)
        self._held += weight(exchange)
        self._ending = _broken_off(exchange) or self._turned(Page(exchange)) or self._given_up()

    def to_the_end(self) -> Walk:
        """The whole walk, once what is left of it has come."""
        while self.goes_on:
            self.step()
        assert self._ending is not None
        assert self._last is not None
        page_size = self._sizes[0] if len(self._sizes) == 1 else None
        pages = tuple(self.pages)
        return Walk(self._query, page_size, pages, self._ending, self._last, self._gave_up)

    def _turned(self, page: Page) -> Ending | None:
        """Take the page; how the walk ends with it, if it does."""
        led_to, token = self._led_to, self._token
        self.pages.append(page)
        self._listed.update(page.ids)
        if page.ids:
            self._filled.append(page.ids)
        if not page.readable:
            return Ending.UNREADABLE
        if page.token is None:
            return Ending.COMPLETE
        # A token that came before tells nothing yet: only the answer shows whether it is stuck.
        # An empty page never does: some may come before one that is not. But a token that leads
        # to nothing but itself, again and again, leads nowhere.
        self._stuck = self._stuck + 1 if page.token == token and not page.ids else 0
        if self._stuck >= ROUNDS and not self._patient:
            return Ending.ENDLESS
        if page.ids and not self._patient:
            if token is not None and led_to.get(token) == page.ids:
                return Ending.ENDLESS
            # Of a listing in no order, pages may be alike by chance; that ends when all came.
            if len(self.pages) > self._jobs and _goes_round(self._filled):
                return Ending.ENDLESS
        if len(self.pages) > max(self._jobs, len(self._listed)) + EXTRA_PAGES:
            return Ending.ENDLESS
        if token is not None:
            led_to[token] = page.ids
        self._token = page.token
        return None

    def _given_up(self) -> Ending | None:
        """How the walk ends where it is not followed any further, if it is not."""
        limits, count = self._limits, len(self.pages)
        if self._held > KEPT and self._held > limits.room:
            ending, self._gave_up = Ending.TOO_LARGE, "the pages of a walk are too large to be held"
        elif len(self._listed) > self._jobs and count > self._jobs + limits.pages:
            ending, self._gave_up = Ending.TOO_LONG, f"a walk did not end within {count} pages"
        else:
            return None
        limits.given_up += 1
        self._keep_the_first()
        return ending

    def _keep_the_first(self) -> None:
        """Drop all pages but the first ones: the same, however far the walk was followed."""
        kept = held = 0
        for page in self.pages[: self._jobs + FEW_PAGES]:
            held += weight(page.exchange)
            if kept and held > KEPT:
                break
            kept += 1
        del self.pages[kept:], self.sent[kept:]
        self._last = self.pages[-1].exchange


def _goes_round(pages: Sequence[tuple[str, ...]]) -> bool:
    """Whether the last of these pages are the same ones three times over, in turn.

    What comes again once may be a mistake at one place; three rounds of it do not end.
    """
    count, last = len(pages), pages[-1]
    return any(
        pages[-1 - round] == last
        and pages[-round:] == pages[-2 * round : -round] == pages[-3 * round : -2 * round]
        for round in range(1, count // ROUNDS + 1)
    )


def weight(exchange: Exchange) -> int:
    """The bytes that an answer takes: most of them come when it is read."""
    length = len(exchange.body)
    return length + max(length, VALUE * exchange.body.count(b","))


def _broken_off(exchange: Exchange) -> Ending | None:
    if exchange.failure is not None:
        return Ending.UNANSWERED
    if exchange.server_fault:
        return Ending.SERVER_FAULT
    return None if exchange.ok else Ending.REFUSED
