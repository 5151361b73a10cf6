"""Stable names for what differs from run to run: prefixes, group ids, tokens.

Whatever leaves a run, in a report or in a case, goes through here: the same seed then gives the
same text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from ..api import TOKEN, query_string
from ..evidence import Exchange, Page, Request

MOST_TEXT = 4000
"""How many characters of a text that holds words of the target's are written down."""

SHORTEST = 4
"""A shorter text is not looked for within others: it would be found by chance."""


@dataclass
class Aliases:
    """The stable names of one example."""

    texts: dict[str, str] = field(default_factory=dict)
    """What is replaced wherever it stands, by what stands for it."""
    tokens: dict[str, str] = field(default_factory=dict)
    """The tokens that were given: known by themselves, however short."""
    numbered: re.Pattern[str] | None = None
    """What the names of jobs begin with that were made beside a world that stands."""

    @classmethod
    def of(
        cls,
        prefix: str,
        groups: Mapping[str, str],
        shown: Sequence[Exchange],
        numbered: bool = False,
    ) -> Aliases:
        """Of an example that shows these exchanges; ``numbered`` says that what it made begins
        with a number behind the prefix."""
        texts: dict[str, str] = {}
        tokens: dict[str, str] = {}
        for number, exchange in enumerate(shown, 1):
            token = Page(exchange).token if exchange.ok else None
            if token is not None:
                alias = f"TOKEN_OF_ANSWER_{number}"
                tokens.setdefault(token, alias)
                texts.setdefault(query_string([("", token)])[1:], alias)
                texts.setdefault(token, alias)
        for name, id in groups.items():
            texts[id] = f"ID_OF_{name}"
        if prefix:
            texts[prefix] = ""
        made = re.compile(re.escape(prefix) + r"\d+-") if prefix and numbered else None
        return cls(texts, tokens, made)

    def __call__(self, text: str) -> str:
        """The text under stable names."""
        if self.numbered is not None:
            text = self.numbered.sub("", text)
        # The longest first: a short token may be part of a long one.
        for real in sorted(self.texts, key=len, reverse=True):
            if len(real) >= SHORTEST:
                text = text.replace(real, self.texts[real])
        # An id or an error message may be as long as a body.
        return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "…"

    def target(self, request: Request) -> str:
        """Path and query; a token is known whatever its length, where it stands for itself."""
        path = self(request.path)
        if not request.query:
            return path
        return path + "?" + "&".join(map(self._parameter, request.query.split("&")))

    def token(self, token: str) -> str | None:
        """What stands for a token that was given."""
        return self.tokens.get(token)

    def _parameter(self, written: str) -> str:
        name, _, value = written.partition("=")
        alias = self.tokens.get(unquote(value)) if name == TOKEN else None
        return self(written) if alias is None else f"{name}={alias}"
