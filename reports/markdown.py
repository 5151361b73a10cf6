"""``summary.md``: a report for the summary of a pipeline, or for a merge request.

Text that comes from a target stands in code spans and fences that it cannot end, so that nothing
in it is markup, a mention or a link.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from .commands import NO_OPTIONS, Commands
from .failure import in_text
from .record import Report, Result
from .text import counts, cut, ending, harmless, name_of, said

NAME = "summary.md"

MOST = 60_000
"""Characters of the whole."""

MOST_TEXT = 6_000
"""Characters of the text of one failure."""

MOST_MESSAGE = 300
"""Characters of a message in a table."""

MOST_LINES = 10
"""How many commands are shown, and how many doubts."""


def write(report: Report, folder: Path, commands: Commands = NO_OPTIONS) -> None:
    """Write the report into the folder; raises ``OSError`` where that is not possible."""
    (folder / NAME).write_text(summary(report, commands), encoding="utf-8")


def summary(report: Report, commands: Commands = NO_OPTIONS) -> str:
    """The report as Markdown, in no more than ``MOST`` characters whatever the target says."""
    failing = [r for r in report.results if r.verdict == "fail" and report.gating(r)]
    noted = [r for r in report.results if r.verdict == "fail" and not report.gating(r)]
    before = [
        f"## ListJobs: {code(name_of(report))} {ending(report)}",
        counts(report),
        _doubts(report),
        _table("What fails", failing, "what is wrong"),
        _table("What fails without failing the run", noted, "what is wrong"),
    ]
    after = [
        _table("Passes, though waived", _with(report, "unexpected-pass"), "its waiver"),
        _table("Waived", _with(report, "waived"), "why"),
        _not_judged(report),
        _repeat(report, commands),
    ]
    # Blank lines, and the sentence on what is left out.
    room = MOST - sum(len(part) + 2 for part in (*before, *after)) - 200
    parts = [*before, *_details(report, [*failing, *noted], room), *after]
    return "\n\n".join(part for part in parts if part) + "\n"


def code(text: str) -> str:
    """The text as a code span of one line that fits into a table.

    Some renderers read an escaped ``|`` in a table otherwise than others: it is spelled out.
    """
    shown = harmless(text).replace("`", r"\x60").replace("|", r"\x7c")
    return f"`{cut(shown, MOST_MESSAGE)}`" if shown.strip() else ""


def fence(text: str, language: str = "text") -> str:
    """The text as a block of code; no row of backticks in it is long enough to end that."""
    longest = max((len(row) for row in re.findall("`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"


def _with(report: Report, verdict: str) -> list[Result]:
    return [result for result in report.results if result.verdict == verdict]


def _section(title: str, *parts: str) -> str:
    return "\n\n".join((f"### {title}", *parts))


def _table(title: str, results: Iterable[Result], heading: str) -> str:
    rows = [f"| {code(r.id)} | {r.level} | {code(said(r))} |" for r in results]
    head = [f"| requirement | level | {heading} |", "|---|---|---|"]
    return _section(title, "\n".join(head + rows)) if rows else ""


def _doubts(report: Report) -> str:
    doubts = report.doubts
    lines = [f"- {code(doubt)}" for doubt in doubts[:MOST_LINES]]
    if len(doubts) > MOST_LINES:
        lines.append(f"- and {len(doubts) - MOST_LINES} more")
    return _section("Why it cannot be said to conform", "\n".join(lines)) if lines else ""


def _details(report: Report, results: Sequence[Result], room: int) -> list[str]:
    """How each requirement is broken, as long as there is room."""
    blocks: list[str] = []
    for result in results:
        text = in_text(report, result)
        if len(text) > MOST_TEXT:
            text = f"{text[:MOST_TEXT]}…\n\nThe rest of it is in report.json."
        title = f"{report.called(result)} {result.id}"
        block = f"<details><summary>{title}</summary>\n\n{fence(text)}\n\n</details>"
        if len(block) + 2 > room:
            left = len(results) - len(blocks)
            return [*blocks, f"There is no room here for {left} more: they are in report.json."]
        blocks.append(block)
        room -= len(block) + 2
    return blocks


def _not_judged(report: Report) -> str:
    reasons = Counter(
        (result.verdict, result.reason or "")
        for result in report.results
        if result.verdict in ("inconclusive", "unexercised")
    )
    if not reasons:
        return ""
    rows = [
        f"| {count} | {verdict} | {code(reason)} |"
        for (verdict, reason), count in reasons.most_common()
    ]
    table = "\n".join(["| how many | verdict | why |", "|---|---|---|", *rows])
    block = f"<details><summary>{reasons.total()} not judged</summary>\n\n{table}\n\n</details>"
    return _section("What was not judged", block)


def _repeat(report: Report, commands: Commands) -> str:
    failed = [r for r in report.results if r.case is not None and r.verdict != "waived"]
    if not failed:
        return ""
    if not commands.options:  # A target that a fixture made has no name that reaches it.
        name = shlex.quote(str(report.target["name"]))
        commands = Commands(f"--target {name if len(name) <= MOST_MESSAGE else 'TARGET'}")
    lines = [harmless(commands.again(result)) for result in failed[:MOST_LINES]]
    if len(failed) > MOST_LINES:
        lines.append(f"# and {len(failed) - MOST_LINES} more")
    how = "Where the run was started, and what it left still is:"
    return _section("To repeat a failure", how, fence("\n".join(lines), "sh"))
