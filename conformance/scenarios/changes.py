"""Changing jobs, as the operations of the API do: what lifecycle and moving walks are made of."""

from __future__ import annotations

from collections.abc import Callable

from ..contract.change_evidence import Change
from ..evidence import Exchange
from ..model import Job, World
from ..worlds import control
from ..worlds.session import Session


def change(
    session: Session, world: World, prefix: str, what: str, job_id: str, before_page: int = 1
) -> Change:
    """Make or delete a job, or do something to it, and ask DescribeJob about it."""
    group = new_group(world, job_id) if what == "associate" else None
    done = _OPERATIONS[what](session, world, prefix, job_id)
    session.changed()
    return Change(what, job_id, done, described(session, job_id), before_page, group=group)


def new_group(world: World, job_id: str) -> str | None:
    """The group that the job may be given: a continuous job in progress gets one that it does
    not target."""
    job = world.by_id.get(job_id)
    if job is None or (job.status, job.selection) != ("IN_PROGRESS", "CONTINUOUS"):
        return None
    return next((name for name in world.group_arns if name not in job.groups), None)


def described(session: Session, job_id: str) -> Exchange | None:
    """What DescribeJob answers, where the target describes jobs."""
    if not session.capabilities.describes:
        return None
    return session.target.send(control.describe_job(job_id))


def _create(session: Session, world: World, prefix: str, job_id: str) -> Exchange:
    seeder = session.by_api
    assert seeder is not None
    return seeder.create(job_id, f"{prefix}new")


def _cancel(session: Session, world: World, prefix: str, job_id: str) -> Exchange:
    return session.target.send(control.cancel_job(job_id))


def _complete(session: Session, world: World, prefix: str, job_id: str) -> Exchange:
    job = world.by_id.get(job_id, Job(job_id, targets=()))
    thing = job.things[0] if job.things else f"{prefix}new"
    if session.capabilities.completes_by == "cancel":
        return session.target.send(control.cancel_execution(job_id, thing))
    return session.target.send(control.succeed_execution(job_id, thing))


def _delete(session: Session, world: World, prefix: str, job_id: str) -> Exchange:
    return session.target.send(control.delete_job(job_id))


def _associate(session: Session, world: World, prefix: str, job_id: str) -> Exchange:
    group = new_group(world, job_id)
    assert group is not None
    return session.target.send(control.associate_targets(job_id, [world.group_arns[group]]))


_OPERATIONS: dict[str, Callable[[Session, World, str, str], Exchange]] = {
    "create": _create,
    "cancel": _cancel,
    "complete": _complete,
    "delete": _delete,
    "associate": _associate,
}
