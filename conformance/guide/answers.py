"""Two servers' answers to the same request, in lines that show how they differ.

What is another one each time (times, tokens, ids of groups and requests) stands under a stable
name; of what both answers have alike, only what is needed to read them is shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..api import FILTERS, ITEM_ID, ITEMS
from ..evidence import Exchange, Page

HEADERS = ("content-type", "x-amzn-errortype", "x-amzn-requestid")
"""What of an answer's head is compared."""

EPOCH = 1_700_000_000
"""What the time at which an example began is written as, in seconds: 2023-11-14T22:13:20Z."""

NEAR = 10 * 24 * 3600
"""Seconds: what is further from the beginning of an example is no time of its jobs."""

STEP = 10
"""Seconds: the time that an example takes is less, and what is wrong with a time is more."""

WHOLE = 12
"""How many jobs of an answer are shown."""

LONGEST = 200
"""How many characters of a body that is not JSON are shown."""

REQUEST_ID = "00000000-0000-0000-0000-000000000000"
TOKEN_GIVEN, TOKEN_CHANGED = "TOKEN", "TOKEN_CHANGED"

ALIKE = 24
"""So many characters of a token are no other one's: the reference server's begin by chance."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TEXT_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d+)?")


@dataclass(frozen=True)
class Answers:
    """Everything that one server was asked while an example was carried out."""

    recorded: Sequence[tuple[str, Exchange]]
    """The region that each request was signed for, and the exchange."""
    names: Mapping[str, str]
    """The names of groups by their ids."""
    began: float
    """Seconds since the epoch."""

    def place(self, exchange: Exchange) -> tuple[object, int]:
        """What was asked, and how often that had been asked before."""
        shapes: list[object] = []
        for region, other in self.recorded:
            shape = self._shape(region, other)
            if other is exchange:
                return shape, shapes.count(shape)
            shapes.append(shape)
        raise ValueError(f"{exchange.request.target} was not recorded")

    def counterpart(self, shape: object, before: int) -> Exchange:
        """The answer to the same request at the same place, or at the last where it was not asked
        as often; raises ``ValueError`` where it was never asked."""
        found = [one for region, one in self.recorded if self._shape(region, one) == shape]
        if not found:
            raise ValueError(f"{shape} was not asked")
        return found[min(before, len(found) - 1)]

    def _shape(self, region: str, exchange: Exchange) -> object:
        request = exchange.request
        asked = tuple((name, self._renamed(value)) for name, value in request.parameters)
        return region, request.method, request.path, asked, request.credentials

    def changed(self, text: str) -> bool:
        """Whether it is a token that was given, apart from a few characters."""
        return text not in self._tokens and any(
            text[:ALIKE] == token[:ALIKE] or text[-ALIKE:] == token[-ALIKE:]
            for token in self._tokens
            if len(text) > ALIKE
        )

    @cached_property
    def _tokens(self) -> frozenset[str]:
        pages = (Page(one) for _, one in self.recorded if one.ok and one.request.lists)
        return frozenset(page.token for page in pages if page.token)

    # --- stable names -------------------------------------------------------------------------

    def _renamed(self, text: str) -> str:
        if text in self._tokens:
            return TOKEN_GIVEN
        if self.changed(text):
            return TOKEN_CHANGED
        for name, id in self.names.items():
            text = text.replace(id, f"ID_OF_{name}")
        text = _UUID.sub(REQUEST_ID, text)
        text = _TEXT_TIME.sub(r"2023-11-14\g<1>22:13:20", text)
        return _NUMBER.sub(lambda found: str(self._time(float(found[0]), found[0])), text)

    def _time(self, value: float, otherwise: Any) -> Any:
        """A time of the example as one of a fixed day, to ten seconds; else what was said."""
        for unit in (1, 1_000, 1_000_000):
            since = value / unit - self.began
            if abs(since) < NEAR:
                return (EPOCH + round(since / STEP) * STEP) * unit
        return otherwise

    def body(self, exchange: Exchange) -> Any:
        """What the answer says, under stable names: JSON, or text where it is none."""
        if exchange.json is None and exchange.body.strip() != b"null":
            return self._renamed(exchange.body.decode("utf-8", "replace"))[:LONGEST].strip()
        return self._stable(exchange.json)

    def _stable(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._stable(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._stable(inner) for inner in value]
        if isinstance(value, str):
            return self._renamed(value)
        return value if isinstance(value, bool) or value is None else self._time(value, value)

    def head(self, exchange: Exchange) -> dict[str, str]:
        """The headers that are compared."""
        return {
            name: self._renamed(exchange.headers[name])
            for name in HEADERS
            if name in exchange.headers
        }


def compared(
    one: Answers, answer: Exchange, other: Answers, counterpart: Exchange
) -> tuple[str, ...]:
    """The lines of an answer beside its counterpart from another server."""
    asked = [name for name in FILTERS if name in dict(answer.request.parameters)]
    said, there = one.body(answer), other.body(counterpart)
    return (
        f"HTTP {answer.status}" if not answer.failure else str(answer),
        *_headers(one.head(answer), other.head(counterpart)),
        *(said.splitlines() if isinstance(said, str) else _json(said, there, asked)),
    )


def _headers(head: Mapping[str, str], other: Mapping[str, str]) -> Iterator[str]:
    for name, value in head.items():
        if other.get(name) != value:
            yield f"{name}: {value}"


def _json(body: Any, other: Any, asked: Sequence[str]) -> Iterator[str]:
    """A JSON body, with a job a line."""
    jobs = body.get(ITEMS) if isinstance(body, dict) else None
    if not isinstance(jobs, list) or not jobs or not all(isinstance(job, dict) for job in jobs):
        yield _compact(body)
        return
    rest = [f'"{name}": {_compact(body[name])}' for name in body if name != ITEMS]
    there = other.get(ITEMS) if isinstance(other, dict) else None
    known = {
        job.get(ITEM_ID): job
        for job in (there if isinstance(there, list) else ())
        if isinstance(job, dict)
    }
    lines = [_compact(_telling(job, known.get(job.get(ITEM_ID)), asked)) for job in jobs]
    if len(lines) > WHOLE:
        lines = [*lines[:2], f"… {len(lines) - 3} more …", lines[-1]]
    yield f'{{"{ITEMS}": ['
    for number, line in enumerate(lines, 1):
        yield f"   {line}" + ("," if number < len(lines) and not line.startswith("…") else "")
    yield "]" + "".join(f", {member}" for member in rest) + "}"


def _telling(
    job: Mapping[str, Any], other: Mapping[str, Any] | None, asked: Sequence[str]
) -> dict[str, Any]:
    """The job's id, what was asked for, and what differs from the same job elsewhere."""
    return {
        name: value
        for name, value in job.items()
        if name in (ITEM_ID, *asked)
        or (other is not None and (name not in other or _differ(other[name], value)))
    }


def _differ(one: Any, other: Any) -> bool:
    return type(one) is not type(other) or one != other


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
