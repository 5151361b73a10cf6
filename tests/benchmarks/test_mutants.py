"""Mistakes that a machine makes of the reference server are found, or cannot rightly be."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "mutants.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module  # Its values are sent to processes of their own.
    spec.loader.exec_module(module)
    return module


mutants = load()
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
