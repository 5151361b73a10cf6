"""Walkers in threads, each under its own filters, alone and with a writer beside them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from ..contract.change_evidence import Change, Race, TimedChange, TimedWalk
from ..contract.evidence_kinds import Answer, Paged, Walked
from ..evidence import Ending, Evidence, Walk
from ..model import Job, Population, Query, World
from ..worlds import control
from ..worlds.seeding import prefixed_query
from ..worlds.session import Session
from .changes import described
from .scenario import Plan, Scenario, Source

SIZE = 2
"""Jobs on a page: several pages to each walk."""

WALKS = 3
"""How often each walker walks."""

WRITES = 8
"""The most jobs that the writer makes, and deletes again."""

QUERIES = (
    Query(),
    Query(status="IN_PROGRESS"),
    Query(target_selection="SNAPSHOT"),
    Query(target_selection="CONTINUOUS"),
)


def race(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Walk in threads, and record when each page was asked for and each change was made."""
    with session.staged(plan.population) as (world, prefix):
        controls = []
        for query in QUERIES:
            local = prefixed_query(query, prefix)
            walk = session.walk(local, (session.page_size(SIZE - 1, session.widest(local)),))
            controls.append(Paged(world, session.widest(local), walk))
        controls = [control for control in controls if control.walk.filled > 1]
        if len(controls) < 2 or any(c.walk.ending is not Ending.COMPLETE for c in controls):
            return
        done = threading.Event()
        with ThreadPoolExecutor(len(controls) + 1) as pool:
            writer = (
                pool.submit(_write, session, world, prefix, done)
                if plan.action == "writing"
                else None
            )
            walkers = [pool.submit(_walk, session, control) for control in controls]
            try:
                walks = [walker.result() for walker in walkers]
            finally:
                done.set()
            changes = writer.result() if writer is not None else ()
        session.changed()
        anew = [_once(session, control) for control in controls] if changes else []
        yield Race(
            world,
            tuple(controls),
            tuple(map(tuple, walks)),
            tuple(changes),
            session.settle,
            tuple(anew),
        )


def _once(session: Session, control: Paged) -> Walk:
    """The walk of a control once more, now that nobody writes any longer."""
    return session.walk(control.walk.query, (control.walk.page_size or SIZE,))


def _walk(session: Session, control: Paged) -> list[TimedWalk]:
    walks = []
    for _ in range(WALKS):
        walker = session.walker(control.walk.query, control.walk.page_size or SIZE, patient=True)
        walks.append(TimedWalk(walker.to_the_end(), tuple(walker.sent)))
    return walks


def _write(session: Session, world: World, prefix: str, done: threading.Event) -> list[TimedChange]:
    """Make jobs and delete them again, until nobody walks any longer."""
    seeder = session.by_api
    assert seeder is not None
    changes: list[TimedChange] = []
    for number in count():
        if done.is_set() or number >= WRITES:
            return changes
        job_id = f"{prefix}w{number % 4}"
        for what in ("create", "delete"):
            sent = time.monotonic()
            if what == "create":
                exchange = seeder.create(job_id, f"{prefix}new")
            else:
                exchange = session.target.send(control.delete_job(job_id))
            shown = described(session, job_id)
            change = Change(what, job_id, exchange, shown)
            changes.append(TimedChange(change, sent, time.monotonic()))
    return changes


EIGHT_JOBS = Population(
    tuple(
        Job(f"{number:x}", "IN_PROGRESS", "SNAPSHOT" if number % 2 else "CONTINUOUS")
        for number in range(8)
    )
)


def _fixed(source: Source) -> Iterator[Plan]:
    kinds = source.capabilities.kinds
    selections = {selection for _, selection, _ in kinds}
    held = tuple(job for job in EIGHT_JOBS.jobs if job.selection in selections)
    if held:
        yield Plan(Population(held), "walking")
        yield Plan(Population(held), "writing")


RACING = Scenario(
    "racing",
    "walking in threads, with a writer beside",
    race,
    _fixed,
    gives=(Race, Paged, Walked, Answer),
    action=str,
    writes=True,
    whole=True,
    by_chance=True,
    unscripted="it takes threads",
)
