"""The report for a person at a terminal, and as plain text where there is none.

Text that came from a target is shown with its control characters and markup made harmless.
"""

from __future__ import annotations

import io
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .record import Report, Result, ViolationRecord
from .text import counts, cut, ending, harmless, lacking, name_of, narrow, note, verdict

STYLES = {
    "pass": "green",
    "fail": "bold red",
    "waived": "yellow",
    "unexpected-pass": "bold red",
    "unexercised": "dim",
    "inconclusive": "yellow",
}


def plain(text: object, style: str = "") -> Text:
    """Text without markup, from a target or from us."""
    return Text(harmless(str(text)), style)


MOST_ROWS = 30
"""How many jobs of an example are shown; those that something is wrong with come first."""


def show(report: Report, console: Console) -> None:
    """Print the whole report: the table, then each failure, then the sum."""
    console.print(_table(report))
    missing = report.target["capabilities"].get("missing", {})
    if missing:
        console.print()
        console.print(plain("The target does not hold:", "bold"))
        for what, reason in missing.items():
            console.print(plain(f"  {what}: {cut(reason, 160)}", "dim"))
    for result in report.results:
        if result.violation is not None and result.verdict != "waived":
            console.print()
            show_failure(verdict(report, result), result, result.violation, console)
    console.print()
    console.print(sum_of(report))


def show_failure(
    heading: str, result: Result, violation: ViolationRecord, console: Console
) -> None:
    """Print how a requirement is broken, under its verdict in words."""
    console.print(_failure(heading, result, violation))
    # One line, however long: it is there to be copied.
    console.print(plain("  " + violation.curl, "dim"), soft_wrap=True)


def in_text(report: Report, result: Result) -> str:
    """How a requirement is broken, as plain text."""
    return as_text(verdict(report, result), result)


def as_text(heading: str, result: Result, width: int = 100) -> str:
    """How a requirement is broken, as plain text, under its verdict in words."""
    written = io.StringIO()
    console = Console(file=written, width=width, color_system=None, highlight=False)
    if result.violation is not None:
        show_failure(heading, result, result.violation, console)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    table.add_column("requirement", no_wrap=True)
    table.add_column("level", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("examples", justify="right", no_wrap=True)
    table.add_column("", ratio=1)
    for family, results in groupby(report.results, key=lambda r: r.id.split("/")[0]):
        members = list(results)
        passed = sum(r.verdict == "pass" for r in members)
        table.add_row(Text(f"{family}/", "bold"), "", f"{passed} of {len(members)} pass", "", "")
        for result in members:
            table.add_row(
                Text("  " + result.id.split("/")[1]),
                Text(result.level, "" if report.gating(result) else "dim"),
                Text(verdict(report, result), STYLES[result.verdict]),
                str(result.exercised),
                plain(cut(note(result), 96)),
            )
    return table


def _failure(heading: str, result: Result, violation: ViolationRecord) -> RenderableType:
    first = Text.assemble(
        (f"{heading} ", STYLES[result.verdict]),
        (result.id, "bold"),
        (f"  {result.level}; {result.source}", "dim"),
    )
    lines: list[RenderableType] = [
        plain(result.sentence),
        plain(violation.message, "bold"),
        Text(""),
    ]
    if violation.population:
        lines += [_population(violation), Text("")]
    lines += [_requests(violation), Text(""), _comparison(violation)]
    if result.reason:
        lines.append(plain(result.reason, "yellow"))
    return Group(first, Padding(Group(*lines), (0, 0, 0, 2)))


def _population(violation: ViolationRecord) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("job", "status", "targetSelection", "targets", "namespaceId", ""):
        table.add_column(heading, overflow="fold")
    faults: dict[str, list[str]] = {}
    for job in violation.jobs:
        where = f" on page {job.page}" if job.page else ""
        faults.setdefault(job.jobId, []).append(job.fault + where)
    known = {str(job["jobId"]) for job in violation.population}
    jobs = sorted(violation.population, key=lambda job: str(job["jobId"]) not in faults)
    if len(jobs) <= MOST_ROWS:
        jobs = list(violation.population)
    for job_record in jobs[:MOST_ROWS]:
        job_id = str(job_record["jobId"])
        table.add_row(
            plain(job_id),
            plain(job_record["status"]),
            plain(job_record["targetSelection"]),
            plain(", ".join(job_record["targets"])),
            plain(job_record["namespaceId"] or "-"),
            plain(", ".join(faults.get(job_id, ())), "red"),
        )
    if len(jobs) > MOST_ROWS:
        table.add_row(f"and {len(jobs) - MOST_ROWS} more", "", "", "", "", "")
    for job_id, wrong in faults.items():
        if job_id not in known:
            table.add_row(plain(job_id), "-", "-", "-", "-", plain(", ".join(wrong), "red"))
    return table


def _requests(violation: ViolationRecord) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for number, request in enumerate(violation.requests, 1):
        mark = ">" if request.decisive else " "
        style = "bold" if request.decisive else ""
        table.add_row(
            f"{mark} {number}", plain(request.request, style), plain(request.answer, style)
        )
    return table


def _comparison(violation: ViolationRecord) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("expected", plain(violation.expected, "green"))
    table.add_row("actual", plain(violation.actual, "red"))
    return table


def sum_of(report: Report) -> Text:
    """The whole report in a few lines."""
    lines = [counts(report) + "\n"]
    if report.throttled:
        lines.append(f"throttled {report.throttled} times, and waited out\n")
    for said in (lacking(report), narrow(report)):
        if said is not None:
            lines.append(harmless(said) + "\n")
    if report.unjudged:
        lines.append(harmless(report.unjudged) + "\n")
    if report.not_exercised:
        lines.append(f"required, and not exercised: {', '.join(report.not_exercised)}\n")
    unsure = report.interrupted or report.status == 3
    style = "bold yellow" if unsure else "bold red" if report.status else "bold green"
    return Text.assemble("".join(lines), (f"{harmless(name_of(report))} {ending(report)}", style))
