"""Evidence that scenarios record beside their own, to clear other requirements of suspicion."""

from __future__ import annotations

from listjobs_conformance.strategies import invalid

from ..api import PAGE_SIZE, TOKEN, WIDEST, page_query, query_string
from ..contract.evidence_kinds import Answer, Filtered, Invalid
from ..evidence import Evidence, Page, Walk
from ..model import Query, World, combinations
from ..worlds.session import Session


def filtered(
    session: Session,
    world: World,
    query: Query,
    others: tuple[Walk, ...] = (),
    order: str | None = None,
) -> Filtered:
    """The widest walk of the query, with the filters alone beside it where it has several."""
    baseline = session.widest(Query())
    singles = combinations(query) if len(query.filters) > 1 else ()
    return Filtered(
        world,
        baseline,
        session.walk(query, (WIDEST,), order),
        tuple(Filtered(world, baseline, session.widest(one)) for one in singles),
        others,
    )


def invalid_request(session: Session, world: World, mistake: invalid.Mistake) -> Invalid:
    """The answer to one invalid request, beside that to the same without the mistake."""
    beside = mistake.beside or invalid.Beside()
    around = _around(session, beside)
    # Whether a parameter that nobody knows is valid is not known either.
    valid = session.ask("" if beside.unknown else "&".join(around))
    controls: tuple[Evidence, ...] = (Answer(world, valid, Page(valid) if valid.ok else None),)
    if mistake.kind == "max-results-not-integer" and mistake.value.isdigit():
        # Too many digits for an integer are also too much.
        controls += (invalid_request(session, world, invalid.TOO_MUCH),)
    parts = [*around]
    if beside.other is not None:
        other = invalid.plainest(beside.other)
        controls += (invalid_request(session, world, other),)
        parts.append(query_string([(other.parameter, other.value)]))
    wrong = query_string([(mistake.parameter, mistake.value)])
    exchange = session.ask("&".join([wrong, *parts] if beside.first else [*parts, wrong]))
    return Invalid(
        mistake.parameter,
        mistake.value,
        mistake.kind,
        mistake.plausible,
        exchange,
        controls,
        beside.other,
    )


def _around(session: Session, beside: invalid.Beside) -> list[str]:
    """What the request holds that is valid."""
    filters = session.filters(session.local(beside.query))
    parts = [filters] if filters else []
    if beside.size is not None:
        parts.append(query_string([(PAGE_SIZE, str(beside.size))]))
    if beside.token:
        # A token of its own: a walk that remembered this page would go on with a used one.
        first = session.send(page_query(filters, 1, None))
        token = Page(first).token if first.ok else None
        parts += [query_string([(TOKEN, token)])] if token is not None else []
    if beside.unknown:
        parts.append(query_string([invalid.UNKNOWN]))
    return parts
