"""Making, changing and deleting a job, and listing it before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from listjobs_conformance.strategies import history_space

from ..contract.change_evidence import Change, ChangeEffect
from ..contract.evidence_kinds import Answer, Filtered, Listing, Paged, Walked
from ..evidence import Evidence, Walk
from ..model import VERBS, Job, Query, World
from ..worlds.seeding import prefixed_query
from ..worlds.session import Session
from .changes import change, described, new_group
from .controls import filtered
from .scenario import Plan, Scenario, Source

SUBJECT, NEW = history_space.SUBJECT, history_space.NEW


def live(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Do one thing after another to a job, and list it before and after the last of them."""
    *earlier, last = plan.action
    with session.staged(plan.population) as (world, prefix):
        subject = prefix + (SUBJECT if earlier or last != "create" else NEW)
        for what in earlier:
            if not _possible(session, world, what, subject):
                return
            done = change(session, world, prefix, what, subject)
            if not _settled(session, done):
                return
        concerned = [prefixed_query(q, prefix) for q in history_space.concerned(plan.population)]
        statuses = _controls(session, world, plan)
        effect = _effect(session, world, prefix, last, subject, statuses, concerned)
        if effect is None:
            return
        yield effect
        if last == "delete" and effect.change.gone:
            # The pages that follow a deletion are others than before.
            for one in effect.others:
                small = session.walk(one.query, (1,))
                yield Paged(effect.after, one.walk, small)


def live_among_many(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Do each thing to a job of its own where there are many, and list them after it."""
    with session.staged(plan.population) as (world, prefix):
        statuses = [Query(status=status) for status in session.capabilities.statuses]
        subjects = history_space.subjects_among(plan.population)
        asked = [session.local(query) for query in history_space.asked_of_many(plan.population)]
        known = world
        for what in plan.action:
            subject = prefix + subjects.get(what, f"{NEW}-new")
            concerned = [query for query in asked if query.filters] if what == "delete" else []
            effect = _effect(session, world, prefix, what, subject, statuses, concerned)
            if effect is None:
                return
            yield effect
            world, known = effect.after, _as_described(known, effect)
        for query in asked:
            widest, small = session.widest(query), session.walk(query, (PAGE_OF_MANY,))
            default = session.walk(query, (None,))
            if query.filters:
                yield filtered(session, world, query, (small, default))
            yield Paged(known, widest, small)


def _as_described(known: World, effect: ChangeEffect) -> World:
    """The world with what DescribeJob says of the job since, where a listing shows that: else it
    is the change's affair, and not the pages'."""
    change, after = effect.change, effect.after
    job = replace(after.by_id[change.job_id], status=change.status if change.settled else None)
    moot = change.job_id in after.changing
    return known.changed(job, after.arns.get(change.job_id), moot=moot)


PAGE_OF_MANY = 100


def _effect(
    session: Session,
    world: World,
    prefix: str,
    what: str,
    subject: str,
    statuses: Sequence[Query],
    concerned: Sequence[Query],
) -> ChangeEffect | None:
    """Make one change, and list everything before and after; None where there is none to make.

    The listings in ``statuses`` must be right before it; those in ``concerned`` are asked for
    since, too.
    """
    controls = tuple(filtered(session, world, query) for query in statuses)
    if not _possible(session, world, what, subject):
        return None
    before = session.widest(Query())
    done = change(session, world, prefix, what, subject)
    settled = session.settled(lambda: shows(session, done, concerned))
    done = replace(done, settled=settled, described=described(session, subject))
    unfiltered, after = session.widest(Query()), _after(world, done)
    others = tuple(filtered(session, after, query) for query in concerned)
    by_group = None if done.group is None else session.widest(Query(thing_group_name=done.group))
    by_status = _listings(session) if done.group is None else {}
    return ChangeEffect(
        world, done, before, unfiltered, by_status, controls, by_group, after, others
    )


def _possible(session: Session, world: World, what: str, subject: str) -> bool:
    """Whether it can be done: a new id is free, or there is a group that the job can be given."""
    if what == "create":
        return subject not in session.widest(Query()).id_set
    return what != "associate" or new_group(world, subject) is not None


def _after(world: World, done: Change) -> World:
    """What is known once it was done: of the job itself only what it was made with."""
    if done.what == "create":
        body = done.done.json if isinstance(done.done.json, dict) else {}
        arn = body.get("jobArn")
        made = Job(done.job_id, done.status, partial=done.described is None)
        return world.changed(made, arn if isinstance(arn, str) else None, moot=True)
    job = world.by_id.get(done.job_id, Job(done.job_id, targets=(), partial=True))
    arn = world.arns.get(done.job_id)
    if done.what == "delete":
        return world.changed(replace(job, status=None), arn, moot=True)
    # It was listed before, and still exists: of what has changed, nothing is known.
    if done.what == "associate":
        job = replace(job, targets=(), partial=True)
    else:
        job = replace(job, status=None)
    return world.changed(job, arn, created=done.created)


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


def shows(session: Session, done: Change, others: Sequence[Query] = ()) -> bool:
    """Whether a new listing of everything, and those by status, show what was done."""
    listed = done.job_id in session.widest(Query()).id_set
    if done.what == "delete":
        answer = described(session, done.job_id)
        gone = not listed and (answer is None or answer.status == 404)
        return gone and not any(done.job_id in session.widest(q).id_set for q in others)
    if done.group is not None:
        in_group = session.widest(Query(thing_group_name=done.group)).id_set
        return listed and done.job_id in in_group
    there = [status for status, walk in _listings(session).items() if done.job_id in walk.id_set]
    return listed and there == [VERBS[done.what].leads_to]


def _lives(source: Source) -> Iterator[Plan]:
    for population, life in history_space.lives(source.capabilities, source.brief):
        yield Plan(population, life)


def _among_many(source: Source) -> Iterator[Plan]:
    many = source.many
    if many is not None:
        verbs = history_space.possible_in(source.capabilities)
        yield Plan(many, tuple(v for v in history_space.AMONG_MANY if v in verbs))


weigh: Callable[[tuple[str, ...]], int] = len

LIFECYCLE = Scenario(
    "lifecycle",
    "changing jobs and listing them",
    live,
    _lives,
    gives=(ChangeEffect, Filtered, Listing, Paged, Walked, Answer),
    action=tuple[str, ...],
    writes=True,
    weight=weigh,
    whole=True,
    prelude=lambda action: [(verb, SUBJECT) for verb in action[:-1]],
)

LIFE_AMONG_MANY = Scenario(
    "lifecycle-among-many",
    "changing jobs and listing them where there are many",
    live_among_many,
    _among_many,
    gives=(ChangeEffect, Filtered, Listing, Paged, Walked, Answer),
    action=tuple[str, ...],
    writes=True,
    weight=weigh,
    whole=True,
    exclusive=True,
    large=True,
    unscripted="it takes hundreds of jobs",
    unfit=lambda population: (
        None if history_space.subjects_among(population) else "jobs: some plain ones must exist"
    ),
)
