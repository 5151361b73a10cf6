"""What the tests share: targets in this process, and runs of them."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from listjobs_conformance.contract.selection import select
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings, check
from listjobs_conformance.suite.interrupts import on_its_own_stack
from listjobs_conformance.targets.kinds import Options, open_target

# Started in the background by a shell, Ctrl-C is ignored here, and by what the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

Run = Callable[..., Report]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--matrix",
        action="store_true",
        help="Run every fault and variation, real servers and mutants, too.",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the matrices out of the everyday tests."""
    if not config.getoption("--matrix"):
        left_out = [item for item in items if item.get_closest_marker("matrix")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("matrix")]


@pytest.fixture(autouse=True)
def _outside_of_github(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of the tests are not announced, wherever the tests themselves run."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def run() -> Run:
    """Check a target by name, as the command does."""

    def run(name: str, reset: str | None = None, **settings: object) -> Report:
        chosen = {"selected": select(), "budget": "quick", **settings}
        target = open_target(name, Options(reset=reset))
        return on_its_own_stack(lambda: check(target, Settings(**chosen)))

    return run
