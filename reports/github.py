"""What a step of a GitHub workflow says: annotations on its standard output, and a summary.

Standard output is also where a step is commanded, so what a target says must not get there while
commands are listened to.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .commands import NO_OPTIONS, Commands
from .markdown import summary
from .record import VERDICTS, Report, Result
from .text import cut, ending, harmless, name_of, said

MOST = 10
"""How many annotations of a kind GitHub shows for a step."""

LONGEST = 1000
"""Characters of an annotation."""


def within(environment: Mapping[str, str]) -> bool:
    """Whether this is a step of a workflow."""
    return environment.get("GITHUB_ACTIONS") == "true"


@contextmanager
def held(environment: Mapping[str, str], say: Callable[[str], object]) -> Iterator[None]:
    """Nothing that is printed meanwhile is taken for a command."""
    if not within(environment):
        yield
        return
    token = secrets.token_hex(16)
    say(f"::stop-commands::{token}")
    try:
        yield
    finally:
        say(f"::{token}::")


def announce(
    report: Report,
    environment: Mapping[str, str],
    say: Callable[[str], object],
    again: Commands = NO_OPTIONS,
) -> None:
    """Say the annotations, and append the summary to the file that the environment names.

    Raises ``OSError`` where that is not possible.
    """
    if within(environment):
        for line in commands(report):
            say(line)
    named = environment.get("GITHUB_STEP_SUMMARY")
    if named:
        with Path(named).open("a", encoding="utf-8") as file:
            file.write(summary(report, again))


def commands(report: Report) -> list[str]:
    """The workflow commands for what fails the run, and for failures that do not."""
    results = sorted(report.results, key=lambda result: VERDICTS.index(result.verdict))
    errors = [_titled(report, result) for result in results if _fails(report, result)]
    if report.status == 3:
        errors.insert(0, (f"{name_of(report)} {ending(report)}", "; ".join(report.doubts)))
    notes = [
        _titled(report, result)
        for result in results
        if result.verdict == "fail" and not _fails(report, result)
    ]
    return [*_commands("error", errors), *_commands("notice", notes)]


def _fails(report: Report, result: Result) -> bool:
    """Whether it keeps the run from ending well."""
    if result.verdict == "unexpected-pass":
        return True
    return result.verdict in ("fail", "inconclusive") and report.gating(result)


def _titled(report: Report, result: Result) -> tuple[str, str]:
    return f"{report.called(result)} {result.id}", said(result)


def _commands(kind: str, titled: Sequence[tuple[str, str]]) -> list[str]:
    if len(titled) > MOST:
        left = len(titled) - MOST + 1
        titled = [*titled[: MOST - 1], (f"{left} more", "see the summary of the run")]
    return [f"::{kind} title={_property(title)}::{_data(message)}" for title, message in titled]


def _data(text: str) -> str:
    """A message as commands hold it, in one line."""
    shown = cut(harmless(text), LONGEST)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A value of a property, which ends at a comma or a colon."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
