"""How soon a fault is found: by this suite, and by what users would pick instead.

Each fault stands on the reference server, in another process behind a socket, and four ways look
for it, one after the other, each from an empty server:

(a) this suite, at its standard budget, until a requirement that the fault breaks is violated;
(b) Schemathesis with an OpenAPI document of these operations, as it comes and tuned, until it
    reports what it does not report on the faultless server (see ``peers/schemathesis.py``);
(c) what moto's own tests assert about ``list_jobs`` (see ``peers/moto_tests.py``);
(d) a plain random strategy on this suite's model, with the same judge and as many examples (see
    ``peers/plain.py``).

The requests are all that were sent until then, those included that make jobs and, in (a) and (d),
the hundred or so that find out what the server can hold. Where a fault is not found, they are
all that were sent. Compare requests; seconds are the machine's.

The faults are every eighth of the catalogue in its own order, which spreads over all families and
leaves no choice to the author; ``--faults GLOB`` takes others. Schemathesis is run from
``--schemathesis`` (its command or a Python that has it), or from the path; without it its columns
say so.

    python benchmarks/detection.py --schemathesis venv/bin/st
"""

from __future__ import annotations

import argparse
import fnmatch
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import urllib3
from peers import moto_tests, openapi, plain
from peers.schemathesis import DEFAULT, TUNED, Failure, Mode, Schemathesis
from rich.console import Console
from rich.table import Table

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.engine.budgets import BUDGETS
from listjobs_conformance.engine.evaluation import Evaluation, Evaluator
from listjobs_conformance.engine.phases import Aims, Phases
from listjobs_conformance.engine.runner import Runner
from listjobs_conformance.engine.suite import Suite
from listjobs_conformance.engine.workers import here
from listjobs_conformance.evidence import Evidence
from listjobs_conformance.progress import Progress
from listjobs_conformance.scenarios import SCENARIOS, Scenario
from listjobs_conformance.server import FAULTS
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.worlds.provisioning import Provisioning, WorldOptions

EVERY = 8
"""Which faults are taken: each so many of the catalogue."""

WIDTH = 150
"""Columns of the table where it is not printed to a terminal."""

RESET = "/_listjobs/reset"

BASELINE_SEEDS = 2
"""Runs of Schemathesis on the faultless server, each with a seed of its own."""

WAYS = ("this suite", "Schemathesis", "Schemathesis, tuned", "moto's tests", "plain random")


@dataclass(frozen=True, slots=True)
class Result:
    """``requests`` and ``seconds`` until it was found, or in all."""

    found: bool
    requests: int
    seconds: float
    note: str = ""

    def __str__(self) -> str:
        found = "[green]found[/]" if self.found else "-"
        return f"{found} {self.requests:,} ({self.seconds:.1f} s){self.note}"


@contextmanager
def serving(fault: str | None) -> Iterator[str]:
    """The reference server with this fault in a process of its own; its URL."""
    command = [sys.executable, "-m", "listjobs_conformance", "serve"]
    command += ["--fault", fault] if fault else []
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]
    finally:
        server.terminate()
        server.wait()


class Enough(KeyboardInterrupt):
    """Ends a run as Ctrl-C would, which no part of it holds up."""


class Watching(Evaluator):
    """Ends a run at the first violation of one of the wanted requirements."""

    def __init__(self, suite: Suite, wanted: frozenset[str]) -> None:
        super().__init__(suite.requirements)
        self.wanted = wanted
        self.found = False

    def evaluate(self, evidence: Iterable[Evidence]) -> Evaluation:
        evaluation = super().evaluate(evidence)
        if not self.wanted.isdisjoint(evaluation.violations):
            self.found = True
            raise Enough
        return evaluation


def by_suite(url: str, fault: str, seed: int, scenarios: Sequence[Scenario]) -> Result:
    """This suite's runner, with its own scenarios or others."""
    target = open_target(url, Options(reset=RESET))
    started = time.perf_counter()
    suite = Suite(CATALOGUE, tuple(one for one in scenarios if not one.access))
    watching = Watching(suite, frozenset(FAULTS[fault].breaks))
    try:
        session = Provisioning(target, WorldOptions(), Progress(), 0, 0).set_up()
        runner = Runner(suite, session, BUDGETS["standard"], seed)
        runner.evaluator = watching
        Phases(runner, here(runner), Aims(frozenset(suite.ids), confirming=False)).run()
    finally:
        target.close()
    return Result(watching.found, target.requests, time.perf_counter() - started)


def by_moto_tests(url: str) -> Result:
    """The restated tests, each on an empty server, until one fails."""
    client, started = moto_tests.Client(url), time.perf_counter()
    found = False
    for test in moto_tests.TESTS:
        empty(url)
        try:
            test(client)
        except Exception:
            found = True
            break
    return Result(found, client.requests, time.perf_counter() - started)


def by_schemathesis(
    tool: Schemathesis, url: str, fault: str, mode: Mode, known: frozenset[Failure]
) -> Result:
    prepare(url)
    result = tool.search(url, mode, known)
    if result.failure is not None:
        told = " ".join(result.failure)
        print(f"{fault}: Schemathesis ({mode.name}): {told}", file=sys.stderr, flush=True)
    note = "" if result.finished else " [dim]cut[/]"
    return Result(result.failure is not None, result.requests, result.seconds, note)


def empty(url: str) -> None:
    urllib3.request("POST", url + RESET)


def prepare(url: str) -> None:
    """An empty server but for the things and groups that the OpenAPI document names."""
    empty(url)
    for kind, names in (("things", openapi.THINGS), ("thing-groups", openapi.GROUPS)):
        for name in names:
            urllib3.request("POST", f"{url}/{kind}/{name}", body=b"{}")


def baselines(tool: Schemathesis) -> dict[Mode, frozenset[Failure]]:
    """What Schemathesis reports where there is nothing to find."""
    known: dict[Mode, frozenset[Failure]] = {}
    with serving(None) as url:
        assert not by_moto_tests(url).found, "moto's tests fail on the faultless server"
        for mode in (DEFAULT, TUNED) if tool.version() else ():
            failures: frozenset[Failure] = frozenset()
            for seed in range(BASELINE_SEEDS):
                prepare(url)
                failures |= tool.failures(url, mode, tool.seed + seed)
            known[mode] = failures
            for failure in sorted(failures):
                told = " ".join(failure)
                print(f"faultless: Schemathesis ({mode.name}): {told}", file=sys.stderr)
    return known


def search_all(
    fault: str, tool: Schemathesis, known: dict[Mode, frozenset[Failure]], seed: int
) -> dict[str, Result]:
    """Every way on one fault."""
    results: dict[str, Result] = {}
    with serving(fault) as url:
        results[WAYS[0]] = by_suite(url, fault, seed, SCENARIOS)
        for way, mode in zip(WAYS[1:3], (DEFAULT, TUNED), strict=True):
            if mode in known:
                results[way] = by_schemathesis(tool, url, fault, mode, known[mode])
        results[WAYS[3]] = by_moto_tests(url)
        results[WAYS[4]] = by_suite(url, fault, seed, plain.SCENARIOS)
    return results


def summary(results: Sequence[Result]) -> str:
    """How many were found, with the median of the requests that it took."""
    found = [result.requests for result in results if result.found]
    median = f"; {statistics.median(found):,.0f} requests" if found else ""
    return f"{len(found)} of {len(results)}{median}" if results else "not installed"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--faults", metavar="GLOB", help="these faults instead of every eighth")
    parser.add_argument("--schemathesis", metavar="PATH", help="its command, or a Python with it")
    parser.add_argument(
        "--schemathesis-seconds", type=float, default=120, help="time limit of each of its runs"
    )
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    # Whoever is to be let in must sign as this suite does, and only the aws command is the aws
    # command: those are no questions for the others.
    open_to_all = [
        name for name, fault in FAULTS.items() if not fault.checks_access and not fault.needs_cli
    ]
    faults = open_to_all[::EVERY]
    if asked.faults is not None:
        faults = fnmatch.filter(open_to_all, asked.faults)
    if not faults:
        sys.exit(f"no fault matches {asked.faults!r}")
    tool = Schemathesis(asked.schemathesis, asked.schemathesis_seconds, asked.seed)
    known = baselines(tool)
    table = Table(title="requests (seconds) until found, or in all")
    table.add_column("fault", overflow="fold")
    for way in WAYS:
        table.add_column(way.replace(", ", ",\n"))
    measured: list[dict[str, Result]] = []
    for fault in faults:
        results = search_all(fault, tool, known, asked.seed)
        measured.append(results)
        row = [str(results[way]) if way in results else "not installed" for way in WAYS]
        table.add_row(fault, *row)
        for way, result in results.items():
            line = f"{fault}\t{way}\t{result.found}\t{result.requests}\t{result.seconds:.2f}"
            print(line, file=sys.stderr, flush=True)
    table.add_section()
    table.add_row(
        "found; median when found",
        *(summary([one[way] for one in measured if way in one]) for way in WAYS),
    )
    terminal = Console()
    console = terminal if terminal.is_terminal else Console(width=WIDTH)
    console.print(table)
    console.print(
        f"Schemathesis {tool.version() or 'is not installed'}: at most "
        f"{asked.schemathesis_seconds:g} s a run ('cut' where that ended it), "
        f"default 100 examples an operation, tuned 300 of ListJobs and 30 of the others."
    )


if __name__ == "__main__":
    main()
