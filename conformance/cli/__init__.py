"""The command ``listjobs-conformance``: options in, exit status out, and nothing else."""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

import typer
from hypothesis.configuration import set_hypothesis_home_dir

from listjobs_conformance.reports.text import harmless

from .catalogue import explain, requirements, targets
from .proving import selftest, serve
from .replay import replay_command
from .run import run
from .worlds import cleanup, world

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Check an implementation of AWS IoT Core ListJobs against its documented contract.",
)
for command in (run, requirements, explain, targets, serve, world, cleanup, selftest):
    app.command()(command)
app.command("replay")(replay_command)


def main() -> None:
    """The entry point of the command."""
    # What Hypothesis keeps (tables of characters) does not belong in the folder of the user.
    set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "listjobs-conformance-hypothesis")
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        # Never 1: that means that a requirement failed.
        said = harmless(" ".join(f"{type(error).__name__}: {error}".split()))[:300]
        where = traceback.extract_tb(error.__traceback__)[-1]
        print(
            "listjobs-conformance: an error of its own ended the command, and says nothing of the "
            f"target: {said} ({Path(where.filename).name}, line {where.lineno}). Please report it, "
            "with the command.",
            file=sys.stderr,
        )
        sys.exit(4)
