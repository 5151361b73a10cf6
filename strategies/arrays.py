"""Covering arrays: few rows in which every pair of classes of any two categories occurs.

Who writes an implementation does not make its mistakes where three or four conditions meet, but
mostly where two do (Kuhn, Kacker and Lei, NIST SP 800-142): so rows that hold every pair find what
the product of all categories would, for a small part of its cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from covertable import make


def covering_array(categories: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Rows of one class for each category, in which every pair of classes occurs; always the
    same."""
    numbered = {name: list(range(len(classes))) for name, classes in categories.items()}
    for row in make(numbered, strength=min(2, len(numbered))):
        yield {name: categories[name][row[name]] for name in categories}
