"""What was sent to a target and what came back, frozen.

Evidence is recorded by scenarios and judged by checks. It holds no judgement itself, with one
exception: how a walk ended, because that decides whether the next page is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property, lru_cache
from itertools import count
from operator import itemgetter
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import orjson

from . import api
from .model import Query


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request before it is signed. ``query`` is the query string as it goes out."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    service: str = "iot"
    credentials: str = ""
    """What is wrong with the credentials that it is signed with, if anything."""

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The decoded query parameters, repeated ones included."""
        return list(_parameters(self.query))

    @property
    def target(self) -> str:
        """Path and query string, as in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def lists(self) -> bool:
        """Whether it is a listing."""
        return api.lists(self.method, self.path)

    @property
    def selection(self) -> frozenset[tuple[str, str]]:
        """What of all there is it asks for: its parameters apart from those of paging."""
        paging = (api.TOKEN, api.PAGE_SIZE)
        return frozenset(one for one in self.parameters if one[0] not in paging)

    @property
    def strange(self) -> bool:
        """Whether it has a parameter that the operation does not: what comes of that is not known,
        except that the server does not fail."""
        return any(name not in api.PARAMETERS for name, _ in self.parameters)

    @property
    def resumes(self) -> bool:
        """Whether it goes on where a token says: what it gets depends on an earlier answer."""
        return self.lists and any(name == api.TOKEN for name, _ in self.parameters)


@lru_cache(maxsize=4096)
def _parameters(query: str) -> tuple[tuple[str, str], ...]:
    """Many checks look at the parameters of the same request."""
    return tuple(parse_qsl(query, keep_blank_values=True))


def listing(query: str = "") -> Request:
    """The request for a listing with this query string."""
    return Request(api.METHOD, api.PATH, query)


@dataclass(frozen=True, eq=False)
class Exchange:
    """One request and its answer as it came, or the reason why none came.

    ``status`` is 0 and ``failure`` says why where no complete answer arrived.
    Header names are in lower case. ``seconds`` is the time from sending to the last byte.
    """

    request: Request
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0
    failure: str | None = None
    number: int = field(default_factory=count(1).__next__)
    """The later it came, the higher: of what one process recorded."""

    @cached_property
    def document(self) -> Any:
        """The body as JSON; raises ``ValueError`` where it is not JSON (RFC 8259, UTF-8)."""
        return orjson.loads(self.body)

    @cached_property
    def json(self) -> Any:
        """The body as JSON, or ``None`` where it is not JSON."""
        try:
            return self.document
        except ValueError:
            return None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the request was answered with an error of the client's."""
        return 400 <= self.status < 500

    @property
    def server_fault(self) -> bool:
        return self.status >= 500

    @cached_property
    def error_type(self) -> str | None:
        """The error's type as a restJson1 client finds it: header, ``__type`` or ``code``.

        What follows a colon and what precedes a hash is not part of it (Smithy, restJson1).
        """
        body = self.json if isinstance(self.json, dict) else {}
        for found in (self.headers.get("x-amzn-errortype"), body.get("__type"), body.get("code")):
            if isinstance(found, str) and found:
                return found.split(":", 1)[0].rsplit("#", 1)[-1].strip() or None
        return None

    @property
    def error_message(self) -> str | None:
        """The error's text, under ``message`` or ``Message``."""
        body = self.json
        if isinstance(body, dict):
            for name in ("message", "Message"):
                if isinstance(body.get(name), str):
                    return str(body[name])
        return None

    def __str__(self) -> str:
        """The answer in a few words."""
        if self.failure:
            return self.failure
        if self.ok:
            return f"HTTP {self.status}"
        return f"HTTP {self.status} {self.error_type or self._said}"

    @property
    def _said(self) -> str:
        """What the body says; of a page for people nothing more than that it is one."""
        page = self.body[:200].lstrip().lower().startswith((b"<!doctype html", b"<html"))
        return "(a page of HTML)" if page else start_of(self.body)


def start_of(body: bytes, length: int = 120) -> str:
    """The start of a body as one printable line, and how long it is where that is not all."""
    text = body[: length * 4].decode("utf-8", "replace").strip()
    line = " ".join(text.split())
    shown = json.dumps(line[:length], ensure_ascii=True)[1:-1].replace('\\"', '"')
    if len(line) <= length:
        return shown or "(empty body)"
    return f"{shown} [of {len(body):,} bytes]"


SOME = 8
"""How many ids of a page are named in a sentence."""


@dataclass(frozen=True, eq=False)
class Page:
    """A successful answer of ListJobs, read as far as it can be read."""

    exchange: Exchange

    @cached_property
    def readable(self) -> bool:
        """Whether the body is an object whose ``jobs`` can be walked through."""
        body = self.exchange.json
        if not isinstance(body, dict):
            return False
        jobs = body.get(api.ITEMS)
        token = body.get(api.TOKEN)
        return (jobs is None or isinstance(jobs, list)) and (
            token is None or isinstance(token, str)
        )

    @cached_property
    def summaries(self) -> tuple[Mapping[str, Any], ...]:
        """The job summaries that are objects with a textual ``jobId``."""
        if not self.readable:
            return ()
        jobs = self.exchange.json.get(api.ITEMS) or ()
        return tuple([s for s in jobs if type(s) is dict and type(s.get(api.ITEM_ID)) is str])

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The job ids in the order of the page."""
        return tuple(map(itemgetter(api.ITEM_ID), self.summaries))

    @property
    def listed(self) -> str:
        """The first ids in words, or that there is none."""
        more = f" and {len(self.ids) - SOME} more" if len(self.ids) > SOME else ""
        return ", ".join(self.ids[:SOME]) + more if self.ids else "no job"

    def column(self, member: str) -> list[Any]:
        """One member of every summary, in the order of the page; ``None`` where it is absent."""
        known = self._columns.get(member)
        if known is None:
            try:
                known = list(map(itemgetter(member), self.summaries))
            except KeyError:
                known = [summary.get(member) for summary in self.summaries]
            self._columns[member] = known
        return known

    @cached_property
    def _columns(self) -> dict[str, list[Any]]:
        return {}

    @cached_property
    def token(self) -> str | None:
        """The token for the next page. Absent, null and empty all mean that there is none."""
        return (self.exchange.json.get(api.TOKEN) or None) if self.readable else None


HELD_AT_MOST = 64 * 1024 * 1024
"""How much evidence is remembered, in bytes, and how much one walk may hold at most."""


class Ending(Enum):
    """How a walk through pages ended."""

    COMPLETE = "no token came with the last page"
    ENDLESS = "the walk does not end"
    REFUSED = "a page was refused"
    SERVER_FAULT = "the server failed"
    UNREADABLE = "a body could not be read"
    UNANSWERED = "no answer came"
    TOO_LARGE = "its pages are larger than can be held"
    TOO_LONG = "it lists more and more"


@dataclass(frozen=True, eq=False)
class Walk:
    """All pages of one listing, from the first to the last that came."""

    query: Query
    page_size: int | None
    pages: tuple[Page, ...]
    ending: Ending
    last: Exchange
    """The last exchange: of the last page, or of what came instead of one."""
    gave_up: str | None = None
    """Why it was not followed to its end, where it was not: these are its first pages."""

    @property
    def untold(self) -> str | None:
        """Why it does not say what there is to list, where nothing is wrong with that."""
        return self.last.failure or self.gave_up

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Job ids in the order they came, repetitions included."""
        return tuple([job_id for page in self.pages for job_id in page.ids])

    @cached_property
    def id_set(self) -> frozenset[str]:
        return frozenset(self.ids)

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        pages = tuple(page.exchange for page in self.pages)
        return pages if pages and pages[-1] is self.last else (*pages, self.last)

    @cached_property
    def filled(self) -> int:
        """How many pages held a job."""
        return sum(1 for page in self.pages if page.ids)

    @property
    def whole(self) -> bool:
        """Whether everything came on one page, which no boundary can spoil."""
        return self.ending is Ending.COMPLETE and len(self.pages) == 1

    @property
    def broken_off(self) -> bool:
        """Whether a later page was refused: what the walk misses then is that page's fault."""
        return self.ending is Ending.REFUSED and bool(self.pages)

    def page_of(self, job_id: str) -> int | None:
        """The number of the first page that has the job, from 1."""
        return self._first_pages.get(job_id)

    @cached_property
    def _first_pages(self) -> dict[str, int]:
        first: dict[str, int] = {}
        for number, page in enumerate(self.pages, 1):
            for job_id in page.ids:
                first.setdefault(job_id, number)
        return first

    def page_after(self, order: tuple[str, ...], job_id: str) -> int:
        """The page on which a missing job's neighbour in ``order`` stood: where it was lost."""
        before = order[: order.index(job_id)] if job_id in order else ()
        for neighbour in reversed(before):
            number = self.page_of(neighbour)
            if number is not None:
                return number
        return 1


class Evidence:
    """A piece of what was recorded, which one kind of check is about. It may hold others.

    Each kind is a class of its own and says of itself what the engine asks of every kind:

    ``proves``
        Whether one recorded instance can show by itself that something is wrong; otherwise a
        violation rests on a comparison, and must show again.
    ``writes``
        Whether it takes jobs that are made for it beside a world which stands for the whole run:
        what may be made there is announced before.
    """

    proves: ClassVar[bool]
    writes: ClassVar[bool]

    def __init_subclass__(cls, *, proves: bool, writes: bool) -> None:
        cls.proves, cls.writes = proves, writes

    @property
    def within(self) -> tuple[Evidence, ...]:
        """The evidence that it is made of: what a check presupposes is judged there first."""
        return ()

    @property
    def identity(self) -> int:
        """The same for all evidence about the same recorded thing."""
        return id(self)

    @property
    def answers(self) -> Iterator[Exchange]:
        """The answers to valid requests that it is about itself, not within."""
        return iter(())

    @property
    def coverage(self) -> Iterator[tuple[str, str]]:
        """What of the input space it covers, for the report: a combination, and how."""
        return iter(())

    def unanswered(self, within: str | None) -> str | None:
        """Why it tells nothing for want of an answer; ``within`` is why its parts do not."""
        return within


def flatten(evidence: Evidence) -> Iterator[Evidence]:
    """The evidence and everything within it, outermost first."""
    yield evidence
    for inner in evidence.within:
        yield from flatten(inner)
