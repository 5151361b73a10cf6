"""``summary.md``: what it says, and that nothing a target says is more than text in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from listjobs_conformance.reports.commands import Commands
from listjobs_conformance.reports.markdown import MOST, code, fence, summary
from listjobs_conformance.reports.record import VERDICTS, Report

from .conftest import FAILED, Judged
from .hostile import HOSTILE, LONE, hostile


def tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def inline(text: str) -> Iterator[Token]:
    for token in tokens(text):
        yield from token.children or ()


def test_it_says_what_fails_and_how_to_repeat_it(judged: Judged) -> None:
    text = summary(judged("fail"))
    assert text.startswith(
        "## ListJobs: `listjobs-conformance reference server` does not conform\n"
    )
    assert f"| `{FAILED}` | documented | `status=" in text
    assert "misfiltered on page 1" in text
    assert "\nlistjobs-conformance replay filter/status --target reference:status-ignored\n" in text
    reached = "--target http://127.0.0.1:5000 --reset /reset"
    assert f"\nlistjobs-conformance replay filter/status {reached}\n" in summary(
        judged("fail"), Commands(reached)
    )


@pytest.mark.parametrize(
    ("verdict", "level", "words"),
    [
        ("pass", "documented", "conforms"),
        ("fail", "convention", "without failing the run"),
        ("waived", "documented", "### Waived"),
        ("unexpected-pass", "documented", "### Passes, though waived"),
        ("inconclusive", "documented", "### Why it cannot be said to conform\n\n- `the reason`"),
        ("unexercised", "documented", "| 1 | unexercised | `the reason` |"),
    ],
)
def test_each_verdict_has_its_place(judged: Judged, verdict: str, level: str, words: str) -> None:
    text = summary(judged(verdict, level))
    assert words in text
    assert ("### What fails\n" in text) is False


@pytest.mark.parametrize("verdict", VERDICTS)
def test_nothing_that_a_target_says_is_markup(judged: Judged, verdict: str) -> None:
    text = summary(hostile(judged(verdict), LONE))
    assert {token.type for token in inline(text)} <= {"text", "code_inline", "softbreak"}
    for token in inline(text):
        assert token.type != "text" or "evil" not in token.content
    for token in tokens(text):
        if token.type == "html_block":
            assert re.fullmatch(
                r"(<details><summary>[\w\s()/-]+</summary>|</details>)\n", token.content
            )
    kinds = [token.type for token in tokens(text)]
    assert kinds.count("tr_open") * 3 == kinds.count("td_open") + kinds.count("th_open")
    text.encode()


def test_a_row_is_one_line_and_a_fence_ends_where_it_should(judged: Judged) -> None:
    text = summary(hostile(judged("fail")))
    rows = [line for line in text.splitlines() if line.startswith(f"| `{FAILED}`")]
    assert len(rows) == 1
    assert rows[0].count("|") == 4
    fences = [token for token in tokens(text) if token.type == "fence"]
    assert [token.info for token in fences] == ["text", "sh"]
    assert "curl" not in text.split("### To repeat")[1]


@pytest.mark.parametrize("text", ["`", "```", "\n", "|", "\\", "`" * 400, " ", "", HOSTILE])
def test_a_code_span_is_one_span_and_a_fence_is_one_block(text: str) -> None:
    row = f"| a | b |\n|---|---|\n| {code(text)} | c |\n"
    cells = [token.content for token in tokens(row) if token.type == "inline"]
    assert cells[3:] == ["c"]
    assert len(cells) == 4
    assert {token.type for token in inline(row)} <= {"text", "code_inline"}
    assert [token.type for token in tokens(fence(text))] == ["fence"]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_it_stays_short_whatever_is_said(many: Callable[..., Report], verdict: str) -> None:
    waiver = "known" if verdict == "waived" else None
    report = hostile(many(64, verdict=verdict, waiver=waiver, case="c" * 99), HOSTILE * 10)
    # Reasons that differ are not counted together.
    differing = (replace(r, reason=f"{n}{r.reason}") for n, r in enumerate(report.results))
    report = replace(report, results=tuple(differing))
    assert len(summary(report)) <= MOST


def test_what_fails_altogether_was_exercised(many: Callable[..., Report]) -> None:
    assert many(3).doubts == []
    assert "nothing was exercised" not in summary(many(3))
    assert many(3, verdict="unexercised").doubts == ["nothing was exercised"]


def test_what_is_left_out_is_counted(many: Callable[..., Report]) -> None:
    text = summary(hostile(many(64), HOSTILE * 10))
    shown = text.count("<details>")
    assert f"There is no room here for {64 - shown} more" in text
