"""Which conditions a run meets: whether a lie under them would have been told at all.

The conforming reference server is checked once at each budget, and notes for each listing which
conditions of the fault algebra hold, alone and two at a time. A fault whose trigger never held
cannot be found, whatever is looked at; what never holds is the honest limit of a budget. (Whether a
lie that is told is found, and blamed on what it breaks, is what ``algebra.py`` measures.)

    python benchmarks/reach.py --budget quick --budget standard
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from rich.console import Console
from rich.table import Table

from listjobs_conformance.contract.selection import select
from listjobs_conformance.engine.budgets import BUDGETS
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.server.algebra import pairs
from listjobs_conformance.server.algebra.moment import Moment, Remembering
from listjobs_conformance.server.algebra.triggers import PREDICATES
from listjobs_conformance.targets.kinds import Options, target_of

OF_A_JOB = [one for one in PREDICATES.values() if one.of_a_job]
OF_A_REQUEST = [one for one in PREDICATES.values() if not one.of_a_job]


class Noting(Remembering):
    """Notes which conditions hold."""

    def __init__(self, held: set[frozenset[str]]) -> None:
        super().__init__()
        self.held = held

    def note(self, names: Iterable[str], beside: Iterable[str] = ()) -> None:
        alone = list(names)
        self.held.update(frozenset((name,)) for name in alone)
        self.held.update(map(frozenset, combinations(alone, 2)))
        self.held.update(frozenset((one, other)) for one in alone for other in beside)

    def list_jobs(self, request: Any) -> Any:
        response = super().list_jobs(request)
        if response.status != 200:
            self.note(self.of_the_request())
        return response

    def of_the_request(self) -> list[str]:
        moment = self.listing
        assert moment is not None
        return [one.name for one in OF_A_REQUEST if holds(one.test, moment)]

    def summaries(self, query: Any, jobs: Sequence[Any]) -> list[dict[str, Any]]:
        asked = self.of_the_request()
        self.note(asked)
        alike = {
            frozenset(one.name for one in OF_A_JOB if one.test(self.listing, job)) for job in jobs
        }
        for names in alike:
            self.note(names, asked)
        return super().summaries(query, jobs)


def holds(test: Any, moment: Moment) -> bool:
    """Whether a condition holds; of a request that could not be read, some cannot be told."""
    try:
        return bool(test(moment))
    except AssertionError:
        return False


def met(budget: str, seed: int) -> set[frozenset[str]]:
    """The conditions that hold in a run, and the pairs of them."""
    held: set[frozenset[str]] = set()
    app = ReferenceServer()
    app.service = Noting(held)
    target = target_of(app, Options(reset="/_listjobs/reset"))
    check(target, Settings(select(), budget=budget, seed=seed, shrinking=False))
    return held


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--budget", action="append", choices=sorted(BUDGETS), help="repeatable")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    asked, console = arguments(), Console(width=130)
    faults = [pair for pair in pairs() if pair.breaks]
    for budget in dict.fromkeys(asked.budget or ["quick", "standard"]):
        held = met(budget, asked.seed)
        large = BUDGETS[budget].large or 48
        reachable = [pair for pair in faults if pair.needs_jobs <= large]
        missing: Counter[str] = Counter()
        examples: dict[str, set[str]] = {}
        for pair in reachable:
            names = frozenset(one.name for one in pair.trigger.predicates)
            if names not in held:
                kinds = " + ".join(sorted(one.dimension for one in pair.trigger.predicates))
                missing[kinds] += 1
                examples.setdefault(kinds, set()).add(" + ".join(sorted(names)))
        told = len(reachable) - missing.total()
        share, beyond = 100 * told / len(reachable), len(faults) - len(reachable)
        table = Table(
            title=f"{budget}: {told:,} of {len(reachable):,} faults are told ({share:.1f} %); "
            f"{beyond:,} need more jobs"
        )
        table.add_column("conditions that never hold together")
        table.add_column("faults", justify="right")
        table.add_column("such as")
        for kinds, count in missing.most_common(12):
            table.add_row(kinds, str(count), "; ".join(sorted(examples[kinds])[:3]))
        console.print(table)


if __name__ == "__main__":
    main()
