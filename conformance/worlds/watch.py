"""The watch over what other people write to the target while a run goes on.

What a walk misses may be their doing. It only looks, by listing the whole anew, and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..evidence import Walk
from .survey import summaries

Summaries = Mapping[str, Mapping[str, Any]]


class Watch:
    """Compares the jobs of others over time. ``is_own`` says which are the run's."""

    def __init__(self, list_all: Callable[[], Walk], is_own: Callable[[str], bool]) -> None:
        self._list_all = list_all
        self._is_own = is_own
        self.first: Walk | None = None
        """The first listing of the whole, where others may write to the target, too."""
        self._before: Summaries | None = None
        """What others had there when the watch began."""
        self._disturbed = False

    def others(self) -> Summaries:
        """The jobs that are not the run's own, as a new listing shows them."""
        return self._of_others(self._list_all())

    @property
    def alone(self) -> bool:
        """Whether nobody else has written since the run began, as far as listings show."""
        return self.first is None or self.others() == self._of_others(self.first)

    @property
    def large(self) -> bool:
        """Whether a listing of the whole takes more than one page."""
        return self.first is not None and len(self.first.pages) > 1

    def begin(self, shared: bool) -> None:
        """From now on look whether somebody else writes, where others can."""
        self._disturbed = False
        self._before = self.others() if shared else None

    def look(self) -> None:
        """Look now; to be called after every page."""
        before, self._before = self._before, None  # A look is not looked after.
        if before is not None and not self._disturbed:
            self._disturbed = self.others() != before
        self._before = before

    def end(self) -> bool:
        """Whether it was quiet since the watch began: nobody else has written."""
        self.look()
        self._before = None
        return not self._disturbed

    def _of_others(self, walk: Walk) -> Summaries:
        return {id: job for id, job in summaries(walk).items() if not self._is_own(id)}
