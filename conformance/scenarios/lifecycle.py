"""Making, changing and deleting a job, and listing it before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ..contract.change_evidence import Change, ChangeEffect
from ..evidence import Evidence, Walk
from ..model import GROUP, THING, VERBS, Job, Population, Query, ThingGroup, World
from ..worlds.session import Session
from .changes import change, described, new_group
from .controls import filtered
from .scenario import Plan, Scenario, Source

LIVES = (
    ("create",),
    ("cancel",),
    ("complete",),
    ("delete",),
    ("delete", "create"),
    ("cancel", "delete"),
    ("complete", "delete"),
    ("associate",),
)
"""What is done to one job, in turn. A new job is a second one, unless it follows a deletion."""

SUBJECT, NEW = "a", "d"

BYSTANDERS = (Job("b", "CANCELED"), Job("c", "COMPLETED"))
"""Jobs that are in a status already: what shows that the listing by it is right."""

JOINING = Population(
    (
        Job(SUBJECT, selection="CONTINUOUS"),
        Job("b", selection="CONTINUOUS", targets=(THING + "t", GROUP + "g")),
    ),
    (ThingGroup("g"),),
)
"""A job that is given a group, beside one that has targeted it from the beginning."""


def live(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Do one thing after another to a job, and list it before and after the last of them."""
    *earlier, last = plan.action
    with session.staged(plan.population) as (world, prefix):
        subject = prefix + (SUBJECT if earlier or last != "create" else NEW)
        for what in earlier:
            done = change(session, world, prefix, what, subject)
            if not _settled(session, done):
                return
        if last == "associate" and new_group(world, subject) is None:
            return
        controls = tuple(filtered(session, world, q) for q in _controls(session, world, plan))
        before = session.widest(Query())
        if last == "create" and subject in before.id_set:
            return
        done = change(session, world, prefix, last, subject)
        done = replace(done, settled=_settled(session, done))
        done = replace(done, described=described(session, subject))
        after = session.widest(Query())
        if done.group is not None:
            by_group = session.widest(Query(thing_group_name=done.group))
            yield ChangeEffect(world, done, before, after, {}, controls, by_group)
        else:
            yield ChangeEffect(world, done, before, after, _listings(session), controls)


def _controls(session: Session, world: World, plan: Plan) -> list[Query]:
    """The listings that must be right before the change."""
    *earlier, last = plan.action
    # Of a job that was changed before, nothing is known any more.
    if earlier:
        return []
    if last == "associate":
        return [Query(thing_group_name=group) for group in world.groups]
    return [Query(status=status) for status in session.capabilities.statuses]


def _listings(session: Session) -> dict[str, Walk]:
    return {
        status: session.widest(Query(status=status)) for status in session.capabilities.statuses
    }


def _settled(session: Session, done: Change) -> bool:
    """Ask until the listings show the change, for the settle time at most."""
    return session.settled(lambda: shows(session, done))


def shows(session: Session, done: Change) -> bool:
    """Whether a new listing of everything, and those by status, show what was done."""
    listed = done.job_id in session.widest(Query()).id_set
    if done.what == "delete":
        answer = described(session, done.job_id)
        return not listed and (answer is None or answer.status == 404)
    if done.group is not None:
        in_group = session.widest(Query(thing_group_name=done.group)).id_set
        return listed and done.job_id in in_group
    there = [status for status, walk in _listings(session).items() if done.job_id in walk.id_set]
    return listed and there == [VERBS[done.what].leads_to]


def _lives(source: Source) -> Iterator[Plan]:
    held = {status for status, selection, grouped in source.capabilities.kinds}
    if not held:
        return
    beside = tuple(job for job in BYSTANDERS if job.status in held)
    population = Population((Job(SUBJECT), *beside))
    possible = {"create", "delete"} | ({"associate"} if source.capabilities.associates else set())
    possible |= {name for name, verb in VERBS.items() if verb.leads_to in held}
    for life in LIVES:
        if possible.issuperset(life):
            yield Plan(_joining(source) if "associate" in life else population, life)


def _joining(source: Source) -> Population:
    if source.capabilities.several_targets:
        return JOINING
    subject, beside = JOINING.jobs
    return replace(JOINING, jobs=(subject, replace(beside, targets=(GROUP + "g",))))


weigh: Callable[[tuple[str, ...]], int] = len

LIFECYCLE = Scenario(
    "lifecycle",
    "changing jobs and listing them",
    live,
    _lives,
    action=tuple[str, ...],
    writes=True,
    weight=weigh,
    whole=True,
    prelude=lambda action: [(verb, SUBJECT) for verb in action[:-1]],
)
