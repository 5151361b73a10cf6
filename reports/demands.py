"""What a gate may demand to have been seen: all that a run has seen, in as few globs as say it."""

from __future__ import annotations

import shlex
from itertools import groupby

from .record import Report, Result


def demands(report: Report) -> str:
    """The options by which a run fails once it sees less of what gates; empty where nothing was
    seen."""
    globs: list[str] = []
    gating = [result for result in report.results if report.gating(result)]
    for family, members in groupby(gating, key=lambda result: result.id.split("/")[0]):
        results = list(members)
        seen = [result.id for result in results if _seen(result)]
        globs += [f"{family}/*"] if len(seen) == len(results) else seen
    return " ".join(f"--require {shlex.quote(glob)}" for glob in globs)


def _seen(result: Result) -> bool:
    return result.verdict not in ("unexercised", "inconclusive")
