"""Whether a violation counts: it is carried out once more, from scratch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .contract import CATALOGUE, Violation
from .contract.parts import (
    Answer,
    Filtered,
    Invalid,
    Listing,
    Part,
    Refiltered,
    Tampered,
    Unauthorised,
    Unknown,
    Walked,
    flatten,
)
from .evidence import Exchange, Page, Request
from .outcome import Found, Kind
from .session import Inconclusive
from .trials import Trials

QUIET_TRIES = 3
"""How often an example is carried out again until nobody else writes meanwhile."""

SURE = 3
"""How often what only a comparison shows must show again."""

PROVING = frozenset(
    {Answer, Filtered, Invalid, Listing, Refiltered, Tampered, Unauthorised, Unknown, Walked}
)
"""Evidence of which one answer may show by itself that something is wrong."""


class Doubtful(Exception):
    """A violation was seen that says nothing of the target; the text says why."""


def confirmed(trials: Trials, kind: Kind, smallest: Found) -> Found:
    """Carry the smallest example out again; raises :class:`Doubtful` where it says nothing.

    Where others may write to the target, it counts only while they do not: what a walk misses
    may be their doing. Where the target changes its answers, it counts only if one of them
    proves it.
    """
    again = _repeated(trials, kind, smallest)
    # What an example makes beside a world that stands was announced: once more, no oftener.
    once = smallest.scenario.adds and not trials.session.exclusive
    if again.repeats and not once and not _proven(kind, smallest):
        for _ in range(SURE - 1):
            again = _repeated(trials, kind, again)
    return again


def _repeated(trials: Trials, kind: Kind, found: Found) -> Found:
    session = trials.session
    for _ in range(1 if session.exclusive or found.scenario.adds else QUIET_TRIES):
        session.forget_world()
        session.watch()
        parts, again = _again(trials, kind, found)
        quiet = session.undisturbed()
        if quiet or (again is not None and not _could_be_others(trials, kind, found)):
            if again is not None:
                return again
            if session.alone:
                if not _proven(kind, found):
                    raise Doubtful(_changed(found.violation, parts))
                return replace(found, repeats=False)
            break
    raise Doubtful(
        "not seen again while nobody else wrote to the target: " + found.violation.message
    )


def _again(trials: Trials, kind: Kind, found: Found) -> tuple[tuple[Part, ...], Found | None]:
    try:
        trial = trials.carry_out(found.unit, found.plan)
    except Inconclusive:
        return (), None
    return trial.parts, trial.found.get(kind)


def _could_be_others(trials: Trials, kind: Kind, found: Found) -> bool:
    """Whether somebody else's writes could make a target look as if it broke this."""
    session = trials.session
    unsure = session.survey is not None or session.large
    return CATALOGUE[kind.id].undisturbed or (bool(found.violation.jobs) and unsure)


def _proven(kind: Kind, found: Found) -> bool:
    """Whether the history shows it, even if it will not repeat.

    A job that is missing from an answer proves nothing on a target that changes its answers, nor
    does an answer that differs from another one. An error does, and what threads were told.
    """
    answer = found.violation.decisive
    if found.scenario.by_chance or (answer.failure is None and not answer.ok):
        return True
    lost = any(job.fault == "lost" for job in found.violation.jobs)
    return PROVING.issuperset(CATALOGUE[kind.id].kinds) and not lost


def _changed(violation: Violation, parts: Iterable[Part]) -> str:
    """In which two ways the target answered the same request, where that can be told."""
    now = _first_pages(
        part.exchange for outer in parts for part in flatten(outer) if isinstance(part, Answer)
    )
    for request, exchange in _first_pages(violation.shown).items():
        if request in now and _gist(exchange) != _gist(now[request]):
            return (
                f"the same request was answered in two ways: {request.target}: "
                f"{_in_words(exchange)}; and later {_in_words(now[request])}"
            )
    return f"not seen when the same was done again: {violation.message}"


def _first_pages(exchanges: Iterable[Exchange]) -> Mapping[Request, Exchange]:
    """The listings that depend on no token, by their requests."""
    return {e.request: e for e in exchanges if "nextToken" not in e.request.query}


def _gist(exchange: Exchange) -> tuple[object, ...]:
    """What does not differ between two answers that say the same in another order."""
    return exchange.status, exchange.error_type, frozenset(Page(exchange).ids)


def _in_words(exchange: Exchange) -> str:
    if not exchange.ok:
        return str(exchange)
    ids = Page(exchange).ids
    return ", ".join(ids[:8]) + (", …" if len(ids) > 8 else "") if ids else "no job"
