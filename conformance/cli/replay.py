"""``replay``: carry stored cases out again, or write one as a script."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from listjobs_conformance.reports import github
from listjobs_conformance.reports.failure import plain, show_failure

from ..cases.case import find_cases, read_case
from ..cases.recording import FOLDER
from ..cases.replay import DIFFERENTLY, FAILS, NOT_JUDGED, PASSES, Replayed, replay
from ..cases.script import script
from ..config.choices import OUTPUT, Choices, choose
from ..contract import CATALOGUE
from ..errors import UsageError, UserError, nearest
from ..run import SUITE
from .console import console, fail, progress
from .run import option

STYLES = {FAILS: "bold red", DIFFERENTLY: "bold red", PASSES: "green", NOT_JUDGED: "yellow"}


def replay_command(
    cases: Annotated[
        list[Path],
        typer.Argument(
            metavar="CASE",
            help="Files, folders with *.listjobs.json files, or requirements that the last run "
            "saw fail.",
            show_default=False,
        ),
    ],
    target: Annotated[str | None, typer.Option(help="As of `run`.")] = None,
    script_of: Annotated[
        bool,
        typer.Option(
            "--script", help="Print a script that shows the failure by boto3 alone; run nothing."
        ),
    ] = False,
    check_access: Annotated[bool | None, option("check-access")] = None,
    region: Annotated[str | None, option("region")] = None,
    profile: Annotated[str | None, option("profile")] = None,
    ca_bundle: Annotated[str | None, option("ca-bundle")] = None,
    timeout: Annotated[float | None, option("timeout", "10")] = None,
    wait: Annotated[float | None, option("wait", "0, command: 30")] = None,
    max_rps: Annotated[float | None, option("max-rps")] = None,
    world: Annotated[
        str | None,
        typer.Option(
            metavar="fresh|shared",
            help="fresh: emptied for each case. shared: beside what is there, deleted afterwards.",
        ),
    ] = None,
    reset: Annotated[str | None, option("reset")] = None,
    seeder: Annotated[str | None, option("seeder")] = None,
    settle: Annotated[float | None, option("settle")] = None,
    allow_writes: Annotated[bool | None, option("allow-writes")] = None,
    output: Annotated[
        str | None,
        typer.Option(
            metavar="DIR", help=f"Where the last run left its report.  [default: {OUTPUT}]"
        ),
    ] = None,
) -> None:
    """Carry out stored cases on a target.

    A target that can be emptied gets the world of each case. On any other, that is made under a
    prefix beside what is there, and deleted afterwards.

    Exit status: 0 all pass, 1 some fail, 3 some could not be judged, 2 wrong usage.
    """
    given = {name: value for name, value in locals().items() if name in Choices.names()}
    # Here they are what is carried out, and not a folder beside it.
    del given["cases"]
    shown = console()
    try:
        choices = choose(given, Path.cwd())
        paths = find_cases([path for case in cases for path in _meant(case, choices.folder)])
        known = [read_case(path) for path in paths]
        if script_of:
            if len(known) != 1:
                raise UsageError(f"--script is about one case, and these are {len(known)}")
            typer.echo(script(known[0]), nl=False)
            return
        settings = choices.settings()
        with github.held(os.environ, typer.echo), progress(shown) as told:
            opened = choices.open()
            replayed = replay(SUITE, opened, known, settings, told)
    except UserError as error:
        fail(str(error))
    with github.held(os.environ, typer.echo):
        _show(paths, replayed, shown)
    counts = Counter(one.verdict for one in replayed)
    if counts[FAILS] or counts[DIFFERENTLY]:
        raise typer.Exit(1)
    raise typer.Exit(3 if counts[NOT_JUDGED] else 0)


def _show(paths: list[Path], replayed: list[Replayed], shown: Console) -> None:
    for one in replayed:
        if one.result is not None and one.result.violation is not None:
            shown.print()
            show_failure(one.verdict, one.result, one.result.violation, shown)
    if any(one.result is not None for one in replayed):
        shown.print()
    for line in _lines(paths, replayed):
        shown.print(line, soft_wrap=True)


def _lines(paths: list[Path], replayed: list[Replayed]) -> Iterator[Text]:
    """A line for each case, however long: paths are there to be copied."""
    verdicts = max((len(one.verdict) for one in replayed), default=0)
    ids = max((len(one.case.requirement) for one in replayed), default=0)
    for path, one in zip(paths, replayed, strict=True):
        said = f"{path}: {one.reason}" if one.reason else str(path)
        yield Text.assemble(
            (f"{one.verdict:{verdicts}}  ", STYLES[one.verdict]),
            f"{one.case.requirement:{ids}}  ",
            plain(said, "dim"),
        )


def _meant(said: Path, folder: Path) -> list[Path]:
    """The path, or the cases of the requirement of this name in the folder of a report."""
    if said.exists():
        return [said]
    if str(said) not in CATALOGUE:
        near = nearest(str(said), (requirement.id for requirement in CATALOGUE), 0.8)
        if near:
            raise UsageError(f"{said} is no file and no requirement{near}")
        return [said]
    cases = folder / FOLDER
    found = [path for path in find_cases([cases]) if read_case(path).requirement == str(said)]
    if not found:
        raise UsageError(f"{cases} holds no case of {said}: run first, or name a file")
    return found
