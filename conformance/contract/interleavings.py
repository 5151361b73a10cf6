"""``lifecycle/``: what a walk shows during which jobs are made, changed and deleted.

Beside it stands the same walk while nothing changed: what is wrong with both is another's fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import inf

from ..evidence import Ending
from .change_evidence import ChangeInterleaving, Race
from .job_faults import at, names, token_of
from .pagination import STEADY
from .requirement import (
    CONVENTION,
    Exercised,
    Finding,
    JobFault,
    Violation,
    requirement,
)

PAGES = (
    "pagination/complete",
    "pagination/no-duplicates",
    "pagination/no-phantoms",
    "pagination/terminates",
)


def _told(interleaving: ChangeInterleaving) -> str:
    """What was done, for a sentence."""
    return names([f"{change.operation} {change.job_id}" for change in interleaving.changes])


@requirement(
    "lifecycle/survivors-once",
    level=CONVENTION,
    source="Smithy, @paginated: no item twice, none left out",
    exercised_by="walks of several pages, with jobs made, changed and deleted between",
    common_mistakes="an offset in the token; a page number; a list that is rebuilt for every page",
    sensitive_to_writes=True,
    presupposes=STEADY,
    # A change makes the pages others than those of the walk beside: any fault of pages shows.
    presupposes_in_run=(*PAGES, "concurrency/walks-independent"),
    examples=3,
    labels=2,
    repetition_proves=True,
)
def survivors_once(interleaving: ChangeInterleaving | Race) -> Iterator[Finding]:
    """Jobs that nothing was done to during a walk are each listed exactly once."""
    if isinstance(interleaving, Race):
        yield from _survivors_of_a_race(interleaving)
        return
    walk, control = interleaving.walk, interleaving.control.walk
    done = [change.what for change in interleaving.between]
    if walk.ending is not Ending.COMPLETE or not done:
        return
    # What the world does not know is no job: it may go with the one it was made of.
    untouched = (control.id_set & interleaving.world.by_id.keys()) - interleaving.touched
    yield from map(Exercised, sorted({*done}))
    # What a walk that began later misses, too, is not lost on the way.
    anew = interleaving.anew.id_set if interleaving.anew is not None else untouched
    lost = sorted((untouched & anew) - walk.id_set)
    twice = sorted(job_id for job_id in untouched if walk.ids.count(job_id) > 1)
    if not lost and not twice:
        return
    parts = ((lost, "lost"), (twice, "listed twice"))
    yield Violation(
        "; ".join(f"{names(ids)} {how}" for ids, how in parts if ids)
        + f", though nothing was done to them: {_told(interleaving)}",
        expected=f"{names([i for i in control.ids if i in untouched])}, each once",
        actual=" | ".join(names(page.ids) for page in walk.pages[:6]),
        decisive=walk.pages[interleaving.between[0].before_page - 1].exchange,
        jobs=(
            *(JobFault(i, "lost", _page_after(interleaving, i)) for i in lost),
            *(_second(interleaving, i) for i in twice),
        ),
        shown=interleaving.timeline,
        trait="lost" if lost else "duplicated",
    )


def _survivors_of_a_race(race: Race) -> Iterator[Finding]:
    """The same, of walks in threads: the jobs of the writer may show or not."""
    if not any(timed.change.done.ok for timed in race.changes):
        return
    yield Exercised("a writer beside")
    for control, timed in race.each:
        walk, own = timed.walk, control.walk.id_set & race.world.by_id.keys() & race.kept
        lost = sorted(own - walk.id_set) if walk.ending is Ending.COMPLETE else []
        twice = sorted(job_id for job_id in own if walk.ids.count(job_id) > 1)
        if lost or twice:
            words = ((lost, "lost"), (twice, "listed twice"))
            yield Violation(
                "; ".join(f"{names(ids)} {how}" for ids, how in words if ids)
                + ", though nothing was done to them, while others were made and deleted",
                expected=f"{names(sorted(own))}, each once",
                actual=" | ".join(names(page.ids) for page in walk.pages[:8]),
                decisive=walk.last,
                jobs=(
                    *(JobFault(i, "lost") for i in lost),
                    *(at(walk, i, "duplicated") for i in twice),
                ),
                shown=walk.exchanges,
                trait="lost" if lost else "duplicated",
            )
            return


def _page_after(interleaving: ChangeInterleaving, job_id: str) -> int:
    return interleaving.walk.page_after(interleaving.control.walk.ids, job_id)


def _second(interleaving: ChangeInterleaving, job_id: str) -> JobFault:
    """The fault of a job at the second place where it stands."""
    walk = interleaving.walk
    pages = [n for n, page in enumerate(walk.pages, 1) for i in page.ids if i == job_id]
    return JobFault(job_id, "duplicated", pages[1], token_of(walk, pages[1]))


@requirement(
    "lifecycle/changed-once",
    level=CONVENTION,
    source="Smithy, @paginated: no item twice",
    exercised_by="walks of several pages, with jobs made or changed between",
    common_mistakes="the listing is sorted by something that the change changes; an offset in the "
    "token",
    sensitive_to_writes=True,
    presupposes=(*STEADY, "lifecycle/survivors-once"),
    presupposes_in_run=(*PAGES, "concurrency/walks-independent"),
    examples=3,
    repetition_proves=True,
)
def changed_once(interleaving: ChangeInterleaving) -> Iterator[Finding]:
    """A job that changes during a walk is listed at most once."""
    walk = interleaving.walk
    changed = {change.job_id for change in interleaving.between if change.what != "delete"}
    if walk.ending is not Ending.COMPLETE or not changed:
        return
    yield Exercised("changed")
    twice = sorted(job_id for job_id in changed if walk.ids.count(job_id) > 1)
    if twice:
        yield Violation(
            f"{names(twice)} listed twice, before and after: {_told(interleaving)}",
            expected="each job at most once",
            actual=" | ".join(names(page.ids) for page in walk.pages[:6]),
            decisive=walk.last,
            jobs=tuple(_second(interleaving, job_id) for job_id in twice),
            shown=interleaving.timeline,
            trait="duplicated",
        )


@requirement(
    "lifecycle/deleted-not-resurrected",
    level=CONVENTION,
    source="Smithy, @paginated: an item deleted during a walk should not come on a later page",
    exercised_by="a job deleted before its page was asked for, that DescribeJob and a new listing "
    "no longer show",
    common_mistakes="the token leads to a copy of the listing; pages are made in advance",
    sensitive_to_writes=True,
    presupposes=STEADY,
)
def deleted_not_resurrected(interleaving: ChangeInterleaving | Race) -> Iterator[Finding]:
    """A job deleted before a page is fetched is not on it."""
    if isinstance(interleaving, Race):
        yield from _resurrected_in_a_race(interleaving)
        return
    walk, control = interleaving.walk, interleaving.control.walk
    for change in interleaving.between:
        if not change.gone or not change.settled or change.job_id not in control.id_set:
            continue
        yield Exercised("deleted")
        later = walk.pages[change.before_page - 1 :]
        for number, page in enumerate(later, change.before_page):
            if change.job_id in page.ids:
                yield Violation(
                    f"{change.job_id} was deleted before page {number}, and is on it",
                    expected=f"no {change.job_id}",
                    actual=names(page.ids),
                    decisive=page.exchange,
                    jobs=(JobFault(change.job_id, "phantom", number, token_of(walk, number)),),
                    shown=interleaving.timeline,
                    trait="phantom",
                )
                return


def _resurrected_in_a_race(race: Race) -> Iterator[Finding]:
    """The same, where a page was asked for after a deletion was over, and before the id came
    again."""
    for number, timed in enumerate(race.changes):
        if not timed.change.gone:
            continue
        job_id = timed.change.job_id
        again = [t.sent for t in race.changes[number + 1 :] if t.change.job_id == job_id]
        until, since = min(again, default=inf), timed.answered + race.settle
        for _, walked in race.each:
            for page, (sent, following) in zip(
                walked.walk.pages, pairwise((*walked.sent, inf)), strict=False
            ):
                # Whether one falls into the time is chance: it does not count as seen.
                if since < sent and following < until and job_id in page.ids:
                    yield Violation(
                        f"{job_id} was deleted before a page was asked for, and is on it",
                        expected=f"no {job_id}",
                        actual=names(page.ids),
                        decisive=page.exchange,
                        jobs=(JobFault(job_id, "phantom"),),
                        shown=(timed.change.done, *walked.walk.exchanges),
                        trait="phantom",
                    )
                    return


@requirement(
    "lifecycle/token-survives-deletion",
    level=CONVENTION,
    source="Smithy, @paginated: a token leads to the next page",
    exercised_by="the last job of a page, or the first of the next, deleted before that is asked "
    "for",
    common_mistakes="the token names a job, and is refused when that job is gone",
    sensitive_to_writes=True,
    presupposes=STEADY,
    # What becomes of a token may differ from token to token; and what is answered with an error
    # elsewhere, too, such as a page without jobs, may be so here.
    presupposes_in_run=(*PAGES, "error/documented", "error/valid-refused"),
)
def token_survives_deletion(interleaving: ChangeInterleaving) -> Iterator[Finding]:
    """A token just received still works after a job at the page boundary is deleted."""
    walk, lost = interleaving.walk, interleaving.token_lost
    yield from (
        Exercised("boundary deleted") for c in interleaving.between if interleaving.at_boundary(c)
    )
    if lost is not None:
        refused = walk.ending is Ending.REFUSED
        yield Violation(
            f"the token {'is refused' if refused else 'makes the server fail'} once {lost.job_id} "
            f"is deleted: {walk.last}",
            expected=f"page {lost.before_page}",
            actual=str(walk.last),
            decisive=walk.last,
            jobs=(JobFault(lost.job_id, "lost", lost.before_page),),
            shown=interleaving.timeline,
            trait="refused" if refused else "server fault",
        )
