"""What ``run`` does: settings in, a report and an exit status out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from listjobs_conformance.reports import document, files, github, terminal
from listjobs_conformance.reports.commands import Commands
from listjobs_conformance.reports.demands import demands
from listjobs_conformance.reports.record import Report
from listjobs_conformance.reports.terminal import Detail

from ..config.choices import Choices, NoTarget, choose
from ..config.headline import headline
from ..errors import UsageError, UserError
from ..results.waivers import WaiverError
from ..results.waivers import write_waivers as written
from ..run import Settings, Team, alone, check
from ..worlds.ledger import LEDGERS
from . import preview
from .console import console, fail, progress

EXAMPLES = (
    "listjobs-conformance run http://127.0.0.1:5000 --reset moto",
    "listjobs-conformance run wsgi:backend:app",
    "listjobs-conformance run moto",
)
"""What a person who names no target may have meant."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What can be said on the command line alone."""

    workers: int
    write_waivers: Path | None
    list_only: bool
    detail: int


def carry_out(given: Mapping[str, Any], wishes: Wishes) -> None:
    """Check a target, and exit as that comes out."""
    write_waivers = wishes.write_waivers
    try:
        choices = choose(given, Path.cwd())
        choices = replace(choices, output=str(choices.folder))
        aside = choices.places.get("waivers") if write_waivers is not None else None
        if aside is not None:  # The file that it names may be the one that is to be written.
            choices = replace(choices, waivers=None)
        settings = choices.settings()
        if write_waivers is not None and choices.waivers is not None:
            raise UsageError("--write-waivers writes all that fails: leave out --waivers")
        if write_waivers is not None and write_waivers.exists():
            raise UsageError(f"{write_waivers} is there already: name a new file")
        if aside is not None:
            typer.echo(f"{aside} counts for nothing here: all that fails is written", err=True)
    except UserError as error:
        fail(str(error))
    shown, folder = console(), choices.folder
    try:
        if wishes.list_only:
            preview.show(choices.open(), settings, choices, shown)
            return
        report = _checked(choices, settings, wishes, shown)
    except NoTarget as error:
        fail(str(error), examples=EXAMPLES)
    except UserError as error:
        fail(choices.in_place(str(error)))
    everywhere = choices.commands(choices.said)
    path = files.write(report, folder, everywhere)
    if write_waivers is not None:
        _write_waivers(report, write_waivers)
    status = 130 if report.interrupted else report.status
    _announce(report, everywhere)
    reasons = {result.reason for result in report.results}
    with github.held(os.environ, typer.echo):
        if report.status == 3 and len(reasons) == 1:
            if report.interrupted:  # Nobody expects one of a run that has hardly begun.
                shown.print(Text(f"report: {path}", "dim"), soft_wrap=True)
            fail(str(reasons.pop()), status)
        terminal.show(report, shown, choices.commands(given), Detail(wishes.detail))
        shown.print(Text(f"report: {path}", "dim"), soft_wrap=True)
    raise typer.Exit(status)


def _checked(choices: Choices, settings: Settings, wishes: Wishes, shown: Console) -> Report:
    """The report on the target; raises ``UserError``."""
    workers, quiet = wishes.workers, wishes.detail == Detail.QUIET
    with github.held(os.environ, typer.echo), progress(shown, quiet) as told:
        # Told to end from here on, it also ends what is started now.
        opened = choices.open()
        try:
            _writable(choices.folder, choices.where("output"))
            _name_ledgers(choices.folder)
            told.tell(headline(opened, settings, choices))
        except BaseException:
            opened.close()
            raise
        team = None
        if workers > 1:
            team = Team(workers, replace(choices, seed=settings.seed).opened)
            why = alone(opened, settings)
            if why is not None:
                told.tell(f"{why}, not {workers}")
        return check(opened, settings, told, team)


def _announce(report: Report, commands: Commands) -> None:
    try:
        github.announce(report, os.environ, typer.echo, commands)
    except OSError as error:
        typer.echo(f"cannot write the summary of the step: {error}", err=True)


def _write_waivers(report: Report, path: Path) -> None:
    try:
        count = written(report, path, datetime.now(UTC).date())
    except WaiverError as error:
        fail(str(error))
    what = "1 waiver is" if count == 1 else f"{count} waivers are"
    typer.echo(f"{what} in {path}: run --waivers {path}", err=True)
    seen = demands(report)
    if seen:
        typer.echo(f"so that the gate notices what is seen no more, add {seen}", err=True)


def _name_ledgers(folder: Path) -> None:
    """Name what earlier runs left behind."""
    for path in sorted(folder.rglob(LEDGERS)):
        typer.echo(
            f"an earlier run left things on its target: listjobs-conformance cleanup {path}"
            " deletes them; --forget, where that cannot be, forgets them",
            err=True,
        )


def _writable(folder: Path, said: str) -> None:
    """Make the output folder, or end with what is wrong with it, before anything is run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / document.NAME).touch()
    except OSError as error:
        fail(f"cannot write to {said} {folder}: {error.strerror or error}")
