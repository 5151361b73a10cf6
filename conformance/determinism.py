"""Keeps what Hypothesis draws the same in every installation.

Hypothesis mixes in constants that it harvests from modules which it takes for the user's own
code. An editable checkout has other such modules than an installed wheel, so the same seed would
draw differently. While a run goes on, nothing is harvested.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis.internal.conjecture import providers


@contextmanager
def pinned_constants() -> Iterator[None]:
    """Harvest no constants from local modules within the block.

    This reaches into Hypothesis, which has no setting for it; a Hypothesis that keeps its
    constants elsewhere is left alone, and draws as it likes.
    """
    module: Any = providers
    harvest = getattr(module, "_get_local_constants", None)
    cache = getattr(module, "CONSTANTS_CACHE", None)
    constants = getattr(module, "Constants", None)
    if harvest is None or cache is None or constants is None:
        yield
        return
    nothing = constants()
    module._get_local_constants = lambda: nothing
    cache.cache.clear()
    try:
        yield
    finally:
        module._get_local_constants = harvest
        cache.cache.clear()
