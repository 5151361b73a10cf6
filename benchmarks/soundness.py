"""Whether a verdict can be believed: false alarms where all is well, misses where it is not.

For each budget, this suite checks its own reference server many times, in this process and with
another seed each time, and nothing is shrunk:

- *Conforming* runs, N of them. Of every ten, one has the plain reference server, four have one
  variation (in a shuffled order, each in turn) and five have two to six compatible variations
  drawn together. A failure at level ``documented`` is a false alarm; so is one at level
  ``convention`` where every variation in it keeps the conventions. There must be none.
- *Faulty* runs: every fault, with N / (number of faults) seeds each, rounded and at least one. A
  run has *missed* when a requirement that the fault breaks did not fail, and is *misattributed*
  when any other failed. A miss may happen at a small budget, a misattribution must not. A quick
  look makes no world of more than a page's jobs, so some faults are out of its reach: how many
  of the misses these are stands in brackets.

The table counts runs; its requests are the median of one run.

The seed decides everything, so ``--seeds 200`` does the same each time. Each false alarm, miss
and misattribution is named on standard error with the target and the seed that show it again:
``listjobs-conformance run TARGET --budget BUDGET --seed SEED``. Variations that need a settle
time are left out. The exit status is 1 where there was a false alarm or a misattribution, or a
run that could not judge its target.

    python benchmarks/soundness.py --seeds 200 --budget quick --budget standard
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from rich.console import Console
from rich.progress import track
from rich.table import Table

from listjobs_conformance.contract.selection import select
from listjobs_conformance.engine.budgets import BUDGETS
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings, check
from listjobs_conformance.selftest import checks_access
from listjobs_conformance.server import FAULTS, VARIATIONS
from listjobs_conformance.targets.kinds import Options, open_target

COMBINED_AT_MOST = 6
"""How many variations one server has at once."""

RUNS_PER_CHILD = 25
"""A worker process is replaced after so many runs, so that memory stays small."""

IN_PROCESS = [name for name, fault in FAULTS.items() if not fault.needs_cli]
"""The faults that show without a socket."""

ALLOWED = {name: one for name, one in VARIATIONS.items() if not one.needs_settle}


@dataclass(frozen=True, slots=True)
class Run:
    """One target to check with one seed."""

    behaviours: tuple[str, ...]
    budget: str
    seed: int

    @property
    def fault(self) -> str | None:
        """The fault that the target has, or None where it conforms."""
        return next((name for name in self.behaviours if name in FAULTS), None)

    @property
    def target(self) -> str:
        return "reference" + (":" + "+".join(self.behaviours) if self.behaviours else "")

    def __str__(self) -> str:
        return f"{self.target} --budget {self.budget} --seed {self.seed}"


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run said that it should not have said, and what it should have and did not."""

    run: Run
    requests: int = 0
    alarms: tuple[str, ...] = ()
    """Failures that nothing in the target explains, each with its message."""
    missed: tuple[str, ...] = ()
    unjudged: str | None = None
    """Why the target could not be judged."""

    @property
    def out_of_reach(self) -> bool:
        """Whether the fault shows only in more jobs than this budget makes."""
        fault = self.run.fault
        return bool(fault and FAULTS[fault].needs_jobs and not BUDGETS[self.run.budget].large)


def conforming(count: int, budget: str) -> Iterator[Run]:
    """The runs that nothing may fail in: reference, single variations, combinations."""
    order = list(ALLOWED)
    Random(count).shuffle(order)
    singles = 0
    for seed in range(count):
        behaviours: tuple[str, ...] = ()
        if seed % 10 in (1, 3, 5, 7):
            behaviours = (order[singles % len(order)],)
            singles += 1
        elif seed % 10:
            behaviours = combination(Random(f"{budget} {seed}"))
        yield Run(behaviours, budget, seed)


def combination(random: Random) -> tuple[str, ...]:
    """Two to six variations of which no two decide the same thing."""
    wanted = random.randint(2, COMBINED_AT_MOST)
    chosen: list[str] = []
    for name in random.sample(list(ALLOWED), len(ALLOWED)):
        if not any(name in ALLOWED[other].excludes for other in chosen):
            chosen.append(name)
        if len(chosen) == wanted:
            break
    return tuple(chosen)


def faulty(count: int, budget: str) -> Iterator[Run]:
    """Every fault with as many seeds as N leaves for each, no seed twice."""
    rounds = max(1, round(count / len(IN_PROCESS)))
    names = [name for _ in range(rounds) for name in IN_PROCESS]
    for seed, name in enumerate(names):
        yield Run((name,), budget, seed)


def carry_out(run: Run) -> Findings:
    """Check the target and compare the verdicts with what is known of it."""
    try:
        settings = Settings(
            select(),
            budget=run.budget,
            seed=run.seed,
            shrinking=False,
            check_access=checks_access(run.behaviours),
        )
        report = check(open_target(run.target, Options()), settings)
    except Exception:
        return Findings(run, unjudged=traceback.format_exc())
    fault = run.fault
    breaks = set(FAULTS[fault].breaks) if fault else set()
    conventions = all(ALLOWED[name].keeps_conventions for name in run.behaviours if name in ALLOWED)
    alarms, failed = [], set()
    for result in report.results:
        if result.verdict != "fail":
            continue
        failed.add(result.id)
        gates = result.level == "documented" or (result.level == "convention" and conventions)
        if result.id not in breaks and (fault or gates):
            message = result.violation.message if result.violation else result.reason
            alarms.append(f"{result.id} ({result.level}): {message}")
    unjudged = None if fault else _unjudged(report)
    missed = tuple(sorted(breaks - failed))
    return Findings(run, report.requests, tuple(alarms), missed, unjudged)


def _unjudged(report: Report) -> str | None:
    reasons = [f"{r.id}: {r.reason}" for r in report.results if r.verdict == "inconclusive"]
    if reasons:
        return "; ".join(reasons)
    return "nothing was exercised" if report.status == 3 else None


def tell(outcome: Findings) -> None:
    """Name what went wrong, so that it can be repeated."""
    words = {
        "misattributed" if outcome.run.fault else "false alarm": outcome.alarms,
        "out of reach" if outcome.out_of_reach else "missed": outcome.missed,
        "not judged": (outcome.unjudged,) if outcome.unjudged else (),
    }
    for word, details in words.items():
        for detail in details:
            print(f"{word}: {outcome.run}\n    {detail}", file=sys.stderr, flush=True)


def row(budget: str, outcomes: Sequence[Findings]) -> tuple[str, ...]:
    """The figures of one budget, in the order of the table's columns."""
    sound = [outcome for outcome in outcomes if not outcome.run.fault]
    faults = [outcome for outcome in outcomes if outcome.run.fault]
    missed = [outcome for outcome in faults if outcome.missed]
    unreachable = sum(outcome.out_of_reach for outcome in missed)
    return (
        budget,
        f"{len(sound)}",
        f"{sum(bool(outcome.alarms) for outcome in sound)}",
        _median(sound),
        f"{len(faults)}",
        f"{len(missed)}" + (f" ({unreachable})" if unreachable else ""),
        f"{sum(bool(outcome.alarms) for outcome in faults)}",
        _median(faults),
    )


def _median(outcomes: Sequence[Findings]) -> str:
    requests = [outcome.requests for outcome in outcomes if outcome.requests]
    return f"{statistics.median(requests):,.0f}" if requests else "-"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=200, help="conforming runs for each budget")
    parser.add_argument("--budget", action="append", choices=sorted(BUDGETS), help="repeatable")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    table = Table(title=f"{len(IN_PROCESS)} faults, {len(ALLOWED)} variations, {asked.seeds} seeds")
    table.add_column("budget")
    for column in ("conforming", "false alarms", "requests", "faulty", "missed", "misattributed"):
        table.add_column(column.replace(" ", "\n"), justify="right")
    table.add_column("requests", justify="right")
    wrong = False
    with multiprocessing.get_context("spawn").Pool(asked.jobs, None, (), RUNS_PER_CHILD) as pool:
        for budget in dict.fromkeys(asked.budget or ["quick"]):
            runs = [*conforming(asked.seeds, budget), *faulty(asked.seeds, budget)]
            outcomes = []
            carried_out = pool.imap_unordered(carry_out, runs)
            progress = Console(stderr=True)
            for outcome in track(
                carried_out,
                budget,
                len(runs),
                console=progress,
                transient=True,
                disable=not progress.is_terminal,
            ):
                tell(outcome)
                outcomes.append(outcome)
                wrong = wrong or bool(outcome.alarms or outcome.unjudged)
            table.add_row(*row(budget, outcomes))
    Console().print(table)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
