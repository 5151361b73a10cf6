"""How fast one request is checked, beside a bare client and beside boto3, in one run.

All three ask one reference server in another process for the same page of 50 summaries, in
turns, so that the noise of the machine falls on each alike. Quote the ratios, not the times.

    python benchmarks/throughput.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable

import boto3
import urllib3
from rich.console import Console
from rich.table import Table

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.evidence_kinds import Answer
from listjobs_conformance.engine.budgets import BUDGETS
from listjobs_conformance.engine.evaluation import Evaluator
from listjobs_conformance.engine.phases import Aims, Phases
from listjobs_conformance.engine.runner import Runner
from listjobs_conformance.engine.workers import here
from listjobs_conformance.evidence import Page, Request
from listjobs_conformance.model import Query, expect
from listjobs_conformance.progress import Progress
from listjobs_conformance.run import SUITE
from listjobs_conformance.schemas import RESPONSE, complaints
from listjobs_conformance.strategies.populations import uniform
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.worlds.provisioning import Provisioning, WorldOptions
from listjobs_conformance.worlds.session import Session

SUMMARIES = 50
ROUNDS = 9
SECONDS = 0.4


def rate(once: Callable[[], object]) -> float:
    """How often a second it can be done."""
    count, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < SECONDS:
        once()
        count += 1
    return count / elapsed


def clients(url: str) -> dict[str, Callable[[], object]]:
    target = open_target(url, Options(reset="/_listjobs/reset"))
    session = Provisioning(target, WorldOptions(), Progress(), 0, 0).set_up()
    world = session.world(uniform(2 * SUMMARIES))
    expected = expect(world.jobs, Query())
    pool = urllib3.connection_from_url(url, maxsize=1)
    boto = boto3.client(
        "iot",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="123456789012",
        aws_secret_access_key="x",
    )
    path = f"/jobs?maxResults={SUMMARIES}"
    judge = Evaluator(CATALOGUE)

    def bare() -> None:
        response = pool.urlopen("GET", path)
        assert response.status == 200
        assert response.data

    def ours() -> None:
        page = Page(target.send(Request("GET", "/jobs", f"maxResults={SUMMARIES}")))
        assert not complaints(RESPONSE, page.exchange)
        assert not any(expected.forbids(job_id) for job_id in page.ids)
        assert len(page.ids) == SUMMARIES

    def judged() -> None:
        exchange = target.send(Request("GET", "/jobs", f"maxResults={SUMMARIES}"))
        page = Page(exchange)
        evaluation = judge.evaluate((Answer(world, exchange, page),))
        judge.forget()
        assert not evaluation.violations
        assert len(page.ids) == SUMMARIES
        assert not any(expected.forbids(job_id) for job_id in page.ids)

    def boto3_list_jobs() -> None:
        assert len(boto.list_jobs(maxResults=SUMMARIES)["jobs"]) == SUMMARIES

    return {
        "(a) urllib3, unsigned, nothing read": bare,
        "(b) signed, sent, parsed, validated, compared": ours,
        "(b) and judged by every requirement on an answer": judged,
        "(c) boto3 list_jobs, nothing checked": boto3_list_jobs,
    }


def requests_table(url: str) -> Table:
    measured: dict[str, list[float]] = {}
    made = clients(url)
    for once in made.values():
        once()
    for _ in range(ROUNDS):
        for name, once in made.items():
            measured.setdefault(name, []).append(rate(once))
    rates = {name: statistics.median(values) for name, values in measured.items()}
    first = next(iter(rates.values()))
    table = Table("client", "requests/s", "of (a)", title=f"{SUMMARIES} summaries a page")
    for name, value in rates.items():
        table.add_row(name, f"{value:,.0f}", f"{value / first:.2f}")
    return table


def phases_of(session: Session) -> Phases:
    """A whole run but for the shrinking."""
    runner = Runner(SUITE, session, BUDGETS["standard"])
    return Phases(runner, here(runner), Aims(frozenset(SUITE.ids), confirming=False))


def examples_table(url: str) -> Table:
    table = Table("target", "examples/s", "seeding", "drawing", title="the whole loop, quick")
    for name, options in (
        ("reference", Options()),
        (url, Options(reset="/_listjobs/reset")),
    ):
        target = open_target(name, options)
        session = Provisioning(target, WorldOptions(), Progress(), 0, 0).set_up()
        phases = phases_of(session)
        started = time.perf_counter()
        found = phases.run()
        total = time.perf_counter() - started
        # The same plans once more, and nothing done with them.
        generation = phases.runner.generation
        started = time.perf_counter()
        for scenario in SUITE.scenarios:
            for unit in generation.units(scenario):
                deque(generation.plans(scenario, unit), maxlen=0)
        drawing = time.perf_counter() - started
        target.close()
        table.add_row(
            "in process" if name == "reference" else "over HTTP",
            f"{found.examples / total:,.0f}",
            f"{session.worlds.seconds / total:.0%}",
            f"{drawing / total:.0%}",
        )
    return table


def main() -> None:
    command = [sys.executable, "-m", "listjobs_conformance", "serve"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        console = Console()
        console.print(requests_table(url))
        console.print(examples_table(url))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
