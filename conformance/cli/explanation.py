"""What ``explain`` prints of one requirement. It asks nothing, and reads no file itself."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from listjobs_conformance.reports.text import harmless

from ..guide.examples import Example
from ..guide.story import Story

MOST_FAULTS = 4
"""How many faults are shown with their command; of the rest, the names."""


def explained(story: Story) -> Iterator[RenderableType]:
    """The parts of the story, in the order in which they are read."""
    requirement = story.requirement
    yield Text(requirement.id, "bold")
    yield _rows(
        ("holds when", requirement.sentence),
        ("level", story.level),
        ("source", "\n".join((requirement.source, *(link.url for link in story.links)))),
        ("exercised by", requirement.exercised_by),
        ("a pass needs", story.needs),
        ("presupposes", ", ".join(story.presupposes) or "nothing"),
        ("unlocks", ", ".join(story.unlocks) or "nothing"),
    )
    if story.example is not None:
        yield from _example(story.example)
    yield from _headed("usual mistakes, and how each is mended")
    yield _indented(_rows(*((one.what, one.mend) for one in story.mistakes), style="", wrap=True))
    yield from _headed("faults that show it")
    for fault in story.faults[:MOST_FAULTS]:
        yield Text("  " + story.command(fault), "bold")
        yield _indented(Text(fault.summary.split("\n\n")[0].replace("\n", " ")), 4)
    if more := [fault.name for fault in story.faults[MOST_FAULTS:]]:
        yield _indented(Text("and " + ", ".join(more)))


def _example(example: Example) -> Iterator[RenderableType]:
    yield from _headed(f"an example: {example.message}")
    yield _indented(
        _rows(
            ("jobs", "\n".join(example.jobs) or "none"),
            *((("before", "\n".join(example.before)),) if example.before else ()),
            ("request", example.request),
            ("wrong", "\n".join(example.wrong)),
            ("right", "\n".join(example.right)),
        )
    )


def _headed(heading: str) -> Iterator[RenderableType]:
    yield Text("")
    yield Text(harmless(heading), "bold")


def _indented(part: RenderableType, by: int = 2) -> Padding:
    return Padding(part, (0, 0, 0, by))


def _rows(*rows: tuple[str, str], style: str = "bold", wrap: bool = False) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=not wrap, style=style, ratio=2 if wrap else None)
    table.add_column(overflow="fold", ratio=3 if wrap else None)
    for name, text in rows:
        table.add_row(name, Text(text))
    return table
