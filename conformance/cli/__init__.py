"""The command ``listjobs-conformance``: options in, exit status out, and nothing else."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

COMMANDS = {
    "run": ("run", "run", "Check a target, requirement by requirement."),
    "requirements": ("catalogue", "requirements", "List the requirements: id, level, sentence."),
    "explain": ("catalogue", "explain", "Tell the whole story of one requirement."),
    "targets": ("catalogue", "targets", "List the targets and how each is reached."),
    "replay": ("replay", "replay_command", "Carry out stored cases on a target."),
    "serve": ("proving", "serve", "Serve the reference server until interrupted."),
    "world": ("worlds", "world", "Write a world to a file."),
    "cleanup": ("worlds", "cleanup", "Delete what an interrupted run left on a target."),
    "selftest": ("proving", "selftest", "Run every fault and every allowed variation."),
}
"""The commands: module, function, and what it does, as the list of them says it."""

PLAIN: dict[str, Any] = {"pretty_exceptions_enable": False, "rich_markup_mode": None}


class Late(TyperGroup):
    """Loads a command once it is called: most of what they import takes longer than ``--help``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in COMMANDS else command, rest


def load(name: str) -> Any:
    """The command of this name, with its options."""
    # What Hypothesis keeps (tables of characters) does not belong in the folder of the user.
    import tempfile

    kept = Path(tempfile.gettempdir()) / "listjobs-conformance-hypothesis"
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(kept))
    module, function, _ = COMMANDS[name]
    alone = typer.Typer(add_completion=False, **PLAIN)
    alone.command(name)(getattr(importlib.import_module(f".{module}", __name__), function))
    return typer.main.get_command(alone)


app = typer.Typer(
    cls=Late,
    no_args_is_help=True,
    help="Check an implementation of AWS IoT Core ListJobs against its documented contract.",
    **PLAIN,
)
for _name, (_, _, _summary) in COMMANDS.items():
    app.command(_name, help=_summary)(lambda: None)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"listjobs-conformance {version('listjobs-conformance')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and exit.", callback=_tell_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """The entry point of the command."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        # Never 1: that means that a requirement failed.
        import traceback

        from listjobs_conformance.reports.text import harmless

        said = harmless(" ".join(f"{type(error).__name__}: {error}".split()))[:300]
        where = traceback.extract_tb(error.__traceback__)[-1]
        print(
            "listjobs-conformance: an error of its own ended the command, and says nothing of the "
            f"target: {said} ({Path(where.filename).name}, line {where.lineno}). Please report it, "
            "with the command.",
            file=sys.stderr,
        )
        sys.exit(4)
