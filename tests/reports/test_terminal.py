"""The report at a terminal, as a person reads it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from listjobs_conformance.reports.commands import Commands
from listjobs_conformance.reports.record import JobRecord, Report
from listjobs_conformance.reports.terminal import IN_FULL, Detail, show

from ..conftest import Run
from .conftest import FAILED, Judged
from .hostile import hostile


def shown(report: Report, width: int = 80, detail: Detail = Detail.USUAL) -> list[str]:
    written = io.StringIO()
    console = Console(file=written, width=width, color_system=None, highlight=False)
    show(report, console, Commands("--target moto"), detail)
    return [line.rstrip() for line in written.getvalue().splitlines()]


@pytest.fixture(scope="module")
def moto(run: Run) -> Report:
    """A run with many failures of many kinds."""
    return run("moto")


def test_a_run_with_many_failures_is_read_on_three_screens(moto: Report) -> None:
    lines = shown(moto)
    assert len(lines) <= 120
    assert not any("…" in line for line in lines)
    prose = [line for line in lines if not line.lstrip().startswith("listjobs-conformance ")]
    assert max(map(len, prose)) <= 80


def test_the_wider_the_terminal_the_fewer_the_lines_and_the_same_words(moto: Report) -> None:
    narrow, wide = shown(moto), shown(moto, 160)
    assert len(wide) < len(narrow)
    assert sorted("".join(wide).replace(" ", "")) == sorted("".join(narrow).replace(" ", ""))


def test_the_first_failures_are_shown_in_full_and_the_others_in_short(
    many: Callable[..., Report],
) -> None:
    lines = shown(many(IN_FULL + 2))
    assert sum("expected " in line for line in lines) == IN_FULL
    assert sum(line.startswith("7 filter/status-6: ") for line in lines) == 1
    every = shown(many(IN_FULL + 2), detail=Detail.ALL)
    assert sum("expected " in line for line in every) == IN_FULL + 2


@pytest.mark.parametrize(("wrong", "rows"), [((), 3), (("j7", "j200"), 2), (("j4",) * 3, 1)])
def test_of_a_large_world_only_what_is_decisive_is_shown(
    judged: Judged, wrong: tuple[str, ...], rows: int
) -> None:
    report = judged("fail")
    (failed,) = (result for result in report.results if result.id == FAILED)
    assert failed.violation is not None
    job = dict(failed.violation.population[0])
    population = tuple({**job, "jobId": f"j{n}"} for n in range(300))
    jobs = tuple(JobRecord(id, "lost") for id in wrong)
    violation = replace(failed.violation, population=population, jobs=jobs)
    lines = shown(replace(report, results=(replace(failed, violation=violation),)))
    assert sum(line.lstrip().startswith("job j") for line in lines) == rows
    assert f"and {300 - rows} more" in {line.strip() for line in lines}


def test_each_failure_says_how_it_is_explained_and_repeated(judged: Judged) -> None:
    lines = shown(judged("fail"))
    assert f"  listjobs-conformance explain {FAILED}" in lines
    assert f"  listjobs-conformance replay {FAILED} --target moto" in lines


def test_little_is_said_where_little_is_asked_for(judged: Judged) -> None:
    (counts, ending) = shown(judged("fail"), detail=Detail.QUIET)
    assert counts.startswith("1 fail, 2 pass; ")
    assert ending == "listjobs-conformance reference server does not conform"


def test_notes_are_counted_and_shown_apart_from_failures(judged: Judged) -> None:
    report = judged("fail", "convention")
    lines = shown(report)
    assert any(line.startswith("Notes, which do not fail the run") for line in lines)
    assert not any(line.startswith("Failures") for line in lines)
    assert lines[-2].startswith("1 note, 2 pass; ")
    assert lines[-1].endswith(" conforms in the 3 requirements asked for")
    assert report.totals["note"] == 1
    assert report.totals["fail"] == 0
    assert report.conforms


def test_a_gate_that_passes_by_its_waivers_does_not_say_that_the_target_conforms(
    judged: Judged,
) -> None:
    report = judged("waived")
    assert report.status == 0
    assert not report.conforms
    assert " ".join(shown(report)).endswith("the gate passes: 1 known failure")


def test_a_known_failure_is_named_with_its_reason_in_a_line(judged: Judged) -> None:
    assert f"- {FAILED}: the waiver" in shown(judged("waived"))
    stale = shown(judged("unexpected-pass"))
    assert stale[0] == "Waivers no longer needed, which fails the run"
    assert stale[1] == f"- {FAILED}: the reason"
    assert not any(line.startswith("Failures") for line in stale)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("pass", "conforms, and the gate fails: 1 waiver is no longer needed"),
        ("unexpected-pass", "conforms, and the gate fails: 2 waivers are no longer needed"),
        ("waived", "does not conform, and the gate fails: 1 waiver is no longer needed"),
        ("inconclusive", "could not be judged, and the gate fails: 1 waiver is no longer needed"),
        ("fail", "does not conform"),
    ],
)
def test_a_gate_that_fails_by_stale_waivers_alone_says_so(
    judged: Judged, other: str, said: str
) -> None:
    report = judged("unexpected-pass", partial=False)
    first, *rest = report.results
    beside = replace(rest[0], id="other/one", verdict=other, reason="a reason")
    report = replace(report, results=(first, beside, *rest[1:]))
    assert report.status == 1
    assert shown(report, 200)[-1] == f"listjobs-conformance reference server {said}"


def test_what_was_not_judged_is_counted_and_named(judged: Judged) -> None:
    report = judged("unexercised")
    assert "Not judged: 1" in shown(report)
    assert f"  never seen: {FAILED}; -v says what they need" in shown(report)
    assert f"  {FAILED}: the reason" in shown(report, detail=Detail.ALL)
    masked = replace(report.results[0], masked_by=("some/other",))
    lines = shown(replace(report, results=(masked, *report.results[1:])))
    assert "  1 requirement behind what is broken: mend that first" in lines
    assert "Not judged: 1" in lines


@pytest.mark.parametrize("verdict", ["fail", "waived", "inconclusive", "unexercised"])
@pytest.mark.parametrize("detail", list(Detail))
def test_what_a_target_says_steers_no_terminal(
    judged: Judged, verdict: str, detail: Detail
) -> None:
    for line in shown(hostile(judged(verdict)), detail=detail):
        assert line.isprintable()


def test_a_note_alone_is_no_success_and_says_what_would_count(found: Report) -> None:
    noted = tuple(
        replace(result, level="convention") for result in found.results if result.violation
    )
    report = replace(found, results=noted)
    assert report.status == 3
    assert report.doubts == ["nothing that counts was exercised: --strict lets conventions count"]


def test_what_a_target_cannot_do_and_what_it_cannot_hold_are_told_apart(judged: Judged) -> None:
    report = judged("pass")
    missing = {"DescribeJob": "HTTP 404", "namespaces": "HTTP 400", "COMPLETED jobs": "HTTP 400"}
    target = {**report.target, "capabilities": {"missing": missing}}
    said = " ".join(shown(replace(report, target=target)))
    assert (
        "the target does not do DescribeJob, and does not hold namespaces and COMPLETED jobs; -v"
    ) in said


def test_what_kept_most_from_being_judged_is_among_the_last_lines(judged: Judged) -> None:
    report = judged("fail")
    failed, *rest = report.results
    ended = [replace(r, verdict="inconclusive", reason="it ended: no memory") for r in rest]
    lines = shown(replace(report, results=(failed, *ended)), detail=Detail.QUIET)
    assert "2 requirements could not be judged: it ended: no memory" in lines
    one = shown(replace(report, results=(failed, ended[0], *rest[1:])), detail=Detail.QUIET)
    assert not any("could not be judged" in line for line in one)


def test_what_there_is_to_say_of_a_verdict_stands_below_it_in_whole_lines(moto: Report) -> None:
    lines = shown(moto, detail=Detail.ALL)
    at = next(n for n, line in enumerate(lines) if re.match(r"  max-results-high +doc", line))
    assert re.fullmatch(r"  max-results-high +documented  fail +\d+", lines[at])
    assert lines[at + 1] == "      maxResults=251 was accepted"
    prose = [line for line in lines if not line.lstrip().startswith("listjobs-conformance ")]
    assert max(map(len, prose)) <= 80


def test_a_heading_that_is_too_long_goes_on_below_itself(judged: Judged) -> None:
    result = replace(judged("fail", "convention").results[0], reason="word " * 30)
    lines = shown(replace(judged("fail", "convention"), results=(result,)))
    assert lines[1].startswith(f"- {FAILED}: ")
    assert re.match(r"  \S", lines[2])


def test_of_a_large_example_the_wrong_jobs_are_shown(found: Report) -> None:
    failed = next(result for result in found.results if result.violation)
    violation = failed.violation
    assert violation is not None
    (job, *_) = violation.population
    targets = [f"thinggroup/{n}" for n in range(20)]
    crowd = [{**job, "jobId": f"j{n}", "targets": targets} for n in range(40)]
    wrong = tuple(replace(violation.jobs[0], jobId=f"j{n}") for n in (38, 39))
    asked = replace(violation.requests[0], request="GET /jobs?" + "a" * 50, answer="b" * 40)
    large = replace(violation, population=tuple(crowd), jobs=wrong, requests=(asked,))
    lines = shown(replace(found, results=(replace(failed, violation=large),)))
    jobs = [line for line in lines if line.startswith("  job ")]
    assert [job[:9] for job in jobs] == ["  job j38", "  job j39"]
    assert "  and 38 more" in lines
    assert sum("17 more" in line for line in lines) == 2
    # What does not fit beside a request stands below it.
    at = next(n for n, line in enumerate(lines) if line.endswith("a" * 50))
    assert lines[at + 1].strip() == "b" * 40
