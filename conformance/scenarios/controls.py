"""Evidence that scenarios record beside their own, to clear other requirements of suspicion."""

from __future__ import annotations

from listjobs_conformance.strategies import invalid

from ..api import query_string
from ..contract.evidence_kinds import Answer, Filtered, Invalid
from ..evidence import Evidence, Page, Walk
from ..model import Query, World, combinations
from ..worlds.session import Session


def filtered(
    session: Session, world: World, query: Query, others: tuple[Walk, ...] = ()
) -> Filtered:
    """The widest walk of the query, with the filters alone beside it where it has several."""
    baseline = session.widest(Query())
    singles = combinations(query) if len(query.filters) > 1 else ()
    return Filtered(
        world,
        baseline,
        session.widest(query),
        tuple(Filtered(world, baseline, session.widest(one)) for one in singles),
        others,
    )


def invalid_request(session: Session, world: World, mistake: invalid.Mistake) -> Invalid:
    """The answer to one invalid request, beside that to a valid one."""
    valid = session.ask("")
    controls: tuple[Evidence, ...] = (Answer(world, valid, Page(valid) if valid.ok else None),)
    if mistake.kind == "max-results-not-integer" and mistake.value.isdigit():
        # Too many digits for an integer are also too much.
        controls += (invalid_request(session, world, invalid.TOO_MUCH),)
    exchange = session.ask(query_string([(mistake.parameter, mistake.value)]))
    return Invalid(
        mistake.parameter, mistake.value, mistake.kind, mistake.plausible, exchange, controls
    )
