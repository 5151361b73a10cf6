"""``run``: check a target."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from rich.text import Text

from listjobs_conformance.reports import document, terminal

from .. import check as checking
from ..stage import EXISTING, FRESH, GIVEN, SHARED, UsageError
from ..targets.kinds import Options, open_target
from ..targets.loading import load
from ..targets.target import Seed, TargetError
from ..wire import Bounds
from ..worldfile import WorldError, read_world
from .console import Budget, console, fail, progress

WORLDS = (FRESH, SHARED, EXISTING)

AIM = "What is checked"
REACH = "How the target is reached"
WORLD = "What stands on it"


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
    require: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GLOB", help="Requirements that must have been exercised; repeatable."
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let conventions fail the run, too.")] = (
        False
    ),
    check_access: Annotated[
        bool,
        typer.Option(
            "--check-access", help="See that requests without good credentials are refused."
        ),
    ] = False,
    budget: Annotated[Budget, typer.Option(help="How many examples to try.")] = Budget.standard,
    seed: Annotated[int, typer.Option(help="The same seed gives the same report.")] = 0,
    region: Annotated[
        str | None, typer.Option(help="The region to sign for; us-east-1 by default.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="AWS credentials to sign with.")
    ] = None,
    ca_bundle: Annotated[
        str | None, typer.Option(metavar="FILE", help="Certificates to trust, for https.")
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(min=0.1, metavar="SECONDS", help="For each request, to its last byte."),
    ] = 10.0,
    max_rps: Annotated[
        float | None,
        typer.Option(min=0.01, metavar="N", help="At most so many requests a second."),
    ] = None,
    world: Annotated[
        str | None,
        typer.Option(
            metavar="fresh|shared|existing|FILE",
            help="fresh: emptied for each example. shared: one world, deleted afterwards. "
            "existing: nothing is written. FILE: a world that was loaded beforehand.",
        ),
    ] = None,
    reset: Annotated[
        str | None,
        typer.Option(
            metavar="PATH", help="What to POST to, to empty the target; or a preset: see `targets`."
        ),
    ] = None,
    seeder: Annotated[
        str | None,
        typer.Option(metavar="MODULE:FUNCTION", help="Makes the worlds, not the control plane."),
    ] = None,
    settle: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            metavar="SECONDS",
            help="How long a change may take to show in listings; 0, on aws: 5.",
        ),
    ] = None,
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
    if not check_access and not only:
        skip = [*(skip or ()), "access/*"]
    try:
        settings = checking.Settings(
            checking.select(only or (), skip or ()),
            budget=budget.value,
            seed=seed,
            strict=strict,
            required=checking.required(require or (), only or (), skip or ()),
            settle=settle,
            allow_writes=allow_writes,
            check_access=check_access,
            ledgers=output,
            **_world(world, seeder),
        )
        opened = open_target(
            target, Options(region, reset, Bounds(timeout), profile, ca_bundle, max_rps)
        )
    except (UsageError, TargetError, WorldError) as error:
        fail(str(error))
    _writable(output)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    shown = console()
    _name_ledgers(output)
    try:
        with progress(shown) as told:
            report = checking.check(opened, settings, told)
    except UsageError as error:
        fail(str(error))
    path = document.write(report, output)
    status = 130 if report.interrupted else report.status
    reasons = {result.reason for result in report.results}
    if report.status == 3 and len(reasons) == 1:
        fail(str(reasons.pop()), status)
    terminal.show(report, shown)
    shown.print(Text(f"report: {path}", "dim"))
    raise typer.Exit(status)


def _world(world: str | None, seeder: str | None) -> dict[str, Any]:
    """What ``--world`` and ``--seeder`` say; raises what they can be wrong about."""
    if world is None or world in WORLDS:
        if seeder is not None and world == EXISTING:
            raise UsageError("--world existing makes nothing: leave out --seeder")
        return {"world": world, "seeder": _seeder(seeder)}
    if seeder is not None:
        raise UsageError("a world file says what is there: leave out --seeder")
    if not Path(world).exists() and not world.endswith(".json"):
        known = ", ".join(WORLDS)
        raise UsageError(f"--world {world!r} is neither a file nor one of {known}")
    return {"world": GIVEN, "document": read_world(Path(world))}


def _seeder(name: str | None) -> Seed | None:
    if name is None:
        return None
    function: Seed = load(name, "--seeder")
    if not callable(function):
        raise TargetError(f"--seeder {name} is no function: it cannot be called")
    return function


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Let a run that is told to end clear away what it made, as after Ctrl-C."""
    raise KeyboardInterrupt


def _name_ledgers(folder: Path) -> None:
    """Name what earlier runs left behind."""
    for path in sorted(folder.glob("ledger-*.jsonl")):
        typer.echo(
            f"an earlier run left things on its target: listjobs-conformance cleanup {path}",
            err=True,
        )


def _writable(folder: Path) -> None:
    """Make the output folder, or end with what is wrong with it, before anything is run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / document.NAME).touch()
    except OSError as error:
        fail(f"cannot write to --output {folder}: {error.strerror or error}")
