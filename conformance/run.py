"""A whole run on one target, from the target to its report: what every way in calls."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

from listjobs_conformance.reports.record import Report

from .cases import replay
from .cases.case import Case
from .cases.recording import store
from .contract import CATALOGUE
from .engine import workers
from .engine.allowance import ANYTHING, Allowance
from .engine.budgets import BUDGETS
from .engine.findings import Findings, Unit
from .engine.generation import Databases
from .engine.phases import Aims, Phases
from .engine.runner import Runner
from .engine.suite import Suite
from .errors import CannotBegin, RequestLimit, TargetGone, UserError
from .progress import Progress
from .results import verdicts
from .results.verdicts import Terms
from .results.waivers import Waiver, applying
from .scenarios import SCENARIOS, Plan, written_beside
from .targets.target import Target
from .worlds.ledger import clean_up
from .worlds.provisioning import SMALL, Provisioning, WorldOptions
from .worlds.session import Session

GATE, EXPLORE, REPLAY = MODES = ("gate", "explore", "replay")
"""The same examples each time; other ones, and those kept that showed something; stored cases."""

SUITE = Suite(CATALOGUE, SCENARIOS)
"""What every run carries out."""


@dataclass(frozen=True, slots=True)
class Settings(WorldOptions):
    """What a run is to do."""

    selected: frozenset[str]
    budget: str = "standard"
    mode: str = GATE
    seed: int = 0
    strict: bool = False
    required: frozenset[str] = frozenset()
    """Requirements that must have been exercised."""
    shrinking: bool = True
    """Whether failures are confirmed."""
    smallest: bool = True
    """Whether a smaller example is looked for before one is confirmed."""
    max_failures: int | None = None
    """The run ends once so many requirements that gate have failed."""
    allowance: Allowance = ANYTHING
    """What it may cost."""
    waivers: tuple[Waiver, ...] = ()
    """What the target is known not to keep."""
    databases: Databases = field(default_factory=Databases)
    stored: tuple[Case, ...] = ()
    """What is carried out before anything else."""
    keeps_cases: Path | None = None
    """The folder where the case of each failure is kept, in ``cases``."""


@dataclass(frozen=True, slots=True)
class Team:
    """Several processes for one run."""

    count: int
    choose: Callable[[], tuple[Target, Settings]]
    """Opens a target of its own in each of them; it is sent there, so it must be picklable."""


def check(
    target: Target,
    settings: Settings,
    progress: Progress | None = None,
    team: Team | None = None,
) -> Report:
    """Check a target and close it.

    A team shares the work, unless one process has to do everything. Raises ``UserError`` before
    anything is sent.
    """
    run = _Run(target, settings, progress or Progress())
    try:
        if settings.mode == REPLAY:
            return run.replayed()
        return run.report(team if alone(target, settings) is None else None)
    finally:
        target.close(run.progress.tell)


def alone(target: Target, settings: Settings) -> str | None:
    """Why one process has to do everything, if it has: others would have no target of their own."""
    if not target.own:
        return f"{target.name} is one server: one process asks it"
    if settings.seeder is not None or target.seeds is not None:
        # Nobody can tell whether what a seeder fills is one database for all processes.
        return "workers would empty the database that a seeder fills for others: one process asks"
    return None


class _Run:
    def __init__(self, target: Target, settings: Settings, progress: Progress) -> None:
        self._target, self._settings, self.progress = target, settings, progress
        self._started = datetime.now(UTC)
        self._provisioning = provisioning(target, settings, progress)
        settings.allowance.grant(target)

    @cached_property  # What the target is may only be known once it has answered.
    def _terms(self) -> Terms:
        settings, target = self._settings, self._target
        known = applying(settings.waivers, target.name, target.implementation, self._started.date())
        left = len(settings.waivers) - len(known.known)
        if left:
            self.progress.tell(f"{left} of {len(settings.waivers)} waivers are for other targets")
        return Terms(
            settings.selected,
            BUDGETS[settings.budget],
            settings.seed,
            settings.strict,
            settings.required,
            known,
            settings.mode,
        )

    def report(self, team: Team | None) -> Report:
        """Check the target, and clear away what was made."""
        failure = self._provisioning.reach()
        if failure is not None:
            return self._unjudged(failure)
        cut_short = False
        try:
            report = self._judged(team)
            sent = self._target.requests
        finally:
            self.progress.ending()
            cut_short = self._provisioning.clear()
        return replace(
            report,
            interrupted=report.interrupted or cut_short,
            requests=report.requests + self._target.requests - sent,
            duration_s=verdicts.seconds_since(self._started),
        )

    def replayed(self) -> Report:
        """Carry out the stored cases, and nothing else."""
        settings = self._settings
        return replay.report(
            SUITE,
            self._target,
            settings.stored,
            settings,
            self._terms,
            self._started,
            self.progress,
        )

    def _judged(self, team: Team | None) -> Report:
        settings, waivers = self._settings, self._terms.waivers
        try:
            session = self._provisioning.set_up()
            runner = runner_on(session, settings, self.progress)
            with self._workers(runner, team) as hands:
                aims = Aims(
                    settings.selected,
                    self._gating,
                    settings.shrinking,
                    settings.smallest,
                    lambda kind: waivers.waives(kind) is not None,
                    self._enough,
                )
                findings = Phases(runner, hands, aims).run()
        except KeyboardInterrupt:
            return replace(self._unjudged("interrupted"), interrupted=True)
        except (CannotBegin, TargetGone, RequestLimit) as reason:
            return self._unjudged(str(reason))
        report = verdicts.report(SUITE, findings, session, self._terms, self._started)
        return store(SUITE, report, findings, session, settings.keeps_cases)

    @property
    def _gating(self) -> frozenset[str]:
        """What fails the run where it fails."""
        strict = self._settings.strict
        return frozenset(id for id in self._settings.selected if CATALOGUE[id].level.gates(strict))

    def _enough(self, findings: Findings) -> str | None:
        """Why the run may end, once as many failures were found as are wanted."""
        most, failed = self._settings.max_failures, findings.failed
        counted = {
            kind.id
            for kind in findings.found
            if kind.id in self._gating
            and not CATALOGUE[kind.id].undone_by(failed)
            and self._terms.waivers.waives(kind) is None
        }
        if most is None or len(counted) < most:
            return None
        count = "1 failure" if len(counted) == 1 else f"{len(counted)} failures"
        return f"the run ended after {count}: --max-failures {most}"

    def _workers(
        self, runner: Runner, team: Team | None
    ) -> AbstractContextManager[workers.Workers]:
        if team is None:
            return nullcontext(workers.here(runner))
        return self._processes(team)

    @contextmanager
    def _processes(self, team: Team) -> Iterator[workers.Workers]:
        """Worker processes; what one of them leaves behind is deleted after them."""
        folder = self._settings.ledgers
        left = folder / f"workers-{secrets.token_hex(4)}" if folder is not None else None
        if self._provisioning.writes and not self._provisioning.exclusive:
            self.progress.tell(f"Each of {team.count} workers makes and deletes as much again.")
        try:
            with workers.Processes(
                team.count, partial(own_runner, team.choose, left, team.count)
            ) as hands:
                yield hands
        finally:
            if left is not None:
                clean_up(left, self._target, self.progress)

    def _unjudged(self, reason: str) -> Report:
        return verdicts.unreachable(SUITE, self._target, reason, self._terms, self._started)


def provisioning(target: Target, settings: Settings, progress: Progress) -> Provisioning:
    """Where the worlds of such a run come from; raises ``UserError``."""
    budget = BUDGETS[settings.budget]
    return Provisioning(
        target,
        settings,
        progress,
        budget.requests,
        budget.large or SMALL,
        lambda: written_beside(CATALOGUE),
    )


def runner_on(session: Session, settings: Settings, progress: Progress) -> Runner:
    """A runner that does what the settings say, as far as the session can."""
    stored: dict[Unit, list[Plan]] = {}
    for case in settings.stored:
        if SUITE.scenario(case.scenario).obstacle_to(case.plan, session) is None:
            stored.setdefault(case.unit, []).append(case.plan)
    return Runner(
        SUITE,
        session,
        BUDGETS[settings.budget],
        settings.seed,
        progress,
        settings.databases,
        stored,
        settings.allowance,
    )


@contextmanager
def own_runner(
    choose: Callable[[], tuple[Target, Settings]],
    ledgers: Path | None,
    count: int,
    progress: Progress,
) -> Iterator[Runner]:
    """A runner on a target of its own, for one of so many worker processes.

    Raises ``CannotBegin``. What it makes is entered in a ledger in this folder, and deleted at
    the end.
    """
    try:
        target, settings = choose()
        settings = replace(settings, allowance=settings.allowance.shared_by(count))
    except UserError as error:
        raise CannotBegin(str(error)) from None
    # Deleting must go on where everything else is told to end: it has a progress of its own.
    made = provisioning(target, replace(settings, ledgers=ledgers), Progress())
    settings.allowance.grant(target)
    try:
        failure = made.reach()
        if failure is not None:
            raise CannotBegin(failure)
        yield runner_on(made.set_up(), settings, progress)
    finally:
        made.clear()
        target.close()
