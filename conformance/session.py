"""One target under test: the world that stands on it, and what has been asked of that world.

Within a world nothing is sent twice: while shrinking, most examples ask again what an earlier
one asked. A new population ends the world and everything remembered of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil

from .contract.parts import Part
from .evidence import Ending, Exchange, Page, Request, Walk
from .model import FILTERS, WIDEST, Population, Query, World, expect
from .signing import query_string
from .survey import Survey, all_standing_in, summaries
from .targets import control
from .targets.calibration import Capabilities
from .targets.seeding import Maker, Seeder, SeedingError, prefixed, prefixed_query
from .targets.target import Target

EXTRA_PAGES = 100
"""How many pages more than jobs a walk may take (some may be empty) before it counts as endless."""

GONE_AFTER = 3
"""How many requests in a row may stay unanswered before the target counts as gone."""

HELD_AT_MOST = 48 * 1024 * 1024
"""How much evidence is remembered, in bytes, and how much one walk may hold."""

TOO_MUCH = f"the pages of one listing are larger than {HELD_AT_MOST} bytes together"

MANY, MOST_PAGES = 40, 12
"""A listing of more jobs than this, of others perhaps, is walked in so many pages at most."""

VALUE = 64
"""About the bytes that a value in a body takes once it is read."""

SETTLE_PAUSE = 0.02
"""Seconds between two looks at a listing that has not settled."""


class TargetGone(Exception):
    """Nothing more can be learned of the target; the text says why."""


class Inconclusive(Exception):
    """An example could not be carried out; the text says why."""


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
    maker: Maker | None = None
    """What makes worlds; None where nothing may be written."""
    shared: Population | None = None
    prefix: str = ""
    settle: float = 0.0
    """How long, in seconds, a change may take to show in listings."""
    given: World | None = None
    survey: Survey | None = None
    absent: str = ""
    """What the names of groups that must not exist begin with, in accounts full of others."""
    check_access: bool = False
    """Whether requests without good credentials may be sent."""
    on_world: Callable[[], None] = lambda: None
    seconds_seeding: float = 0.0
    elsewhere: dict[str, World] = field(default_factory=dict)
    """What was made in other regions beside the world that stands."""
    _population: Population | None = None
    _world: World | None = None
    _pages: dict[str, Exchange] = field(default_factory=dict)
    _walks: dict[object, Walk] = field(default_factory=dict)
    _watched: Mapping[str, Mapping[str, object]] | None = None
    """What others had there when the watch began."""
    _disturbed: bool = False
    _unanswered: int = 0
    _staged: int = 0
    _held: int = 0
    _before: Walk | None = None
    """The listing of the whole that an example of a survey began with."""
    _first: Walk | None = None
    """The first listing of the whole, where others may write to the target, too."""

    @property
    def exclusive(self) -> bool:
        """Whether each example has a world of its own, and nothing else is on the target."""
        return self.shared is None

    @property
    def control_plane(self) -> Seeder | None:
        """What makes jobs by the API's own operations, where that may be done."""
        return self.maker if isinstance(self.maker, Seeder) else None

    # --- worlds -------------------------------------------------------------------------------

    def world(self, population: Population) -> World:
        """The world in which this population stands; made only if another one stands."""
        population = self.shared or population
        if self._world is not None and (self.survey or self._population == population):
            return self._world
        self._forget()
        self._population, self._world = None, None
        world = self.given or self._make(population)
        self._population, self._world = population, world
        if self.given is None:
            self._settle(world)
        if not self.exclusive:
            self._first = self.widest(Query())
        return world

    def _make(self, population: Population) -> World:
        assert self.maker is not None
        self.elsewhere.clear()
        started = time.perf_counter()
        if self.exclusive and self.target.resettable:
            self.reset()
        try:
            return self.maker.seed(prefixed(population, self.prefix), self.exclusive)
        except SeedingError as error:
            if self.control_plane is not None:
                self._count_unanswered(error.exchange)
            raise Inconclusive(f"the population could not be made: {error}") from None
        finally:
            self.seconds_seeding += time.perf_counter() - started

    def begin(self) -> None:
        """Called before an example: in a survey it is one between two listings of the whole."""
        if self.survey is None:
            return
        before = self._before
        self._forget()
        self._before = before or self.widest(Query())
        self._first = self._first or self._before
        self._walks[(Query(), (WIDEST,))] = self._before
        self._world = self.survey.world(self._before, self._before)

    def finish(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        """Called with what an example showed: only now does a survey know what stood meanwhile."""
        parts = tuple(parts)
        if self.survey is None or self._before is None:
            return parts
        after = self._walk(Query(), "", (WIDEST,), anew=True)
        world = self.survey.world(self._before, after)
        self._before = after
        return all_standing_in(parts, world)

    def _settle(self, world: World) -> None:
        """Ask until the listing shows the world as it is, for the settle time at most.

        Nothing is judged meanwhile: how soon a change shows is not documented.
        """
        if self.settle:
            self.settled(lambda: _shows(self.widest(Query()), world))
            self._forget()

    @property
    def standing(self) -> World:
        """The world that stands; an empty one where none does."""
        return self._world or World()

    def others(self) -> Mapping[str, Mapping[str, object]]:
        """The jobs that are not the run's own, as a new listing shows them."""
        return self._of_others(self._walk(Query(), "", (WIDEST,), anew=True))

    def _of_others(self, walk: Walk) -> Mapping[str, Mapping[str, object]]:
        own = self.standing.by_id if self.survey is None else {}
        return {
            id: summary
            for id, summary in summaries(walk).items()
            if id not in own and not (self.prefix and id.startswith(self.prefix))
        }

    @property
    def alone(self) -> bool:
        """Whether nobody else has written since the run began, as far as listings show."""
        return self._first is None or self.others() == self._of_others(self._first)

    def watch(self) -> None:
        """From now on look after every page whether somebody else has written meanwhile."""
        self._disturbed = False
        self._watched = None if self.exclusive else self.others()

    def undisturbed(self) -> bool:
        """Whether nobody else has written since; ends the watch."""
        self._look()
        self._watched = None
        return not self._disturbed

    def _look(self) -> None:
        watched, self._watched = self._watched, None  # A look is not looked after.
        if watched is not None and not self._disturbed:
            self._disturbed = self.others() != watched
        self._watched = watched

    @property
    def large(self) -> bool:
        """Whether a listing of the whole takes more than one page."""
        return self._first is not None and len(self._first.pages) > 1

    @contextmanager
    def staged(self, population: Population) -> Iterator[tuple[World, str]]:
        """A world that an example may change, and what its names begin with; gone afterwards.

        Where one world stands for the whole run, this one is made beside it.
        """
        if self.exclusive:
            try:
                yield self.world(population), ""
            finally:
                self._world = None
                self._forget()
            return
        standing = self.world(population)
        self._staged += 1
        prefix = f"{self.prefix}{self._staged}-"
        assert self.maker is not None
        try:
            self._world = self.maker.seed(prefixed(population, prefix), exclusive=False)
        except SeedingError as error:
            raise Inconclusive(f"the population could not be made: {error}") from None
        self._forget()
        made = self._world
        try:
            self.settled(lambda: _shows(self.widest(Query()), made))
            yield made, prefix
        finally:
            for job in made.jobs:
                self.target.send(control.delete_job(job.id))
            self._world = standing
            self._forget()

    def changed(self) -> None:
        """Called when something was done to what stands: no answer holds any longer."""
        self._forget()

    def settled(self, shows: Callable[[], bool]) -> bool:
        """Ask anew until something shows, for the settle time at most; whether it does."""
        deadline = time.monotonic() + self.settle
        while True:
            self._forget()
            if shows():
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(SETTLE_PAUSE)

    def forget_world(self) -> None:
        """Let the next example begin from scratch: a shared world stays, its answers do not."""
        self._forget()
        self._before = None
        if self.exclusive:
            self._world = None

    def reset(self) -> None:
        """Empty the target."""
        exchange = self.target.reset()
        if not exchange.ok:
            self._count_unanswered(exchange)
            raise Inconclusive(f"the target could not be reset: {exchange}")

    def _forget(self) -> None:
        self._pages.clear()
        self._walks.clear()
        self._held = 0
        self.on_world()

    def local(self, query: Query) -> Query:
        """The query about this session's names."""
        return prefixed_query(query, self.prefix) if self.prefix else query

    def nowhere(self, query: Query) -> Query:
        """The query about groups that do not exist."""
        return prefixed_query(query, self.prefix or self.absent)

    # --- requests -----------------------------------------------------------------------------

    def send_raw(self, query: str) -> Exchange:
        """One ListJobs request with this query string, now, whatever was asked before.

        Where no answer came, it is sent once more.
        """
        request = Request("GET", "/jobs", query)
        exchange = self.target.send(request)
        if exchange.failure is not None:
            exchange = self.target.send(request)
            self._count_unanswered(exchange)
        else:
            self._unanswered = 0
        if self._watched is not None:
            self._look()
        return exchange

    def ask(self, query: str) -> Exchange:
        """The answer to this query string in this world, sent only the first time."""
        known = self._pages.get(query)
        if known is None:
            known = self.send_raw(query)
            self._held += _weight(known)
            if self._held > HELD_AT_MOST:
                self._forget()
            self._pages[query] = known
        return known

    def _count_unanswered(self, exchange: Exchange) -> None:
        if exchange.failure is None:
            return
        self._unanswered += 1
        if self._unanswered >= GONE_AFTER:
            raise TargetGone(f"the target stopped answering: {exchange.failure}")

    # --- walks --------------------------------------------------------------------------------

    def page_size(self, split: int, widest: Walk) -> int:
        """1 + split, modulo the number of jobs listed; larger where others' jobs are many."""
        listed = len(widest.id_set)
        size = 1 + split % max(1, listed)
        if self.exclusive or listed <= MANY:
            return size
        # Counted on from the least size, so that two sizes do not become one.
        least = ceil(listed / MOST_PAGES)
        return size if size >= least else min(WIDEST, least - 1 + size)

    def widest(self, query: Query) -> Walk:
        """The listing in the largest pages that a client may ask for."""
        return self.walk(query, (WIDEST,))

    def walk(self, query: Query, sizes: Sequence[int | None]) -> Walk:
        """A walk from the first page to the end. Page sizes come in turn, the last one stays."""
        key = (query, tuple(sizes))
        known = self._walks.get(key)
        if known is None:
            known = self._walks[key] = self._walk(query, self.filters(query), tuple(sizes))
        return known

    def walk_with(self, filters: str, query: Query, size: int | None = WIDEST) -> Walk:
        """A walk whose filters are written as in this query string; ``query`` says what it means.

        A ``maxResults`` in ``filters`` stands instead of ``size``.
        """
        key = (filters, query, size)
        known = self._walks.get(key)
        if known is None:
            known = self._walks[key] = self._walk(query, filters, (size,))
        return known

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

    def page(self, query: Query, size: int, token: str | None) -> Exchange:
        """One page of a walk, now."""
        return self.send_raw(_join(self.filters(query), size, token))

    def moving_walk(
        self, query: Query, size: int, between: Callable[[tuple[Page, ...]], None]
    ) -> Walk:
        """A walk with something done after each page but the last."""
        return self._walk(query, self.filters(query), (size,), anew=True, between=between)

    def _walk(
        self,
        query: Query,
        filters: str,
        sizes: tuple[int | None, ...],
        anew: bool = False,
        between: Callable[[tuple[Page, ...]], None] | None = None,
    ) -> Walk:
        pages: list[Page] = []
        led_to: dict[str, tuple[str, ...]] = {}
        listed: set[str] = set()
        known = len(self.standing.jobs)
        token: str | None = None
        held = 0
        while True:
            asked = _join(filters, sizes[min(len(pages), len(sizes) - 1)], token)
            # A token that comes again is asked again: only the answer shows whether it is stuck.
            # A walk in changing sizes is all its own: a token that an earlier walk has used may
            # be used up.
            fresh = anew or token in led_to or len(sizes) > 1
            exchange = self.send_raw(asked) if fresh else self.ask(asked)
            held += _weight(exchange)
            if held > HELD_AT_MOST:
                # Not this walk alone: one example holds several.
                raise TargetGone(TOO_MUCH)
            ending = _broken_off(exchange)
            if ending is None:
                page = Page(exchange)
                pages.append(page)
                listed.update(page.ids)
                if not page.readable:
                    ending = Ending.UNREADABLE
                elif page.token is None:
                    ending = Ending.COMPLETE
                elif token is not None and led_to.get(token) == page.ids:
                    ending = Ending.ENDLESS
                elif len(pages) > max(known, len(listed)) + EXTRA_PAGES:
                    ending = Ending.ENDLESS
                if token is not None:
                    led_to[token] = page.ids
                token = page.token
            if ending is not None:
                page_size = sizes[0] if len(sizes) == 1 else None
                return Walk(query, page_size, tuple(pages), ending, exchange)
            if between is not None:
                between(tuple(pages))


def _shows(walk: Walk, world: World) -> bool:
    """Whether a listing holds every job, none that is gone, and each in its status."""
    said = {s["jobId"]: s.get("status") for page in walk.pages for s in page.summaries}
    if not expect(world.jobs, Query()).must <= said.keys():
        return False
    if world.exclusive and not said.keys() <= world.by_id.keys():
        return False
    known = world.truths["status"]
    return all(said[id] in (None, known.get(id, said[id])) for id in said)


def _join(filters: str, size: int | None, token: str | None) -> str:
    parts = [filters] if filters else []
    if size is not None:
        parts.append(f"maxResults={size}")
    if token is not None:
        parts.append(query_string([("nextToken", token)]))
    return "&".join(parts)


def _weight(exchange: Exchange) -> int:
    """The bytes that an answer takes: most of them come when it is read."""
    return len(exchange.body) + VALUE * exchange.body.count(b",")


def _broken_off(exchange: Exchange) -> Ending | None:
    if exchange.failure is not None:
        return Ending.UNANSWERED
    if exchange.server_fault:
        return Ending.SERVER_FAULT
    return None if exchange.ok else Ending.REFUSED
