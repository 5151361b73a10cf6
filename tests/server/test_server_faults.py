"""Each fault breaks what it says that it breaks, and nothing else."""

import pytest

from listjobs_conformance.server import FAULTS, ReferenceServer

from .plain_checker import Checker
from .plain_world import large_world, small_world

UNSEEN = {
    # These take several threads, and a token taken from one region to another.
    "request-kept-for-all-threads",
    "region-taken-from-the-token",
}
FEW = [name for name, fault in FAULTS.items() if not fault.needs_jobs and name not in UNSEEN]
MANY = [name for name, fault in FAULTS.items() if fault.needs_jobs]


def at_once() -> None:
    """Wait for nothing: these servers settle at once."""


def test_the_plain_server_breaks_nothing() -> None:
    assert Checker(ReferenceServer()).run(small_world, at_once) == set()
    assert Checker(ReferenceServer()).run(large_world, at_once) == set()


@pytest.mark.parametrize("name", FEW)
def test_a_fault_breaks_what_it_says_and_nothing_else(name: str) -> None:
    broken = Checker(ReferenceServer([name])).run(small_world, at_once)
    assert broken == set(FAULTS[name].breaks)


@pytest.mark.parametrize("name", MANY)
def test_a_fault_of_large_accounts_shows_with_many_jobs(name: str) -> None:
    assert Checker(ReferenceServer([name])).run(small_world, at_once) == set()
    broken = Checker(ReferenceServer([name])).run(large_world, at_once)
    assert broken == set(FAULTS[name].breaks)
