"""``pagination/``: what the pages of a walk add up to.

A walk in small pages is compared with the same target's widest walk of the same query, so that
a wrong filter or a hidden job does not indict the pages.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..evidence import Ending, Exchange, Page, Walk
from ..model import WIDEST, World, expect
from .faults import amiss, at, names, token_of
from .listing import EACH_FILTER, WALKABLE
from .parts import Defaulted, Paged, Refiltered, Replayed, Resized, Tampered, Walked
from .requirement import (
    CONVENTION,
    DOCUMENTED,
    OBSERVED,
    Finding,
    JobFault,
    Seen,
    Violation,
    requirement,
)

STEADY = (
    *WALKABLE,
    "pagination/page-bound",
    "pagination/complete",
    "pagination/no-duplicates",
    "pagination/no-phantoms",
    "listing/no-duplicates",
)


def one_sided(paged: Paged) -> tuple[tuple[tuple[str, Walk, Walk], ...], ...]:
    """The jobs that only one of the two walks lists: as (lost, phantom) of (job, walk, other).

    Where the widest walk is a single page it is right by definition. Where it takes several,
    either walk may be the wrong one, and the model says whether the job belongs there.
    """
    widest, walk, own = paged.widest, paged.walk, paged.world.own
    lost = [(job_id, walk, widest) for job_id in sorted(own(widest.id_set - walk.id_set))]
    phantom = [(job_id, walk, widest) for job_id in sorted(own(walk.id_set - widest.id_set))]
    if not widest.whole:
        expected = expect(paged.world.jobs, walk.query)
        by_id = paged.world.by_id
        belongs = [p for p in phantom if p[0] in by_id and not expected.forbids(p[0])]
        lost += [(job_id, widest, walk) for job_id, _, _ in belongs]
        phantom = [p for p in phantom if p not in belongs]
    return tuple(lost), tuple(phantom)


def size_of(walk: Walk) -> str:
    return "no maxResults" if walk.page_size is None else f"maxResults={walk.page_size}"


@requirement(
    "pagination/complete",
    level=DOCUMENTED,
    source="API: nextToken",
    exercised_by="walks of two non-empty pages or more, in several page sizes",
    breaks="the last job of a page or the first of the next is skipped; the last page is dropped; "
    "an offset is counted in the wrong list; the token forgets the order",
    undisturbed=True,
    presupposes=WALKABLE,
    examples=4,
    labels=3,
)
def complete(paged: Paged) -> Iterator[Finding]:
    """A walk in small pages holds every job that the widest walk holds."""
    if paged.walk.filled > 1:
        yield Seen(size_of(paged.walk))
    lost, _ = one_sided(paged)
    yield from lost_on_the_way(paged, lost)


def lost_on_the_way(
    paged: Paged | Defaulted, lost: tuple[tuple[str, Walk, Walk], ...]
) -> Iterator[Violation]:
    """The violation that a walk misses jobs which another walk of the same query lists."""
    if not lost:
        return
    walk, other = lost[0][1], lost[0][2]
    missed = [job_id for job_id, where, _ in lost if where is walk]
    pages = {job_id: walk.page_after(other.ids, job_id) for job_id in missed}
    refused = walk.ending is Ending.REFUSED
    how = f" ({walk.last})" if refused else ""
    yield Violation(
        f"{names(missed)} lost when walked with {size_of(walk)}{how}",
        expected=f"{len(other.id_set)} jobs: {names(other.ids)}",
        actual=f"{len(walk.id_set)} jobs on {len(walk.pages)} pages: {names(walk.ids)}",
        decisive=walk.last
        if refused or not walk.pages
        else walk.pages[min(pages[missed[0]], len(walk.pages) - 1)].exchange,
        jobs=tuple(
            JobFault(j, "lost", pages[j], token_of(walk, pages[j]) if walk.pages else None)
            for j in missed
        ),
        shown=(*other.exchanges, *walk.exchanges),
        trait="refused" if refused else "lost",
    )


@requirement(
    "pagination/no-duplicates",
    level=DOCUMENTED,
    source="API: nextToken retrieves the next set of results",
    exercised_by="walks of two non-empty pages or more, in several page sizes",
    breaks="the job at the boundary opens the next page again; >= instead of >; an offset that "
    "counts from the wrong end",
    undisturbed=True,
    presupposes=(*WALKABLE, "pagination/page-bound", "listing/no-duplicates"),
    examples=4,
    labels=3,
)
def no_duplicates(paged: Paged) -> Iterator[Finding]:
    """No job comes on two pages of one walk."""
    for walk in (paged.walk, paged.widest):
        if walk.filled > 1:
            yield Seen(size_of(walk))
        yield from repeated(paged.world, walk)


def repeated(world: World, walk: Walk) -> Iterator[Violation]:
    """The violation that some jobs come on more than one page."""
    if len(walk.ids) == len(walk.id_set):
        return
    first: dict[str, int] = {}
    again: dict[str, int] = {}
    for number, page in enumerate(walk.pages, 1):
        for job_id in page.ids:
            if first.setdefault(job_id, number) != number:
                again.setdefault(job_id, number)
    again = {job_id: again[job_id] for job_id in world.own(again.keys())}
    if not again:
        return
    yield Violation(
        f"{names(sorted(again))} on two pages when walked with {size_of(walk)}",
        expected=f"each of {len(walk.id_set)} jobs once",
        actual=" | ".join(names(page.ids) for page in walk.pages[:6]),
        decisive=walk.pages[min(again.values()) - 1].exchange,
        jobs=tuple(
            JobFault(j, "duplicated", n, token_of(walk, n)) for j, n in sorted(again.items())
        ),
        shown=walk.exchanges,
        trait="duplicated",
    )


@requirement(
    "pagination/no-phantoms",
    level=DOCUMENTED,
    source="API: nextToken retrieves the next set of results of the same listing",
    exercised_by="filtered walks of two non-empty pages or more",
    breaks="the token forgets the filter, so the next pages hold other jobs",
    undisturbed=True,
    presupposes=(*WALKABLE, "pagination/page-bound"),
    examples=4,
    labels=2,
)
def no_phantoms(paged: Paged) -> Iterator[Finding]:
    """A walk in small pages holds no job that the widest walk does not hold."""
    walk = paged.walk
    if walk.filled > 1 and walk.query.filters:
        yield Seen("+".join(walk.query.filters))
    _, phantom = one_sided(paged)
    if phantom:
        jobs = tuple(at(where, job_id, "phantom") for job_id, where, _ in phantom)
        yield Violation(
            f"{names([job.job_id for job in jobs])} on the pages of a walk with {size_of(walk)}, "
            "though not in the listing",
            expected=names(paged.widest.ids),
            actual=" | ".join(names(page.ids) for page in walk.pages[:6]),
            decisive=walk.pages[(jobs[0].page or 1) - 1].exchange,
            jobs=jobs,
            shown=(*paged.widest.exchanges, *walk.exchanges),
            trait="phantom",
        )


@requirement(
    "pagination/page-bound",
    level=DOCUMENTED,
    source="API: maxResults, the maximum number of results to return per request",
    exercised_by="walks that had more jobs to list than maxResults",
    breaks="maxResults is ignored; one row more is read to see whether more come, and returned",
    presupposes=("error/documented", "summary/schema", "listing/no-duplicates"),
    examples=4,
    labels=3,
)
def page_bound(walked: Walked) -> Iterator[Finding]:
    """No page holds more jobs than maxResults."""
    walk = walked.walk
    if walk.page_size is None:
        return
    full = any(len(page.ids) == walk.page_size and page.token for page in walk.pages)
    if full or len(walk.id_set) > walk.page_size:
        yield Seen(size_of(walk))
    for number, page in enumerate(walk.pages, 1):
        if len(page.ids) > walk.page_size:
            yield Violation(
                f"{len(page.ids)} jobs on page {number} with {size_of(walk)}",
                expected=f"at most {walk.page_size}",
                actual=f"{len(page.ids)}: {names(page.ids)}",
                decisive=page.exchange,
                shown=walk.exchanges,
                trait="page-bound",
            )
            return


@requirement(
    "pagination/terminates",
    level=DOCUMENTED,
    source="API: nextToken is null when there are no additional results",
    exercised_by="walks of two non-empty pages or more that ended",
    breaks="the token does not advance; a token comes with the last page and leads back to it",
    undisturbed=True,
    presupposes=("error/documented", "summary/schema"),
    examples=3,
)
def terminates(walked: Walked) -> Iterator[Finding]:
    """A walk ends: no token leads to the same page for ever."""
    walk = walked.walk
    if walk.ending is Ending.COMPLETE and walk.filled > 1:
        yield Seen(size_of(walk))
    if walk.ending is Ending.ENDLESS:
        same = len(walk.pages) > 1 and walk.pages[-1].ids == walk.pages[-2].ids
        yield Violation(
            f"with {size_of(walk)} the token leads to the same page again and again"
            if same
            else f"{len(walk.pages)} pages with {size_of(walk)}, and still a token",
            expected="a last page without a token",
            actual=" | ".join(names(page.ids) for page in walk.pages[:6])
            + (" | …" if len(walk.pages) > 6 else ""),
            decisive=walk.last,
            jobs=tuple(at(walk, job_id, "duplicated") for job_id in walk.pages[-1].ids),
            shown=walk.exchanges,
            trait="endless",
        )


@requirement(
    "pagination/default-page",
    level=DOCUMENTED,
    source="API: maxResults is optional",
    exercised_by="walks without maxResults that listed several jobs",
    breaks="the default page has no token; the default is applied after the token is made",
    undisturbed=True,
    presupposes=STEADY,
    # What becomes of a token may differ from token to token.
    rests_on=("pagination/complete",),
    examples=3,
)
def default_page(defaulted: Defaulted) -> Iterator[Finding]:
    """Without maxResults, a walk is as complete and free of repetitions as with it."""
    walk, widest = defaulted.walk, defaulted.widest
    if not widest.whole and defaulted.control is None:
        return
    if len(walk.ids) > 1:
        yield Seen("listed")
    reference = defaulted.control if not widest.whole and defaulted.control else widest
    own = defaulted.world.own
    missed = sorted(own(reference.id_set - walk.id_set))
    yield from lost_on_the_way(defaulted, tuple((job_id, walk, reference) for job_id in missed))
    yield from repeated(defaulted.world, walk)
    if widest.whole:
        added = own(walk.id_set - widest.id_set)
        phantoms = amiss(walk, "phantom", lambda job_id: job_id in added)
        if phantoms:
            yield Violation(
                f"{names([job.job_id for job in phantoms])} listed without maxResults only",
                expected=names(widest.ids),
                actual=names(walk.ids),
                decisive=walk.pages[(phantoms[0].page or 1) - 1].exchange,
                jobs=phantoms,
                shown=(*widest.exchanges, *walk.exchanges),
                trait="phantom",
            )


@requirement(
    "pagination/default-page-bound",
    level=OBSERVED,
    source="service model: the largest page is 250",
    exercised_by="more than 250 jobs listed without maxResults",
    breaks="everything is returned where no page size is asked for",
    presupposes=WALKABLE,
)
def default_page_bound(walked: Walked) -> Iterator[Finding]:
    """Without maxResults, no page holds more than 250 jobs."""
    walk = walked.walk
    if walk.page_size is not None or not walk.pages:
        return
    if len(walk.id_set) > WIDEST:
        yield Seen("more than 250 jobs")
    largest = max(walk.pages, key=lambda page: len(page.ids))
    if len(largest.ids) > WIDEST:
        yield Violation(
            f"{len(largest.ids)} jobs on one page without maxResults",
            expected=f"at most {WIDEST}",
            actual=str(len(largest.ids)),
            decisive=largest.exchange,
            shown=(largest.exchange,),
            trait="default-page-bound",
        )


@requirement(
    "pagination/token-replay",
    level=CONVENTION,
    source="Smithy, @paginated: a client whose answer got lost asks again",
    exercised_by="a token used twice, leading to a non-empty page",
    breaks="tokens work once; the server keeps a cursor per client",
    undisturbed=True,
    presupposes=STEADY,
)
def token_replay(replayed: Replayed) -> Iterator[Finding]:
    """While nothing changes, the same token leads to the same jobs twice."""
    first, again = ids_in(replayed.first), ids_in(replayed.again)
    if first is None:
        return
    if first:
        yield Seen("twice")
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
    breaks="the token holds a page number; the offset is a multiple of the page size",
    undisturbed=True,
    presupposes=STEADY,
    # A walk in changing sizes ends in other ways than those in one size, which are its controls.
    rests_on=("pagination/complete", "pagination/no-duplicates", "pagination/no-phantoms"),
    examples=2,
)
def page_size_change(resized: Resized) -> Iterator[Finding]:
    """Changing maxResults on the way loses no job and repeats none."""
    walk, widest = resized.walk, resized.steady[0].widest
    sizes = ", then ".join(str(size) for size in resized.sizes)
    if walk.filled > 1:
        yield Seen(sizes)
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
    breaks="a token is decoded and believed; an exception where it cannot be decoded",
    undisturbed=True,
    presupposes=(*STEADY, *EACH_FILTER, "error/next-token"),
    examples=3,
    labels=2,
)
def token_tampered(tampered: Tampered) -> Iterator[Finding]:
    """A token that was tampered with leads to no server fault, and to no job that the filters
    leave out."""
    exchange = tampered.exchange
    yield Seen(tampered.how)
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
    breaks="the token holds only a position",
    presupposes=(
        *STEADY,
        *EACH_FILTER,
        "error/shape",
        "error/next-token",
    ),
)
def token_bound_to_filters(refiltered: Refiltered) -> Iterator[Finding]:
    """A token presented with other filters is rejected with InvalidRequestException."""
    answer = refiltered.exchange
    yield Seen("other filters")
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
