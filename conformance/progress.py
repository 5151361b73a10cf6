"""What a run tells while it goes on, to whoever shows it."""

from __future__ import annotations


class Progress:
    """The default says nothing."""

    def update(self, activity: str, examples: int, requests: int) -> None:
        """Called before each example: what is being done, and how much was done so far."""

    def ending(self) -> None:
        """Called once nothing more is found out, and only clearing away is left."""

    def tell(self, sentence: str) -> None:
        """Called with a sentence that a user must see."""
