"""``lifecycle/``: what a listing shows of jobs that are made, change and go.

Two kinds of evidence. *Lived*: one change, and the listings once it had time to show. *Moved*: a
walk during which jobs changed between the pages, beside the same walk while nothing did.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import inf

from ..evidence import Ending, Exchange
from .faults import at, names, token_of
from .listing import WALKABLE
from .motion import Lived, Moved, Raced
from .pagination import STEADY
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
from .summary import SECOND, numeric

PAGES = ("pagination/complete", "pagination/no-duplicates", "pagination/no-phantoms")


def _now(lived: Lived) -> tuple[Exchange, ...]:
    """What was done, and what was listed then."""
    listed = (lived.unfiltered, *lived.by_status.values())
    return (lived.change.done, *(walk.exchanges[0] for walk in listed))


@requirement(
    "lifecycle/created-job-listed",
    level=CONVENTION,
    source="API: ListJobs lists jobs; how soon a new one is listed is not documented",
    exercised_by="a job made beside others that had been listed already, also under an id used "
    "before, and listed again after the settle time",
    breaks="a listing that was cached; an index that new jobs enter late or never",
    presupposes=(*WALKABLE, "listing/complete"),
)
def created_job_listed(lived: Lived) -> Iterator[Finding]:
    """A new job is listed within the settle time."""
    change = lived.change
    if change.what != "create" or not change.known:
        return
    yield Seen("a new job")
    if change.job_id not in lived.unfiltered.id_set:
        yield Violation(
            f"{change.job_id} was made, and is not listed",
            expected=change.job_id,
            actual=names(lived.unfiltered.ids),
            decisive=lived.unfiltered.last,
            jobs=(JobFault(change.job_id, "lost"),),
            shown=(*lived.before.exchanges[:1], change.done, *lived.unfiltered.exchanges),
            trait="lost",
        )


def moves_status(lived: Lived, what: str, status: str) -> Iterator[Finding]:
    """A job that DescribeJob shows in a new status is listed under this one alone."""
    change = lived.change
    if change.what != what or change.status != status:
        return
    if change.job_id not in lived.unfiltered.id_set:
        return
    yield Seen(status)
    there = {name: walk for name, walk in lived.by_status.items() if change.job_id in walk.id_set}
    left = [name for name in there if name != status]
    if status in there and not left:
        return
    wrong = lived.by_status[left[0]] if left else lived.by_status[status]
    told = f"still listed under status={left[0]}" if left else f"not listed under status={status}"
    yield Violation(
        f"{change.job_id} is {status}, and {told}",
        expected=f"{change.job_id} under status={status} alone",
        actual=f"{change.job_id} under " + (names(sorted(there)) if there else "no status"),
        decisive=wrong.last,
        jobs=(JobFault(change.job_id, "misfiltered" if left else "lost"),),
        shown=_now(lived),
        trait="left" if left else "lost",
    )


@requirement(
    "lifecycle/cancel-moves-status",
    level=DOCUMENTED,
    source="API: status; developer guide, jobs lifecycle: CancelJob",
    exercised_by="a job that was listed under IN_PROGRESS, was cancelled, and that DescribeJob "
    "then shows as CANCELED",
    breaks="a listing by status that was cached, or is kept in an index that CancelJob forgets",
    presupposes=(*WALKABLE, "filter/status", "listing/complete", "summary/status"),
    rests_on=("filter/status",),
)
def cancel_moves_status(lived: Lived) -> Iterator[Finding]:
    """A cancelled job moves from the IN_PROGRESS listing to the CANCELED one."""
    yield from moves_status(lived, "cancel", "CANCELED")


@requirement(
    "lifecycle/completion-moves-status",
    level=DOCUMENTED,
    source="API: status; developer guide, jobs lifecycle: a snapshot job completes",
    exercised_by="a job that was listed under IN_PROGRESS, whose only execution ended, and that "
    "DescribeJob then shows as COMPLETED",
    breaks="a listing by status that is not updated where an execution ends a job",
    presupposes=(*WALKABLE, "filter/status", "listing/complete", "summary/status"),
    rests_on=("filter/status",),
)
def completion_moves_status(lived: Lived) -> Iterator[Finding]:
    """A job whose last execution ends moves from the IN_PROGRESS listing to the COMPLETED one."""
    yield from moves_status(lived, "complete", "COMPLETED")


@requirement(
    "lifecycle/completion-sets-completed-at",
    level=OBSERVED,
    source="API: completedAt, when the job completed",
    exercised_by="a job listed without completedAt, whose only execution ended, and that "
    "DescribeJob and its summary then show as COMPLETED",
    breaks="the time is written by CancelJob alone, or where a job is made; a column that the "
    "listing does not read",
    presupposes=(
        *WALKABLE,
        "summary/status",
        "summary/timestamps",
        "summary/completed-at",
        "lifecycle/completion-moves-status",
    ),
    rests_on=("summary/status", "summary/completed-at"),
)
def completion_sets_completed_at(lived: Lived) -> Iterator[Finding]:
    """A job whose last execution ends is listed with a ``completedAt``, not before
    ``createdAt``."""
    change, (before, after) = lived.change, lived.shown
    if change.what != "complete" or change.status != "COMPLETED":
        return
    # A summary that is out of date is another requirement's affair.
    if not before or before.get("completedAt") is not None or after.get("status") != "COMPLETED":
        return
    yield Seen("COMPLETED")
    completed, created = after.get("completedAt"), after.get("createdAt")
    if not numeric(completed):
        told, expected = "without completedAt", "completedAt: a number of seconds"
    elif numeric(created) and completed < created - SECOND:
        told, expected = "as completed before it was made", f"completedAt: not before {created}"
    else:
        return
    yield Violation(
        f"{change.job_id} is COMPLETED, and listed {told}",
        expected=expected,
        actual=f"completedAt: {completed!r}",
        decisive=lived.unfiltered.last,
        jobs=(at(lived.unfiltered, change.job_id, "misreported"),),
        shown=(*lived.before.exchanges, change.done, *lived.unfiltered.exchanges),
        trait="absent" if not numeric(completed) else "before createdAt",
    )


@requirement(
    "lifecycle/associated-group-listed",
    level=DOCUMENTED,
    source="API: thingGroupName; AssociateTargetsWithJob",
    takes="AssociateTargetsWithJob",
    exercised_by="a continuous job that was given a group, beside one that was made with it and "
    "was listed under it, once DescribeJob shows the group among the targets",
    breaks="an index of groups that is written where a job is made, and not afterwards; a listing "
    "by group that was cached",
    presupposes=(*WALKABLE, "filter/thing-group-name", "listing/complete"),
    # With a second group a job has more targets than any control here.
    rests_on=("filter/thing-group-name",),
)
def associated_group_listed(lived: Lived) -> Iterator[Finding]:
    """Once DescribeJob shows a group among a job's targets, the listing by the group has the
    job."""
    change, walk = lived.change, lived.by_group
    if walk is None or change.group is None or not change.done.ok:
        return
    if not change.targets(lived.world.group_arns.get(change.group)):
        return
    # The real service was seen to leave SCHEDULED jobs out of a group's listing.
    if change.status in ("SCHEDULED", "DELETION_IN_PROGRESS"):
        return
    if change.job_id not in lived.unfiltered.id_set or walk.ending is not Ending.COMPLETE:
        return
    yield Seen("associated")
    if change.job_id in walk.id_set:
        return
    yield Violation(
        f"{change.job_id} targets the group {change.group}, and is not listed under "
        f"thingGroupName={change.group}",
        expected=change.job_id,
        actual=names(walk.ids),
        decisive=walk.last,
        jobs=(JobFault(change.job_id, "lost"),),
        shown=(
            change.done,
            *((change.described,) if change.described is not None else ()),
            *walk.exchanges,
        ),
        trait="lost",
    )


@requirement(
    "lifecycle/deleted-job-gone",
    level=DOCUMENTED,
    source="API: ListJobs lists jobs; developer guide, jobs lifecycle: DeleteJob",
    exercised_by="a job that was listed, was deleted, and that DescribeJob no longer knows",
    breaks="a listing that was cached; an index that DeleteJob forgets; rows that are only marked",
    presupposes=(*WALKABLE, "listing/complete"),
)
def deleted_job_gone(lived: Lived) -> Iterator[Finding]:
    """Once DescribeJob no longer knows a job, and the settle time is over, no listing has it."""
    change = lived.change
    if not change.gone or change.described is None:
        return
    yield Seen("deleted")
    listings = {"the listing": lived.unfiltered} | {
        f"the listing by status={status}": walk for status, walk in lived.by_status.items()
    }
    for what, walk in listings.items():
        if change.job_id in walk.id_set:
            yield Violation(
                f"{change.job_id} is deleted, and {what} has it",
                expected=f"no {change.job_id}",
                actual=names(walk.ids),
                decisive=walk.last,
                jobs=(at(walk, change.job_id, "phantom"),),
                shown=(change.done, change.described, *walk.exchanges),
                trait="phantom",
            )
            return


@requirement(
    "lifecycle/updated-at-advances",
    level=CONVENTION,
    source="API: lastUpdatedAt, when the job was last updated",
    exercised_by="a job listed before and after a change, both times with lastUpdatedAt",
    breaks="the time taken from another clock, or from when the job was created",
    presupposes=(*WALKABLE, "summary/timestamps", "summary/chronology"),
)
def updated_at_advances(lived: Lived) -> Iterator[Finding]:
    """``lastUpdatedAt`` never goes back."""
    before, after = lived.times
    if before is None or after is None:
        return
    yield Seen(lived.change.what)
    if after < before:
        yield from _wrong_time(lived, "went back", f"at least {before}")


@requirement(
    "lifecycle/cancel-updates",
    level=OBSERVED,
    source="API: lastUpdatedAt, when the job was last updated",
    exercised_by="a cancelled job, listed with times finer than a second before and after",
    breaks="CancelJob leaves lastUpdatedAt as it was",
    presupposes=(
        *WALKABLE,
        "summary/timestamps",
        "lifecycle/cancel-moves-status",
        "lifecycle/updated-at-advances",
    ),
    rests_on=("summary/chronology",),
)
def cancel_updates(lived: Lived) -> Iterator[Finding]:
    """``lastUpdatedAt`` moves on when a job is cancelled."""
    before, after = lived.times
    if lived.change.status != "CANCELED" or lived.change.what != "cancel":
        return
    # Of whole seconds, both may be the same.
    if before is None or after is None or float(before).is_integer():
        return
    yield Seen("cancel")
    if after == before:
        yield from _wrong_time(lived, "stayed", f"later than {before}")


def _wrong_time(lived: Lived, what: str, expected: str) -> Iterator[Violation]:
    change = lived.change
    yield Violation(
        f"lastUpdatedAt of {change.job_id} {what} with {change.operation}",
        expected=expected,
        actual=str(lived.times[1]),
        decisive=lived.unfiltered.last,
        jobs=(at(lived.unfiltered, change.job_id, "misreported"),),
        shown=(*lived.before.exchanges, change.done, *lived.unfiltered.exchanges),
        trait=what,
    )


# Walks during which jobs changed.


def _told(moved: Moved) -> str:
    """What was done, for a sentence."""
    return names([f"{change.operation} {change.job_id}" for change in moved.changes])


@requirement(
    "lifecycle/survivors-once",
    level=CONVENTION,
    source="Smithy, @paginated: no item twice, none left out",
    exercised_by="walks of several pages, with jobs made, changed and deleted between",
    breaks="an offset in the token; a page number; a list that is rebuilt for every page",
    undisturbed=True,
    presupposes=STEADY,
    # A change makes the pages others than those of the walk beside: any fault of pages shows.
    rests_on=(*PAGES, "concurrency/walks-independent"),
    examples=3,
    labels=2,
)
def survivors_once(moved: Moved | Raced) -> Iterator[Finding]:
    """Jobs that nothing was done to during a walk are each listed exactly once."""
    if isinstance(moved, Raced):
        yield from _survivors_of_a_race(moved)
        return
    walk, control = moved.walk, moved.control.walk
    done = [change.what for change in moved.between]
    if walk.ending is not Ending.COMPLETE or not done:
        return
    # What the world does not know is no job: it may go with the one it was made of.
    untouched = (control.id_set & moved.world.by_id.keys()) - moved.touched
    yield from map(Seen, sorted({*done}))
    lost = sorted(untouched - walk.id_set)
    twice = sorted(job_id for job_id in untouched if walk.ids.count(job_id) > 1)
    if not lost and not twice:
        return
    parts = ((lost, "lost"), (twice, "listed twice"))
    yield Violation(
        "; ".join(f"{names(ids)} {how}" for ids, how in parts if ids)
        + f", though nothing was done to them: {_told(moved)}",
        expected=f"{names([i for i in control.ids if i in untouched])}, each once",
        actual=" | ".join(names(page.ids) for page in walk.pages[:6]),
        decisive=walk.pages[moved.between[0].before_page - 1].exchange,
        jobs=(
            *(JobFault(i, "lost", _page_after(moved, i)) for i in lost),
            *(_second(moved, i) for i in twice),
        ),
        shown=moved.timeline,
        trait="lost" if lost else "duplicated",
    )


def _survivors_of_a_race(raced: Raced) -> Iterator[Finding]:
    """The same, of walks in threads: the jobs of the writer may show or not."""
    if not any(timed.change.done.ok for timed in raced.changes):
        return
    yield Seen("a writer beside")
    for control, timed in raced.each:
        walk, own = timed.walk, control.walk.id_set & raced.world.by_id.keys()
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


def _page_after(moved: Moved, job_id: str) -> int:
    return moved.walk.page_after(moved.control.walk.ids, job_id)


def _second(moved: Moved, job_id: str) -> JobFault:
    """The fault of a job at the second place where it stands."""
    pages = [n for n, page in enumerate(moved.walk.pages, 1) for i in page.ids if i == job_id]
    return JobFault(job_id, "duplicated", pages[1], token_of(moved.walk, pages[1]))


@requirement(
    "lifecycle/changed-once",
    level=CONVENTION,
    source="Smithy, @paginated: no item twice",
    exercised_by="walks of several pages, with jobs made or changed between",
    breaks="the listing is sorted by something that the change changes; an offset in the token",
    undisturbed=True,
    presupposes=(*STEADY, "lifecycle/survivors-once"),
    rests_on=(*PAGES, "concurrency/walks-independent"),
    examples=3,
)
def changed_once(moved: Moved) -> Iterator[Finding]:
    """A job that changes during a walk is listed at most once."""
    walk = moved.walk
    changed = {change.job_id for change in moved.between if change.what != "delete"}
    if walk.ending is not Ending.COMPLETE or not changed:
        return
    yield Seen("changed")
    twice = sorted(job_id for job_id in changed if walk.ids.count(job_id) > 1)
    if twice:
        yield Violation(
            f"{names(twice)} listed twice, before and after: {_told(moved)}",
            expected="each job at most once",
            actual=" | ".join(names(page.ids) for page in walk.pages[:6]),
            decisive=walk.last,
            jobs=tuple(_second(moved, job_id) for job_id in twice),
            shown=moved.timeline,
            trait="duplicated",
        )


@requirement(
    "lifecycle/deleted-not-resurrected",
    level=CONVENTION,
    source="Smithy, @paginated: an item deleted during a walk should not come on a later page",
    exercised_by="a job deleted before its page was asked for, that DescribeJob and a new listing "
    "no longer show",
    breaks="the token leads to a copy of the listing; pages are made in advance",
    undisturbed=True,
    presupposes=STEADY,
)
def deleted_not_resurrected(moved: Moved | Raced) -> Iterator[Finding]:
    """A job deleted before a page is fetched is not on it."""
    if isinstance(moved, Raced):
        yield from _resurrected_in_a_race(moved)
        return
    walk, control = moved.walk, moved.control.walk
    for change in moved.between:
        if not change.gone or not change.settled or change.job_id not in control.id_set:
            continue
        yield Seen("deleted")
        later = walk.pages[change.before_page - 1 :]
        for number, page in enumerate(later, change.before_page):
            if change.job_id in page.ids:
                yield Violation(
                    f"{change.job_id} was deleted before page {number}, and is on it",
                    expected=f"no {change.job_id}",
                    actual=names(page.ids),
                    decisive=page.exchange,
                    jobs=(JobFault(change.job_id, "phantom", number, token_of(walk, number)),),
                    shown=moved.timeline,
                    trait="phantom",
                )
                return


def _resurrected_in_a_race(raced: Raced) -> Iterator[Finding]:
    """The same, where a page was asked for after a deletion was over, and before the id came
    again."""
    for number, timed in enumerate(raced.changes):
        if not timed.change.gone:
            continue
        job_id = timed.change.job_id
        again = [t.sent for t in raced.changes[number + 1 :] if t.change.job_id == job_id]
        until, since = min(again, default=inf), timed.answered + raced.settle
        for _, walked in raced.each:
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
    exercised_by="the last job of a page deleted before the next page is asked for",
    breaks="the token names a job, and is refused when that job is gone",
    undisturbed=True,
    presupposes=STEADY,
    # What becomes of a token may differ from token to token.
    rests_on=PAGES,
)
def token_survives_deletion(moved: Moved) -> Iterator[Finding]:
    """A token just received still works after the job at the page boundary is deleted."""
    walk = moved.walk
    for change in moved.between:
        boundary = walk.pages[change.before_page - 2].ids[-1:]
        if change.what != "delete" or boundary != (change.job_id,):
            continue
        yield Seen("boundary deleted")
        if walk.ending is Ending.REFUSED and len(walk.pages) == change.before_page - 1:
            yield Violation(
                f"the token is refused once {change.job_id} is deleted: {walk.last}",
                expected=f"page {change.before_page}",
                actual=str(walk.last),
                decisive=walk.last,
                jobs=(JobFault(change.job_id, "lost", change.before_page),),
                shown=moved.timeline,
                trait="refused",
            )
            return
