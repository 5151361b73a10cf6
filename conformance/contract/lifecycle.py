"""``lifecycle/``: what a listing shows of a job that was made, changed or deleted.

One change, and the listings once it had time to show. What a walk shows during which jobs change
stands in ``interleavings``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..evidence import Ending, Exchange, Walk
from ..model import GROUP, MUST, matches
from .change_evidence import ChangeEffect
from .job_faults import at, names
from .listing import WALKABLE
from .requirement import (
    CONVENTION,
    DOCUMENTED,
    OBSERVED,
    Exercised,
    Finding,
    JobFault,
    Violation,
    requirement,
)
from .summary import SECOND, numeric


def _now(effect: ChangeEffect) -> tuple[Exchange, ...]:
    """What was done, and what was listed then."""
    listed = (effect.unfiltered, *effect.by_status.values())
    return (effect.change.done, *(walk.exchanges[0] for walk in listed))


@requirement(
    "lifecycle/created-job-listed",
    level=CONVENTION,
    source="API: ListJobs lists jobs; how soon a new one is listed is not documented",
    exercised_by="a job made beside others that had been listed already, also under an id used "
    "before, and listed again after the settle time",
    common_mistakes="a listing that was cached; an index that new jobs enter late or never",
    presupposes=(*WALKABLE, "listing/complete"),
    # Whatever hides a job hides a new one, too.
    presupposes_in_run=("listing/complete", "filter/status", "filter/target-selection"),
)
def created_job_listed(effect: ChangeEffect) -> Iterator[Finding]:
    """A new job is listed within the settle time."""
    change = effect.change
    if change.what != "create" or not change.known:
        return
    if effect.unfiltered.ending is not Ending.COMPLETE:
        return
    yield Exercised("a new job")
    if change.job_id not in effect.unfiltered.id_set:
        yield _unlisted(effect, "", effect.unfiltered)
        return
    for told, walk in effect.listings.items():
        made = effect.after.by_id.get(change.job_id)
        ended = walk.ending is Ending.COMPLETE
        held = change.job_id in walk.id_set
        if made and ended and not held and matches(made, walk.query) == MUST:
            yield _unlisted(effect, f" in {told}", walk)
            return


def _unlisted(effect: ChangeEffect, where: str, walk: Walk) -> Violation:
    job_id = effect.change.job_id
    return Violation(
        f"{job_id} was made, and is not listed{where}",
        expected=job_id,
        actual=names(walk.ids),
        decisive=walk.last,
        jobs=(JobFault(job_id, "lost"),),
        shown=(*effect.before.exchanges[:1], effect.change.done, *walk.exchanges),
        trait="lost",
    )


def moves_status(effect: ChangeEffect, what: str, status: str) -> Iterator[Finding]:
    """A job that DescribeJob shows in a new status is listed under this one alone."""
    change = effect.change
    if change.what != what or change.status != status:
        return
    if change.job_id not in effect.unfiltered.id_set:
        return
    yield Exercised(status)
    there = {name: walk for name, walk in effect.by_status.items() if change.job_id in walk.id_set}
    left = [name for name in there if name != status]
    if status in there and not left:
        return
    wrong = effect.by_status[left[0]] if left else effect.by_status[status]
    told = f"still listed under status={left[0]}" if left else f"not listed under status={status}"
    yield Violation(
        f"{change.job_id} is {status}, and {told}",
        expected=f"{change.job_id} under status={status} alone",
        actual=f"{change.job_id} under " + (names(sorted(there)) if there else "no status"),
        decisive=wrong.last,
        jobs=(JobFault(change.job_id, "misfiltered" if left else "lost"),),
        shown=_now(effect),
        trait="left" if left else "lost",
    )


@requirement(
    "lifecycle/cancel-moves-status",
    level=DOCUMENTED,
    source="API: status; developer guide, jobs lifecycle: CancelJob",
    exercised_by="a job that was listed under IN_PROGRESS, was cancelled, and that DescribeJob "
    "then shows as CANCELED",
    common_mistakes="a listing by status that was cached, or is kept in an index that CancelJob "
    "forgets",
    presupposes=(*WALKABLE, "filter/status", "listing/complete", "summary/status"),
    presupposes_in_run=("filter/status",),
)
def cancel_moves_status(effect: ChangeEffect) -> Iterator[Finding]:
    """A cancelled job moves from the IN_PROGRESS listing to the CANCELED one."""
    yield from moves_status(effect, "cancel", "CANCELED")


@requirement(
    "lifecycle/completion-moves-status",
    level=DOCUMENTED,
    source="API: status; developer guide, jobs lifecycle: a snapshot job completes",
    exercised_by="a job that was listed under IN_PROGRESS, whose only execution ended, and that "
    "DescribeJob then shows as COMPLETED",
    common_mistakes="a listing by status that is not updated where an execution ends a job",
    presupposes=(*WALKABLE, "filter/status", "listing/complete", "summary/status"),
    presupposes_in_run=("filter/status",),
)
def completion_moves_status(effect: ChangeEffect) -> Iterator[Finding]:
    """A job whose last execution ends moves from the IN_PROGRESS listing to the COMPLETED one."""
    yield from moves_status(effect, "complete", "COMPLETED")


@requirement(
    "lifecycle/completion-sets-completed-at",
    level=OBSERVED,
    source="API: completedAt, when the job completed",
    exercised_by="a job listed without completedAt, whose only execution ended, and that "
    "DescribeJob and its summary then show as COMPLETED",
    common_mistakes="the time is written by CancelJob alone, or where a job is made; a column that "
    "the listing does not read",
    presupposes=(
        *WALKABLE,
        "summary/status",
        "summary/timestamps",
        "summary/completed-at",
        "lifecycle/completion-moves-status",
    ),
    presupposes_in_run=("summary/status", "summary/completed-at"),
    about_form=True,
    about_times_with="createdAt",
)
def completion_sets_completed_at(effect: ChangeEffect) -> Iterator[Finding]:
    """A job whose last execution ends is listed with a ``completedAt``, not before
    ``createdAt``."""
    change, (before, after) = effect.change, effect.shown
    if change.what != "complete" or change.status != "COMPLETED":
        return
    # A summary that is out of date is another requirement's affair.
    if not before or before.get("completedAt") is not None or after.get("status") != "COMPLETED":
        return
    yield Exercised("COMPLETED")
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
        decisive=effect.unfiltered.last,
        jobs=(at(effect.unfiltered, change.job_id, "misreported"),),
        shown=(*effect.before.exchanges, change.done, *effect.unfiltered.exchanges),
        trait="absent" if not numeric(completed) else "before createdAt",
    )


@requirement(
    "lifecycle/associated-group-listed",
    level=DOCUMENTED,
    source="API: thingGroupName; AssociateTargetsWithJob",
    requires_operation="AssociateTargetsWithJob",
    exercised_by="a continuous job that was given a group, beside one that was made with it and "
    "was listed under it, once DescribeJob shows the group among the targets",
    common_mistakes="an index of groups that is written where a job is made, and not afterwards; a "
    "listing by group that was cached",
    presupposes=(*WALKABLE, "filter/thing-group-name", "listing/complete"),
    # With a second group a job has more targets than any control here.
    presupposes_in_run=(
        "filter/thing-group-name",
        "filter/thing-group-id",
        "filter/status",
        "filter/target-selection",
        "filter/conjunction",
    ),
)
def associated_group_listed(effect: ChangeEffect) -> Iterator[Finding]:
    """Once DescribeJob shows a group among a job's targets, the listing by the group has the
    job."""
    change, walk = effect.change, effect.by_group
    if walk is None or change.group is None or not change.done.ok:
        return
    if not change.targets(effect.world.group_arns.get(change.group)):
        return
    # The real service was seen to leave SCHEDULED jobs out of a group's listing.
    if change.status in ("SCHEDULED", "DELETION_IN_PROGRESS"):
        return
    if change.job_id not in effect.unfiltered.id_set or walk.ending is not Ending.COMPLETE:
        return
    yield Exercised("associated")
    job = effect.world.by_id.get(change.job_id)
    joined = job and replace(job, targets=(*job.targets, GROUP + change.group))
    others = [one.walk for one in effect.others if change.group in one.query.group_names]
    # That a namespace is a filter is a convention.
    for listed in [walk, *(one for one in others if one.query.namespace_id is None)]:
        if change.job_id in listed.id_set or (joined and matches(joined, listed.query) < MUST):
            continue
        asked = " + ".join(f"{name}={listed.query.value(name)}" for name in listed.query.filters)
        yield Violation(
            f"{change.job_id} targets the group {change.group}, and is not listed under {asked}",
            expected=change.job_id,
            actual=names(listed.ids),
            decisive=listed.last,
            jobs=(JobFault(change.job_id, "lost"),),
            shown=(
                change.done,
                *((change.described,) if change.described is not None else ()),
                *listed.exchanges,
            ),
            trait="lost",
        )
        return


@requirement(
    "lifecycle/deleted-job-gone",
    level=DOCUMENTED,
    source="API: ListJobs lists jobs; developer guide, jobs lifecycle: DeleteJob",
    exercised_by="a job that was listed, was deleted, and that DescribeJob no longer knows",
    common_mistakes="a listing that was cached; an index that DeleteJob forgets; rows that are "
    "only marked",
    presupposes=(*WALKABLE, "listing/complete"),
)
def deleted_job_gone(effect: ChangeEffect) -> Iterator[Finding]:
    """Once DescribeJob no longer knows a job, and the settle time is over, no listing has it."""
    change = effect.change
    if not change.gone or change.described is None:
        return
    yield Exercised("deleted")
    for what, walk in effect.listings.items():
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
    common_mistakes="the time taken from another clock, or from when the job was created",
    presupposes=(*WALKABLE, "summary/timestamps", "summary/chronology"),
    about_times_with="",
)
def updated_at_advances(effect: ChangeEffect) -> Iterator[Finding]:
    """``lastUpdatedAt`` never goes back."""
    before, after = effect.times
    if before is None or after is None:
        return
    yield Exercised(effect.change.what)
    if after < before:
        yield from _wrong_time(effect, "went back", f"at least {before}")


@requirement(
    "lifecycle/cancel-updates",
    level=OBSERVED,
    source="API: lastUpdatedAt, when the job was last updated",
    exercised_by="a cancelled job, listed with times finer than a second before and after",
    common_mistakes="CancelJob leaves lastUpdatedAt as it was",
    presupposes=(
        *WALKABLE,
        "summary/timestamps",
        "lifecycle/cancel-moves-status",
        "lifecycle/updated-at-advances",
    ),
    presupposes_in_run=("summary/chronology",),
    about_times_with="",
)
def cancel_updates(effect: ChangeEffect) -> Iterator[Finding]:
    """``lastUpdatedAt`` moves on when a job is cancelled."""
    before, after = effect.times
    if effect.change.status != "CANCELED" or effect.change.what != "cancel":
        return
    # Of whole seconds, both may be the same.
    if before is None or after is None or float(before).is_integer():
        return
    yield Exercised("cancel")
    if after == before:
        yield from _wrong_time(effect, "stayed", f"later than {before}")


def _wrong_time(effect: ChangeEffect, what: str, expected: str) -> Iterator[Violation]:
    change = effect.change
    yield Violation(
        f"lastUpdatedAt of {change.job_id} {what} with {change.operation}",
        expected=expected,
        actual=str(effect.times[1]),
        decisive=effect.unfiltered.last,
        jobs=(at(effect.unfiltered, change.job_id, "misreported"),),
        shown=(*effect.before.exchanges, change.done, *effect.unfiltered.exchanges),
        trait=what,
    )
