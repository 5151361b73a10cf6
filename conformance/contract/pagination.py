"""``pagination/``: what the pages of a walk add up to.

A walk in small pages is compared with the same target's widest walk of the same query, so that
a wrong filter or a hidden job does not indict the pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..api import PAGE_SIZE, WIDEST
from ..evidence import Ending, Exchange, Walk
from ..model import Expectation, World
from .evidence_kinds import Answer, Defaulted, Paged, Walked
from .job_faults import amiss, at, count, names, token_of
from .listing import WALKABLE
from .requirement import (
    DOCUMENTED,
    OBSERVED,
    Exercised,
    Finding,
    JobFault,
    Undecided,
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

    What does not exist, or must not be listed, is not lost where it does not come: it is the
    listing's fault, or the filter's, where it does. And what must be listed is no phantom of the
    pages that have it: where a single page lacks it, that is the listing's fault, and where
    several do, it was lost on the way.
    """
    world, widest, walk = paged.world, paged.widest, paged.walk
    if widest.whole and widest.id_set == walk.id_set:
        return (), ()
    expected, own = world.expect(walk.query), world.own
    belongs = [
        (job_id, walk, widest)
        for job_id in sorted(own(widest.id_set - walk.id_set))
        if not world.knows_better(job_id, expected) and job_id not in world.changing
    ]
    more = own(walk.id_set - widest.id_set)
    # What exists was found by an earlier look: whether a page that lacks it is right, only that
    # look tells.
    sure = world.surveyed and widest.whole
    found = {
        job_id
        for job_id in more
        if job_id in expected.must or not (sure or world.knows_better(job_id, expected))
    }
    phantom = [(job_id, walk, widest) for job_id in sorted(more - found)]
    if not widest.whole:
        belongs += [(job_id, widest, walk) for job_id in sorted(found)]
        phantom += ((job_id, widest, walk) for job_id in _astray(world, widest, expected))
    return tuple(belongs), tuple(phantom)


def _astray(world: World, walk: Walk, expected: Expectation) -> list[str]:
    """What cannot be on any page, where only pages after the first have such jobs: what is on the
    first is the filter's fault, and so may the others be then."""
    wrong = [i for i in sorted(world.own(walk.id_set)) if world.knows_better(i, expected)]
    first = walk.pages[0].ids if walk.pages else ()
    return [] if set(wrong).intersection(first) else wrong


def size_of(walk: Walk) -> str:
    return "no maxResults" if walk.page_size is None else f"maxResults={walk.page_size}"


@requirement(
    "pagination/complete",
    level=DOCUMENTED,
    source="API: nextToken",
    exercised_by="walks of two non-empty pages or more, in several page sizes",
    common_mistakes="the last job of a page or the first of the next is skipped; the last page is "
    "dropped; an offset is counted in the wrong list; the token forgets the order; parameters are "
    "read by where they stand in the URL",
    sensitive_to_writes=True,
    presupposes=WALKABLE,
    examples=4,
    labels=3,
)
def complete(paged: Paged) -> Iterator[Finding]:
    """A walk in small pages holds every job that the widest walk holds."""
    if paged.walk.filled > 1:
        yield Exercised(size_of(paged.walk))
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
        expected=f"{count(len(other.id_set), 'job')}: {names(other.ids)}",
        actual=f"on {count(len(walk.pages), 'page')}: {names(walk.ids)}",
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
    common_mistakes="the job at the boundary opens the next page again; >= instead of >; an offset "
    "that counts from the wrong end",
    sensitive_to_writes=True,
    presupposes=(*WALKABLE, "pagination/page-bound", "listing/no-duplicates"),
    examples=4,
    labels=3,
    repetition_proves=True,
)
def no_duplicates(paged: Paged) -> Iterator[Finding]:
    """No job comes on two pages of one walk."""
    for walk in (paged.walk, paged.widest):
        if walk.filled > 1:
            yield Exercised(size_of(walk))
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
    # What cannot be listed at all is another's fault, however often it comes.
    expected = world.expect(walk.query)
    again = {
        job_id: again[job_id]
        for job_id in world.own(again.keys())
        if world.surveyed or not world.knows_better(job_id, expected)
    }
    if not again:
        return
    yield Violation(
        f"{names(sorted(again))} on two pages when walked with {size_of(walk)}",
        expected=f"{count(len(walk.id_set), 'job')}, each once",
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
    common_mistakes="the token forgets the filter, so the next pages hold other jobs",
    sensitive_to_writes=True,
    presupposes=(*WALKABLE, "pagination/page-bound"),
    examples=4,
    labels=2,
)
def no_phantoms(paged: Paged) -> Iterator[Finding]:
    """A walk in small pages holds no job that the widest walk does not hold."""
    walk = paged.walk
    if walk.filled > 1 and walk.query.filters:
        yield Exercised("+".join(walk.query.filters))
    _, phantom = one_sided(paged)
    if phantom:
        jobs = tuple(at(where, job_id, "phantom") for job_id, where, _ in phantom)
        yield Violation(
            f"{names([job.job_id for job in jobs])} on the pages of a walk with "
            f"{size_of(phantom[0][1])}, "
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
    common_mistakes="maxResults is ignored; one row more is read to see whether more come, and "
    "returned",
    presupposes=("error/documented", "summary/schema"),
    examples=4,
    labels=3,
    always_exercised=False,
)
def page_bound(listed: Answer | Walked) -> Iterator[Finding]:
    """No page holds more jobs than maxResults."""
    if isinstance(listed, Walked):
        # Short pages are never full: only together do they show that there was more to list.
        walk = listed.walk
        if walk.page_size is not None and len(walk.id_set) > walk.page_size:
            yield Exercised(size_of(walk))
        return
    page, size = listed.page, asked_for(listed.exchange)
    if page is None or size is None:
        return
    if not (listed.world.exclusive or listed.world.jobs):
        return  # Asked beside others, or while jobs changed: that may be why.
    # A job that comes twice on a page is another requirement's affair.
    held = tuple(dict.fromkeys(page.ids))
    if len(held) == size and page.token:
        yield Exercised(f"{PAGE_SIZE}={size}")
    if len(held) > size:
        before = listed.before
        where = f"page {len(before) + 1}" if listed.walk is not None else "one page"
        yield Violation(
            f"{len(held)} jobs on {where} with {PAGE_SIZE}={size}",
            expected=f"at most {size}",
            actual=f"{len(held)}: {names(held)}",
            decisive=listed.exchange,
            shown=(*before, listed.exchange),
            trait="page-bound",
        )


def asked_for(exchange: Exchange) -> int | None:
    """The one valid maxResults that a page was asked for with; None where there is none."""
    values = [value for name, value in exchange.request.parameters if name == PAGE_SIZE]
    if len(values) != 1 or not re.fullmatch(r"[1-9][0-9]{0,2}", values[0]):
        return None
    return int(values[0]) if int(values[0]) <= WIDEST else None


@requirement(
    "pagination/terminates",
    level=DOCUMENTED,
    source="API: nextToken is null when there are no additional results",
    exercised_by="walks of two non-empty pages or more that ended",
    common_mistakes="the token does not advance; a token comes with the last page and leads back "
    "to it",
    sensitive_to_writes=True,
    presupposes=("error/documented", "summary/schema"),
    examples=3,
    always_exercised=False,
)
def terminates(walked: Walked) -> Iterator[Finding]:
    """A walk ends: no token leads to the same page for ever."""
    walk = walked.walk
    if walk.gave_up is not None:
        yield Undecided(walk.gave_up)
    if walk.ending is Ending.COMPLETE and walk.filled > 1:
        yield Exercised(size_of(walk))
    if walk.ending is Ending.ENDLESS:
        same = len(walk.pages) > 1 and walk.pages[-1].ids == walk.pages[-2].ids
        yield Violation(
            f"with {size_of(walk)} the token leads to the same page again and again"
            if same
            else f"{count(len(walk.pages), 'page')} with {size_of(walk)}, and still a token",
            expected="a last page without a token",
            actual=" | ".join(names(page.ids) for page in walk.pages[:6])
            + (f" | and {len(walk.pages) - 6} more pages" if len(walk.pages) > 6 else ""),
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
    common_mistakes="the default page has no token; the default is applied after the token is made",
    sensitive_to_writes=True,
    presupposes=STEADY,
    # What becomes of a token may differ from token to token.
    presupposes_in_run=("pagination/complete",),
    examples=3,
    repetition_proves=True,
)
def default_page(defaulted: Defaulted) -> Iterator[Finding]:
    """Without maxResults, a walk is as complete and free of repetitions as with it."""
    walk, widest = defaulted.walk, defaulted.widest
    if not widest.whole and defaulted.control is None:
        return
    if len(walk.ids) > 1:
        yield Exercised("listed")
    reference = defaulted.control if not widest.whole and defaulted.control else widest
    own = defaulted.world.own
    world = defaulted.world
    expected = world.expect(walk.query)
    missed = [
        job_id
        for job_id in sorted(own(reference.id_set - walk.id_set))
        if not world.knows_better(job_id, expected)
    ]
    yield from lost_on_the_way(defaulted, tuple((job_id, walk, reference) for job_id in missed))
    yield from repeated(defaulted.world, walk)
    if widest.whole:
        # What exists and matches is lost where the largest page lacks it, and no phantom here.
        added = frozenset(
            job_id
            for job_id in own(walk.id_set - widest.id_set)
            if world.surveyed or world.knows_better(job_id, expected)
        )
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
    common_mistakes="everything is returned where no page size is asked for",
    presupposes=WALKABLE,
    always_exercised=False,
)
def default_page_bound(walked: Walked) -> Iterator[Finding]:
    """Without maxResults, no page holds more than 250 jobs."""
    walk = walked.walk
    if walk.page_size is not None or not walk.pages:
        return
    if len(walk.id_set) > WIDEST:
        yield Exercised("more than 250 jobs")
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
