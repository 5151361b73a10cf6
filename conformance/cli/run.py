"""``run``: check a target."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from listjobs_conformance.reports import document, files, github, terminal
from listjobs_conformance.reports.record import Report
from listjobs_conformance.reports.terminal import Commands, Detail

from ..config.choices import Choices, NoTarget, choose
from ..config.headline import headline
from ..config.options import OPTIONS
from ..errors import UsageError, UserError
from ..results.waivers import WaiverError
from ..results.waivers import write_waivers as written
from ..run import Team, check
from ..worlds.ledger import LEDGERS
from . import preview
from .console import console, fail, progress

EXAMPLES = (
    "listjobs-conformance run http://127.0.0.1:5000 --reset moto",
    "listjobs-conformance run wsgi:backend:app",
    "listjobs-conformance run moto",
)
"""What a person who names no target may have meant."""


def option(name: str, **more: Any) -> Any:
    """The option of this name, as every way to say it has it."""
    option = OPTIONS[name]
    flags = [f"--{name}"] if option.kind is bool else []
    return typer.Option(*flags, help=option.help, metavar=option.metavar, **more)


def run(
    target: Annotated[
        str | None, typer.Argument(help="What to check: see `targets`.", show_default=False)
    ] = None,
    only: Annotated[list[str] | None, option("only")] = None,
    skip: Annotated[list[str] | None, option("skip")] = None,
    require: Annotated[list[str] | None, option("require")] = None,
    strict: Annotated[bool | None, option("strict")] = None,
    check_access: Annotated[bool | None, option("check-access")] = None,
    budget: Annotated[str | None, option("budget", show_default="standard")] = None,
    mode: Annotated[str | None, option("mode", show_default="gate")] = None,
    no_shrink: Annotated[bool | None, option("no-shrink")] = None,
    max_failures: Annotated[int | None, option("max-failures")] = None,
    seed: Annotated[int | None, option("seed", show_default="0")] = None,
    workers: Annotated[
        int,
        typer.Option(
            "-n", min=0, metavar="WORKERS", help="Processes, for targets in process and command:."
        ),
    ] = 0,
    waivers: Annotated[str | None, option("waivers")] = None,
    write_waivers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what fails now to a new file of waivers."),
    ] = None,
    cases: Annotated[str | None, option("cases")] = None,
    region: Annotated[str | None, option("region")] = None,
    profile: Annotated[str | None, option("profile")] = None,
    ca_bundle: Annotated[str | None, option("ca-bundle")] = None,
    timeout: Annotated[float | None, option("timeout", show_default="10")] = None,
    wait: Annotated[float | None, option("wait", show_default="0, command: 30")] = None,
    label: Annotated[str | None, option("label")] = None,
    target_version: Annotated[str | None, option("target-version")] = None,
    max_rps: Annotated[float | None, option("max-rps")] = None,
    world: Annotated[str | None, option("world")] = None,
    reset: Annotated[str | None, option("reset")] = None,
    seeder: Annotated[str | None, option("seeder")] = None,
    settle: Annotated[float | None, option("settle")] = None,
    allow_writes: Annotated[bool | None, option("allow-writes")] = None,
    output: Annotated[str | None, option("output", show_default="listjobs-report")] = None,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Every failure in full, every verdict.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="What it came to, in three lines.")
    ] = False,
    list_only: Annotated[
        bool, typer.Option("--list", help="Say what would be done, and send nothing.")
    ] = False,
) -> None:
    """Check a target, requirement by requirement.

    What is not said here may stand in pyproject.toml, as [tool.listjobs-conformance], or in the
    environment, as LISTJOBS_TARGET and so on.

    \b
    Exit status:
      0    it conforms
      1    something that gates failed
      2    wrong usage
      3    it could not be judged
      4    an error of this tool itself
      130  interrupted
    """
    given = {name: value for name, value in locals().items() if name in Choices.names()}
    try:
        choices = choose(given, Path.cwd())
        choices = replace(choices, output=str(choices.folder))
        settings = choices.settings()
        if write_waivers is not None and choices.waivers is not None:
            raise UsageError("--write-waivers writes all that fails: leave out --waivers")
        if write_waivers is not None and write_waivers.exists():
            raise UsageError(f"{write_waivers} is there already: name a new file")
    except NoTarget as error:
        fail(str(error), examples=EXAMPLES)
    except UserError as error:
        fail(str(error))
    shown = console()
    if list_only:
        try:
            preview.show(choices.open(), settings, choices, shown)
        except UserError as error:
            fail(choices.in_place(str(error)))
        return
    folder = choices.folder
    _writable(folder, choices.where("output"))
    _name_ledgers(folder)
    try:
        with github.held(os.environ, typer.echo), progress(shown) as told:
            # Told to end from here on, it also ends what is started now.
            opened = choices.open()
            told.tell(headline(opened, settings, choices))
            team = None
            if workers > 1 and opened.own:
                team = Team(workers, replace(choices, seed=settings.seed).opened)
            elif workers > 1:
                told.tell(f"{opened.name} is one server: one process asks it, not {workers}")
            report = check(opened, settings, told, team)
    except UserError as error:
        fail(choices.in_place(str(error)))
    path = files.write(report, folder)
    if write_waivers is not None:
        _write_waivers(report, write_waivers)
    status = 130 if report.interrupted else report.status
    _announce(report)
    reasons = {result.reason for result in report.results}
    with github.held(os.environ, typer.echo):
        if report.status == 3 and len(reasons) == 1:
            fail(str(reasons.pop()), status)
        terminal.show(report, shown, Commands(choices.repeated(given)), _detail(verbose, quiet))
        shown.print(Text(f"report: {path}", "dim"))
    raise typer.Exit(status)


def _detail(verbose: bool, quiet: bool) -> Detail:
    return Detail.ALL if verbose else Detail.QUIET if quiet else Detail.USUAL


def _announce(report: Report) -> None:
    try:
        github.announce(report, os.environ, typer.echo)
    except OSError as error:
        typer.echo(f"cannot write the summary of the step: {error}", err=True)


def _write_waivers(report: Report, path: Path) -> None:
    try:
        count = written(report, path, datetime.now(UTC).date())
    except WaiverError as error:
        fail(str(error))
    what = "1 waiver is" if count == 1 else f"{count} waivers are"
    typer.echo(f"{what} in {path}: run --waivers {path}", err=True)


def _name_ledgers(folder: Path) -> None:
    """Name what earlier runs left behind."""
    for path in sorted(folder.rglob(LEDGERS)):
        typer.echo(
            f"an earlier run left things on its target: listjobs-conformance cleanup {path}",
            err=True,
        )


def _writable(folder: Path, said: str) -> None:
    """Make the output folder, or end with what is wrong with it, before anything is run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / document.NAME).touch()
    except OSError as error:
        fail(f"cannot write to {said} {folder}: {error.strerror or error}")
