"""The pytest plugin: options, the fixture that says what to check, and stored cases as tests.

Every pytest run of an environment loads it, so nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from .config.options import OPTIONS

CASE = ".listjobs.json"
"""How the name of a stored case ends."""

SUITE = Path(__file__).parent / "suite"

FOLDER = pytest.StashKey[Path]()
FOUND = pytest.StashKey[Any]()

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
    if _wanted(config):
        config.args.append(str(SUITE))


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
    from .suite.engine import choices

    return choices(pytestconfig).target


@pytest.fixture(scope="session")
def listjobs_report(request: pytest.FixtureRequest, listjobs_target: object) -> Any:
    """The report of the whole run, made when the first test of the suite asks for it."""
    from .suite.engine import report

    config = request.config
    # What pytest-xdist gave to this process, if it is a worker of it.
    shared = getattr(config, "workerinput", {}).get("listjobs_shared")
    found = report(request.session, listjobs_target, Path(shared) if shared else None)
    config.stash[FOUND] = found
    return found


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    # What a run has just written is its output, and no test of the project.
    written = (file_path.parent.parent / "report.json").exists()
    if written or not file_path.name.endswith(CASE):
        return None
    from .suite.stored import module

    return module(parent, file_path)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    report = config.stash.get(FOUND, None) or _written(config.stash.get(FOLDER, None))
    if report is not None:
        from .suite.engine import finish

        terminalreporter.section("conformance of ListJobs")
        terminalreporter.write_line(finish(report, config))


def _written(folder: Path | None) -> Any:
    """The report that a worker of pytest-xdist left in the folder, if one did."""
    if folder is None or not any(folder.glob("*.json")):
        return None
    from listjobs_conformance.reports import document

    return document.read(folder / document.NAME)
