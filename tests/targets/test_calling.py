"""Code of the user's own, which ends nothing but itself."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from listjobs_conformance.evidence import listing
from listjobs_conformance.targets.calling import Raised, call
from listjobs_conformance.targets.kinds import Options, target_of
from listjobs_conformance.targets.target import Target


def ends(*_: Any) -> None:
    sys.exit(0)


def test_what_ends_a_process_or_a_test_ends_neither() -> None:
    with pytest.raises(Raised, match=r"^SystemExit: 0$"):
        call(ends)
    with pytest.raises(Raised, match=r"^Skipped: not here$"):
        call(pytest.skip, "not here")
    with pytest.raises(Raised, match=r"^SystemExit$"):
        call(sys.exit)


@pytest.mark.parametrize("passes", [KeyboardInterrupt, GeneratorExit])
def test_an_interrupt_passes(passes: type[BaseException]) -> None:
    def interrupted() -> None:
        raise passes

    with pytest.raises(passes):
        call(interrupted)


def test_the_place_is_the_innermost_line_in_the_folder_of_what_was_called() -> None:
    def parses() -> None:
        json.loads("{")

    with pytest.raises(Raised) as raised:
        call(parses)
    line = parses.__code__.co_firstlineno + 1
    assert raised.value.place == f" (test_calling.py, line {line})"


def test_what_cannot_be_called_so_has_no_place() -> None:
    with pytest.raises(Raised) as raised:
        call(ends.__get__)
    assert raised.value.place == ""


class Ending:
    send = reset = close = ends


def test_a_target_that_ends_the_process_has_not_answered_and_is_not_emptied() -> None:
    target = target_of(Ending(), Options())
    assert target.send(listing()).failure == "SystemExit: 0"
    assert str(target.reset().failure).startswith("SystemExit: 0 (test_calling.py, line ")


def test_what_goes_wrong_with_closing_a_target_is_told() -> None:
    target: Target = target_of(Ending(), Options())
    told: list[str] = []
    target.close(told.append)
    (said,) = told
    assert said.startswith("closing Ending failed: SystemExit: 0 (test_calling.py, line ")
