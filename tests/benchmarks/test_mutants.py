"""Mistakes that a machine makes of the reference server are found, or cannot rightly be."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

# Its values are sent to processes of their own, which look for it here, too.
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
mutants = importlib.import_module("mutants")
MADE = [mutant for module in mutants.MODULES for mutant in mutants.mutants(module)]
EXCUSED = mutants.excuses()


def test_what_is_excused_is_made() -> None:
    assert set(EXCUSED) <= {mutant.name for mutant in MADE}


@pytest.mark.matrix
@pytest.mark.parametrize("mutant", MADE, ids=lambda mutant: mutant.name)
def test_a_mutant_is_killed_or_cannot_be(mutant: object) -> None:
    name = mutant.name  # type: ignore[attr-defined]
    fate = mutants.fate(mutant, "quick", 0)
    if fate.word == "survived" and name not in EXCUSED:
        fate = mutants.fate(mutant, "standard", 0)
    expected = {"survived"} if name in EXCUSED else {"killed", "stillborn"}
    assert fate.word in expected, fate.detail
