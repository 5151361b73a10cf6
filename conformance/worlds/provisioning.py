"""Where the worlds of a run come from, and how they are cleared away afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from listjobs_conformance.strategies.population_space import covering

from ..errors import CannotBegin, UsageError
from ..evidence import Ending
from ..model import EVERYTHING, JobCapabilities, Population, Query, World
from ..progress import Progress
from ..targets.probing import Filled, reach
from ..targets.target import Seed, Target
from . import filling
from .calibration import ANY_JOB, SETBACKS, Capabilities, calibrate, calibrate_at_once
from .emptying import empty, verify
from .fixtures import FixtureSeeder
from .ledger import Entry, Ledger
from .seeding import Maker, Seeder, SeedingError
from .session import Session
from .survey import Survey
from .worldfile import population_of, world_of

FRESH, SHARED, GIVEN, EXISTING = "fresh", "shared", "given", "existing"
"""A world for each example; one for the whole run; one from a file; what is there anyway."""


NO_JOBS = (
    "the world file holds none; listjobs-conformance world --jobs 500 -o world.json writes one "
    "that does, to be loaded into the target"
)
"""Why nothing is known of a target by such a file."""

SMALL = 30
"""More jobs than a world has that is not large on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldOptions:
    """What a user says about worlds."""

    world: str | None = None
    """One of the four kinds; by default fresh where the target can be emptied, else shared."""
    document: Mapping[str, Any] | None = None
    """The world that is given, as ``worldfile.validated`` let it pass."""
    seeder: Seed | None = None
    allow_writes: bool = False
    settle: float | None = None
    """How long, in seconds, a change may take to show in listings; the target's own by default."""
    check_access: bool = False
    ledgers: Path | None = None
    """The folder where the ledger of a shared world is kept; in memory only without."""


def kind_of(target: Target, options: WorldOptions) -> str:
    """Which of the four kinds of worlds a run on this target has."""
    seeds = options.seeder or target.seeds
    emptied = target.resettable or seeds is not None
    return options.world or (FRESH if emptied else SHARED)


@dataclass
class Provisioning:
    """One target with what is to stand on it."""

    target: Target
    options: WorldOptions
    progress: Progress
    limit: int
    """The most requests that a target which is not this machine is sent."""
    largest: int
    """The most jobs that one world has."""
    beside: Callable[[], Iterable[Population]] = tuple
    """What may be made beside a world that stands for the whole run, at most."""
    kind: str = ""
    _several: tuple[Capabilities, Maker] | None = None
    _session_of_all: Session | None = None
    _number: int = 0
    _ledger: Ledger | None = None
    _fixture: FixtureSeeder | None = None
    """The seeder, where there is one."""
    _prefix: str = field(default_factory=lambda: f"lj{secrets.token_hex(3)}-")

    def __post_init__(self) -> None:
        target, options = self.target, self.options
        self.kind = kind_of(target, options)
        function = options.seeder or target.seeds
        if function is not None:
            self._fixture = FixtureSeeder(target, function, settle=self.settle)
        if self.kind == FRESH and not target.resettable and self._fixture is None:
            raise UsageError(
                f"--world fresh needs --reset or --seeder: {target.name} is not reset unasked"
            )
        if self.target.elsewhere:
            target.most_requests = self.limit
            if self.writes and not options.allow_writes:
                raise UsageError(
                    f"{target.name} is not on this machine: making jobs there needs "
                    "--allow-writes (--world existing writes nothing)"
                )

    @property
    def writes(self) -> bool:
        return self.kind in (FRESH, SHARED)

    @property
    def settle(self) -> float:
        said = self.options.settle
        return self.target.settle if said is None else said

    def reach(self) -> str | None:
        """Why the target cannot be judged, if nothing answers there, or something else does."""
        by_api = Filled.BY_SEEDER if self._fixture is not None else Filled.BY_API
        return reach(self.target, by_api if self.writes else Filled.BEFORE)

    def set_up(self) -> Session:
        """Find out what the target can hold, or holds; raises :class:`CannotBegin`."""
        make = {FRESH: self._fresh, SHARED: self._shared, GIVEN: self._given}
        return make.get(self.kind, self._existing)()

    @property
    def exclusive(self) -> bool:
        """Whether nothing else is on the target."""
        return self.kind == FRESH

    def set_up_several(self, made: Iterable[Population]) -> None:
        """Be ready for one world after the other, of which at most this is made in the end.

        Raises :class:`CannotBegin`.
        """
        if self.kind == FRESH:
            self._session_of_all = self._fresh()
        else:
            self._several = self._calibrated_beside(made)

    @contextmanager
    def session_of(self, standing: Population) -> Iterator[Session]:
        """A session for one of them: it stands once something is done, and is gone afterwards."""
        if self._session_of_all is not None:
            self._session_of_all.abandon()
            yield self._session_of_all
            return
        assert self._several is not None
        capabilities, maker = self._several
        self._number += 1
        try:
            yield self._session(
                capabilities,
                maker=maker,
                shared=standing,
                prefix=self._prefix_of(self._number),
                absent=self._prefix,
            )
        finally:
            if self._ledger is not None:
                self._ledger.delete_all(self.target)

    def _prefix_of(self, number: int) -> str:
        return f"{self._prefix}c{number}-"

    def fits(self, population: Population) -> bool:
        """Whether names under a prefix are still whole, so that no two become the same."""
        room = len(self._prefix_of(999)) + len("9-")
        return all(len(job.id) + room <= 64 for job in population.jobs) and all(
            len(name) + room <= 128
            for name in (*population.things, *(group.name for group in population.groups))
        )

    def clear(self) -> bool:
        """Remove what the run has made; whether that was interrupted, and something is left."""
        try:
            self._clear()
        except KeyboardInterrupt:
            return True
        return False

    def _clear(self) -> None:
        self.target.most_requests = self.target.ends = None
        if self.kind == FRESH and self._fixture is not None:
            self._empty_at_last(self._fixture)
        elif self.kind == FRESH:
            self.target.reset()
        if self._ledger is not None:
            self._delete(self._ledger)

    @staticmethod
    def _empty_at_first(fixture: FixtureSeeder) -> None:
        try:
            fixture.seed(Population(), exclusive=True)
        except SeedingError as error:
            raise CannotBegin(f"the target could not be emptied: {error}") from None

    def _empty_at_last(self, fixture: FixtureSeeder) -> None:
        """Let the seeder make a world without jobs, unless it has failed already."""
        try:
            if not fixture.failed:
                fixture.seed(Population(), exclusive=True)
        except (CannotBegin, SeedingError) as error:
            self.progress.tell(f"the target is not emptied at the end: {error}")

    def _delete(self, ledger: Ledger) -> None:
        if ledger.entries:
            self.progress.update(f"deleting {len(ledger.entries)} things", 0, self.target.requests)
        left: dict[Entry, str] = {}
        try:
            left = ledger.delete_all(self.target)
        finally:
            ledger.close()
            if ledger.entries:
                where = f": listjobs-conformance cleanup {ledger.path}" if ledger.path else ""
                why = next((f" ({entry}: {reason})" for entry, reason in left.items()), "")
                self.progress.tell(f"{len(ledger.entries)} things are left{why}{where}")

    # --- the four kinds -----------------------------------------------------------------------

    def _fresh(self) -> Session:
        if self.target.elsewhere:
            how = "the seeder" if self._fixture is not None else "--reset"
            self.progress.tell(
                f"This run empties {self.target.name} again and again by {how}, makes at most "
                f"{self.largest} jobs at a time, and sends at most {self.limit:,} requests."
            )
        if self.target.resettable:
            empty(self.target)  # Before anything is made: a wrong path would leave it all behind.
        elif self._fixture is not None:
            self._empty_at_first(self._fixture)
        maker = self._maker()
        self._calibrating()
        if self.target.resettable and maker.by_api is not None:
            session = self._at_once(maker)
            if session is not None:
                return session
            empty(self.target)
            maker = self._maker()
        capabilities = calibrate(maker)
        self._see_that_it_is_filled(capabilities, emptied=not self.target.resettable)
        verify(self.target, capabilities, self.settle)
        return self._session(capabilities, maker=maker)

    def _at_once(self, maker: Maker) -> Session | None:
        """A session in which the richest world stands, where the target can hold that."""
        richest = covering(EVERYTHING)
        found = calibrate_at_once(
            maker, richest, lambda made: verify(self.target, made, self.settle)
        )
        if found is None:
            return None
        capabilities, world = found
        session = self._session(capabilities, maker=maker)
        session.take_over(richest, world)
        return session

    def _shared(self) -> Session:
        made = [covering(EVERYTHING), *self.beside()]
        capabilities, maker = self._calibrated_beside(made)
        population = covering(capabilities.jobs)
        return self._session(
            capabilities, maker=maker, shared=population, prefix=self._prefix, absent=self._prefix
        )

    def _calibrated_beside(self, made: Iterable[Population]) -> tuple[Capabilities, Maker]:
        """What the target can hold, and what makes it there, once it is told what will be made."""
        if self._fixture is None:
            folder = self.options.ledgers
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"ledger-{self._prefix[:-1]}.jsonl" if folder else None
            self._ledger = Ledger(self._prefix, self.target.name, path)
            self._announce(path, made)
        maker = self._maker()
        self._calibrating()
        capabilities = calibrate(maker, self._prefix)
        self._see_that_it_is_filled(capabilities, emptied=False)
        if self._ledger is not None:
            self._ledger.delete_all(self.target)
        return capabilities, maker

    def _given(self) -> Session:
        assert self.options.document is not None
        population, world = population_of(self.options.document), world_of(self.options.document)
        held = JobCapabilities.shown_by(population)
        session = self._session(
            Capabilities(held, None, False, {} if world.jobs else {ANY_JOB: NO_JOBS}),
            shared=population,
            given=world,
            absent=self._prefix,
        )
        session.world(population)
        walk = session.widest(Query())
        complete = walk.ending is Ending.COMPLETE
        if world.jobs and complete and walk.id_set.isdisjoint(world.by_id):
            raise CannotBegin(
                f"none of the {len(world.jobs)} jobs of the world file is listed: was it loaded?"
            )
        return session

    def _existing(self) -> Session:
        self.progress.update("looking at what is there", 0, self.target.requests)
        nothing = Capabilities(JobCapabilities.shown_by(Population()), None, describes=False)
        session = self._session(nothing, shared=Population(), survey=Survey(), absent=self._prefix)
        session.begin()
        before = session.widest(Query())
        session.survey = survey = Survey.of(self.target, before)
        session.shared = population = survey.population(survey.world(before, before))
        missing = dict(survey.missing)
        if not population.jobs:
            missing[ANY_JOB] = "none is listed"
        session.capabilities = Capabilities(
            JobCapabilities.shown_by(population), None, bool(survey.described), missing
        )
        return session

    # --- what they share ----------------------------------------------------------------------

    def _session(self, capabilities: Capabilities, **more: Any) -> Session:
        check_access = self.options.check_access
        return Session(
            self.target, capabilities, settle=self.settle, check_access=check_access, **more
        )

    def _maker(self) -> Maker:
        return self._fixture or Seeder(self.target, ledger=self._ledger, settle=self.settle)

    def _see_that_it_is_filled(self, capabilities: Capabilities, emptied: bool) -> None:
        """Verify the seeder, if there is one; whether it is what ``emptied`` the target, too."""
        if self._fixture is not None:
            filling.verify(self._fixture, capabilities, emptied)

    def _calibrating(self) -> None:
        self.progress.update("finding out what the target can hold", 0, self.target.requests)

    def _announce(self, path: Path | None, made: Iterable[Population]) -> None:
        """Tell what will be made, before anything is."""
        dry = _Dry()
        calibrate(dry, self._prefix)
        for population in made:
            dry.seed(population, exclusive=False)
        requests = f", sends at most {self.limit:,} requests" if self.target.elsewhere else ""
        written = f" What is made is written to {path} first." if path else ""
        self.progress.tell(
            f"This run makes at most {dry.things} things, {dry.groups} thing groups and "
            f"{dry.jobs} jobs on {self.target.name}, all of names that begin with "
            f"{self._prefix}{requests}, and deletes them at the end.{written}"
        )


@dataclass
class _Dry:
    """Makes nothing, and counts what would be made.

    Two jobs are tried again on a target that does not describe jobs, or completes them in
    another way, and some after a setback.
    """

    describes: bool = True
    completes_by: str | None = None
    things: int = 2 + SETBACKS
    groups: int = SETBACKS
    jobs: int = 2 + SETBACKS

    @property
    def by_api(self) -> None:
        return None

    def seed(self, population: Population, exclusive: bool) -> World:
        self.things += len(population.things)
        self.groups += len(population.groups)
        self.jobs += len(population.jobs)
        return World(population.jobs, exclusive=exclusive)
