"""``requirements``, ``explain`` and ``targets``: what is checked, and what can be."""

from __future__ import annotations

import fnmatch
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ..contract import CATALOGUE
from ..contract.selection import select
from ..errors import UsageError, nearest
from .console import Format, console, fail


def requirements(
    glob: Annotated[str, typer.Argument(help="Which requirements.")] = "*",
    format: Annotated[Format, typer.Option(help="table or json.")] = Format.table,
) -> None:
    """List the requirements: id, level, sentence."""
    try:
        selected = select([glob])
    except UsageError as error:
        fail(str(error))
    chosen = [CATALOGUE[id] for id in sorted(selected)]
    if format is Format.json:
        from ..guide.sources import links

        records = [
            {
                "id": r.id,
                "level": r.level.value,
                "sentence": r.sentence,
                "source": r.source,
                "links": [link.url for link in links(r.source)],
                "exercised_by": r.exercised_by,
                "breaks": r.common_mistakes,
                "presupposes": list(r.presupposes),
            }
            for r in chosen
        ]
        import orjson

        typer.echo(orjson.dumps(records, option=orjson.OPT_INDENT_2).decode())
        return
    console().print(_table([requirement.id for requirement in chosen]))


def _table(ids: list[str]) -> Table:
    """Requirements, one a row: id, level and sentence."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("requirement", no_wrap=True)
    table.add_column("level", no_wrap=True)
    table.add_column("holds when")
    for requirement in map(CATALOGUE.__getitem__, ids):
        table.add_row(requirement.id, requirement.level.value, Text(requirement.sentence))
    return table


def explain(
    id: Annotated[str, typer.Argument(help="The id of a requirement; a family or glob lists ids.")],
) -> None:
    """Tell the whole story of one requirement."""
    from ..guide.story import story
    from .explanation import show

    known = sorted(requirement.id for requirement in CATALOGUE)
    found = [one for one in known if id.strip("/") in (one, one.split("/")[0])]
    found = found or fnmatch.filter(known, id)
    if not found:
        fail(f"no requirement {id!r}{nearest(id, known) or ': `requirements` lists them all'}")
    if len(found) > 1:
        console().print(_table(found))
        return
    show(story(found[0]), console())


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
    from ..targets.kinds import KINDS
    from ..targets.presets import PRESETS

    shown = console()
    for kind in KINDS:
        shown.print(Text.assemble((kind.form, "bold"), f": {kind.what}"))
        # In one line, however long: it is there to be copied.
        shown.print(Text(f"  listjobs-conformance run {kind.example}", "dim"), soft_wrap=True)
    shown.print()
    shown.print("--reset takes the path that empties a target, or a name that stands for it:")
    shown.print()
    presets = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("name", "POSTs to", "usually at"):
        presets.add_column(heading, no_wrap=True)
    presets.add_column("keeps apart by", overflow="fold")
    for preset in PRESETS.values():
        presets.add_row(preset.name, preset.reset, preset.url, preset.scope)
    shown.print(presets)


def _show_operations() -> None:
    from ..targets.operations import OPERATIONS

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("operation", no_wrap=True)
    for heading in ("request", "used for", "left unjudged without it"):
        table.add_column(heading, overflow="fold")
    for operation in OPERATIONS:
        row = operation.name, operation.request, operation.used_for, operation.without_it
        table.add_row(*map(Text, row))
    console().print(table)
