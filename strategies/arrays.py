"""Covering arrays: few rows in which every pair of classes of any two categories occurs.

Who writes an implementation does not make its mistakes where three or four conditions meet, but
mostly where two do (Kuhn, Kacker and Lei, NIST SP 800-142): so rows that hold every pair find what
the product of all categories would, for a small part of its cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from covertable import make


def covering_array(
    categories: Mapping[str, Sequence[Any]],
    *,
    triples: Sequence[str] = (),
    allowed: Callable[[Mapping[str, Any]], bool] | None = None,
) -> Iterator[dict[str, Any]]:
    """Rows of one class for each category, in which every pair of classes occurs.

    Among the categories in ``triples`` every three occur. A row that ``allowed`` refuses is left
    out, with the pairs that only it has. The same rows every time.
    """
    numbered = {name: list(range(len(classes))) for name, classes in categories.items()}
    models = [{"fields": list(triples), "strength": 3}] if len(triples) > 2 else []
    for row in make(numbered, strength=min(2, len(numbered)), sub_models=models):
        chosen = {name: categories[name][row[name]] for name in categories}
        if allowed is None or allowed(chosen):
            yield chosen
