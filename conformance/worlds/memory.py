"""What has been answered in the world that stands: nothing is sent twice there.

While shrinking, most examples ask again what an earlier one asked. A new world, or a change of
the one that stands, ends all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from ..evidence import HELD_AT_MOST, Exchange, Walk
from .walker import Send, weight


class Memory:
    """Answers by query string, and whole walks by what they were made of."""

    def __init__(self, send: Send, forgotten: Callable[[], None]) -> None:
        self._send = send
        self._forgotten = forgotten
        """Called when what was answered holds no longer."""
        self._answers: dict[str, Exchange] = {}
        self._walks: dict[Hashable, Walk] = {}
        self._held = 0

    def ask(self, query: str) -> Exchange:
        """The answer to this query string, sent only the first time."""
        known = self._answers.get(query)
        if known is None:
            known = self._answers[query] = self._send(query)
        return known

    def count(self, exchange: Exchange) -> None:
        """Called with all that is sent: whatever asked for it, somebody may remember it until
        this here is forgotten."""
        self._held += weight(exchange)
        if self._held > HELD_AT_MOST:
            self.forget()

    def once_each(self) -> Send:
        """A way to send for one walk: what that walk asks for a second time is sent again."""
        asked: set[str] = set()

        def send(query: str) -> Exchange:
            if query in asked:
                return self._send(query)
            asked.add(query)
            return self.ask(query)

        return send

    def walk(self, key: Hashable, make: Callable[[], Walk]) -> Walk:
        """The walk under this key, made only the first time."""
        known = self._walks.get(key)
        if known is None:
            known = make()
            self._walks[key] = known
        return known

    def keep(self, key: Hashable, walk: Walk) -> None:
        """Take a walk that was made already for the one under this key."""
        self._walks[key] = walk

    def forget(self) -> None:
        """Drop everything."""
        self._answers.clear()
        self._walks.clear()
        self._held = 0
        self._forgotten()
