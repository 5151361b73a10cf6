"""Making, cancelling, completing and deleting a job, and listing it before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ..contract.parts import Change, Lived, Part
from ..evidence import Walk
from ..model import Job, Population, Query
from ..session import Session
from .changing import change, described
from .plan import Plan, Scenario, Source, filtered

LIVES = (
    ("create",),
    ("cancel",),
    ("complete",),
    ("delete",),
    ("delete", "create"),
    ("cancel", "delete"),
    ("complete", "delete"),
)
"""What is done to one job, in turn. A new job is a second one, unless it follows a deletion."""

SUBJECT, NEW = "a", "d"

BYSTANDERS = (Job("b", "CANCELED"), Job("c", "COMPLETED"))
"""Jobs that are in a status already: what shows that the listing by it is right."""


def live(session: Session, plan: Plan) -> Iterator[Part]:
    """Do one thing after another to a job, and list it before and after the last of them."""
    *earlier, last = plan.doing
    with session.staged(plan.population) as (world, prefix):
        subject = prefix + (SUBJECT if earlier or last != "create" else NEW)
        for what in earlier:
            done = change(session, world, prefix, what, subject)
            if not _settled(session, done):
                return
        # Of a job that was changed before, nothing is known any more.
        statuses = () if earlier else session.capabilities.statuses
        controls = tuple(filtered(session, world, Query(status=status)) for status in statuses)
        before = session.widest(Query())
        if last == "create" and subject in before.id_set:
            return
        done = change(session, world, prefix, last, subject)
        done = replace(done, settled=_settled(session, done))
        done = replace(done, described=described(session, subject))
        yield Lived(world, done, before, session.widest(Query()), _listings(session), controls)


def _listings(session: Session) -> dict[str, Walk]:
    return {
        status: session.widest(Query(status=status)) for status in session.capabilities.statuses
    }


def _settled(session: Session, done: Change) -> bool:
    """Ask until the listings show the change, for the settle time at most."""
    return session.settled(lambda: shows(session, done))


EXPECTED = {"create": "IN_PROGRESS", "cancel": "CANCELED", "complete": "COMPLETED"}


def shows(session: Session, done: Change) -> bool:
    """Whether a new listing of everything, and those by status, show what was done."""
    listed = done.job_id in session.widest(Query()).id_set
    if done.what == "delete":
        answer = described(session, done.job_id)
        return not listed and (answer is None or answer.status == 404)
    there = [status for status, walk in _listings(session).items() if done.job_id in walk.id_set]
    return listed and there == [EXPECTED[done.what]]


def _lives(source: Source) -> Iterator[Plan]:
    held = {status for status, selection, grouped in source.holdable.kinds}
    if not held:
        return
    beside = tuple(job for job in BYSTANDERS if job.status in held)
    population = Population((Job(SUBJECT), *beside))
    possible = {"create", "delete"}
    possible |= {what for what, status in EXPECTED.items() if status in held}
    yield from (Plan(population, life) for life in LIVES if possible.issuperset(life))


weigh: Callable[[tuple[str, ...]], int] = len

LIFECYCLE = Scenario(
    "lifecycle", "changing jobs and listing them", live, _lives, adds=True, weight=weigh
)
