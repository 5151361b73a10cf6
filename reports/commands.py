"""What to type next, as every writer of reports says it."""

from __future__ import annotations

from dataclasses import dataclass

from .record import Result

PROGRAM = "listjobs-conformance"


@dataclass(frozen=True, slots=True)
class Commands:
    """What to type next about a result."""

    options: str = ""
    """What reached the target, as the command takes it."""
    loaded: bool = False
    """Whether the world was there already: no replay makes it, and ``run`` looks at it again."""

    @property
    def purpose(self) -> str:
        """What doing the same again is for."""
        if self.loaded:
            return "in the world that is loaded, to see it mended"
        return "to see it mended; --script makes a script of it"

    def explain(self, result: Result) -> str:
        return f"{PROGRAM} explain {result.id}"

    def again(self, result: Result) -> str:
        """What does the same again."""
        if self.loaded:
            return f"{PROGRAM} run {self.options} --only {result.id}"
        return " ".join(filter(None, (PROGRAM, "replay", result.id, self.options)))


NO_OPTIONS = Commands()


NO_OPTIONS = Commands()
