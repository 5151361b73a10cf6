"""Which of many alike are run every day; the others take ``--matrix``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def first_of_each(values: Iterable[Any], kind: Callable[[Any], object]) -> list[Any]:
    """The values as parameters: the first of each kind unmarked, the others for the matrix."""
    seen: set[object] = set()
    parameters = []
    for value in values:
        marks = [pytest.mark.matrix] if kind(value) in seen else []
        seen.add(kind(value))
        parameters.append(pytest.param(value, marks=marks))
    return parameters
