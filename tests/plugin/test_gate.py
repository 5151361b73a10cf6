"""pytest as a gate: what was not judged is not green; interrupted, it says what was found."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from listjobs_conformance.contract.selection import select
from listjobs_conformance.run import Settings, check
from listjobs_conformance.targets.kinds import Options, open_target

Run = Callable[..., pytest.RunResult]

SUITE = ("--pyargs", "listjobs_conformance.suite", "--listjobs-budget=quick")
ID = "listjobs_conformance/suite/test_requirements.py::test_listjobs[filter/status]"

NO_JOBS = """
from listjobs_conformance.server import ReferenceServer

inner = ReferenceServer(())


def app(environ, start_response):
    if environ["REQUEST_METHOD"] == "PUT" and environ["PATH_INFO"].startswith("/jobs"):
        start_response("403 Forbidden", [("Content-Type", "application/json")])
        return [b'{"message": "no"}']
    return inner(environ, start_response)
"""
"""A backend in which no job can be made."""

SomeWorkers = pytest.mark.parametrize(
    "workers",
    [pytest.param((), id="alone"), pytest.param(("-n", "2"), id="xdist", marks=pytest.mark.matrix)],
)


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest in a project with a backend in which no job can be made."""
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(no_jobs=NO_JOBS)

    def run(*arguments: str) -> pytest.RunResult:
        if "-n" in arguments:
            return pytester.runpytest_subprocess(*arguments)
        return pytester.runpytest_inprocess(*arguments)

    return run


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stored case of a status filter that is ignored."""
    folder = tmp_path_factory.mktemp("found")
    chosen = Settings(selected=select(["filter/status"]), budget="quick", keeps_cases=folder)
    check(open_target("reference:status-ignored", Options()), chosen)
    return folder / "cases" / "filter.status.listjobs.json"


@SomeWorkers
def test_a_selection_that_nothing_was_seen_of_is_not_green(
    run: Run, workers: tuple[str, ...]
) -> None:
    result = run(*SUITE, "--listjobs-target=wsgi:no_jobs:app", "-k", "filter", *workers)
    assert result.parseoutcomes()["skipped"] == 8
    assert result.ret == 1
    result.stdout.fnmatch_lines(["could not be judged, exit status 1: *no job to judge by*"])


@SomeWorkers
def test_a_seeder_that_ends_the_process_is_not_green(
    run: Run, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    pytester.makepyfile(ends="import sys\n\n\ndef seed(world):\n    sys.exit(0)\n")
    seeded = ("--listjobs-target=wsgi:no_jobs:app", "--listjobs-seeder=ends:seed")
    result = run(*SUITE, *seeded, "-k", "filter/status or could", *workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*the seeder raised SystemExit: 0 (ends.py, line 5)*"])


def test_other_tests_and_a_list_of_tests_stay_green(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_own="def test_own(): pass")
    target = "--listjobs-target=wsgi:no_jobs:app"
    assert run("--listjobs-suite", target, "-k", "test_own").ret == 0
    assert run(*SUITE, target, "--collect-only").ret == 0
    assert run(*SUITE, target, "--setup-plan").ret == 0


def test_tests_of_the_suite_that_something_skips_are_not_green(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makeconftest(
        "def pytest_collection_modifyitems(items):\n    for item in items:\n"
        "        item.add_marker('skip')\n"
    )
    result = run(*SUITE, "--listjobs-target=reference", "-k", "filter/status")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*nothing that was selected was exercised"])


def test_a_note_alone_is_no_success_as_it_is_none_of_the_command(run: Run) -> None:
    target = "--listjobs-target=reference:namespace-id-ignored"
    assert run(*SUITE, target, "-k", "namespace-id and filter").ret == 1
    assert run(*SUITE, target, "-k", "filter").ret == 0


@SomeWorkers
def test_stored_cases_that_could_not_be_carried_out_are_not_green(
    run: Run, case: Path, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    (pytester.path / case.name).write_text(case.read_text())
    result = run("--listjobs-target=http://127.0.0.1:9", *workers)
    assert result.parseoutcomes() == {"skipped": 1}
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*nothing that was selected was exercised"])
    assert run("--listjobs-target=reference", *workers).ret == 0


@SomeWorkers
def test_a_printed_node_id_can_be_given_again(
    run: Run, pytester: pytest.Pytester, case: Path, workers: tuple[str, ...]
) -> None:
    found = case.parent
    replaying = ("--listjobs-mode=replay", f"--listjobs-cases={found}")
    faulty = "--listjobs-target=reference:status-ignored"
    printed = run(*SUITE[:2], *replaying, faulty, *workers).stdout.str()
    (id,) = {line.split()[1] for line in printed.splitlines() if line.startswith("FAILED ")}
    assert id == ID
    again = run(id, *replaying, faulty, *workers)
    assert again.parseoutcomes() == {"failed": 1}
    failed = run(id, *replaying, faulty, "--lf", *workers)
    assert failed.parseoutcomes() == {"failed": 1}
    other = run(id.replace("filter/status", "no/such"), *replaying, faulty)
    assert other.ret == 4


def test_the_suite_is_known_by_a_link_to_it_too(run: Run, pytester: pytest.Pytester) -> None:
    import listjobs_conformance.suite

    (folder,) = listjobs_conformance.suite.__path__
    (pytester.path / "linked").mkdir()
    (pytester.path / "linked" / "suite").symlink_to(folder)
    target = "--listjobs-target=wsgi:no_jobs:app"
    path = "linked/suite/test_requirements.py"
    assert run(path, SUITE[2], target, "-k", "filter").ret == 1


def test_a_node_id_of_a_stored_case_can_be_given_again(
    run: Run, pytester: pytest.Pytester, case: Path
) -> None:
    (pytester.path / case.name).write_text(case.read_text())
    faulty = "--listjobs-target=reference:status-ignored"
    (id,) = re.findall(r"^FAILED (\S+)", run(faulty).stdout.str(), re.MULTILINE)
    assert run(id, faulty).parseoutcomes() == {"failed": 1}


def test_without_a_target_nothing_is_checked(
    run: Run, pytester: pytest.Pytester, case: Path
) -> None:
    result = run(*SUITE)
    assert result.ret == 2
    result.stdout.fnmatch_lines(["listjobs-conformance: no target is named: *listjobs_target*"])
    (pytester.path / case.name).write_text(case.read_text())
    result = run()
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(["listjobs-conformance: no target is named: *"])


def test_what_a_setting_says_wrongly_is_named_by_its_place(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(*arguments: str) -> str:
        result = run(*SUITE[:2], *arguments)
        assert result.ret == 2
        return result.stdout.str()

    assert "listjobs-conformance: --listjobs-budget 'huge' is none" in said(
        "--listjobs-budget=huge"
    )
    assert "listjobs_seed in pytest's ini is 'x'" in said("-o", "listjobs_seed=x")
    monkeypatch.setenv("LISTJOBS_BUGDET", "quick")
    assert "LISTJOBS_BUGDET, which is no option: did you mean LISTJOBS_BUDGET?" in said()


BEGUN = """
from listjobs_conformance.server import ReferenceServer

inner = ReferenceServer(())
asked = 0


def app(environ, start_response):
    global asked
    asked += 1
    if asked == 300:
        open("begun", "w").close()
    return inner(environ, start_response)
"""
"""A backend that says when it has been asked some times."""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGINT for one process")
@SomeWorkers
def test_an_interrupt_prints_the_sum_of_what_was_found(
    run: Run, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    pytester.makepyfile(backend=BEGUN)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", *SUITE[:2], "--listjobs-budget=thorough"),
            *("--listjobs-target=wsgi:backend:app", *workers),
        ],
        cwd=pytester.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not (pytester.path / "begun").exists():
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 2, printed
    assert re.search(r"\d+ inconclusive; [\d,]+ requests", printed), printed
    assert "was not judged to the end: interrupted" in printed
    assert "Traceback" not in printed
