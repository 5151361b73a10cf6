"""What makes pytest's exit status a gate: whether anything that was selected was exercised.

It imports nothing heavy: every pytest run of an environment loads it.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

CASE = ".listjobs.json"
"""How the name of a stored case ends."""

FOLDER = Path(__file__).parent

MODULE = "listjobs_conformance.suite.test_requirements"

FILE = MODULE.replace(".", "/") + ".py"
"""What the tests of the suite are called by, wherever it is installed."""

NAME = Path(FILE).name

EXERCISED = pytest.StashKey[bool]()
"""Of a test: whether what it is about was exercised."""


def is_suite(path: Path) -> bool:
    """Whether these are the tests of the suite, by whichever way they are reached."""
    return path.name == NAME and path.parent.name == FOLDER.name and path.samefile(FOLDER / NAME)


def in_place(argument: str) -> str:
    """An argument of pytest, as pytest finds it: it may name a test of the suite as printed."""
    path, colons, names = argument.partition("::")
    printed = Path(path).as_posix()
    if (printed != FILE and not printed.endswith(f"/{FILE}")) or Path(path).exists():
        return argument
    return f"{FOLDER / NAME}{colons}{names}"


class Gate:
    """Sees which tests of the suite, and which stored cases, have been run and what they saw.

    Under pytest-xdist, that of the calling process sees those of all workers.
    """

    def __init__(self) -> None:
        self.begun = False
        self.exercised = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        report = yield
        if is_suite(item.path) or item.path.name.endswith(CASE):
            report.listjobs = item.stash.get(EXERCISED, False)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seen: bool | None = getattr(report, "listjobs", None)
        self.begun = self.begun or seen is not None
        self.exercised = self.exercised or bool(seen)
