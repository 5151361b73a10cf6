"""Reports in words: what all their writers say alike, and how what a target says is made harmless.

It writes nothing, and knows no terminal, no XML and no Markdown.
"""

from __future__ import annotations

from dataclasses import replace

from .record import CALLED, NOTE, Report, Result


def harmless(text: str) -> str:
    """The text with every character that could steer a terminal written as an escape."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode()
        for c in text.encode("utf-8", "backslashreplace").decode()
    )


def cut(text: str, length: int) -> str:
    """The text in no more than so many characters."""
    return text if len(text) <= length else text[: length - 1] + "…"


def note(result: Result) -> str:
    """What there is to say about a result, in one line of a table."""
    if result.waiver is not None:
        return result.waiver
    message = result.violation.message if result.violation else ""
    return "; ".join(part for part in (message, result.reason) if part)


def said(result: Result) -> str:
    """Its message, and what there is to say besides, where there is room for both."""
    if result.violation is None or result.waiver is not None:
        return note(result)
    return "; ".join(filter(None, (result.violation.message, result.reason)))


def number(count: int, what: str) -> str:
    """So many of something, in words."""
    return f"{count:,} {what}" + "s" * (count != 1)


def name_of(report: Report) -> str:
    """What the target calls itself, or else its name."""
    implementation = str(report.target["implementation"])
    return implementation if implementation != "unknown" else str(report.target["name"])


def counts(report: Report) -> str:
    """How many requirements have each verdict, and what it took, in one line."""
    totals = report.totals
    numbers = ", ".join(
        number(totals[called], called) if called == NOTE else f"{totals[called]} {called}"
        for called in CALLED
        if totals[called]
    )
    how = "stored cases only" if report.mode == "replay" else f"{report.budget}, seed {report.seed}"
    return f"{numbers}; {report.requests:,} requests, {report.duration_s:.1f} s, {how}"


def ending(report: Report) -> str:
    """How the run ended, to be said after the name of the target."""
    if report.interrupted:
        return "was not judged to the end: interrupted"
    stale = report.totals["unexpected-pass"]
    kept = replace(report, results=tuple(map(_unwaived, report.results)))
    if stale and kept.status != 1:
        needed = "1 waiver is" if stale == 1 else f"{stale} waivers are"
        target = ending(kept).partition(",")[0]
        return f"{target}, and the gate fails: {needed} no longer needed"
    if report.status:
        return ENDINGS[report.status]
    waived = report.totals["waived"]
    if waived:
        return f"does not conform, and the gate passes: {number(waived, 'known failure')}"
    if report.mode == "replay":
        return "keeps what its stored cases show"
    asked = number(len(report.results), "requirement")
    return f"conforms in the {asked} asked for" if report.partial else "conforms"


def _unwaived(result: Result) -> Result:
    """The result, if no waiver named what passes."""
    return replace(result, verdict="pass") if result.verdict == "unexpected-pass" else result


MAKE_JOBS = {"CreateThing", "CreateJob"}
"""The operations without which a run makes no jobs."""


def lacking(report: Report) -> str | None:
    """Which operations the target lacks, and what that leaves unjudged, in one line."""
    missing = [one for one in report.missing_operations if one.unjudged]
    if not missing:
        return None
    names = listed([f"{one.operation} ({one.answer})" for one in missing])
    count = len({id for one in missing for id in one.unjudged})
    what = "1 requirement" if count == 1 else f"{count} requirements"
    said = f"the target does not do {names}: that leaves {what} unjudged"
    if not {one.operation for one in missing} & MAKE_JOBS:
        return said
    return (
        f"{said}; fill it by --seeder MODULE:FUNCTION, or load it and say with what: --world FILE"
    )


def narrow(report: Report) -> str | None:
    """Which requirements are left open by an account whose jobs are of one kind, in one line."""
    one = report.one_kind
    if one is None or not one.unjudged:
        return None
    return f"left open, where all jobs are {one.jobs}: {', '.join(one.unjudged)}"


def listed(names: list[str]) -> str:
    """The names as a phrase."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


ENDINGS = {1: "does not conform", 3: "could not be judged"}
"""By exit status."""
