"""Whether mistakes are found that nobody thought of: the reference server, changed by machine.

The faults of the reference server are mistakes that a person would make. Here each operator,
constant, condition and statement of the server's listing code is changed in turn, one change a
*mutant*, and this suite checks each mutant as it checks any target:

- *Stillborn*: the changed server cannot be started or cannot be judged at all.
- *Killed*: a requirement of level ``documented`` or ``convention`` fails at ``quick`` or, where
  that finds nothing and nothing excuses it, at ``standard``.
- *Equivalent*: it survives, and ``mutants.toml`` says why no check could rightly kill it.
- *Survived*: at both budgets, and nothing is known to excuse that.

What survived is named, and so is what ``mutants.toml`` lists in vain: a mutant that is killed, or
that is made no more. The exit status is 1 where there is any of these, or a mutant that took too
long or broke the checker. ``--again`` takes nothing from ``mutants.toml`` on trust, and runs what
it lists at ``standard`` too.

    python benchmarks/mutants.py --jobs 2
    python benchmarks/mutants.py --sample 40 --seed 7
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import sys
import tomllib
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from mutating import MODULES, Mutant, mutants
from rich.console import Console
from rich.progress import track
from rich.table import Table

from listjobs_conformance.contract import CATALOGUE, Level
from listjobs_conformance.contract.selection import select
from listjobs_conformance.engine.budgets import BUDGETS
from listjobs_conformance.engine.evaluation import Evaluation, Evaluator
from listjobs_conformance.engine.phases import Aims, Phases
from listjobs_conformance.engine.runner import Runner
from listjobs_conformance.engine.workers import here
from listjobs_conformance.errors import CannotBegin
from listjobs_conformance.evidence import Evidence
from listjobs_conformance.progress import Progress
from listjobs_conformance.run import SUITE, Settings, check
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import Target
from listjobs_conformance.worlds.provisioning import Provisioning, WorldOptions

PACKAGE = "listjobs_conformance.server"
LISTED = Path(__file__).with_suffix(".toml")

LIMITS = {"quick": 20.0, "standard": 60.0}
"""For how many seconds a mutant may be checked, by budget."""

CONTEXT = multiprocessing.get_context("forkserver")
# Each mutant has a process of its own, which has all loaded but the server.
CONTEXT.set_forkserver_preload(["listjobs_conformance.run", "hypothesis.strategies", "boto3"])


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mutant."""

    mutant: Mutant
    word: str
    """``stillborn``, ``killed``, ``survived``, ``too slow`` or ``checker failed``."""
    detail: str = ""


class Changed(MetaPathFinder, InspectLoader):
    """Finds the changed source when the module is imported. Nothing is cached on disk."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        if fullname != f"{PACKAGE}.{self.mutant.module}":
            return None
        return importlib.util.spec_from_loader(fullname, self)

    def get_source(self, fullname: str) -> str:
        return self.mutant.source

    def is_package(self, fullname: str) -> bool:
        return False


def carry_out(mutant: Mutant, budget: str, seed: int, answer: Connection) -> None:
    """Check the mutant in this process, which is used for nothing else, and send its fate."""
    assert not any(name.startswith(PACKAGE) for name in sys.modules), "imported unchanged"
    sys.meta_path.insert(0, Changed(mutant))
    try:
        target = open_target("reference", Options())
    except Exception as error:
        answer.send(Fate(mutant, "stillborn", f"{type(error).__name__}: {error}"))
        return
    try:
        killer = first_failure(target, budget, seed)
        if killer is None:
            target = open_target("reference", Options())
            report = check(target, Settings(select(), budget=budget, seed=seed, shrinking=False))
    except Exception:
        answer.send(Fate(mutant, "checker failed", traceback.format_exc()))
        return
    if killer is not None:
        answer.send(Fate(mutant, "killed", killer))
        return
    failed = [r.id for r in report.results if r.verdict == "fail" and r.level != "observed"]
    unlike = [f"{r.id} {r.verdict}: {r.reason}" for r in report.results if r.verdict != "pass"]
    if failed:
        answer.send(Fate(mutant, "killed", ", ".join(failed)))
    elif report.totals["pass"] == 0:
        answer.send(Fate(mutant, "stillborn", "nothing could be judged"))
    else:
        answer.send(Fate(mutant, "survived", "; ".join(unlike)))


class Enough(KeyboardInterrupt):
    """Ends a run as Ctrl-C would, which no part of it holds up."""


class FirstFailure(Evaluator):
    """Ends a run at the first violation that would fail a requirement, whatever else is seen."""

    killer: str | None = None

    def evaluate(self, evidence: Iterable[Evidence]) -> Evaluation:
        evaluation = super().evaluate(evidence)
        for id in evaluation.violations:
            requirement = CATALOGUE[id]
            if requirement.level is not Level.OBSERVED and not requirement.presupposes_in_run:
                self.killer = id
                raise Enough
        return evaluation


def first_failure(target: Target, budget: str, seed: int) -> str | None:
    """The requirement that fails first: one is enough, and most come soon."""
    try:
        session = Provisioning(target, WorldOptions(), Progress(), 0, 0).set_up()
    except CannotBegin:
        return None
    runner = Runner(SUITE, session, BUDGETS[budget], seed)
    runner.evaluator = watching = FirstFailure(CATALOGUE)
    session.on_world = watching.forget
    Phases(runner, here(runner), Aims(frozenset(SUITE.ids), confirming=False)).run()
    return watching.killer


def fate(mutant: Mutant, budget: str, seed: int) -> Fate:
    """What becomes of a mutant in a process of its own, which is not waited for too long."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=carry_out, args=(mutant, budget, seed, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(LIMITS[budget]):
            return Fate(mutant, "too slow", f"over {LIMITS[budget]:.0f} s")
        found: Fate = ours.recv()
    except EOFError:
        return Fate(mutant, "checker failed", "the process ended without a word")
    finally:
        process.kill()
        process.join()
        ours.close()
    return found


def fates(those: Sequence[Mutant], budget: str, seed: int, jobs: int) -> Iterator[Fate]:
    """What becomes of each mutant."""
    with ThreadPoolExecutor(jobs) as pool:
        found = pool.map(lambda mutant: fate(mutant, budget, seed), those)
        progress = Console(stderr=True)
        yield from track(found, budget, len(those), console=progress, transient=True)


# --- telling --------------------------------------------------------------------------------------

WORDS = ("stillborn", "killed", "equivalent", "survived", "too slow", "checker failed")
WRONG = WORDS[3:]


def excuses() -> dict[str, str]:
    """The mutants that no check could rightly kill, each with the reason."""
    groups = tomllib.loads(LISTED.read_text("utf-8"))["equivalent"]
    return {name: group["because"] for group in groups for name in group["mutants"]}


def tell(one: Fate) -> None:
    """Name a mutant, and say what became of it."""
    print(f"{one.word}: {one.mutant.name}\n    {one.detail}", file=sys.stderr, flush=True)


def summary(found: Sequence[Fate], made: int) -> Table:
    """How many mutants came to which end, and what share of those that could be killed was."""
    counts = Counter(one.word for one in found)
    could_be = len(found) - counts["stillborn"] - counts["equivalent"]
    table = Table(title=f"{len(found)} of {made} mutants of {' and '.join(MODULES)}")
    table.add_column("")
    table.add_column("mutants", justify="right")
    table.add_column("of those not excused", justify="right")
    for word in WORDS:
        share = f"{counts[word] / could_be:.1%}" if could_be and word == "killed" else ""
        table.add_row(word, str(counts[word]), share)
    return table


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sample", type=int, metavar="N", help="take only N mutants, at random")
    parser.add_argument("--seed", type=int, default=0, help="of the sample and of every check")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time")
    parser.add_argument("--only", metavar="TEXT", default="", help="only mutants with this name")
    parser.add_argument("--again", action="store_true", help="trust no entry of mutants.toml")
    parser.add_argument("--list", action="store_true", help="name the mutants and run none")
    parser.add_argument("--verbose", action="store_true", help="name every mutant as it ends")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    made = [mutant for module in MODULES for mutant in mutants(module)]
    chosen = [mutant for mutant in made if asked.only in mutant.name]
    if asked.sample is not None and asked.sample < len(chosen):
        chosen = Random(asked.seed).sample(chosen, asked.sample)
    if asked.list:
        print(*(mutant.name for mutant in chosen), sep="\n")
        return 0

    reasons = excuses()
    found: dict[str, Fate] = {}
    for budget in LIMITS:
        for one in fates(chosen, budget, asked.seed, asked.jobs):
            name = one.mutant.name
            if one.word == "survived" and name in reasons:
                one = replace(one, word="equivalent", detail=reasons[name])
            found[name] = one
            if asked.verbose:
                tell(one)
        again = ("survived", "too slow", *(["equivalent"] if asked.again else []))
        chosen = [one.mutant for one in found.values() if one.word in again]
    Console().print(summary(list(found.values()), len(made)))

    wrong = [one for one in found.values() if one.word in WRONG]
    for one in wrong:
        tell(one)
    known = {mutant.name for mutant in made}
    in_vain = {name: "no such mutant" for name in reasons if name not in known}
    in_vain |= {n: found[n].word for n in reasons if n in found and found[n].word != "equivalent"}
    for name, what in in_vain.items():
        print(f"{LISTED.name}: {what}: {name}", file=sys.stderr)
    return int(bool(wrong or in_vain))


if __name__ == "__main__":
    sys.exit(main())
