"""``requirements``, ``explain`` and ``targets``: what is checked, and what can be."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer
from rich.table import Table
from rich.text import Text

from ..contract import CATALOGUE
from ..contract.selection import nearest, select
from ..errors import UsageError
from ..targets.kinds import KINDS
from ..targets.operations import OPERATIONS
from ..targets.presets import PRESETS
from .console import Format, console, fail


def requirements(
    glob: Annotated[str, typer.Argument(help="Which requirements.")] = "*",
    format: Annotated[Format, typer.Option(help="table or json.")] = Format.table,
) -> None:
    """List the requirements: id, level and sentence."""
    try:
        selected = select([glob])
    except UsageError as error:
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
                "breaks": r.common_mistakes,
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


def explain(
    id: Annotated[str, typer.Argument(help="The id of a requirement.")],
) -> None:
    """Tell the whole story of one requirement."""
    if id not in CATALOGUE:
        near = nearest(id, (r.id for r in CATALOGUE))
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
        ("usually broken by", requirement.common_mistakes),
        ("presupposes", ", ".join(requirement.presupposes) or "nothing"),
    ]
    table = Table(box=None, pad_edge=False, show_header=False, title=requirement.id)
    table.title_justify = "left"
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for name, text in rows:
        table.add_row(name, Text(text))
    console().print(table)


def targets(
    operations: Annotated[
        bool,
        typer.Option("--operations", help="List what a backend must offer, and what for."),
    ] = False,
) -> None:
    """List the targets and how each is reached; or what a target must offer."""
    if operations:
        _show_operations()
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("target", no_wrap=True)
    table.add_column("what it is")
    table.add_column("example", no_wrap=True)
    for kind in KINDS:
        table.add_row(kind.form, kind.what, f"listjobs-conformance run {kind.example}")
    shown = console()
    shown.print(table)
    presets = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("--reset", "POSTs to", "usually at", "keeps apart by"):
        presets.add_column(heading, overflow="fold")
    for preset in PRESETS.values():
        presets.add_row(preset.name, preset.reset, preset.url, preset.scope)
    shown.print()
    shown.print(presets)


def _show_operations() -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("operation", no_wrap=True)
    for heading in ("request", "used for", "left unjudged without it"):
        table.add_column(heading, overflow="fold")
    for operation in OPERATIONS:
        row = operation.name, operation.request, operation.used_for, operation.without_it
        table.add_row(*map(Text, row))
    console().print(table)
