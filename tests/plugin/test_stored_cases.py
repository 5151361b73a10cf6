"""Stored cases in a project, as its tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from listjobs_conformance.contract.selection import select
from listjobs_conformance.run import Settings, check
from listjobs_conformance.targets.kinds import Options, open_target

FAULT = "reference:status-ignored"
NAME = "filter.status.listjobs.json"
Workers = pytest.mark.parametrize(
    "workers",
    [pytest.param((), id="alone"), pytest.param(("-n", "2"), id="xdist", marks=pytest.mark.matrix)],
)
Run = Callable[..., pytest.RunResult]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A case of a status filter that is ignored."""
    folder = tmp_path_factory.mktemp("found")
    chosen = Settings(selected=select(["filter/status"]), budget="quick", keeps_cases=folder)
    check(open_target(FAULT, Options()), chosen)
    return (folder / "cases" / NAME).read_text()


@pytest.fixture
def project(pytester: pytest.Pytester, text: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one test of its own and a stored case in a folder."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(test_own="def test_own(): pass")
    (pytester.path / "known").mkdir()
    (pytester.path / "known" / NAME).write_text(text)
    return pytester.path


@Workers
def test_a_case_passes_once_the_defect_is_gone(
    project: Path, pytester: pytest.Pytester, workers: tuple[str]
) -> None:
    result = pytester.runpytest_subprocess("--listjobs-target=reference", *workers)
    assert result.parseoutcomes()["passed"] == 2
    assert not (project / "listjobs-report").exists()


@Workers
def test_a_case_fails_while_it_is_there_and_shows_it(
    project: Path, pytester: pytest.Pytester, workers: tuple[str]
) -> None:
    result = pytester.runpytest_subprocess(f"--listjobs-target={FAULT}", *workers)
    assert result.parseoutcomes() == {"passed": 1, "failed": 1}
    result.stdout.fnmatch_lines(["fails filter/status*", f"FAILED known/{NAME}::test_case?filter*"])


def test_a_waiver_holds_for_a_case_too(project: Path, pytester: pytest.Pytester) -> None:
    (project / "known.toml").write_text(
        'version = 1\n[[waiver]]\nrequirement = "filter/status"\nreason = "known"\n'
    )
    result = pytester.runpytest_inprocess(
        f"--listjobs-target={FAULT}", "--listjobs-waivers=known.toml"
    )
    assert result.parseoutcomes() == {"passed": 1, "xfailed": 1}


def test_what_a_run_has_just_written_is_no_test(project: Path, pytester: pytest.Pytester) -> None:
    report = project / "listjobs-report"
    report.mkdir()
    (report / "report.json").write_text("{}")
    (project / "known").rename(report / "cases")
    result = pytester.runpytest_inprocess(f"--listjobs-target={FAULT}")
    assert result.parseoutcomes() == {"passed": 1}


def test_a_case_that_cannot_be_read_is_one_line(project: Path, pytester: pytest.Pytester) -> None:
    (project / "known" / NAME).write_text("{}")
    result = pytester.runpytest_inprocess("--listjobs-target=reference")
    assert result.ret == 2
    result.stdout.fnmatch_lines(["listjobs-conformance: *required property*"])
    assert "Traceback" not in result.stdout.str()
