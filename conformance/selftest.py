"""The checker checked: every fault of the reference server against every requirement.

Each fault must make exactly the requirements fail that it names, the reference and every allowed
variation none, and each requirement must kill at least one fault.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from .contract import CATALOGUE
from .contract.selection import select
from .errors import UsageError, nearest
from .run import Settings, check
from .server import FAULTS, VARIATIONS
from .targets.kinds import Options, open_target

SETTLE = 1.0
"""The settle time, in seconds, of variations that show changes late: many times what they take."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One behaviour of the reference server, run against every requirement."""

    name: str
    """The fault or variation; empty for the reference as it is."""
    expected: frozenset[str]
    """The requirements that must fail."""
    failed: frozenset[str]
    tolerated: frozenset[str] = frozenset()
    """What is not documented, and a variation is known not to keep."""

    @property
    def missed(self) -> frozenset[str]:
        return self.expected - self.failed

    @property
    def accused(self) -> frozenset[str]:
        """What failed without reason: false alarms."""
        return self.failed - self.expected - self.tolerated

    @property
    def right(self) -> bool:
        return not self.missed and not self.accused


def checks_access(names: Iterable[str]) -> bool:
    """Whether a server with these behaviours is to be asked without good credentials too.

    Any other takes every signature, and would rightly be told so.
    """
    known = {**FAULTS, **VARIATIONS}
    return any(known[name].checks_access for name in names if name in known)


def trial(name: str, budget: str = "quick", seed: int = 0) -> Trial:
    """Run one behaviour. A fault that needs more jobs than ``quick`` makes gets ``standard``."""
    fault, variation = FAULTS.get(name), VARIATIONS.get(name)
    if fault is not None and fault.needs_jobs and budget == "quick":
        budget = "standard"
    target = open_target(f"reference:{name}" if name else "reference", Options())
    settle = SETTLE if variation is not None and variation.needs_settle else 0.0
    settings = Settings(
        select(),
        budget=budget,
        seed=seed,
        settle=settle,
        shrinking=fault is not None and fault.unsteady,
        check_access=checks_access([name]),
    )
    report = check(target, settings)
    failed = frozenset(r.id for r in report.results if r.verdict == "fail")
    tolerated = frozenset[str]()
    if variation is not None and not variation.keeps_conventions:
        tolerated = frozenset(r.id for r in CATALOGUE if r.level.value != "documented")
    return Trial(name, frozenset(fault.breaks if fault else ()), failed, tolerated)


def behaviours() -> list[str]:
    """Every behaviour by name; the reference itself first, under no name.

    All but the faults that only the aws command meets: they show on a socket, and not everywhere.
    """
    faults = [name for name, fault in FAULTS.items() if not fault.needs_cli]
    return ["", *sorted(faults), *sorted(VARIATIONS)]


def chosen(globs: Sequence[str]) -> list[str]:
    """The behaviours that the globs mean, by name or by a requirement that they break; all
    without any. Raises ``UsageError`` for a glob that means none."""
    names = behaviours()
    if not globs:
        return names
    said = {
        name: (name or "reference", *(FAULTS[name].breaks if name in FAULTS else ()))
        for name in names
    }
    for glob in globs:
        if not any(fnmatch.filter(words, glob) for words in said.values()):
            raise UsageError(
                f"no behaviour and no requirement matches {glob!r}{nearest(glob, names)}"
            )
    return [name for name in names if any(fnmatch.filter(said[name], glob) for glob in globs)]


def matrix(
    names: Sequence[str], budget: str = "quick", seed: int = 0, workers: int | None = None
) -> Iterator[Trial]:
    """Each of these behaviours, in worker processes, in order."""
    count = workers or os.cpu_count() or 1
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield from pool.map(trial, names, [budget] * len(names), [seed] * len(names), chunksize=4)


def unkilled() -> set[str]:
    """The requirements that no fault breaks."""
    broken = {id for fault in FAULTS.values() for id in fault.breaks}
    return {requirement.id for requirement in CATALOGUE} - broken
