"""How a requirement is broken, as a person reads it: in a terminal, and as plain text.

Text that came from a target is shown with its control characters and markup made harmless.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .record import Report, RequestRecord, Result, ViolationRecord
from .text import harmless

STYLES = {
    "pass": "green",
    "fail": "bold red",
    "note": "yellow",
    "waived": "yellow",
    "unexpected-pass": "bold red",
    "unexercised": "dim",
    "inconclusive": "yellow",
}

MOST_ROWS, MOST_DECISIVE, A_FEW = 16, 10, 3
"""How many jobs of an example are shown; of a larger one only those that something is wrong with,
or a few where that is none of them."""

MOST_TARGETS = 3
"""How many targets of a job are named."""

ROOM_FOR_AN_ANSWER = 32
"""Columns that stand beside the longest request, or all answers stand below their requests."""

ON_ONE_LINE = 70
"""Characters of what was expected and came, together, that stand beside each other."""


def plain(text: object, style: str = "") -> Text:
    """Text without markup, from a target or from us."""
    return Text(harmless(str(text)), style)


def in_text(report: Report, result: Result) -> str:
    """How a requirement is broken, as plain text."""
    return as_text(report.called(result), result)


def as_text(heading: str, result: Result, width: int = 100) -> str:
    """How a requirement is broken, as plain text, under its verdict in words."""
    written = io.StringIO()
    console = Console(file=written, width=width, color_system=None, highlight=False)
    if result.violation is not None:
        show_failure(heading, result, result.violation, console)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def show_failure(
    heading: str, result: Result, violation: ViolationRecord, console: Console
) -> None:
    """Print how a requirement is broken, under its verdict in words."""
    console.print(
        Text.assemble((f"{heading} ", STYLES.get(result.verdict, "")), (result.id, "bold")),
        Text(f"({result.level})", "dim"),
    )
    parts = [Text.assemble(plain(result.sentence), plain(f" {result.source}", "dim"))]
    console.print(Padding(Group(*parts, *details(result, violation)), (0, 0, 0, 2)))
    if violation.curl is not None:
        # One line, however long: it is there to be copied.
        console.print(plain("  " + violation.curl, "dim"), soft_wrap=True)


def details(result: Result, violation: ViolationRecord) -> Iterator[RenderableType]:
    """What is wrong, and the example that shows it."""
    yield plain(violation.message, "bold")
    if violation.population:
        yield _population(violation)
    yield _Requests(violation.requests)
    yield _comparison(violation)
    if result.reason:
        yield plain(result.reason, "yellow")


def _population(violation: ViolationRecord) -> Table:
    """A line for each job: its id, what it was made with, and what is wrong with it."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    faults: dict[str, list[str]] = {}
    for job in violation.jobs:
        where = f" on page {job.page}" if job.page else ""
        faults.setdefault(job.jobId, []).append(job.fault + where)
    known = {str(job["jobId"]) for job in violation.population}
    jobs = list(violation.population)
    if len(jobs) > MOST_ROWS:
        decisive = [job for job in jobs if str(job["jobId"]) in faults]
        jobs = decisive[:MOST_DECISIVE] or jobs[:A_FEW]
    for job_record in jobs:
        job_id = str(job_record["jobId"])
        namespace = job_record["namespaceId"]
        made_with = (
            str(job_record["status"]),
            str(job_record["targetSelection"]),
            _few(job_record["targets"]),
            *([f"namespace {namespace}"] if namespace is not None else []),
        )
        table.add_row(
            plain(f"job {job_id}"),
            plain("  ".join(made_with)),
            plain(", ".join(faults.get(job_id, ())), "red"),
        )
    left = len(violation.population) - len(jobs)
    if left:
        table.add_row(f"and {left:,} more", "", "")
    for job_id, wrong in faults.items():
        if job_id not in known:
            table.add_row(plain(f"job {job_id}"), "not made here", plain(", ".join(wrong), "red"))
    return table


def _few(targets: Sequence[str]) -> str:
    more = [f"{len(targets) - MOST_TARGETS} more"] if len(targets) > MOST_TARGETS else []
    return ", ".join([*targets[:MOST_TARGETS], *more])


@dataclass(frozen=True, slots=True)
class _Requests:
    """The requests and their answers: side by side, or below each other where that is too wide."""

    shown: tuple[RequestRecord, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # Names of tokens are short here: two columns are to fit.
        said = [
            [text.replace("TOKEN_OF_ANSWER_", "TOKEN_") for text in (one.request, one.answer)]
            for one in self.shown
        ]
        longest = max((len(harmless(asked)) for asked, _ in said), default=0)
        beside = longest + ROOM_FOR_AN_ANSWER <= options.max_width
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(no_wrap=beside, overflow="fold")
        table.add_column(overflow="fold")
        for number, (one, (asked, came)) in enumerate(zip(self.shown, said, strict=True), 1):
            mark, style = (">", "bold") if one.decisive else (" ", "")
            texts = (plain(asked, style), plain(came, style))
            row = texts if beside else (Text("\n").join(texts),)
            table.add_row(f"{mark} {number}", *row)
        yield table


def _comparison(violation: ViolationRecord) -> RenderableType:
    expected, actual = plain(violation.expected, "green"), plain(violation.actual, "red")
    if len(expected) + len(actual) <= ON_ONE_LINE - len("expected, actual "):
        return Text.assemble("expected ", expected, ", actual ", actual)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("expected", expected)
    table.add_row("actual", actual)
    return table
