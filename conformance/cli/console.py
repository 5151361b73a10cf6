"""What the commands share: output, errors, progress."""

from __future__ import annotations

import io
import re
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from types import FrameType
from typing import NoReturn

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from listjobs_conformance.reports.text import harmless

from ..progress import Progress

PLAIN_WIDTH = 132
"""Columns of the output where there is no terminal to ask."""


class Format(StrEnum):
    table = "table"
    json = "json"


class Budget(StrEnum):
    quick = "quick"
    standard = "standard"
    thorough = "thorough"


class _Trimmed(io.StringIO):
    """Standard output without the blanks that pad a table to the width of a terminal."""

    def write(self, text: str) -> int:
        return sys.stdout.write(re.sub(r" +$", "", text, flags=re.MULTILINE))


def console() -> Console:
    """A console for the terminal, or for plain text that is wide enough for a log."""
    made = Console(highlight=False)
    if made.is_terminal:
        return made
    return Console(file=_Trimmed(), highlight=False, width=PLAIN_WIDTH, color_system=None)


def fail(message: str, status: int = 2, examples: Iterable[str] = ()) -> NoReturn:
    """End with one sentence on standard error, and commands that show what to do."""
    typer.echo(f"listjobs-conformance: {harmless(message)}", err=True)
    for example in examples:
        typer.echo(f"  {example}", err=True)
    raise typer.Exit(status)


class Interrupts:
    """Ends a run that is told to end, as Ctrl-C does, and sees to it that it does.

    What a signal raises may be swallowed by whatever the target is made of. Then the next example
    is not begun.
    """

    def __init__(self) -> None:
        self.told = False

    def __call__(self, number: int, frame: FrameType | None) -> NoReturn:
        """What a signal calls."""
        self.told = True
        raise KeyboardInterrupt

    def listen(self) -> None:
        """Be what the signals call that mean to end."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self)


class _Interruptible(Progress):
    """Ends what goes on where it is told to."""

    def __init__(self, interrupts: Interrupts) -> None:
        self._interrupts: Interrupts | None = interrupts

    def update(self, activity: str, examples: int, requests: int) -> None:
        if self._interrupts is not None and self._interrupts.told:
            raise KeyboardInterrupt

    def ending(self) -> None:
        self._interrupts = None  # Clearing away goes on, unless it is told to end itself.


class LiveProgress(_Interruptible):
    """One line at the bottom of the terminal while the run goes on."""

    def __init__(self, live: Live, interrupts: Interrupts) -> None:
        super().__init__(interrupts)
        self._live = live
        self._started = time.monotonic()

    def update(self, activity: str, examples: int, requests: int) -> None:
        super().update(activity, examples, requests)
        seconds = time.monotonic() - self._started
        self._live.update(
            Text(f"{activity} · {examples} examples · {requests} requests · {seconds:.0f} s", "dim")
        )

    def tell(self, sentence: str) -> None:
        self._live.console.print(Text(harmless(sentence)))


class LogProgress(_Interruptible):
    """A line for each thing that a run begins, for logs."""

    def __init__(self, interrupts: Interrupts) -> None:
        super().__init__(interrupts)
        self._last = ""

    def tell(self, sentence: str) -> None:
        typer.echo(harmless(sentence), err=True)

    def update(self, activity: str, examples: int, requests: int) -> None:
        super().update(activity, examples, requests)
        if activity != self._last:
            self._last = activity
            typer.echo(f"{activity} ({examples} examples, {requests} requests so far)", err=True)


@contextmanager
def progress(shown: Console) -> Iterator[Progress]:
    """Progress in the manner of the terminal, or of a log where there is none.

    From here on, what is told to end ends as after Ctrl-C, and clears away what it made.
    """
    interrupts = Interrupts()
    interrupts.listen()
    if shown.is_terminal:
        with Live(console=shown, transient=True, refresh_per_second=8) as live:
            yield LiveProgress(live, interrupts)
    else:
        yield LogProgress(interrupts)
