"""The command ``listjobs-conformance``: options in, exit status out, and nothing else."""

from __future__ import annotations

import io
import re
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import orjson
import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from listjobs_conformance.reports import document, terminal
from listjobs_conformance.reports.terminal import harmless

from . import check as checking
from .contract import CATALOGUE
from .runner import Progress
from .targets.kinds import KINDS, Options, open_target
from .targets.target import TargetError
from .wire import Bounds

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Check an implementation of AWS IoT Core ListJobs against its documented contract.",
)

PLAIN_WIDTH = 132
"""Columns of the output where there is no terminal to ask."""


class World(StrEnum):
    fresh = "fresh"
    shared = "shared"


class Format(StrEnum):
    table = "table"
    json = "json"


class Budget(StrEnum):
    quick = "quick"
    standard = "standard"
    thorough = "thorough"


class _Trimmed(io.StringIO):
    """Standard output without the blanks that pad a table to the width of a terminal."""

    def write(self, text: str) -> int:
        return sys.stdout.write(re.sub(r" +$", "", text, flags=re.MULTILINE))


def console() -> Console:
    """A console for the terminal, or for plain text that is wide enough for a log."""
    made = Console(highlight=False)
    if made.is_terminal:
        return made
    return Console(file=_Trimmed(), highlight=False, width=PLAIN_WIDTH, color_system=None)


def fail(message: str, status: int = 2) -> NoReturn:
    """End with one sentence on standard error."""
    typer.echo(f"listjobs-conformance: {harmless(message)}", err=True)
    raise typer.Exit(status)


class LiveProgress(Progress):
    """One line at the bottom of the terminal while the run goes on."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._started = time.monotonic()

    def doing(self, what: str, examples: int, requests: int) -> None:
        seconds = time.monotonic() - self._started
        self._live.update(
            Text(f"{what} · {examples} examples · {requests} requests · {seconds:.0f} s", "dim")
        )


class LogProgress(Progress):
    """A line for each thing that a run begins, for logs."""

    def __init__(self) -> None:
        self._last = ""

    def doing(self, what: str, examples: int, requests: int) -> None:
        if what != self._last:
            self._last = what
            typer.echo(f"{what} ({examples} examples, {requests} requests so far)", err=True)


@app.command()
def run(
    target: Annotated[str, typer.Argument(help="What to check: see `targets`.")] = "moto",
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Requirements to judge; repeatable."),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Requirements to leave out; repeatable."),
    ] = None,
    strict: Annotated[bool, typer.Option(help="Let conventions fail the run, too.")] = False,
    budget: Annotated[Budget, typer.Option(help="How many examples to try.")] = Budget.standard,
    seed: Annotated[int, typer.Option(help="The same seed gives the same report.")] = 0,
    region: Annotated[str, typer.Option(help="The region to sign for.")] = "us-east-1",
    world: Annotated[
        World | None,
        typer.Option(help="fresh: reset for each example. shared: one world, deleted afterwards."),
    ] = None,
    reset: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="What to POST to, to empty a target behind a URL."),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(min=0.1, metavar="SECONDS", help="For each request, to its last byte."),
    ] = 10.0,
    settle: Annotated[
        float,
        typer.Option(
            min=0.0, metavar="SECONDS", help="How long a change may take to show in listings."
        ),
    ] = 0.0,
    allow_writes: Annotated[
        bool, typer.Option("--allow-writes", help="Make jobs on a target that is not this machine.")
    ] = False,
    output: Annotated[Path, typer.Option(metavar="DIR", help="Where report.json goes.")] = Path(
        "listjobs-report"
    ),
) -> None:
    """Check a target, requirement by requirement.

    Exit status: 0 it conforms, 1 something that gates failed, 3 it could not be judged, 2 wrong
    usage, 130 interrupted.
    """
    try:
        selected = checking.select(only or (), skip or ())
        settings = checking.Settings(
            selected,
            budget=budget.value,
            seed=seed,
            strict=strict,
            world=world.value if world else None,
            allow_writes=allow_writes,
            settle=settle,
        )
        opened = open_target(target, Options(region, reset, Bounds(seconds=timeout)))
    except (checking.UsageError, TargetError) as error:
        fail(str(error))
    writable(output)
    shown = console()
    try:
        if shown.is_terminal:
            with Live(console=shown, transient=True, refresh_per_second=8) as live:
                report = checking.check(opened, settings, LiveProgress(live))
        else:
            report = checking.check(opened, settings, LogProgress())
    except checking.UsageError as error:
        fail(str(error))
    path = document.write(report, output)
    status = 130 if report.interrupted else report.status
    reasons = {result.reason for result in report.results}
    if report.status == 3 and len(reasons) == 1:
        fail(str(reasons.pop()), status)
    terminal.show(report, shown)
    shown.print(Text(f"report: {path}", "dim"))
    raise typer.Exit(status)


def writable(folder: Path) -> None:
    """Make the output folder, or end with what is wrong with it, before anything is run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / document.NAME).touch()
    except OSError as error:
        fail(f"cannot write to --output {folder}: {error.strerror or error}")


@app.command()
def requirements(
    glob: Annotated[str, typer.Argument(help="Which requirements.")] = "*",
    format: Annotated[Format, typer.Option(help="table or json.")] = Format.table,
) -> None:
    """List the requirements: id, level and sentence."""
    try:
        selected = checking.select([glob])
    except checking.UsageError as error:
        fail(str(error))
    chosen = [CATALOGUE[id] for id in sorted(selected)]
    if format is Format.json:
        records = [
            {
                "id": r.id,
                "level": r.level.value,
                "sentence": r.sentence,
                "source": r.source,
                "exercised_by": r.exercised_by,
                "breaks": r.breaks,
                "presupposes": list(r.presupposes),
            }
            for r in chosen
        ]
        typer.echo(orjson.dumps(records, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("requirement", no_wrap=True)
    table.add_column("level", no_wrap=True)
    table.add_column("holds when")
    for requirement in chosen:
        table.add_row(requirement.id, requirement.level.value, Text(requirement.sentence))
    console().print(table)


@app.command()
def explain(
    id: Annotated[str, typer.Argument(help="The id of a requirement.")],
) -> None:
    """Tell the whole story of one requirement."""
    if id not in CATALOGUE:
        near = checking.nearest(id, (r.id for r in CATALOGUE))
        fail(f"no requirement {id!r}{near}")
    requirement = CATALOGUE[id]
    level = {
        "documented": "documented: a failure always fails the run",
        "convention": "convention: a failure fails the run with --strict",
        "observed": "observed: a failure is a note and never fails the run",
    }[requirement.level.value]
    rows = [
        ("holds when", requirement.sentence),
        ("level", level),
        ("source", requirement.source),
        ("exercised by", requirement.exercised_by),
        (
            "a pass needs",
            f"{requirement.examples} such examples of at least {requirement.labels} "
            + ("kind" if requirement.labels == 1 else "kinds"),
        ),
        ("usually broken by", requirement.breaks),
        ("presupposes", ", ".join(requirement.presupposes) or "nothing"),
    ]
    table = Table(box=None, pad_edge=False, show_header=False, title=requirement.id)
    table.title_justify = "left"
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for name, text in rows:
        table.add_row(name, Text(text))
    console().print(table)


@app.command()
def targets() -> None:
    """List the targets and how each is reached."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("target", no_wrap=True)
    table.add_column("what it is")
    table.add_column("example", no_wrap=True)
    for kind in KINDS:
        table.add_row(kind.form, kind.what, f"listjobs-conformance run {kind.example}")
    console().print(table)


@app.command()
def serve(
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A fault or a variation it is to have; repeatable."),
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 lets the system choose.")] = 0,
    list_faults: Annotated[
        bool, typer.Option("--list-faults", help="List the faults and variations, and end.")
    ] = False,
) -> None:
    """Serve the reference server until interrupted. POST /_listjobs/reset empties it."""
    from .server import FAULTS, VARIATIONS, ReferenceServer
    from .server.serve import serve as serve_app

    if list_faults:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("name", no_wrap=True)
        table.add_column("breaks", no_wrap=True)
        table.add_column("what it does")
        for behaviour in (*FAULTS.values(), *VARIATIONS.values()):
            breaks = "\n".join(behaviour.breaks) or "nothing: allowed"
            summary = " ".join(behaviour.summary.replace("``", "").split())
            table.add_row(behaviour.name, breaks, Text(summary))
        console().print(table)
        return

    def ready(address: str, chosen: int) -> None:
        typer.echo(f"serving on http://{address}:{chosen}")

    try:
        serve_app(ReferenceServer(tuple(fault or ())), host, port, ready)
    except ValueError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot listen on {host}:{port}: {error.strerror or error}")


@app.command()
def selftest(
    budget: Annotated[
        Budget, typer.Option(help="How many examples each fault gets.")
    ] = Budget.quick,
    seed: Annotated[int, typer.Option(help="The seed of every run.")] = 0,
    workers: Annotated[
        int | None, typer.Option("-n", min=1, metavar="WORKERS", help="Processes; one a core.")
    ] = None,
) -> None:
    """Run every fault and every allowed variation of the reference server against every
    requirement.

    Exit status: 0 if each fault makes exactly the requirements fail that it names, and nothing
    that is allowed is accused; 1 otherwise.
    """
    from .selftest import matrix, unkilled
    from .server import FAULTS

    shown = console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("behaviour", "must fail", "missed", "accused without reason"):
        table.add_column(heading, overflow="fold")
    faults = killed = allowed = alarms = 0
    for trial in matrix(budget.value, seed, workers):
        if trial.name in FAULTS:
            faults += 1
            killed += not trial.missed
        else:
            allowed += 1
        alarms += bool(trial.accused)
        if not trial.right or trial.name in FAULTS:
            table.add_row(
                trial.name or "reference",
                ", ".join(sorted(trial.expected)) or "nothing",
                Text(", ".join(sorted(trial.missed)), "red"),
                Text(", ".join(sorted(trial.accused)), "red"),
            )
    shown.print(table)
    left = unkilled()
    shown.print(
        f"{killed} of {faults} faults killed, each by its own requirement; "
        f"{allowed} allowed behaviours; {alarms} false alarms; "
        f"{len(CATALOGUE) - len(left)} of {len(CATALOGUE)} requirements kill a fault"
    )
    raise typer.Exit(0 if killed == faults and not alarms and not left else 1)


def main() -> None:
    """The entry point of the command."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
