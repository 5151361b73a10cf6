"""``run``: what can be said on the command line. What is done about it loads later."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..config.options import OPTIONS


def option(name: str, default: str | None = None) -> Any:
    """The option of this name, as every way to say it has it, and what holds where nobody does."""
    option = OPTIONS[name]
    flags = [f"--{name}"] if option.kind is bool else []
    # Typer puts a default that is none of the parameter's own into brackets of its own.
    help = option.help + (f"  [default: {default}]" if default else "")
    return typer.Option(*flags, help=help, metavar=option.metavar)


def run(
    target: Annotated[
        str | None, typer.Argument(help="What to check: see `targets`.", show_default=False)
    ] = None,
    only: Annotated[list[str] | None, option("only")] = None,
    skip: Annotated[list[str] | None, option("skip")] = None,
    require: Annotated[list[str] | None, option("require")] = None,
    strict: Annotated[bool | None, option("strict")] = None,
    check_access: Annotated[bool | None, option("check-access")] = None,
    budget: Annotated[str | None, option("budget", "standard")] = None,
    mode: Annotated[str | None, option("mode", "gate")] = None,
    no_shrink: Annotated[bool | None, option("no-shrink")] = None,
    max_failures: Annotated[int | None, option("max-failures")] = None,
    max_requests: Annotated[int | None, option("max-requests")] = None,
    deadline: Annotated[float | None, option("deadline")] = None,
    seed: Annotated[int | None, option("seed", "0")] = None,
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
    timeout: Annotated[float | None, option("timeout", "10")] = None,
    wait: Annotated[float | None, option("wait", "0, command: 30")] = None,
    label: Annotated[str | None, option("label")] = None,
    target_version: Annotated[str | None, option("target-version")] = None,
    max_rps: Annotated[float | None, option("max-rps")] = None,
    world: Annotated[str | None, option("world")] = None,
    reset: Annotated[str | None, option("reset")] = None,
    seeder: Annotated[str | None, option("seeder")] = None,
    settle: Annotated[float | None, option("settle")] = None,
    allow_writes: Annotated[bool | None, option("allow-writes")] = None,
    output: Annotated[str | None, option("output", "listjobs-report")] = None,
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
    said = locals()
    given = {option.attribute: said[option.attribute] for option in OPTIONS.values()}
    from .console import fail
    from .running import Wishes, carry_out

    if verbose and quiet:
        fail("-v shows more and -q less: give one of them")
    carry_out(given, Wishes(workers, write_waivers, list_only, verbose - quiet))
