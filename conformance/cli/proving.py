"""``serve`` and ``selftest``: the reference server, its faults, and the checker checked on them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ..contract import CATALOGUE
from ..errors import UserError
from .console import Budget, console, fail


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
    from ..server import FAULTS, VARIATIONS, ReferenceServer
    from ..server.serve import serve as serve_app

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


def selftest(
    only: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[GLOB]...", help="Behaviours, or requirements that they break; else all."
        ),
    ] = None,
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
    from ..selftest import chosen, matrix, unkilled
    from ..server import FAULTS

    shown = console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("behaviour", "must fail", "missed", "accused without reason"):
        table.add_column(heading, overflow="fold")
    faults = killed = allowed = alarms = 0
    try:
        names = chosen(only or ())
    except UserError as error:
        fail(str(error))
    for trial in matrix(names, budget.value, seed, workers):
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
    left = set() if only else unkilled()
    shown.print(
        f"{killed} of {faults} faults killed, each by its own requirement; "
        f"{allowed} allowed behaviours; {alarms} false alarms"
        + (f"; {len(CATALOGUE) - len(left)} of {len(CATALOGUE)} requirements kill a fault")
        * (not only)
    )
    raise typer.Exit(0 if killed == faults and not alarms and not left else 1)
