"""One target under test, as scenarios and the engine see it.

It puts four things together, each in a room of its own: the world that stands (``standing``), the
walker (``walker``), the memory of answers (``memory``) and the watch over other people's writes
(``watch``). What is asked and when is the scenarios' business; here is only how.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import InitVar, dataclass, field
from math import ceil
from typing import Any

from ..api import FILTERS, ITEM_ID, WIDEST, query_string
from ..errors import Setback, TargetGone
from ..evidence import Evidence, Exchange, Walk, listing
from ..model import Population, Query, World, expect
from ..targets.target import Target
from . import control
from .calibration import Capabilities
from .memory import Memory
from .seeding import SETTLE_PAUSE, Maker, Seeder, prefixed_query
from .standing import Standing
from .survey import Survey, all_standing_in
from .walker import Limits, Walker
from .watch import Watch

GONE_AFTER = 3
"""How many requests in a row may stay unanswered before the target counts as gone."""

ENDS_WITHIN = 2.0
"""Seconds that a server which was started for the run, and no longer answers, has to end."""

MANY, MOST_PAGES = 40, 12
"""A listing of more jobs than this, of others perhaps, is walked in so many pages at most."""


@dataclass
class Session:
    """The worlds of a run stand here, one at a time.

    A new one for each example, on a target that is emptied between them; or one for the whole
    run: made under ``prefix`` beside whatever else there is (``shared``), said to be there
    already (``given``), or found there (``survey``). ``shared`` is the population of each of the
    last three.
    """

    target: Target
    capabilities: Capabilities
    maker: InitVar[Maker | None] = None
    """What makes worlds; None where nothing may be written."""
    shared: Population | None = None
    prefix: str = ""
    settle: float = 0.0
    """How long, in seconds, a change may take to show in listings."""
    patience: float = 0.0
    """The same, where something is about to be accused: how long it is waited for in vain."""
    settled_within: float = 0.0
    """The longest that a change took to show since this was set to nothing."""
    given: InitVar[World | None] = None
    survey: Survey | None = None
    absent: str = ""
    """What the names of groups that must not exist begin with, in accounts full of others."""
    check_access: bool = False
    """Whether requests without good credentials may be sent."""
    on_world: Callable[[], None] = lambda: None
    """Called when what was recorded before says nothing of the world that stands now."""
    worlds: Standing = field(init=False)
    memory: Memory = field(init=False)
    watch: Watch = field(init=False)
    limits: Limits = field(init=False)
    _unanswered: int = 0
    _setbacks: int = 0
    """How many requests had got no answer when the example began."""
    _history: bool = False
    """Whether the example changes the world that stands."""
    _before: Walk | None = None
    """The listing of the whole that an example of a survey began with."""

    def __post_init__(self, maker: Maker | None, given: World | None) -> None:
        self.worlds = Standing(
            self.target, maker, self.exclusive, self.prefix, given, self._count_unanswered
        )
        self.memory = Memory(self.send, lambda: self.on_world())
        self.watch = Watch(self._list_all, self._is_own)
        self.limits = Limits(others=not self.exclusive)

    # --- the world ----------------------------------------------------------------------------

    @property
    def exclusive(self) -> bool:
        """Whether each example has a world of its own, and nothing else is on the target."""
        return self.shared is None

    @property
    def by_api(self) -> Seeder | None:
        """What makes jobs by the API's own operations, where that may be done."""
        return self.worlds.by_api

    @property
    def standing(self) -> World:
        """The world that stands; an empty one where none does."""
        return self.worlds.world or World()

    def world(self, population: Population) -> World:
        """The world in which this population stands; made only if another one stands.

        Raises ``Inconclusive`` where it cannot be made.
        """
        population = population if self.shared is None else self.shared
        worlds = self.worlds
        if worlds.world is not None and (self.survey or worlds.holds(population)):
            return worlds.world
        self.memory.forget()
        world = worlds.put_up(population)
        if worlds.given is None:
            self._let_settle(world)
        if not self.exclusive:
            self.watch.first = self.widest(Query())
        return world

    def take_over(self, population: Population, world: World) -> None:
        """Let a world stand that was made by others, until another one is asked for."""
        self.worlds.take_over(population, world)
        self._let_settle(world)

    def _let_settle(self, world: World) -> None:
        if max(self.settle, self.patience):
            # Nothing is judged meanwhile: how soon a change shows is not documented.
            self.settled(lambda: shows(self.widest(Query()), world))
            self.memory.forget()

    @contextmanager
    def staged(self, population: Population) -> Iterator[tuple[World, str]]:
        """A world that an example may change, and what its names begin with; gone afterwards.

        Where one world stands for the whole run, this one is made beside it.
        """
        self._history = True
        if self.exclusive:
            try:
                world = self.world(population)
                self.target.changes.clear()
                yield world, ""
            finally:
                self.abandon()
            return
        standing = self.world(population)
        made, prefix = self.worlds.put_beside(population)
        self.memory.forget()
        try:
            self.settled(lambda: shows(self.widest(Query()), made))
            self.target.changes.clear()
            yield made, prefix
        finally:
            self.worlds.put_back(made, standing)
            self.memory.forget()

    def abandon(self) -> None:
        """Let the next example begin from scratch: a shared world stays, its answers do not."""
        self.memory.forget()
        self._before = None
        self.worlds.abandon()

    def changed(self) -> None:
        """Called when something was done to what stands: no answer holds any longer."""
        self.memory.forget()

    def settled(self, shows: Callable[[], bool]) -> bool:
        """Ask anew until something shows, for the settle time at most; whether it does."""
        began = time.monotonic()
        deadline = began + max(self.settle, self.patience)
        while True:
            self.memory.forget()
            if shows():
                self.settled_within = max(self.settled_within, time.monotonic() - began)
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(SETTLE_PAUSE)

    def begin(self) -> None:
        """Called before an example: in a survey it is one between two listings of the whole."""
        self._setbacks, self._history = self.target.unanswered, False
        self.target.changes.clear()
        if self.survey is None:
            return
        before = self._before
        self.memory.forget()
        self._before = before or self.widest(Query())
        self.watch.first = self.watch.first or self._before
        self.memory.keep((Query(), (WIDEST,)), self._before)
        self.worlds.world = self.survey.world(self._before, self._before)

    def finish(self, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """Called with what an example showed: only now does a survey know what stood meanwhile.

        Raises ``Inconclusive`` where it has a gap.
        """
        recorded = tuple(evidence)
        if self.target.unanswered > self._setbacks:
            if self._history:
                # Whether what was asked for was done, and whether the jobs are still there,
                # nobody knows: a history with a gap in it shows nothing.
                raise Setback("no answer came while jobs were changed, made or deleted")
            self._see_that_it_stands()
        if self.survey is None or self._before is None:
            return recorded
        after = self._list_all()
        world = self.survey.world(self._before, after)
        self._before = after
        return all_standing_in(recorded, world)

    @property
    def changes(self) -> tuple[Exchange, ...]:
        """What the example did to the jobs and groups of its world, in order."""
        if not self._history:
            return ()
        return tuple(e for e in self.target.changes if control.changes_jobs(e.request))

    # --- requests -----------------------------------------------------------------------------

    def send(self, query: str) -> Exchange:
        """One listing with this query string, now, whatever was asked before.

        Where no answer came, it is sent once more; raises ``TargetGone`` where none ever comes,
        and ``Inconclusive`` where more came than can be held.
        """
        request = listing(query)
        exchange = self.target.send(request)
        if exchange.failure is not None:
            exchange = self.target.send(request)
            self._count_unanswered(exchange)
            if exchange.failure is None:
                self._see_that_it_stands()
        else:
            self._unanswered = 0
        self.memory.count(exchange)
        self.limits.hold(exchange)
        self.watch.look()
        return exchange

    def _see_that_it_stands(self) -> None:
        """Look whether a target that was not there for a moment still has the world.

        Where it has lost its jobs or groups, they are not missing from a listing: the example is
        spoilt, and the next one gets a world made anew.
        """
        lost = self._lost()
        if lost is not None:
            self.memory.forget()
            self.worlds.world = None
            raise Setback(f"the target lost {lost} on the way: was it started anew?")

    def _lost(self) -> str | None:
        """What the world no longer has of what was made first, if it can be told."""
        jobs, groups = self.standing.jobs, self.standing.groups
        if self.by_api is None:
            return None
        if jobs and self.capabilities.describes:
            answer = self.target.send(control.describe_job(jobs[0].id))
            return f"its jobs ({answer})" if answer.failure is None and not answer.ok else None
        if groups and self.exclusive:
            # To make a group that is there, as it is, gives the same one: not another.
            name, id = next(iter(groups.items()))
            answer = self.target.send(control.create_group(name))
            body = answer.json if answer.ok and isinstance(answer.json, dict) else {}
            return "its groups" if body.get("thingGroupId", id) != id else None
        return None

    def ask(self, query: str) -> Exchange:
        """The answer to this query string in this world, sent only the first time."""
        return self.memory.ask(query)

    def _count_unanswered(self, exchange: Exchange) -> None:
        if exchange.failure is None:
            return
        self._unanswered += 1
        if self._unanswered >= GONE_AFTER:
            started = self.target.started
            over = started.ended(ENDS_WITHIN) if started is not None else None
            raise TargetGone(over or f"the target stopped answering: {exchange.failure}")

    # --- queries ------------------------------------------------------------------------------

    def local(self, query: Query) -> Query:
        """The query about this session's names."""
        return prefixed_query(query, self.prefix) if self.prefix else query

    def nowhere(self, query: Query) -> Query:
        """The query about groups that do not exist."""
        return prefixed_query(query, self.prefix or self.absent)

    def filters(self, query: Query) -> str:
        """The filters as a query string; a group's id is looked up by its name."""
        groups = self.standing.groups
        parameters = []
        for name, wire_name in FILTERS.items():
            value = getattr(query, name)
            if value is None:
                continue
            if name == "thing_group_id":
                value = groups.get(value, value)
            parameters.append((wire_name, value))
        return query_string(parameters)

    def page_size(self, split: int, widest: Walk) -> int:
        """1 + split, modulo the number of jobs listed; larger where others' jobs are many, and
        never more than may be asked for."""
        listed = len(widest.id_set)
        size = min(WIDEST, 1 + split % max(1, listed))
        if self.exclusive or listed <= MANY:
            return size
        # Counted on from the least size, so that two sizes do not become one.
        least = ceil(listed / MOST_PAGES)
        return size if size >= least else min(WIDEST, least - 1 + size)

    # --- walks --------------------------------------------------------------------------------

    def widest(self, query: Query) -> Walk:
        """The listing in the largest pages that a client may ask for."""
        return self.walk(query, (WIDEST,))

    def walk(self, query: Query, sizes: Sequence[int | None], order: str | None = None) -> Walk:
        """A walk from the first page to the end. Page sizes come in turn, the last one stays.

        ``order`` is one of ``api.ORDERS``.
        """
        sizes = tuple(sizes)
        key = (query, sizes) if order is None else (query, sizes, order)
        return self.memory.walk(key, lambda: self._walked(query, sizes, order=order))

    def walk_with(self, filters: str, query: Query, size: int | None = WIDEST) -> Walk:
        """A walk whose filters are written as in this query string; ``query`` says what it means.

        A ``maxResults`` in ``filters`` stands instead of ``size``.
        """
        return self.memory.walk(
            (filters, query, size), lambda: self._walked(query, (size,), filters)
        )

    def walker(self, query: Query, size: int, patient: bool = False) -> Walker:
        """A walk that goes on page by page, as it is told, and remembers nothing."""
        jobs, filters = self._jobs_known, self.filters(query)
        return Walker(self.send, query, filters, (size,), jobs, patient, self.limits)

    def _walked(
        self,
        query: Query,
        sizes: tuple[int | None, ...],
        filters: str | None = None,
        order: str | None = None,
    ) -> Walk:
        # A walk in changing sizes, or in another order of parameters, is all its own: a token that
        # an earlier one used may be used up.
        own = len(sizes) > 1 or order is not None
        send = self.send if own else self.memory.once_each()
        written = self.filters(query) if filters is None else filters
        jobs = self._jobs_known
        walker = Walker(send, query, written, sizes, jobs, limits=self.limits, order=order)
        return walker.to_the_end()

    @property
    def _jobs_known(self) -> int:
        """How many jobs are there as far as anything but listings says."""
        return 0 if self.survey is not None else len(self.standing.jobs)

    # --- other people's jobs ------------------------------------------------------------------

    def _list_all(self) -> Walk:
        """The listing of the whole, anew."""
        return self.walker(Query(), WIDEST).to_the_end()

    def _is_own(self, job_id: str) -> bool:
        own: Any = self.standing.by_id if self.survey is None else ()
        return job_id in own or bool(self.prefix and job_id.startswith(self.prefix))


def shows(walk: Walk, world: World) -> bool:
    """Whether a listing holds every job, none that is gone, and each in its status."""
    said = {s[ITEM_ID]: s.get("status") for page in walk.pages for s in page.summaries}
    if not expect(world.jobs, Query()).must <= said.keys():
        return False
    if world.exclusive and not said.keys() <= world.by_id.keys():
        return False
    known = world.truths["status"]
    return all(said[id] in (None, known.get(id, said[id])) for id in said)
