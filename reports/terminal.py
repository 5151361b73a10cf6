"""The report for a person at a terminal, and as plain text where there is none.

What fails comes first, then what was seen of each family, then what to do next. Text that came
from a target is shown with its control characters and markup made harmless.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import groupby

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .commands import NO_OPTIONS, Commands
from .demands import demands
from .failure import STYLES, details, plain
from .record import NOTE, Report, Result
from .text import counts, ending, harmless, lacking, listed, name_of, narrow, note, number, said
from .unlocking import Mending, in_order

IN_FULL = 5
"""How many failures are shown with their examples, unless all are asked for."""

MOST_LISTED, A_FEW = 40, 3
"""How many reasons why something was not judged are listed, and how many ids of each."""

NO_PLACE = "- "
"""What stands before what has no place in the order of mending."""


class Detail(IntEnum):
    """How much is shown."""

    QUIET = -1
    """What it came to, in three lines."""
    USUAL = 0
    ALL = 1
    """Every failure in full, and the verdict on every requirement."""


def show(
    report: Report,
    console: Console,
    commands: Commands = NO_OPTIONS,
    detail: Detail = Detail.USUAL,
) -> None:
    """Print the report: what fails, what was judged, and what to do next."""
    if detail > Detail.QUIET:
        mended = in_order(report)
        failing = [one for one in mended if report.called(one.result) == "fail"]
        notes = [one for one in mended if report.called(one.result) == NOTE]
        _show_broken(console, commands, failing, detail)
        _show_notes(console, commands, notes, detail)
        _show_waivers(report, console)
        if detail is Detail.ALL:
            _show_every(report, console)
        else:
            console.print(_families(report))
        _show_lacking(report, console, detail)
        _show_unjudged(report, console, detail)
        _show_next(console, commands, failing)
        _show_demands(report, console)
    console.print(sum_of(report))


# --- what fails -----------------------------------------------------------------------------------


def _show_broken(
    console: Console, commands: Commands, failing: Sequence[Mending], detail: Detail
) -> None:
    if not failing:
        return
    order = ", in the order in which mending them unlocks most" if len(failing) > 1 else ""
    console.print(Text.assemble(("Failures", "bold red"), order))
    console.print()
    for place, one in enumerate(failing, 1):
        full = place <= IN_FULL or detail is Detail.ALL
        _show_one(console, commands, f"{place} ", one, full and one.result.violation is not None)
        if full:
            console.print()
    if len(failing) > IN_FULL and detail is Detail.USUAL:
        console.print()


def _show_notes(
    console: Console, commands: Commands, notes: Sequence[Mending], detail: Detail
) -> None:
    if not notes:
        return
    console.print(
        Text.assemble(
            ("Notes", "bold yellow"),
            ", which do not fail the run: observations, and conventions without --strict",
        )
    )
    for one in notes:
        _show_one(console, commands, NO_PLACE, one, detail is Detail.ALL)
    console.print()


def _show_waivers(report: Report, console: Console) -> None:
    """What is waived, and what need not be any more: a line each."""
    for verdict, style, heading, means in (
        ("unexpected-pass", "bold red", "Waivers no longer needed", ", which fails the run"),
        ("waived", "bold yellow", "Waived", ": known failures, which do not fail the run"),
    ):
        named = [result for result in report.results if result.verdict == verdict]
        if named:
            console.print(Text.assemble((heading, style), means))
            for result in named:
                console.print(_hanging(NO_PLACE, plain(f"{result.id}: {note(result)}")))
            console.print()


def _show_one(console: Console, commands: Commands, place: str, one: Mending, full: bool) -> None:
    """A failure: in full, or in two lines."""
    result, violation = one.result, one.result.violation
    indent = " " * len(place)
    heading = Text(result.id, STYLES.get(result.verdict, ""))
    parts: list[RenderableType] = []
    if full and violation is not None:
        heading.append(f" ({result.level})", "dim")
        parts = [plain(result.sentence), *details(result, violation)]
    else:
        heading.append(": ").append_text(plain(said(result)))
    if one.unlocks:
        heading.append(f"; mend it: {len(one.unlocks)} more can be judged", "cyan")
    console.print(_hanging(place, heading))
    if parts:
        console.print(_indented(parts, indent))
    # In one line, however long: it is there to be copied.
    lines = [violation.curl] if full and violation is not None and violation.curl else []
    explained = [] if place == NO_PLACE else [commands.explain(result)]
    for line in (*lines, *explained):
        console.print(plain(indent + line, "dim"), soft_wrap=True)


def _hanging(place: str, text: Text) -> RenderableType:
    """The text after its place, and its further lines below its first."""
    table = Table.grid()
    table.add_column(no_wrap=True, style="dim")
    table.add_column()
    table.add_row(place, text)
    return table


def _indented(parts: Iterable[RenderableType], indent: str) -> RenderableType:
    table = Table.grid()
    table.add_column()
    for part in parts:
        table.add_row(part)
    return Padding(table, (0, 0, 0, len(indent)))


# --- what was judged ------------------------------------------------------------------------------


def _families(report: Report) -> Table:
    """A line for each family."""
    columns = {
        "pass": ("pass",),
        "fail": ("fail",),
        "unexpected-pass": ("unexpected-pass",),
        "note": ("note",),
        "waived": ("waived",),
        "not judged": ("unexercised", "inconclusive"),
    }
    called = Counter(report.called(result) for result in report.results)
    shown = {
        heading: verdicts
        for heading, verdicts in columns.items()
        if heading == "pass" or any(called[verdict] for verdict in verdicts)
    }
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("family", no_wrap=True)
    for heading in shown:
        table.add_column(heading, justify="right", no_wrap=True)
    for family, results in _by_family(report):
        of = Counter(map(report.called, results))
        sums = [sum(of[verdict] for verdict in verdicts) for verdicts in shown.values()]
        style = STYLES["fail"] if of["fail"] or of["unexpected-pass"] else ""
        table.add_row(Text(family, style), *(str(count or "") for count in sums))
    return table


def _by_family(report: Report) -> Iterator[tuple[str, list[Result]]]:
    for family, results in groupby(report.results, key=lambda r: r.id.split("/")[0]):
        yield family, list(results)


def _show_every(report: Report, console: Console) -> None:
    """A line for each requirement, below its family, and what there is to say about it."""
    longest = max((len(r.id.split("/")[1]) for r in report.results), default=0)

    def line(name: str, level: str, verdict: str, seen: str) -> str:
        return f"  {name:{longest}}  {level:10}  {verdict:15}  {seen:>5}"

    console.print(Text(line("requirement", "level", "verdict", "seen"), "bold"))
    for family, members in _by_family(report):
        passed = sum(r.verdict == "pass" for r in members)
        console.print(Text.assemble((f"{family}/", "bold"), f" {passed} of {len(members)} pass"))
        for result in members:
            called = report.called(result)
            row = line(result.id.split("/")[1], result.level, called, str(result.exercised))
            shown = Text(row.rstrip())
            shown.highlight_words([f"  {called}"], STYLES[called])
            if not report.gating(result):
                shown.highlight_words([result.level], "dim")
            console.print(shown, no_wrap=True, overflow="ignore")
            if note(result):
                console.print(Padding(plain(note(result), "dim"), (0, 0, 0, 6)))


def _show_lacking(report: Report, console: Console, detail: Detail) -> None:
    """What the target cannot do or hold."""
    lines = [plain(said) for said in (lacking(report), narrow(report)) if said is not None]
    operations = {one.operation for one in report.missing_operations}
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for what, reason in report.target["capabilities"].get("missing", {}).items():
        if what not in operations:
            by_reason[reason].append(what)
    if by_reason and detail is Detail.ALL:
        for reason, what in by_reason.items():
            lines.append(Text.assemble(plain(listed(what)), ": ", plain(reason, "dim")))
    elif by_reason:
        kinds = [one for what in by_reason.values() for one in what]
        done = [one for one in kinds if one.isalnum() and one[0].isupper()]  # Operations.
        held = [one for one in kinds if one not in done]
        parts = [f"{verb} {listed(of)}" for verb, of in (("do", done), ("hold", held)) if of]
        lines.append(plain(f"the target does not {', and does not '.join(parts)}; -v says why"))
    if lines:
        console.print()
        for line in lines:
            console.print(line)


def _show_unjudged(report: Report, console: Console, detail: Detail) -> None:
    """What was not judged, and why."""
    doubted = [r for r in report.results if r.verdict == "inconclusive"]
    unseen = [r for r in report.results if r.verdict == "unexercised"]
    if not doubted and not unseen:
        return
    masked = [r for r in unseen if r.masked_by]
    unseen = [r for r in unseen if not r.masked_by]
    lines = []
    if masked:
        hidden = number(len(masked), "requirement")
        lines.append(plain(f"{hidden} behind what is broken: mend that first"))
    if unseen and detail is not Detail.ALL:
        named = plain(", ".join(r.id for r in unseen))
        lines.append(Text.assemble("never seen: ", named, ("; -v says what they need", "dim")))
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for result in (*doubted, *(unseen if detail is Detail.ALL else ())):
        by_reason[result.reason or ""].append(result.id)
    for reason, ids in list(by_reason.items())[:MOST_LISTED]:
        few = ", ".join(ids) if len(ids) <= A_FEW else number(len(ids), "requirement")
        lines.append(Text.assemble(plain(few), ": ", plain(reason, "dim")))
    if len(by_reason) > MOST_LISTED:
        lines.append(plain(f"and for {len(by_reason) - MOST_LISTED} more reasons: report.json"))
    console.print()
    console.print(Text(f"Not judged: {len(doubted) + len(masked) + len(unseen)}", "bold"))
    console.print(_indented(lines, "  "))


# --- what to do next ------------------------------------------------------------------------------


def _show_next(console: Console, commands: Commands, failing: Sequence[Mending]) -> None:
    console.print()
    stored = [one.result for one in failing if one.result.case is not None]
    if not stored:
        return
    console.print(Text.assemble(("The same again", "bold"), ", ", commands.purpose))
    for result in stored:
        console.print(plain("  " + commands.again(result)), soft_wrap=True)
    console.print()


def _show_demands(report: Report, console: Console) -> None:
    """What keeps a gate from staying green while it sees less."""
    seen = demands(report)
    if report.status or report.interrupted or report.required or not seen:
        return
    console.print(Text("So that a gate notices what is seen no more, add"))
    console.print(plain(f"  {seen}", "dim"), soft_wrap=True)
    console.print()


def sum_of(report: Report) -> Text:
    """The whole report in a few lines."""
    lines = [counts(report) + "\n"]
    if report.throttled:
        lines.append(f"throttled {report.throttled} times, and waited out\n")
    if why := _halted_by(report):
        lines.append(harmless(why) + "\n")
    if report.unjudged:
        lines.append(harmless(report.unjudged) + "\n")
    if report.not_exercised:
        lines.append(f"required, and not exercised: {', '.join(report.not_exercised)}\n")
    unsure = report.interrupted or report.status == 3
    style = "bold yellow" if unsure else "bold red" if report.status else "bold green"
    return Text.assemble("".join(lines), (f"{harmless(name_of(report))} {ending(report)}", style))


def _halted_by(report: Report) -> str | None:
    """What kept half of the requirements or more from being judged, such as a server that ended."""
    doubted = Counter(r.reason for r in report.results if r.verdict == "inconclusive" and r.reason)
    for reason, count in doubted.most_common(1):
        if 2 * count >= len(report.results) and not report.interrupted:
            return f"{number(count, 'requirement')} could not be judged: {reason}"
    return None
