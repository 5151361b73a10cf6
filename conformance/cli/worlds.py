"""``world`` and ``cleanup``: what is made for a target beforehand, and deleted afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import orjson
import typer

from listjobs_conformance.reports.text import harmless
from listjobs_conformance.strategies import worlds

from ..targets.kinds import Options, open_target
from ..targets.probing import reach
from ..targets.target import TargetError
from ..wire import Bounds
from ..worlds.ledger import Entry, Ledger, read_ledger
from ..worlds.worldfile import to_document
from .console import fail

A_FEW = 5
"""How many things that are left are named one by one."""


def world(
    jobs: Annotated[int, typer.Option(min=1, max=100_000, help="How many jobs.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed writes the same file.")] = 0,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where it goes; - is stdout.")
    ] = Path("world.json"),
) -> None:
    """Write a world to a file, for a backend that is filled by other means.

    It holds every pair of attribute values, as far as that many jobs can. Load it, write the ids
    that the backend gave into it, and check against it with `run --world FILE`. The format is
    that of schemas/world.schema.json.
    """
    document = to_document(worlds.world(jobs, seed))
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"
    if str(output) == "-":
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"cannot write to {output}: {error.strerror or error}")
    groups = len(document["thingGroups"])
    typer.echo(f"{output}: {len(document['jobs'])} jobs, {groups} thing groups", err=True)


def cleanup(
    ledger: Annotated[Path, typer.Argument(help="The ledger that a run left.")],
    target: Annotated[
        str | None, typer.Option(help="Where to delete it, where the ledger names an application.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="AWS credentials to use.")
    ] = None,
    ca_bundle: Annotated[
        str | None, typer.Option(metavar="FILE", help="Certificates to trust, for https.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS")] = 10.0,
    allow_writes: Annotated[
        bool, typer.Option("--allow-writes", help="Delete on a target that is not this machine.")
    ] = False,
    forget: Annotated[
        bool,
        typer.Option("--forget", help="Delete nothing, and remove the ledger: the target is gone."),
    ] = False,
) -> None:
    """Delete what an interrupted run left on a target: what its ledger names, and nothing else.

    Exit status: 0 nothing is left, 1 something is, 2 wrong usage, 3 the target does not answer.
    """
    try:
        left = read_ledger(ledger)
        if forget:
            _forget(left, ledger)
            return
        if target is None and not left.target.startswith(("http://", "https://", "aws:")):
            # A file that somebody hands over must not choose what is imported.
            raise TargetError(f"{ledger} is of {left.target}: say so with --target")
        opened = open_target(
            target or left.target,
            Options(bounds=Bounds(timeout), profile=profile, ca_bundle=ca_bundle),
        )
    except TargetError as error:
        fail(str(error))
    if opened.elsewhere and not allow_writes:
        fail(f"{left.target} is not on this machine: deleting there needs --allow-writes")
    count = len(left.entries)
    failure = reach(opened)
    if failure is not None:
        opened.close()
        fail(f"{failure}; {ledger} is kept: --forget removes it where the target is gone", 3)
    try:
        remaining = left.delete_all(opened)
    except KeyboardInterrupt:
        left.close()
        fail(f"interrupted: {len(left.entries)} of {count} things are left in {ledger}", 130)
    finally:
        opened.close()
    if remaining:
        for line in _summed_up(remaining):
            typer.echo(f"left: {harmless(line)}", err=True)
        fail(
            f"{len(remaining)} of {count} things are left, and named in {ledger}: --forget removes "
            "it where they cannot be deleted",
            1,
        )
    typer.echo(f"deleted {count} things from {left.target}; {ledger} is removed")


def _forget(left: Ledger, path: Path) -> None:
    """Remove the ledger, and say where things may be left for good."""
    path.unlink()
    count = len(left.entries)
    typer.echo(
        f"{path} is removed: {count} things, whose names begin with {left.prefix}, may be left on "
        f"{left.target}"
    )


def _summed_up(remaining: Mapping[Entry, str]) -> Iterator[str]:
    """What is left: a line for each thing, or for each kind and reason where there are many."""
    if len(remaining) <= A_FEW:
        yield from (f"{entry}: {reason}" for entry, reason in remaining.items())
        return
    alike = Counter((entry.kind, entry.region, reason) for entry, reason in remaining.items())
    for (kind, region, reason), count in alike.items():
        yield f"{count} {kind}{'s' * (count != 1)} in {region}: {reason}"
