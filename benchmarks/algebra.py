"""How many faults that nobody wrote by hand are found: pairs of a lie and a trigger.

``conformance/server/algebra`` makes a server of every pair that makes sense: tens of thousands.
A fixed hash of a pair's name splits them into two parts; plans may be chosen on one of them, and
are only measured on the other. From a part, so many pairs of each lie are taken, in the order of
the hash, half of them with a trigger of one condition and half with one of two, so that no lie
with many triggers outweighs the others.

Each pair is a target that is checked once, with the seed of its own hash, and nothing is shrunk:

- *found*: some requirement that the pair breaks failed; *alone*: and nothing else did.
- *blamed*: other requirements failed, and none that the pair breaks.
- *inconclusive*: nothing failed, and something could not be judged.
- *missed*: none of these. Pairs that need more jobs than the budget makes are counted apart.

A pair that breaks nothing is a variation: any failure at level ``documented`` is a false alarm.

    python benchmarks/algebra.py --budget standard --each 16
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from listjobs_conformance.contract.selection import select
from listjobs_conformance.engine.budgets import BUDGETS
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server.algebra import CHOOSING, MEASURED, Pair, pairs, parse_pair
from listjobs_conformance.targets.kinds import Options, open_target

FOUND, ALONE, BLAMED, INCONCLUSIVE, MISSED = "found", "alone", "blamed", "inconclusive", "missed"
BEYOND, QUIET, ALARM = "beyond", "quiet", "alarm"

RUNS_PER_CHILD = 100

WIDTH = 130
"""Columns of the tables where they are not printed to a terminal."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run on one pair came to."""

    pair: str
    lie: str
    dimensions: tuple[str, ...]
    breaks: tuple[str, ...]
    verdict: str
    failed: tuple[str, ...]
    requests: int
    detail: str = ""


def sample(part: str, each: int, variations: int) -> list[Pair]:
    """So many faults of each lie, and so many variations of each, in the order of the hash."""
    of_lie: dict[tuple[str, bool, int], list[Pair]] = defaultdict(list)
    for pair in pairs():
        if pair.part == part:
            of_lie[(pair.lie.name, bool(pair.breaks), len(pair.trigger.predicates))].append(pair)
    chosen: list[Pair] = []
    for lie, faulty in sorted({key[:2] for key in of_lie}):
        most = each if faulty else variations
        one = sorted(of_lie[(lie, faulty, 1)], key=lambda pair: pair.draw)[: most // 2]
        two = sorted(of_lie[(lie, faulty, 2)], key=lambda pair: pair.draw)[: most - len(one)]
        chosen += one + two
    return sorted(chosen, key=lambda pair: pair.draw)


def carry_out(task: tuple[str, str]) -> Outcome:
    """Check one pair at one budget."""
    name, budget = task
    pair = parse_pair(name)
    assert pair is not None
    target = open_target(f"reference:{name}", Options())
    settings = Settings(select(), budget=budget, seed=pair.draw % 10_000, shrinking=False)
    report = check(target, settings)
    failed = {r.id: r.level for r in report.results if r.verdict == "fail"}
    unsure = [f"{r.id}: {r.reason}" for r in report.results if r.verdict == "inconclusive"]
    told = "; ".join(
        f"{r.id}: {r.violation.message if r.violation else r.reason}"
        for r in report.results
        if r.verdict == "fail" and r.id not in pair.breaks
    )
    breaks = pair.doubles.union(pair.breaks)
    own, other = failed.keys() & breaks, failed.keys() - breaks
    if not pair.breaks:
        gates = [id for id, level in failed.items() if level == "documented"]
        verdict = ALARM if gates or unsure else QUIET
    elif own:
        verdict = FOUND if other else ALONE
    elif other:
        verdict = BLAMED
    elif unsure:
        verdict = INCONCLUSIVE
    elif pair.needs_jobs > max(12, BUDGETS[budget].large):
        verdict = BEYOND
    else:
        verdict = MISSED
    return Outcome(
        name,
        pair.lie.name,
        tuple(one.dimension for one in pair.trigger.predicates),
        pair.breaks,
        verdict,
        tuple(sorted(failed)),
        report.requests,
        told or "; ".join(unsure),
    )


def interval(found: int, of: int) -> str:
    """A share with its 95 % interval (Wilson's)."""
    if not of:
        return "-"
    z, share = 1.96, found / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{100 * share:.1f} % ({100 * (middle - half):.1f} to {100 * (middle + half):.1f})"


def rows(outcomes: Sequence[Outcome], by: str) -> Iterator[tuple[str, list[Outcome]]]:
    """The outcomes by lie, or by each dimension of the trigger."""
    grouped: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for key in (outcome.lie,) if by == "lie" else outcome.dimensions:
            grouped[key].append(outcome)
    yield from sorted(grouped.items())
    yield "all", list(outcomes)


def table(title: str, outcomes: Sequence[Outcome], by: str) -> Table:
    """Counts and shares of faults."""
    shown = Table(title=title)
    for heading in (by, "faults", "found", "alone", BLAMED, INCONCLUSIVE, MISSED, BEYOND):
        shown.add_column(heading, justify="left" if heading == by else "right")
    for key, group in rows(outcomes, by):
        within = [one for one in group if one.verdict != BEYOND]
        counts = {v: sum(o.verdict == v for o in group) for v in (BLAMED, INCONCLUSIVE, MISSED)}
        found = sum(one.verdict in (FOUND, ALONE) for one in within)
        alone = sum(one.verdict == ALONE for one in within)
        shown.add_row(
            key,
            str(len(group)),
            interval(found, len(within)),
            interval(alone, len(within)),
            *map(str, counts.values()),
            str(len(group) - len(within)),
        )
    return shown


def measure(names: Sequence[str], budget: str, jobs: int) -> Iterable[Outcome]:
    """The outcome of each pair, in worker processes."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(jobs, maxtasksperchild=RUNS_PER_CHILD) as pool:
        progress = Console(stderr=True)
        yield from track(
            pool.imap_unordered(carry_out, [(name, budget) for name in names]),
            budget,
            len(names),
            console=progress,
            transient=True,
            disable=not progress.is_terminal,
        )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--part", choices=(CHOOSING, MEASURED), default=MEASURED)
    parser.add_argument("--each", type=int, default=16, help="faults of each lie")
    parser.add_argument("--variations", type=int, default=8, help="variations of each lie")
    parser.add_argument("--budget", action="append", choices=sorted(BUDGETS), help="repeatable")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes")
    parser.add_argument("--only", nargs="*", help="these pairs instead")
    parser.add_argument("--apart-from", type=Path, help="no pair of this file of outcomes")
    parser.add_argument("--save", type=Path, help="write every outcome there, a JSON line each")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    chosen = asked.only or [p.name for p in sample(asked.part, asked.each, asked.variations)]
    if asked.apart_from:
        lines = asked.apart_from.read_text(encoding="utf-8").splitlines()
        known = {json.loads(line)["pair"] for line in lines}
        chosen = [name for name in chosen if name not in known]
    terminal, alarms = Console(), 0
    console = terminal if terminal.is_terminal else Console(width=WIDTH)
    for budget in dict.fromkeys(asked.budget or ["standard"]):
        outcomes = []
        for outcome in measure(chosen, budget, asked.jobs):
            outcomes.append(outcome)
            if asked.save:
                with asked.save.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps({"budget": budget, **asdict(outcome)}) + "\n")
            if outcome.verdict not in (ALONE, QUIET, BEYOND):
                told = f"{outcome.verdict}: {outcome.pair} --budget {budget} {outcome.detail}"
                print(told, file=sys.stderr, flush=True)
        faults = [one for one in outcomes if one.breaks]
        allowed = [one for one in outcomes if not one.breaks]
        wrong = sum(one.verdict == ALARM for one in allowed)
        alarms += wrong
        console.print(table(f"{asked.part} half at {budget}, by lie", faults, "lie"))
        console.print(table("by the conditions of the trigger", faults, "trigger"))
        requests = statistics.median(one.requests for one in outcomes)
        console.print(
            f"{budget}: {len(allowed)} variations, {wrong} false alarms; "
            f"{requests:,.0f} requests a run (median)"
        )
    return int(bool(alarms))


if __name__ == "__main__":
    sys.exit(main())
