"""A whole run on one target: what the command and the pytest plugin both call."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from listjobs_conformance.reports.record import Report

from . import replaying, verdicts
from .budgets import BUDGETS
from .cases import Case
from .crew import Alone, Crew
from .evidence import Request
from .runner import Runner
from .session import TargetGone
from .stage import SMALL, CannotBegin, Stage, Staging
from .storing import store
from .targets.target import RequestLimit, Target
from .trials import Databases, Progress
from .verdicts import Terms
from .waivers import Waiver, applying

GATE, EXPLORE, REPLAY = MODES = ("gate", "explore", "replay")
"""The same examples each time; other ones, and those kept that showed something; stored cases."""


@dataclass(frozen=True, slots=True)
class Settings(Staging):
    """What a run is to do."""

    selected: frozenset[str]
    budget: str = "standard"
    mode: str = GATE
    seed: int = 0
    strict: bool = False
    required: frozenset[str] = frozenset()
    """Requirements that must have been exercised."""
    minimise: bool = True
    waivers: tuple[Waiver, ...] = ()
    """What the target is known not to keep."""
    databases: Databases = field(default_factory=Databases)
    stored: tuple[Case, ...] = ()
    """What is carried out before anything else."""
    keeps_cases: Path | None = None
    """The folder where the case of each failure is kept, in ``cases``."""


def check(
    target: Target,
    settings: Settings,
    progress: Progress | None = None,
    crew: Crew | None = None,
) -> Report:
    """Check a target and close it.

    A crew shares the work where each process has a target of its own; of any other target there
    is one, and one process does everything. Raises ``UsageError`` and ``WaiverError`` before
    anything is sent.
    """
    run = _Run(target, settings, progress or Progress())
    crew = crew or Alone()
    try:
        if settings.mode == REPLAY:
            return crew.once("report", run.replayed)
        if not target.own:
            return crew.once("report", lambda: run.report(Alone()))
        report = run.report(crew)
        return crew.once("report", lambda: report)
    finally:
        target.close()


def interrupted(target: Target, settings: Settings) -> Report:
    """The report of a run that was interrupted before anything could be said."""
    return replace(_Run(target, settings, Progress())._unjudged("interrupted"), interrupted=True)


class _Run:
    def __init__(self, target: Target, settings: Settings, progress: Progress) -> None:
        self._target, self._settings, self._progress = target, settings, progress
        self._started = datetime.now(UTC)
        self._budget = BUDGETS[settings.budget]
        self._terms = Terms(
            settings.selected,
            self._budget,
            settings.seed,
            settings.strict,
            settings.required,
            applying(settings.waivers, target.name, target.implementation, self._started.date()),
            settings.mode,
        )
        left = len(settings.waivers) - len(self._terms.waivers.known)
        if left:
            progress.tell(f"{left} of {len(settings.waivers)} waivers are for other targets")
        largest = self._budget.large or SMALL
        self._stage = Stage(target, settings, self._progress, self._budget.requests, largest)

    def report(self, crew: Crew) -> Report:
        """Check the target, and clear away what was made."""
        first = self._target.send(Request("GET", "/jobs", "maxResults=1"))
        if first.failure is not None:
            return self._unjudged(f"no usable answer from {self._target.name}: {first.failure}")
        cut_short = False
        try:
            report = self._judged(crew)
        finally:
            cut_short = self._stage.clear()
        return replace(report, interrupted=True) if cut_short else report

    def replayed(self) -> Report:
        """Carry out the stored cases, and nothing else."""
        settings = self._settings
        return replaying.report(
            self._target, settings.stored, settings, self._terms, self._started, self._progress
        )

    def _judged(self, crew: Crew) -> Report:
        settings, waivers = self._settings, self._terms.waivers
        try:
            session = self._stage.set_up()
            runner = Runner(
                session,
                self._budget,
                settings.seed,
                settings.selected,
                minimise=settings.minimise,
                progress=self._progress,
                waived=lambda kind: waivers.waives(kind) is not None,
                databases=settings.databases,
                crew=crew,
                stored=[(case.unit, case.plan) for case in settings.stored],
            )
            outcome = runner.run()
        except KeyboardInterrupt:
            return replace(self._unjudged("interrupted"), interrupted=True)
        except (CannotBegin, TargetGone, RequestLimit) as reason:
            return self._unjudged(str(reason))
        report = verdicts.report(outcome, session, self._terms, self._started)
        return crew.once("cases", lambda: store(report, outcome, session, settings.keeps_cases))

    def _unjudged(self, reason: str) -> Report:
        return verdicts.unreachable(self._target, reason, self._terms, self._started)
