"""``junit.xml``: a test case for each requirement, and one that the target could be judged."""

from __future__ import annotations

from pathlib import Path

from junitparser import Error, Failure, Skipped, TestCase, TestSuite

from .failure import in_text
from .record import Report, Result
from .text import harmless, said

NAME = "junit.xml"

SUITE = "listjobs"
"""The name of the test suite, and what the class names of its cases begin with."""

JUDGED = "target could be judged"
"""The name of the test case that is no requirement."""


def write(report: Report, folder: Path) -> None:
    """Write the report into the folder; raises ``OSError`` where that is not possible."""
    suite(report).write(str(folder / NAME))


def suite(report: Report) -> TestSuite:
    """The report as a test suite."""
    made = TestSuite(SUITE)
    made.timestamp = report.started
    for name, value in (
        ("tool", report.tool),
        ("target", report.target["name"]),
        ("implementation", report.target["implementation"]),
        ("seed", report.seed),
        ("budget", report.budget),
    ):
        made.add_property(name, _legal(str(value)))
    made.add_testcases([_judged(report), *(_case(report, result) for result in report.results)])
    made.time = report.duration_s
    return made


def _judged(report: Report) -> TestCase:
    """Always there, so that a tool which compares two runs finds it in both."""
    case = _empty(JUDGED, SUITE)
    doubts = [*report.doubts, *(["interrupted"] if report.interrupted else [])]
    if doubts:
        case.result = Error(_legal("; ".join(doubts)))
    return case


def _case(report: Report, result: Result) -> TestCase:
    case = _empty(result.id, f"{SUITE}.{result.id.split('/')[0]}")
    outcome = _outcome(report, result)
    if outcome is not None:
        outcome.text = _legal(in_text(report, result))
        case.result = outcome
    return case


def _empty(name: str, classname: str) -> TestCase:
    # No requirement takes time of its own, and some readers of these files insist on a number.
    return TestCase(name, classname, 0.0)


def _outcome(report: Report, result: Result) -> Failure | Error | Skipped | None:
    """What there is to say besides that it passed."""
    gating = report.gating(result)
    called = report.called(result)
    message = said(result)
    if result.verdict == "pass":
        return None
    if result.verdict == "waived":
        return Skipped(_legal(f"waived: {result.waiver}"), called)
    if result.verdict == "unexpected-pass" or (result.verdict == "fail" and gating):
        return Failure(_legal(message), called)
    if result.verdict == "inconclusive" and gating:
        return Error(_legal(message), called)
    return Skipped(_legal(f"{called}: {message}"), called)


def _legal(text: str) -> str:
    """The text without what XML 1.0 forbids: control characters and halves of characters.

    The library writes them as they are, and then nothing reads the file.
    """
    return "\n".join(harmless(line) for line in text.split("\n"))
