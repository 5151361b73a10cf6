"""What ``explain`` prints of one requirement. It asks nothing, and reads no file itself."""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from listjobs_conformance.reports.text import harmless

from ..guide.examples import Example
from ..guide.story import Story

MOST_FAULTS = 4
"""How many faults are shown with their command; of the rest, the names."""

NAMES = len("exercised by")
"""Columns of the names of what is told."""


def show(story: Story, console: Console) -> None:
    """Print the story, in the order in which it is read.

    What is there to be copied, pages and commands, is not wrapped.
    """
    requirement = story.requirement
    console.print(Text(requirement.id, "bold"))
    console.print(
        _rows(
            ("holds when", requirement.sentence),
            ("level", story.level),
            ("source", requirement.source),
        )
    )
    for link in story.links:
        console.print(Text(" " * (NAMES + 2) + link.url), soft_wrap=True)
    console.print(
        _rows(
            ("exercised by", requirement.exercised_by),
            ("a pass needs", story.needs),
            ("presupposes", ", ".join(story.presupposes) or "nothing"),
            ("unlocks", ", ".join(story.unlocks) or "nothing"),
        )
    )
    if story.example is not None:
        _show_example(story.example, console)
    _head("usual mistakes, and how each is mended", console)
    console.print(_indented(_pairs(*((one.what, one.mend) for one in story.mistakes))))
    _head("faults that show it", console)
    for fault in story.faults[:MOST_FAULTS]:
        console.print(Text("  " + story.command(fault), "bold"), soft_wrap=True)
        summary = " ".join(fault.summary.split("\n\n")[0].split()).replace("``", "")
        console.print(_indented(Text(summary), 4))
    if more := [fault.name for fault in story.faults[MOST_FAULTS:]]:
        console.print(_indented(Text("and " + ", ".join(more))))


def _show_example(example: Example, console: Console) -> None:
    _head(f"an example: {example.message}", console)
    told = [
        ("jobs", "\n".join(example.jobs) or "none"),
        ("before", "\n".join(example.before)),
        ("request", example.request),
        ("wrong", "\n".join(example.wrong)),
        ("right", "\n".join(example.right)),
    ]
    console.print(_indented(_rows(*((name, text) for name, text in told if text))))


def _head(heading: str, console: Console) -> None:
    console.print()
    console.print(Text(harmless(heading), "bold"))


def _indented(part: RenderableType, by: int = 2) -> Padding:
    return Padding(part, (0, 0, 0, by))


def _rows(*rows: tuple[str, str]) -> Table:
    """Names, and what there is to say of each."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold", min_width=NAMES)
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(name, Text(text))
    return table


def _pairs(*rows: tuple[str, str]) -> Table:
    """Two texts side by side."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(ratio=2)
    table.add_column(ratio=3)
    for row in rows:
        table.add_row(*map(Text, row))
    return table
