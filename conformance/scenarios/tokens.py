"""Using tokens again, in other pages, under other filters, and many of them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from hypothesis import strategies as st

from listjobs_conformance.strategies import invalid, queries, request_space
from listjobs_conformance.strategies.queries import Ask

from ..api import WIDEST, query_string
from ..contract.evidence_kinds import (
    Answer,
    Filtered,
    Invalid,
    Paged,
    Refiltered,
    Replayed,
    Resized,
    Tampered,
    Tokens,
    Walked,
)
from ..contract.requirement import Violation
from ..evidence import Evidence, Exchange, Page
from ..model import Population, Query
from ..worlds.session import Session
from .controls import filtered, invalid_request
from .listing import from_below, simpler_listing
from .scenario import Plan, Scenario, Source


@dataclass(frozen=True, slots=True)
class TokenUse:
    """What to do with tokens: ``replay``, ``resize`` or ``refilter``."""

    what: str
    ask: Ask
    other: Ask
    """Its split is the second page size; its query the filters that a token is taken to."""


def use_tokens(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Use a token twice, with another page size, or under other filters."""
    use: TokenUse = plan.action
    world = session.world(plan.population)
    query = session.local(use.ask.query)
    widest = session.widest(query)
    size = session.page_size(use.ask.split, widest)
    paged = Paged(world, widest, session.walk(query, (size,)))
    token = paged.walk.pages[0].token if paged.walk.pages else None
    if token is None:
        return
    filters = session.filters(query)
    if use.what == "replay":
        # The first pages may be empty: a token that leads to jobs tells more.
        leading = (page.token for page, to in pairwise(paged.walk.pages) if to.ids and page.token)
        again = _with_token(filters, size, next(leading, token))
        yield Replayed(world, token, paged, session.ask(again), session.send(again))
    elif use.what == "resize":
        second = session.page_size(use.other.split, widest)
        if second != size:
            steady = (paged, Paged(world, widest, session.walk(query, (second,))))
            yield Resized(world, (size, second), session.walk(query, (size, second)), steady)
    else:
        other = session.local(use.other.query)
        if other == query:
            return
        exchange = session.ask(_with_token(session.filters(other), size, token))
        controls = [filtered(session, world, q) for q in (query, other) if q.filters]
        garbage = invalid_request(session, world, invalid.GARBAGE)
        yield Refiltered(world, exchange, query, other, paged, tuple(controls), garbage)


def _with_token(filters: str, size: int, token: str) -> str:
    page = query_string([("maxResults", str(size)), ("nextToken", token)])
    return f"{filters}&{page}" if filters else page


TOKEN_USES = ("replay", "resize", "refilter")


def _token_plans(source: Source) -> st.SearchStrategy[Plan]:
    return st.tuples(source.drawn, st.sampled_from(TOKEN_USES), queries.DRAWN, queries.DRAWN).map(
        lambda d: Plan(d[0], TokenUse(d[1], queries.asks(d[0], d[2]), queries.asks(d[0], d[3])))
    )


def _token_fixed(source: Source) -> Iterator[Plan]:
    population = source.covering
    status = Ask(Query(status="IN_PROGRESS"), 0)
    # The sizes of pages that make walks of three to six: each page is a request.
    asks = (Ask(Query(), 4), Ask(Query(), 7), replace(status, split=2))
    for ask in (*asks, Ask(Query(), 5), replace(status, split=3)):
        yield Plan(population, TokenUse("replay", ask, ask))
    for ask in asks:
        for split in (7, 4, 2)[: 2 if source.brief else 3]:
            yield Plan(population, TokenUse("resize", ask, replace(ask, split=split)))
    yield Plan(population, TokenUse("refilter", Ask(Query()), status))
    for name in queries.ATTRIBUTES:
        values = queries.values_of(population, name)
        for turn, (value, other) in enumerate(pairwise(values)):
            given = Ask(Query(**{name: value}), 0)
            yield Plan(population, TokenUse("refilter", given, Ask(Query(**{name: other}))))
            if not turn:
                yield Plan(population, TokenUse("refilter", given, Ask(Query())))
            if source.brief:
                break


def _smallest_tokens(plan: Plan, violation: Violation) -> Iterator[Plan]:
    use: TokenUse = plan.action
    # A token comes where there is a second page.
    for population, asks in from_below(plan.population, (use.ask, use.other), violation, least=2):
        yield Plan(population, TokenUse(use.what, *asks))


def _simpler_tokens(plan: Plan) -> Iterator[Plan]:
    use: TokenUse = plan.action
    for part in simpler_listing(Plan(plan.population, (use.ask, use.other))):
        if len(part.action) == 2:
            yield Plan(part.population, TokenUse(use.what, *part.action))


SOME_TOKENS, SOME_IN_BRIEF = 60, 12
"""Enough for some that hold a plus and some that do not, whatever their length; in brief, if they
are long."""


def use_many_tokens(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Use the token of each of many first pages once."""
    world = session.world(plan.population)
    uses: list[tuple[str, Exchange]] = []
    for ask in plan.action:
        filters = session.filters(session.local(ask.query))
        size = 1 + ask.split
        first = session.send(f"{filters}&maxResults={size}" if filters else f"maxResults={size}")
        token = Page(first).token if first.ok else None
        if token is not None:
            uses.append((token, session.send(_with_token(filters, size, token))))
    yield Tokens(world, tuple(uses))


def _first_pages(population: Population) -> Iterator[Ask]:
    """First pages that others follow: of one job, and of two."""
    single = [filters for filters in request_space.FILTERS if len(filters) < 2]
    listed = [one for f in single for one in request_space.queries_of(population, f) if one[0] > 2]
    yield from (Ask(query, split) for split in (0, 1) for _, query in listed)


def _many_tokens(source: Source) -> Iterator[Plan]:
    asks = islice(_first_pages(source.covering), SOME_IN_BRIEF if source.brief else SOME_TOKENS)
    yield Plan(source.covering, tuple(asks))


HOWS = ("cut short", "extended", "changed in one character", "decoded and changed")
"""What is done to a token."""


def tampered_with(token: str, how: str) -> str:
    """The token, changed. Every way gives another text."""
    middle = len(token) // 2
    if how == "cut short":
        return token[:-1] if len(token) > 1 else token + "A"
    if how == "extended":
        return token + "AAAA"
    if how == "decoded and changed":
        try:
            raw = bytearray(base64.b64decode(token + "=" * (-len(token) % 4), validate=True))
        except ValueError:
            raw = bytearray()
        if raw:
            raw[len(raw) // 2] ^= 1
            return base64.b64encode(bytes(raw)).decode()
    other = "B" if token[middle] == "A" else "A"
    return token[:middle] + other + token[middle + 1 :]


def tamper(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Use tokens that were tampered with."""
    ask, how = plan.action
    world = session.world(plan.population)
    query = session.local(ask.query)
    widest = session.widest(query)
    size = session.page_size(ask.split, widest)
    paged = Paged(world, widest, session.walk(query, (size,)))
    token = paged.walk.pages[0].token if paged.walk.pages else None
    if token is None:
        return
    garbage = invalid_request(session, world, invalid.GARBAGE)
    singles = (filtered(session, world, query),) if query.filters else ()
    # In the largest pages: whatever a changed token leads to is there to be seen.
    exchange = session.ask(_with_token(session.filters(query), WIDEST, tampered_with(token, how)))
    yield Tampered(world, how, exchange, widest, (paged, garbage, *singles))


def _tamper_fixed(source: Source) -> Iterator[Plan]:
    for how in HOWS:
        for query in (Query(status="IN_PROGRESS"), Query(target_selection="SNAPSHOT"), Query()):
            yield Plan(source.covering, (Ask(query, 5), how))


def _smallest_tampering(plan: Plan, violation: Violation) -> Iterator[Plan]:
    ask, how = plan.action
    for population, (plain,) in from_below(plan.population, (ask,), violation, least=2):
        yield Plan(population, (plain, how))


def _simpler_tampering(plan: Plan) -> Iterator[Plan]:
    ask, how = plan.action
    for part in simpler_listing(Plan(plan.population, (ask,))):
        if len(part.action) == 1:
            yield Plan(part.population, (part.action[0], how))


TAMPERING = Scenario(
    "tampering",
    "using tokens that were tampered with",
    tamper,
    _tamper_fixed,
    gives=(Tampered, Filtered, Invalid, Paged, Walked, Answer),
    action=tuple[Ask, str],
    smallest=_smallest_tampering,
    simpler=_simpler_tampering,
    weight=lambda action: queries.weight((action[0],)),
)

TOKENS = Scenario(
    "tokens",
    "using tokens again, in other pages and under other filters",
    use_tokens,
    _token_fixed,
    _token_plans,
    gives=(Refiltered, Replayed, Resized, Filtered, Invalid, Paged, Walked, Answer),
    action=TokenUse,
    share=0.12,
    smallest=_smallest_tokens,
    simpler=_simpler_tokens,
    weight=lambda use: queries.weight((use.ask, use.other)),
)

MANY_TOKENS = Scenario(
    "many-tokens",
    "using the tokens of many listings",
    use_many_tokens,
    _many_tokens,
    gives=(Tokens, Answer),
    action=tuple[Ask, ...],
)
