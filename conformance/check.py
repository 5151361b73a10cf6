"""A whole run on one target: what the command and the pytest plugin both call."""

from __future__ import annotations

import fnmatch
import ipaddress
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from urllib.parse import urlsplit

from listjobs_conformance.reports.record import Report
from listjobs_conformance.strategies.populations import covering

from . import verdicts
from .contract import CATALOGUE
from .evidence import Request
from .runner import BUDGETS, Progress, Runner
from .session import Session
from .targets.calibration import calibrate
from .targets.target import Target


class UsageError(Exception):
    """What was asked for cannot be done; the text says what to do instead."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is to do."""

    selected: frozenset[str]
    budget: str = "standard"
    seed: int = 0
    strict: bool = False
    world: str | None = None
    """``fresh`` or ``shared``; by default fresh where the target can be reset."""
    allow_writes: bool = False
    settle: float = 0.0
    """How long, in seconds, a change may take to show in listings."""
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


def nearest(name: str, names: Iterable[str]) -> str:
    """A question that names what was probably meant, or nothing."""
    names = list(names)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    if not close:
        tails = {known.rsplit("/", 1)[-1]: known for known in names}
        close = [tails[t] for t in get_close_matches(name.rsplit("/", 1)[-1], tails, n=1)]
    return f": did you mean {close[0]}?" if close else ""


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check(target: Target, settings: Settings, progress: Progress | None = None) -> Report:
    """Check a target and close it. Raises :class:`UsageError` before anything is sent."""
    try:
        world = _world(target, settings)
        return _check(target, settings, world, progress or Progress())
    finally:
        target.close()


def _world(target: Target, settings: Settings) -> str:
    world = settings.world or ("fresh" if target.reset_with is not None else "shared")
    if world not in ("fresh", "shared"):
        raise UsageError(f"--world {world!r} is not known: fresh or shared")
    if world == "fresh" and target.reset_with is None:
        raise UsageError(f"--world fresh needs --reset: {target.name} is not reset unasked")
    if target.url is not None and not is_loopback(target.url) and not settings.allow_writes:
        raise UsageError(
            f"{target.name} is not on this machine: making jobs there needs --allow-writes"
        )
    return world


def _check(target: Target, settings: Settings, world: str, progress: Progress) -> Report:
    budget, started = BUDGETS[settings.budget], datetime.now(UTC)

    def could_not_begin(reason: str, interrupted: bool = False) -> Report:
        return verdicts.unreachable(
            target,
            reason,
            settings.selected,
            budget,
            settings.seed,
            settings.strict,
            started,
            interrupted,
        )

    first = target.send(Request("GET", "/jobs", "maxResults=1"))
    if first.failure is not None:
        return could_not_begin(f"no usable answer from {target.name}: {first.failure}")
    prefix = "" if world == "fresh" else f"lj{secrets.token_hex(3)}-"
    progress.doing("finding out what the target can hold", 0, 0)
    try:
        if world == "fresh" and target.reset_with is not None:
            target.send(target.reset_with)
        capabilities = calibrate(target, prefix)
        shared = covering(capabilities.holdable) if world == "shared" else None
        session = Session(target, capabilities, shared, prefix, settings.settle)
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
        return could_not_begin("interrupted", interrupted=True)
    finally:
        if world == "shared":
            target.delete_made()
        elif target.reset_with is not None:
            target.send(target.reset_with)
    return verdicts.report(
        outcome,
        session,
        settings.selected,
        budget,
        settings.seed,
        settings.strict,
        started,
    )
