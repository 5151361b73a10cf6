"""A whole run on one target: what the command and the pytest plugin both call."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches

from listjobs_conformance.reports.record import Report

from . import verdicts
from .contract import CATALOGUE
from .evidence import Request
from .runner import BUDGETS, Budget, Progress, Runner
from .session import TargetGone
from .stage import SMALL, CannotBegin, Stage, Staging, UsageError
from .targets.target import RequestLimit, Target
from .verdicts import Terms


@dataclass(frozen=True, slots=True)
class Settings(Staging):
    """What a run is to do."""

    selected: frozenset[str]
    budget: str = "standard"
    seed: int = 0
    strict: bool = False
    required: frozenset[str] = frozenset()
    """Requirements that must have been exercised."""
    minimise: bool = True


def select(only: Sequence[str] = (), skip: Sequence[str] = ()) -> frozenset[str]:
    """The requirement ids that the globs select; raises :class:`UsageError` for one that
    matches nothing."""
    ids = [requirement.id for requirement in CATALOGUE]

    def matching(globs: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for glob in globs:
            matched = fnmatch.filter(ids, glob)
            if not matched:
                near = nearest(glob, ids)
                raise UsageError(f"no requirement matches {glob!r}{near}")
            found.update(matched)
        return found

    selected = (matching(only) if only else set(ids)) - matching(skip)
    if not selected:
        raise UsageError("no requirement is left: --skip takes away all that --only selects")
    return frozenset(selected)


def required(globs: Sequence[str], only: Sequence[str], skip: Sequence[str]) -> frozenset[str]:
    """The selected ids that the globs match; raises :class:`UsageError` where one matches none."""
    selected = select(only, skip)
    found: set[str] = set()
    for glob in globs:
        matched = select([glob]) & selected
        if not matched:
            raise UsageError(f"--require {glob}: nothing that it matches is selected")
        found |= matched
    return frozenset(found)


def nearest(name: str, names: Iterable[str]) -> str:
    """A question that names what was probably meant, or nothing."""
    names = list(names)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    if not close:
        tails = {known.rsplit("/", 1)[-1]: known for known in names}
        close = [tails[t] for t in get_close_matches(name.rsplit("/", 1)[-1], tails, n=1)]
    return f": did you mean {close[0]}?" if close else ""


def check(target: Target, settings: Settings, progress: Progress | None = None) -> Report:
    """Check a target and close it. Raises :class:`UsageError` before anything is sent."""
    progress = progress or Progress()
    try:
        budget = BUDGETS[settings.budget]
        stage = Stage(target, settings, progress, budget.requests, budget.large or SMALL)
        return _check(stage, settings, budget, progress)
    finally:
        target.close()


def _check(stage: Stage, settings: Settings, budget: Budget, progress: Progress) -> Report:
    target, started = stage.target, datetime.now(UTC)
    terms = Terms(settings.selected, budget, settings.seed, settings.strict, settings.required)
    first = target.send(Request("GET", "/jobs", "maxResults=1"))
    if first.failure is not None:
        reason = f"no usable answer from {target.name}: {first.failure}"
        return verdicts.unreachable(target, reason, terms, started)
    cut_short = False
    try:
        report = _run(stage, settings, budget, progress, terms, started)
    finally:
        cut_short = stage.clear()
    return replace(report, interrupted=True) if cut_short else report


def _run(
    stage: Stage,
    settings: Settings,
    budget: Budget,
    progress: Progress,
    terms: Terms,
    started: datetime,
) -> Report:
    try:
        session = stage.set_up()
        runner = Runner(
            session,
            budget,
            settings.seed,
            settings.selected,
            minimise=settings.minimise,
            progress=progress,
        )
        outcome = runner.run()
    except KeyboardInterrupt:
        return verdicts.unreachable(stage.target, "interrupted", terms, started, interrupted=True)
    except (CannotBegin, TargetGone, RequestLimit) as reason:
        return verdicts.unreachable(stage.target, str(reason), terms, started)
    return verdicts.report(outcome, session, terms, started)
