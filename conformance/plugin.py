"""The pytest plugin: options, the fixture that says what to check, and stored cases as tests.

Every pytest run of an environment loads it, so nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import importlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from .config.options import OPTIONS
from .suite.gate import CASE, FILE, MODULE, Gate, in_place, is_suite
from .suite.gate import FOLDER as SUITE
from .suite.once import shared_folder

FOLDER = pytest.StashKey[Path]()
FOUND = pytest.StashKey[Any]()
GATE = pytest.StashKey[Gate]()
UNJUDGED = pytest.StashKey[str]()
"""Why a run that nothing failed in is no success."""

LEVELS = ("documented", "convention", "observed")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("listjobs", "conformance of AWS IoT ListJobs")
    group.addoption(
        "--listjobs-suite",
        action="store_true",
        default=None,
        help="Collect the suite beside your own tests.",
    )
    parser.addini("listjobs_suite", "Collect the suite beside your own tests.", "bool", None)
    for option in OPTIONS.values():
        flag, name = f"--listjobs-{option.name}", f"listjobs_{option.attribute}"
        if option.kind is bool:
            group.addoption(flag, action="store_true", default=None, help=option.help)
        elif option.kind is list:
            group.addoption(
                flag, action="append", default=None, metavar=option.metavar, help=option.help
            )
        else:
            group.addoption(
                flag, type=option.kind, default=None, metavar=option.metavar, help=option.help
            )
        if option.kind is list:
            parser.addini(name, option.help, "linelist", None)
        else:
            parser.addini(name, option.help, "string", None)


def pytest_configure(config: pytest.Config) -> None:
    for level in LEVELS:
        config.addinivalue_line("markers", f"{level}: how surely ListJobs' contract says it")
    config.addinivalue_line("markers", "listjobs: a requirement of ListJobs' contract")
    config.args[:] = [in_place(argument) for argument in config.args]
    if _wanted(config):
        config.args.append(str(SUITE))
    config.stash[GATE] = Gate()
    config.pluginmanager.register(config.stash[GATE], "listjobs-gate")


def _wanted(config: pytest.Config) -> bool:
    """Whether the suite is collected beside other tests: where a user names none of them."""
    given: dict[str, Any] | None = getattr(config, "workerinput", None)
    if given is not None:  # A worker of pytest-xdist is always told what to collect.
        return bool(given.get("listjobs_suite"))
    wanted = config.getoption("listjobs_suite") or config.getini("listjobs_suite")
    return bool(wanted) and config.args_source is not pytest.Config.ArgsSource.ARGS


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the others leave what they have done."""
    node.workerinput["listjobs_shared"] = str(_shared(node.config))
    node.workerinput["listjobs_suite"] = _wanted(node.config)


def _shared(config: pytest.Config) -> Path:
    """The folder that the workers share, made when the first of them is started."""
    if config.stash.get(FOLDER, None) is None:
        config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="listjobs-"))
    return config.stash[FOLDER]


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = config.stash.get(FOLDER, None)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def listjobs_target(pytestconfig: pytest.Config) -> object:
    """What to check, as its name says; override it to check something of your own.

    A name as of the command, an object with ``send``, a WSGI application, or a ``Target``.
    """
    from .suite.engine import named_target

    return named_target(pytestconfig)


@pytest.fixture(scope="session")
def listjobs_report(request: pytest.FixtureRequest, listjobs_target: object) -> Any:
    """The report of the whole run, made when the first test of the suite asks for it; or, as a
    text, why there can be none."""
    from .errors import UserError
    from .suite.engine import report

    config = request.config
    try:
        found = report(request.session, listjobs_target, shared_folder(config))
    except UserError as error:
        return f"listjobs-conformance: {error}"
    config.stash[FOUND] = found
    if found.interrupted:
        raise KeyboardInterrupt
    return found


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    # What a run has just written is its output, and no test of the project.
    written = (file_path.parent.parent / "report.json").exists()
    if written or not file_path.name.endswith(CASE):
        return None
    from .suite.stored import module

    return module(parent, file_path)


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """The suite, by a name that is the same wherever it is installed, and can be pasted."""
    if not is_suite(module_path):
        return None
    module = pytest.Module.from_parent(parent, path=module_path, nodeid=FILE)
    module.obj = importlib.import_module(MODULE)
    return module


@pytest.hookimpl(tryfirst=True)  # Before pytest-xdist ends its workers.
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Let an interrupted run say what it found; and see that a gate which showed nothing is red."""
    config = session.config
    gate, folder = config.stash.get(GATE, None), config.stash.get(FOLDER, None)
    if gate is None or hasattr(config, "workerinput"):
        return
    if exitstatus == pytest.ExitCode.INTERRUPTED and folder is not None:
        from .suite.engine import let_end

        let_end(folder)
    if exitstatus != pytest.ExitCode.OK or not gate.begun or config.getoption("setuponly", False):
        return
    report = _found(config)
    if report is not None and report.status == 3:
        config.stash[UNJUDGED] = "; ".join(report.doubts)
    elif not gate.exercised:
        config.stash[UNJUDGED] = "nothing that was selected was exercised"
    if UNJUDGED in config.stash:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    report, unjudged = _found(config), config.stash.get(UNJUDGED, None)
    if report is None and unjudged is None:
        return
    terminalreporter.section("conformance of ListJobs")
    if report is not None:
        from .suite.engine import finish

        terminalreporter.write_line(finish(report, config))
    if unjudged is not None:
        from listjobs_conformance.reports.text import harmless

        said = harmless(unjudged)
        terminalreporter.write_line(f"could not be judged, exit status 1: {said}", red=True)


def _found(config: pytest.Config) -> Any:
    """The report, if there is one: of this process, or of a worker of pytest-xdist."""
    report, folder = config.stash.get(FOUND, None), config.stash.get(FOLDER, None)
    if report is not None or folder is None or not any(folder.glob("*.json")):
        return report
    from listjobs_conformance.reports import document

    return document.read(folder / document.NAME)
