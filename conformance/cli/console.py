"""What the commands share: output, errors, progress."""

from __future__ import annotations

import io
import os
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

PLAIN_WIDTH = 100
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
    width = None if os.environ.get("COLUMNS") else PLAIN_WIDTH
    return Console(file=_Trimmed(), highlight=False, width=width, color_system=None)


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


class Rest:
    """How long the rest takes, going by how long what was done has taken."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def seconds(self, part: float) -> float | None:
        """Of what is left, in seconds; None where it is too early to say."""
        taken = time.monotonic() - self._started
        return None if part < TELLING else taken * (1 - part) / part


TELLING = 0.02
"""The part that must be done before anybody guesses how long the rest takes."""


class _Interruptible(Progress):
    """Ends what goes on where it is told to."""

    def __init__(self, interrupts: Interrupts) -> None:
        self._interrupts: Interrupts | None = interrupts
        self._rest = Rest()

    def line(self, activity: str, examples: int) -> str:
        """How far it is, how long it takes, what was found and what is done: the first first."""
        share, left = None, None
        if self.shrunk is not None:
            share = "{} of {}".format(*self.shrunk)
        elif self.planned and examples:
            part = min(examples / self.planned, 1.0)
            share, left = f"{part:.0%}", self._rest.seconds(part)
        found = f"{self.failures} broken" if self.failures else None
        parts = (share, f"{left:.0f} s left" if left else None, found, activity)
        return " · ".join(part for part in parts if part)

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

    def update(self, activity: str, examples: int, requests: int) -> None:
        super().update(activity, examples, requests)
        told = self.line(activity, examples)
        self._live.update(Text(told, "dim", no_wrap=True, overflow="ellipsis"))

    def tell(self, sentence: str) -> None:
        self._live.console.print(Text(harmless(sentence)))


class QuietProgress(_Interruptible):
    """Nothing but the sentences that a user must see."""

    def tell(self, sentence: str) -> None:
        typer.echo(harmless(sentence), err=True)


class LogProgress(QuietProgress):
    """A line for each thing that a run begins, for logs."""

    def __init__(self, interrupts: Interrupts) -> None:
        super().__init__(interrupts)
        self._last = ""

    def update(self, activity: str, examples: int, requests: int) -> None:
        super().update(activity, examples, requests)
        if activity != self._last:
            self._last = activity
            typer.echo(self.line(activity, examples), err=True)


@contextmanager
def progress(shown: Console, quiet: bool = False) -> Iterator[Progress]:
    """Progress in the manner of the terminal, or of a log where there is none; or none at all.

    From here on, what is told to end ends as after Ctrl-C, and clears away what it made.
    """
    interrupts = Interrupts()
    interrupts.listen()
    if quiet:
        yield QuietProgress(interrupts)
    elif shown.is_terminal:
        with Live(console=shown, transient=True, refresh_per_second=8) as live:
            yield LiveProgress(live, interrupts)
    else:
        yield LogProgress(interrupts)
