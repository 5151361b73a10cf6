"""The suite under pytest, as a project that uses it would call it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from listjobs_conformance.contract.selection import select
from listjobs_conformance.run import Settings, check
from listjobs_conformance.targets.kinds import Options, open_target

Run = Callable[..., pytest.RunResult]

SUITE = ("--pyargs", "listjobs_conformance.suite", "--listjobs-budget=quick")
CONFORMING = "--listjobs-target=reference"
FAULTY = "--listjobs-target=reference:status-ignored"

Workers = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
"""By itself and under pytest-xdist: a verdict must be the same."""

SomeWorkers = pytest.mark.parametrize(
    "workers",
    [pytest.param((), id="alone"), pytest.param(("-n", "2"), id="xdist", marks=pytest.mark.matrix)],
)
"""The same, where one of them is enough for every day."""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest in an empty project, in a process of its own where workers are wanted."""
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> pytest.RunResult:
        if "-n" in arguments:
            return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments)

    return run


@pytest.fixture(scope="module")
def replaying(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The suite on one stored case, of a status filter that is ignored: a quick way to verdicts."""
    folder = tmp_path_factory.mktemp("found")
    chosen = Settings(selected=select(["filter/status"]), budget="quick", keeps_cases=folder)
    check(open_target("reference:status-ignored", Options()), chosen)
    return (*SUITE[:2], "--listjobs-mode=replay", f"--listjobs-cases={folder / 'cases'}")


@SomeWorkers
def test_a_conforming_target_is_green_and_tells_its_sum(run: Run, workers: tuple[str]) -> None:
    result = run(*SUITE, CONFORMING, *workers)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*conformance of ListJobs*", "*reference server conforms*"])


@Workers
def test_a_broken_requirement_fails_by_its_id(run: Run, workers: tuple[str]) -> None:
    result = run(*SUITE, FAULTY, *workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "*test_listjobs?filter/status?*",
            "fail filter/status (documented)",
            "*misfiltered on page 1*",
            "FAILED *test_listjobs?filter/status?*",
        ]
    )
    assert result.parseoutcomes()["failed"] == 1


def test_k_and_m_select_what_is_judged(run: Run) -> None:
    assert run(*SUITE, FAULTY, "-k", "pagination").ret == 0
    result = run(*SUITE, FAULTY, "-k", "filter/status")
    result.assert_outcomes(failed=1, deselected=result.parseoutcomes()["deselected"])
    result = run(*SUITE, FAULTY, "-m", "convention", "--collect-only", "-q")
    assert "filter/namespace-id" in result.stdout.str()
    assert "filter/status" not in result.stdout.str()


def test_lf_runs_what_failed_again(pytester: pytest.Pytester, replaying: tuple[str, ...]) -> None:
    first = pytester.runpytest_inprocess(*replaying, FAULTY)
    assert first.parseoutcomes()["failed"] == 1
    again = pytester.runpytest_inprocess(*replaying, FAULTY, "--lf")
    assert again.parseoutcomes()["failed"] == 1
    assert "passed" not in again.parseoutcomes()


def test_junit_names_the_requirements(
    run: Run, pytester: pytest.Pytester, replaying: tuple[str, ...]
) -> None:
    run(*replaying, FAULTY, "--junitxml=junit.xml", "-k", "filter/status or filter/target")
    cases = ElementTree.parse(pytester.path / "junit.xml").getroot().iter("testcase")
    failed = {case.get("name"): case.find("failure") is not None for case in cases}
    assert failed == {
        "test_listjobs[filter/status]": True,
        "test_listjobs[filter/target-selection]": False,
    }


def test_a_convention_fails_only_where_strict_says_so(run: Run) -> None:
    target = "--listjobs-target=reference:namespace-id-ignored"
    assert run(*SUITE, target, "-k", "filter").ret == 0
    assert run(*SUITE, target, "-k", "filter", "--listjobs-strict").ret == 1


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://127.0.0.1:9", "no usable answer from http://127.0.0.1:9"),
        ("mto", "listjobs-conformance: 'mto' is no target that is known: did you mean moto?"),
        ("wsgi:nowhere:app", "listjobs-conformance: wsgi:nowhere:app: there is no module nowhere"),
    ],
)
@SomeWorkers
def test_a_target_that_cannot_be_asked_is_told_once_and_not_green(
    run: Run, target: str, said: str, workers: tuple[str]
) -> None:
    result = run(*SUITE, f"--listjobs-target={target}", *workers)
    assert result.ret == 1
    outcomes = result.parseoutcomes()
    assert outcomes == {"failed": 1, "skipped": outcomes["skipped"]}
    assert outcomes["skipped"] > 60
    result.stdout.fnmatch_lines([f"{said}*"])
    alone = run(*SUITE, f"--listjobs-target={target}", "-k", "filter/status", *workers)
    assert (alone.ret, alone.parseoutcomes()["failed"]) == (1, 1)


@SomeWorkers
def test_a_target_that_cannot_be_asked_stops_no_test_of_ones_own(
    run: Run, pytester: pytest.Pytester, workers: tuple[str]
) -> None:
    pytester.makepyfile(test_own="def test_own(): pass")
    result = run("--listjobs-suite", "--listjobs-target=mto", *workers)
    assert (result.parseoutcomes()["failed"], result.parseoutcomes()["passed"]) == (1, 1)


def test_options_that_cannot_be_are_one_line(run: Run) -> None:
    for wrong in ("--listjobs-only=nonsense/*", "--listjobs-budget=huge", "--listjobs-world=x.y"):
        result = run(*SUITE, wrong)
        assert result.ret == 2
        assert "Traceback" not in result.stdout.str()
        result.stdout.fnmatch_lines(["listjobs-conformance: *"])


TARGET_OF_ONES_OWN = """
    import pytest
    from listjobs_conformance.server import ReferenceServer

    @pytest.fixture(scope="session")
    def listjobs_target():
        return {what}
"""


@pytest.mark.parametrize(
    "what", ["'reference:status-ignored'", "ReferenceServer(('status-ignored',))"]
)
@SomeWorkers
def test_one_fixture_names_a_target_of_ones_own(
    run: Run, pytester: pytest.Pytester, what: str, workers: tuple[str], replaying: tuple[str, ...]
) -> None:
    pytester.makeconftest(TARGET_OF_ONES_OWN.format(what=what))
    result = run(*replaying, "-k", "filter/status", "--listjobs-world=shared", *workers)
    assert result.parseoutcomes()["failed"] == 1


@SomeWorkers
def test_one_line_of_ini_collects_the_suite_beside_ones_own_tests(
    run: Run, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    pytester.makeini(
        """
        [pytest]
        listjobs_suite = true
        listjobs_target = reference:status-ignored
        listjobs_budget = quick
        listjobs_only = filter/status
        """
    )
    own = pytester.makepyfile(test_own="def test_own(): pass")
    assert run(*workers).parseoutcomes() == {"passed": 2, "failed": 1}
    assert run(str(own), *workers).parseoutcomes() == {"passed": 1}


def test_command_line_over_ini_over_table_over_environment(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, replaying: tuple[str, ...]
) -> None:
    fault = "reference:status-ignored"
    arguments = (*replaying, "-k", "filter/status")
    monkeypatch.setenv("LISTJOBS_TARGET", fault)
    assert run(*arguments).ret == 1
    table = pytester.makepyprojecttoml("[tool.listjobs-conformance]\ntarget = 'reference'\n")
    assert run(*arguments).ret == 0
    table.write_text(
        table.read_text() + f"\n[tool.pytest.ini_options]\nlistjobs_target = '{fault}'\n"
    )
    assert run(*arguments).ret == 1
    assert run(*arguments, CONFORMING).ret == 0


@SomeWorkers
def test_waivers_hold_however_pytest_is_called(
    run: Run, pytester: pytest.Pytester, workers: tuple[str], replaying: tuple[str, ...]
) -> None:
    waivers = pytester.path / "waivers.toml"
    waivers.write_text('version = 1\n[[waiver]]\nrequirement = "filter/status"\nreason = "known"\n')
    import listjobs_conformance.suite

    path = str(Path(listjobs_conformance.suite.__file__).parent / "test_requirements.py")
    chosen = (f"--listjobs-waivers={waivers}", "-k", "filter", *workers)
    for called in (replaying, (path, *replaying[2:])):
        result = run(*called, FAULTY, *chosen)
        assert (result.ret, result.parseoutcomes().get("xfailed")) == (0, 1)
    result = run(*replaying, CONFORMING, *chosen)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*unexpected-pass: *"])


def test_a_report_is_written_where_one_is_wanted(run: Run, pytester: pytest.Pytester) -> None:
    run(*SUITE, CONFORMING, "-k", "filter/status")
    assert not (pytester.path / "listjobs-report").exists()
    run(*SUITE, CONFORMING, "-k", "filter/status", "--listjobs-output=out")
    document = json.loads((pytester.path / "out" / "report.json").read_text())
    assert [result["id"] for result in document["results"]] == ["filter/status"]


def test_a_project_that_does_not_use_it_loads_nothing_heavy() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import listjobs_conformance.plugin; "
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    own = {name for name in loaded if name.startswith("listjobs_conformance")}
    assert own == {
        "listjobs_conformance",
        "listjobs_conformance.config",
        "listjobs_conformance.config.options",
        "listjobs_conformance.errors",
        "listjobs_conformance.files",
        "listjobs_conformance.plugin",
        "listjobs_conformance.suite",
        "listjobs_conformance.suite.gate",
        "listjobs_conformance.suite.once",
    }
    assert not {"hypothesis", "boto3", "botocore", "jsonschema", "rich", "typer"} & set(loaded)
