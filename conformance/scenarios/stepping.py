"""A walk that goes on by one page at a time, beside something else."""

from __future__ import annotations

import time

from ..evidence import Ending, Exchange, Page, Walk
from ..model import Query
from ..session import Session


class Stepper:
    """A walk that goes on by one page at a time."""

    def __init__(self, session: Session, query: Query, size: int, most: int) -> None:
        self._session = session
        self._query = query
        self._size = size
        self._most = most
        self._pages: list[Page] = []
        self._last: Exchange | None = None
        self.sent: list[float] = []
        """When each page was asked for, by ``time.monotonic``."""

    @property
    def _going_on(self) -> bool:
        if self._last is None:
            return True
        page = self._pages[-1] if self._last.ok else None
        return page is not None and page.token is not None and len(self._pages) < self._most

    def step(self) -> None:
        """Ask for the next page, if there is one."""
        if self._going_on:
            token = self._pages[-1].token if self._pages else None
            self.sent.append(time.monotonic())
            self._last = self._session.page(self._query, self._size, token)
            if self._last.ok:
                self._pages.append(Page(self._last))

    def to_the_end(self) -> Walk:
        """The whole walk, once what is left of it has come."""
        while self._going_on:
            self.step()
        assert self._last is not None
        return Walk(self._query, self._size, tuple(self._pages), self._ending(), self._last)

    def _ending(self) -> Ending:
        assert self._last is not None
        if self._last.failure is not None:
            return Ending.UNANSWERED
        if self._last.server_fault:
            return Ending.SERVER_FAULT
        if not self._last.ok:
            return Ending.REFUSED
        if not self._pages[-1].readable:
            return Ending.UNREADABLE
        return Ending.COMPLETE if self._pages[-1].token is None else Ending.ENDLESS
