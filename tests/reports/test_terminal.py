"""The report at a terminal, as a person reads it."""

from __future__ import annotations

import io
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
