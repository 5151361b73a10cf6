"""Would a rule-based state machine shrink interleavings better than a strategy of turns?

What happens between the pages of a walk is drawn by ``strategies/motion.py``, as a list of turns.
Hypothesis has state machines for the like. Here both look for the same faults of the reference
server in this process, with the same judge, and as many examples to find and to shrink:

(a) the strategy, shrunk by Hypothesis alone: no fixed plans, no steps of this project's own;
(b) a state machine with rules for what can be done, shrunk by Hypothesis;
(c) as (a), and then this project's own steps: what a run does with an example that was drawn.

All draw the same kinds of jobs, queries and changes; names that break things only (a) and (c) do.
Requests are all that were sent: those that make, change and describe jobs, and ListJobs. An
example is as large as its jobs and its steps, which are pages and changes. The smallest example
that showed the violation counts. Each figure is the median and, in brackets, the worst.

    python benchmarks/interleavings.py --seeds 10
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from rich.console import Console
from rich.table import Table

from listjobs_conformance.contract import CATALOGUE, Violation
from listjobs_conformance.contract.change_evidence import Change, ChangeInterleaving
from listjobs_conformance.contract.evidence_kinds import Paged
from listjobs_conformance.engine.attempts import Attempts
from listjobs_conformance.engine.budgets import Budget
from listjobs_conformance.engine.evaluation import Evaluator
from listjobs_conformance.engine.execution import Execution
from listjobs_conformance.engine.findings import Counterexample, FailureKind, Unit
from listjobs_conformance.engine.generation import Generation, Shown, pinned_constants
from listjobs_conformance.engine.shrinking import Shrinker
from listjobs_conformance.engine.suite import Suite
from listjobs_conformance.model import EVERYTHING
from listjobs_conformance.progress import Progress
from listjobs_conformance.scenarios import Plan, Source
from listjobs_conformance.scenarios.changes import change
from listjobs_conformance.scenarios.interleavings import MOTION, PLAIN
from listjobs_conformance.scenarios.lifecycle import shows
from listjobs_conformance.server import FAULTS
from listjobs_conformance.strategies import populations
from listjobs_conformance.strategies.interleavings import NEW_IDS
from listjobs_conformance.strategies.populations import MOST
from listjobs_conformance.strategies.queries import DRAWN, asks
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.worlds.provisioning import Provisioning, WorldOptions
from listjobs_conformance.worlds.session import Session
from listjobs_conformance.worlds.walker import Walker

MOVED = ("survivors-once", "changed-once", "deleted-not-resurrected", "token-survives-deletion")
FAULTY = [name for name, one in FAULTS.items() if one.breaks[0].removeprefix("lifecycle/") in MOVED]
EXAMPLES = 250
STEPS = 12
"""How many rules one example of the state machine runs."""
SHRINKING = 500
"""The examples carried out to shrink a violation; in (c) half of them are for its own steps."""

CAPABILITIES = replace(EVERYTHING, associates=False)


class Enough(KeyboardInterrupt):
    """Ends Hypothesis as Ctrl-C would, which no part of it holds up."""


@dataclass
class Search:
    """One search for a violation of one requirement, and what became of it."""

    session: Session
    wanted: str
    seed: int
    found_after: int = 0
    """The requests until it was found; none where it was not."""
    size: tuple[int, int] = (0, 0)
    left: int = SHRINKING

    @property
    def requests(self) -> int:
        return self.session.target.requests

    def judge(self, moved: ChangeInterleaving) -> None:
        """Raises :class:`Shown` for the violation, and :class:`Enough` past the last example."""
        self.left -= bool(self.found_after)
        if self.left < 0:
            raise Enough
        violation = Evaluator(CATALOGUE).evaluate((moved,)).violations.get(self.wanted)
        if violation is not None:
            self.keep(len(moved.world.jobs), violation)
            raise Shown

    def keep(self, jobs: int, violation: Violation) -> None:
        """Remember how large the smallest example is."""
        size = (jobs, len(violation.shown))
        self.size = min(self.size, size) if self.found_after else size
        self.found_after = self.found_after or self.requests


def machine(search: Search) -> type[RuleBasedStateMachine]:
    """A machine whose jobs have no names of their own, and with one rule for all changes.

    With a bundle of jobs and a rule for each change, shrinking took nearly twice the requests;
    with another walk where the first had one page, too.
    """
    session = search.session

    class Walking(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.made: list[populations.JobShape] = []
            self.stage = ExitStack()
            self.control: Paged | None = None
            self.walk: Walker | None = None
            self.changes: list[Change] = []

        @rule(kind=st.sampled_from(populations.job_shapes(CAPABILITIES)))
        @precondition(lambda self: self.control is None and len(self.made) < MOST)
        def make(self, kind: populations.JobShape) -> None:
            self.made.append(kind)

        @rule(drawn=DRAWN)
        @precondition(lambda self: self.control is None and len(self.made) > 1)
        def first_page(self, drawn: tuple[tuple[str, ...], int, int]) -> None:
            population = populations.build(self.made)
            ask = asks(population, drawn)
            world, widest = session.world(population), session.widest(ask.query)
            size = session.page_size(ask.split, widest)
            self.control = Paged(world, widest, session.walk(ask.query, (size,)))
            if len(self.control.walk.pages) > 1:
                self.stage.enter_context(session.staged(population))
                self.walk = session.walker(ask.query, size)
                self.walk.step()

        @rule()
        @precondition(lambda self: self.control is not None)
        def next_page(self) -> None:
            if self.walk:
                self.walk.step()

        @rule(what=st.sampled_from(PLAIN), place=st.integers(0, MOST - 1))
        @precondition(lambda self: self.walk is not None)
        def change(self, what: str, place: int) -> None:
            ids = NEW_IDS if what == "create" else self.control.walk.ids
            job_id = ids[place % len(ids)]
            earlier = [(c.what, c.job_id) for c in self.changes]
            if (what, job_id) in earlier or not self.walk.goes_on:
                return
            page = len(self.walk.sent) + 1
            done = change(session, self.control.world, "", what, job_id, page)
            if what == "delete" and done.gone:
                listed = session.widest(self.control.walk.query).id_set
                done = replace(done, settled=shows(session, done) and job_id not in listed)
            self.changes.append(done)

        def teardown(self) -> None:
            """What is left of the walk comes, and all of it is judged."""
            with self.stage:
                walk = self.walk.to_the_end() if self.walk else None
            if walk:
                search.judge(
                    ChangeInterleaving(self.control.world, self.control, walk, tuple(self.changes))
                )

    return Walking


def by_machine(search: Search) -> None:
    """(b): the same settings as for a strategy."""
    chosen = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        phases=(Phase.generate, Phase.shrink),
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    run_state_machine_as_test(seed(search.seed)(machine(search)), settings=chosen)


class Alone(Shrinker):
    """Leaves all to Hypothesis."""

    def _simplified(self, best: Counterexample) -> Counterexample:
        return best


def by_strategy(search: Search, shrinker: type[Shrinker], shrinking: int) -> None:
    """(a) and (c): what a run's shrinker makes of the first example that was drawn."""
    budget = Budget("drawn", int(EXAMPLES / MOTION.share) + 1, shrinking, 0, 0)
    suite = Suite(CATALOGUE, (MOTION,))
    generation = Generation(Source.fresh(CAPABILITIES), budget, search.seed)
    evaluator = Evaluator(CATALOGUE)
    search.session.on_world = evaluator.forget
    attempts = Attempts(suite, Execution(search.session, Progress()), evaluator)
    unit = Unit(MOTION.name, 0)
    known: dict[tuple[str, Plan], frozenset[FailureKind]] = {}
    first: dict[FailureKind, Counterexample] = {}
    for plan in generation.plans(MOTION, unit):
        found = attempts.of(unit, plan).found
        known[MOTION.name, plan] = frozenset(found)
        first = {kind: one for kind, one in found.items() if kind.id == search.wanted}
        if first:
            break
    for kind, one in first.items():
        search.keep(one.plan.population.size, one.violation)
        smallest = shrinker(generation, attempts, known, kind).smallest(one, unit)
        search.keep(smallest.plan.population.size, smallest.violation)


WAYS: dict[str, Callable[[Search], None]] = {
    "(a) strategy": lambda search: by_strategy(search, Alone, SHRINKING),
    "(b) state machine": by_machine,
    "(c) strategy, steps": lambda search: by_strategy(search, Shrinker, SHRINKING // 2),
}


def searched(way: str, fault: str, seeded: int) -> Search:
    """One search on a server of its own."""
    target = open_target(f"reference:{fault}", Options())
    session = Provisioning(target, WorldOptions(), Progress(), 0, 0).set_up()
    target.requests = 0  # What the server can hold is known.
    search = Search(session, FAULTS[fault].breaks[0], seeded)
    with pinned_constants(), suppress(Shown, Enough):
        WAYS[way](search)
    target.close()
    return search


def row(way: str, searches: Sequence[Search]) -> tuple[str, ...]:
    """The figures of one way, in the order of the table's columns."""
    found = [search for search in searches if search.found_after]
    figures = [(s.found_after, s.requests - s.found_after, *s.size) for s in found]
    shown = [f"{statistics.median(f):,.0f} ({max(f):,})" for f in zip(*figures, strict=True)]
    return (way, f"{len(found)} of {len(searches)}", *shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=10)
    seeds = range(parser.parse_args().seeds)
    table = Table(title=f"{EXAMPLES} examples of a seed, at most {SHRINKING} to shrink")
    for column in ("", "found", "requests\nuntil", "requests\nto shrink", "jobs", "steps"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    done = {(f, way): [searched(way, f, n) for n in seeds] for f in FAULTY for way in WAYS}
    for title, faults in {**{fault: [fault] for fault in FAULTY}, "all": FAULTY}.items():
        table.add_row(f"[bold]{title}[/]")
        for way in WAYS:
            table.add_row(*row(way, [search for fault in faults for search in done[fault, way]]))
        table.add_section()
    terminal = Console()
    (terminal if terminal.is_terminal else Console(width=100)).print(table)


if __name__ == "__main__":
    main()
