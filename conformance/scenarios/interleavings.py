"""Walking through pages while jobs are made, changed and deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from listjobs_conformance.strategies import interleavings as motion
from listjobs_conformance.strategies import queries
from listjobs_conformance.strategies.interleavings import NEW_IDS, PLACES, Step
from listjobs_conformance.strategies.populations import populations
from listjobs_conformance.strategies.queries import Ask

from ..contract.change_evidence import Change, ChangeInterleaving
from ..contract.evidence_kinds import Answer, Paged, Walked
from ..contract.requirement import Violation
from ..evidence import Ending, Evidence, Page, Walk
from ..model import GROUP, VERBS, Job, Population, Query, ThingGroup, World
from ..worlds.seeding import prefixed_query
from ..worlds.session import Session
from .changes import change, new_group
from .lifecycle import shows
from .listing import from_below, simpler_listing
from .scenario import Plan, Scenario, Source


@dataclass(frozen=True, slots=True)
class Interleaving:
    """A walk, and what is done on the way."""

    ask: Ask
    steps: tuple[Step, ...] = field(metadata={"written": "turns"})


def walk_meanwhile(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Walk once while nothing changes, and once while something does."""
    action: Interleaving = plan.action
    with session.staged(plan.population) as (world, prefix):
        query = prefixed_query(action.ask.query, prefix) if prefix else action.ask.query
        widest = session.widest(query)
        size = session.page_size(action.ask.split, widest)
        control = Paged(world, widest, session.walk(query, (size,)))
        moving = _Moving(session, world, prefix, action.steps, control.walk)
        if len(control.walk.pages) < 2 or control.walk.ending is not Ending.COMPLETE:
            yield control
            return
        walker = session.walker(query, size)
        while walker.goes_on:
            walker.step()
            if walker.goes_on:
                moving.between(walker.pages)
        walk = walker.to_the_end()
        # What is amiss may be so whatever walk is begun now.
        touched = {done.job_id for done in moving.changes}
        missed = control.walk.id_set - walk.id_set - touched
        amiss = walk.ending is not Ending.COMPLETE or missed
        anew = session.walk(query, (size,)) if amiss else None
        yield ChangeInterleaving(world, control, walk, tuple(moving.changes), anew)


class _Moving:
    """Does what is to be done once so many pages have come."""

    def __init__(
        self, session: Session, world: World, prefix: str, steps: tuple[Step, ...], control: Walk
    ) -> None:
        self._session = session
        self._world = world
        self._prefix = prefix
        self._steps = steps
        self._query = control.query
        own = world.own(control.id_set)
        self._order = [job_id for job_id in control.ids if job_id in own]
        self.changes: list[Change] = []

    def between(self, pages: Sequence[Page]) -> None:
        """Called after each page but the last."""
        for step in self._steps:
            if step.after == len(pages):
                job_id = self._job(step, pages)
                if job_id is not None and not self._gone(job_id, step.what):
                    self._do(step.what, job_id, len(pages) + 1)

    def _job(self, step: Step, pages: Sequence[Page]) -> str | None:
        if step.what == "create":
            return self._prefix + NEW_IDS[PLACES.index(step.place)]
        listed = {job_id for page in pages for job_id in page.ids}
        if step.what == "associate" and self._query.group_names:
            joining = [job_id for job_id in self._world.by_id if self._may_join(job_id)]
            if joining:
                return joining[0 if step.place == PLACES[0] else -1]
        came = [job_id for page in pages for job_id in page.ids if job_id in self._world.by_id]
        coming = [job_id for job_id in self._order if job_id not in listed]
        among = {
            "first": came[:1],
            "boundary": pages[-1].ids[-1:],
            "next": coming[:1],
            "last": (coming or came)[-1:],
        }[step.place]
        job_id = among[0] if among else None
        if step.what == "associate" and new_group(self._world, job_id or "") is None:
            return None
        return job_id if job_id in self._world.by_id else None

    def _may_join(self, job_id: str) -> bool:
        """Whether the job can be given the group whose jobs are listed."""
        joined = new_group(self._world, job_id) in self._query.group_names
        return joined and job_id not in self._order

    def _gone(self, job_id: str, what: str) -> bool:
        """Whether there is nothing left to do it to, or there is one of that id already."""
        earlier = [change.what for change in self.changes if change.job_id == job_id]
        return "delete" in earlier or what in earlier or what == "create" == "".join(earlier)

    def _do(self, what: str, job_id: str, before_page: int) -> None:
        session = self._session
        done = change(session, self._world, self._prefix, what, job_id, before_page)
        if what == "delete" and done.gone:
            done = replace(done, settled=session.settled(lambda: self._shown(done)))
        self.changes.append(done)

    def _shown(self, done: Change) -> bool:
        """Whether the listing that is walked shows it, too."""
        return (
            shows(self._session, done)
            and done.job_id not in self._session.widest(self._query).id_set
        )


PLAIN = tuple(what for what in motion.WHATS if what != "associate")
"""What any job may be done to."""

FOUR_JOBS = Population(tuple(Job(name) for name in "abcd"))

FOUR_OF_A_GROUP = Population(
    tuple(Job(name, "IN_PROGRESS", "CONTINUOUS", (GROUP + "g",)) for name in "abcd"),
    (ThingGroup("g"),),
)
"""Where there are other jobs: a group of their own keeps them apart from the rest."""

FOUR_AND_A_GROUP = Population(
    tuple(Job(name, selection="CONTINUOUS") for name in "abcd"), (ThingGroup("g"),)
)

TWO_AND_TWO_OF_A_GROUP = Population(
    (
        Job("a", selection="CONTINUOUS"),
        Job("b", selection="CONTINUOUS", targets=(GROUP + "g",)),
        Job("c", selection="CONTINUOUS", targets=(GROUP + "g",)),
        Job("d", selection="CONTINUOUS"),
    ),
    (ThingGroup("g"),),
)
"""The first and the last can be given the group while its jobs are listed."""


def _fixed(source: Source) -> Iterator[Plan]:
    held = {status for status, selection, grouped in source.capabilities.kinds}
    if not held:
        return
    if source.fixed and ("IN_PROGRESS", "CONTINUOUS", True) in source.capabilities.kinds:
        ask = Ask(Query(thing_group_name="g"), 1)
        for what in ("delete", "cancel"):
            for place in PLACES:
                yield Plan(FOUR_OF_A_GROUP, Interleaving(ask, (Step(what, place),)))
        for step in (Step("delete", "boundary"), Step("delete", "boundary", 2)):
            yield Plan(FOUR_OF_A_GROUP, Interleaving(replace(ask, split=0), (step,)))
    possible = [what for what in PLAIN if (VERBS[what].leads_to or "IN_PROGRESS") in held]
    queries_of = (Query(), Query(status="IN_PROGRESS"))[: 1 if source.fixed else 2]
    for turn, step in enumerate(_steps(possible, source.brief)):
        query = queries_of[turn % len(queries_of)]
        yield Plan(FOUR_JOBS, Interleaving(Ask(query, 1), (step,)))
    if source.brief:
        return
    yield Plan(FOUR_JOBS, Interleaving(Ask(Query(), 0), (Step("delete", "boundary"),)))
    yield Plan(FOUR_JOBS, Interleaving(Ask(Query(), 0), (Step("delete", "boundary", 2),)))
    if source.capabilities.associates:
        yield from _joining(source)


def _steps(possible: Sequence[str], brief: bool) -> Iterator[Step]:
    """Each kind of change, to the first job and to the last of a page: what moves a page's end.
    What is deleted does so wherever it was; in brief, the other changes take turns."""
    turns = ("first", "boundary")
    for place in ("boundary", "first", "next", "last"):
        yield Step("delete", place)
    for turn, what in enumerate(what for what in possible if what != "delete"):
        for place in (turns[turn % 2],) if brief else turns:
            yield Step(what, place)


def _joining(source: Source) -> Iterator[Plan]:
    for place in ("first", "last"):
        asked = Ask(Query(thing_group_name="g"), 0)
        yield Plan(TWO_AND_TWO_OF_A_GROUP, Interleaving(asked, (Step("associate", place),)))
    for place in () if source.fixed else PLACES[::2]:
        yield Plan(FOUR_AND_A_GROUP, Interleaving(Ask(Query(), 1), (Step("associate", place),)))


def _drawn(source: Source) -> st.SearchStrategy[Plan]:
    whats = motion.WHATS if source.capabilities.associates else PLAIN
    # A walk of one page shows nothing: two jobs at least, and seldom a filter.
    jobs = populations(source.capabilities, least=2)
    return st.tuples(jobs, queries.FEW, motion.drawn(whats)).map(
        lambda d: Plan(d[0], Interleaving(queries.asks(d[0], d[1]), d[2]))
    )


def _smallest(plan: Plan, violation: Violation) -> Iterator[Plan]:
    action: Interleaving = plan.action
    for population, (ask,) in from_below(plan.population, (action.ask,), violation, least=2):
        yield Plan(population, replace(action, ask=ask))


def _simpler(plan: Plan) -> Iterator[Plan]:
    action: Interleaving = plan.action
    for steps in motion.simpler(action.steps):
        yield Plan(plan.population, replace(action, steps=steps))
    for part in simpler_listing(Plan(plan.population, (action.ask,))):
        if len(part.action) == 1:
            yield Plan(part.population, replace(action, ask=part.action[0]))


def _weight(action: Interleaving) -> int:
    return queries.weight((action.ask,)) + motion.weight(action.steps)


MOTION = Scenario(
    "motion",
    "walking while jobs change",
    walk_meanwhile,
    _fixed,
    _drawn,
    gives=(ChangeInterleaving, Paged, Walked, Answer),
    action=Interleaving,
    share=0.06,
    smallest=_smallest,
    simpler=_simpler,
    weight=_weight,
    writes=True,
)
