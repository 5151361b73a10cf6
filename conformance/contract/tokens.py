"""``pagination/``: what tokens may be used for besides the next page.

Used again, with another page size, changed, or under other filters.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..evidence import Exchange, Page
from .evidence_kinds import Refiltered, Replayed, Resized, Tampered
from .job_faults import at, names
from .listing import EACH_FILTER
from .pagination import STEADY
from .requirement import (
    CONVENTION,
    DOCUMENTED,
    Exercised,
    Finding,
    JobFault,
    Violation,
    requirement,
)


@requirement(
    "pagination/token-replay",
    level=CONVENTION,
    source="Smithy, @paginated: a client whose answer got lost asks again",
    exercised_by="a token used twice, leading to a non-empty page",
    common_mistakes="tokens work once; the server keeps a cursor per client",
    sensitive_to_writes=True,
    presupposes=STEADY,
)
def token_replay(replayed: Replayed) -> Iterator[Finding]:
    """While nothing changes, the same token leads to the same jobs twice."""
    first, again = ids_in(replayed.first), ids_in(replayed.again)
    if first is None:
        return
    if first:
        yield Exercised("twice")
    others = {*first, *(again or ())} - replayed.world.own({*first, *(again or ())})
    if again is not None and others & {*first} != others & {*again}:
        return  # Somebody else's jobs came or went, and so where a page ends.
    if again is None or set(again) != set(first):
        yield Violation(
            "the same token led to something else the second time",
            expected=names(first),
            actual=str(replayed.again) if again is None else names(again),
            decisive=replayed.again,
            shown=(*replayed.paged.walk.exchanges[:1], replayed.first, replayed.again),
            trait="replay",
        )


def ids_in(exchange: Exchange) -> tuple[str, ...] | None:
    """The job ids of a successful answer; None of any other."""

    return Page(exchange).ids if exchange.ok else None


@requirement(
    "pagination/page-size-change",
    level=CONVENTION,
    source="Smithy, @paginated: the page size may change between pages",
    exercised_by="a walk of three pages or more whose size changed on the way",
    common_mistakes="the token holds a page number; the offset is a multiple of the page size",
    sensitive_to_writes=True,
    presupposes=STEADY,
    # A walk in changing sizes ends in other ways than those in one size, which are its controls.
    presupposes_in_run=(
        "pagination/complete",
        "pagination/no-duplicates",
        "pagination/no-phantoms",
    ),
    examples=2,
)
def page_size_change(resized: Resized) -> Iterator[Finding]:
    """Changing maxResults on the way loses no job and repeats none."""
    walk, widest = resized.walk, resized.steady[0].widest
    sizes = ", then ".join(str(size) for size in resized.sizes)
    if walk.filled > 1:
        yield Exercised(sizes)
    own = resized.world.own
    lost = sorted(own(widest.id_set - walk.id_set))
    twice = sorted(own({job_id for job_id in walk.ids if walk.ids.count(job_id) > 1}))
    if lost or twice:
        jobs = (
            *(JobFault(j, "lost", walk.page_after(widest.ids, j)) for j in lost),
            *(at(walk, j, "duplicated") for j in twice),
        )
        yield Violation(
            f"walking with maxResults {sizes}: "
            + "; ".join(
                f"{names(which)} {how}"
                for which, how in ((lost, "lost"), (twice, "twice"))
                if which
            ),
            expected=names(widest.ids),
            actual=" | ".join(names(page.ids) for page in walk.pages[:6]),
            decisive=walk.last,
            jobs=jobs,
            shown=walk.exchanges,
            trait="resized",
        )


@requirement(
    "pagination/token-tampered",
    level=DOCUMENTED,
    source="API: InvalidRequestException, the request is not valid; what the filters mean",
    exercised_by="tokens that were cut short, extended, changed, or given in another region",
    common_mistakes="a token is decoded and believed; an exception where it cannot be decoded",
    sensitive_to_writes=True,
    presupposes=(*STEADY, *EACH_FILTER, "error/next-token"),
    examples=3,
    labels=2,
    always_exercised=False,
)
def token_tampered(tampered: Tampered) -> Iterator[Finding]:
    """A token that was tampered with leads to no server fault, and to no job that the filters
    leave out."""
    exchange = tampered.exchange
    yield Exercised(tampered.how)
    listed = Page(exchange).ids if exchange.ok else ()
    astray = [i for i in listed if i in tampered.world.own({i} - tampered.widest.id_set)]
    if exchange.server_fault or astray:
        yield Violation(
            f"a token that was {tampered.how} was answered with {exchange}"
            if exchange.server_fault
            else f"a token that was {tampered.how} led to {names(astray)}",
            expected=f"InvalidRequestException, or no other jobs than {names(tampered.widest.ids)}",
            actual=names(listed) if exchange.ok else str(exchange),
            decisive=exchange,
            jobs=tuple(JobFault(job_id, "misfiltered") for job_id in astray),
            shown=(*tampered.widest.exchanges[:1], exchange),
            trait="server fault" if exchange.server_fault else "astray",
        )


@requirement(
    "pagination/token-bound-to-filters",
    level=CONVENTION,
    source="Smithy, @paginated: a token presented with other inputs must be rejected",
    exercised_by="a token given under one filter and presented with another",
    common_mistakes="the token holds only a position",
    presupposes=(
        *STEADY,
        *EACH_FILTER,
        "error/shape",
        "error/next-token",
    ),
    always_exercised=False,
)
def token_bound_to_filters(refiltered: Refiltered) -> Iterator[Finding]:
    """A token presented with other filters is rejected with InvalidRequestException."""
    answer = refiltered.exchange
    yield Exercised("other filters")
    if answer.status != 400 or answer.error_type != "InvalidRequestException":
        yield Violation(
            "a token was accepted under filters that it was not given for"
            if answer.ok
            else "a token under other filters was not answered with InvalidRequestException",
            expected="HTTP 400 InvalidRequestException",
            actual=str(answer),
            decisive=answer,
            shown=(*refiltered.paged.walk.exchanges[:1], answer),
            trait=f"{answer.status} {answer.error_type or ''}".strip(),
        )
