"""What a run tells while it goes on, to whoever shows it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet


class Progress:
    """The default says nothing."""

    planned: int = 0
    """How many examples are to be explored; none where nobody knows."""
    wanted: AbstractSet[str] = frozenset()
    """The requirements that verdicts are wanted for."""
    broken: frozenset[str] = frozenset()
    """What was seen broken so far, wanted or not."""
    shrunk: tuple[int, int] | None = None
    """How many failures have their smallest example, and of how many, once that begins."""

    @property
    def failures(self) -> int:
        """How many of the requirements that verdicts are wanted for were seen broken."""
        return len(self.broken & self.wanted)

    def stepped(self) -> None:
        """Called when a piece of work is done."""
        if self.shrunk is not None:
            done, of = self.shrunk
            self.shrunk = done + 1, of

    def update(self, activity: str, examples: int, requests: int) -> None:
        """Called before each example: what is being done, and how much was done so far."""

    def ending(self) -> None:
        """Called once nothing more is found out, and only clearing away is left."""

    def tell(self, sentence: str) -> None:
        """Called with a sentence that a user must see."""
