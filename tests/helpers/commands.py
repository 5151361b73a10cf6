"""The command in a process of its own, where it matters how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from listjobs_conformance.schemas import REPORT, validator

ENDS_WITHIN = 60.0
"""Seconds. Most of these runs take one or two; none may hang."""


class Begun:
    """A command that has begun."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.process = process
        self.folder = folder

    @property
    def ledger(self) -> Path | None:
        """The ledger of this run, while there is one."""
        return next(iter(self.folder.glob("ledger-*.jsonl")), None)

    def noted(self, what: str) -> int:
        """How many records of the ledger are of things ``made``, or ``gone``."""
        try:
            return self.ledger.read_text().count(f'{{"{what}"') if self.ledger else 0
        except FileNotFoundError:
            return 0

    @property
    def errors(self) -> str:
        return (self.folder / "errors").read_text()

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self.folder / "report.json").read_bytes())
        validator(REPORT).validate(report)
        return report

    def until(self, reached: Callable[[Begun], bool]) -> None:
        """Wait until the run has come so far; it must not have ended before."""
        deadline = time.monotonic() + ENDS_WITHIN
        while not reached(self):
            assert self.process.poll() is None, f"it has ended already: {self.errors}"
            assert time.monotonic() < deadline, f"it does not come so far: {self.errors}"
            time.sleep(0.002)

    def send(self, number: int) -> None:
        assert self.process.poll() is None, f"it has ended already: {self.errors}"
        self.process.send_signal(number)

    def ended(self) -> int:
        """Its exit status; no traceback may have been printed."""
        status = self.process.wait(ENDS_WITHIN)
        for text in (self.errors, (self.folder / "printed").read_text()):
            assert "Traceback" not in text, text
        return status


@contextmanager
def begun(folder: Path, url: str, *more: str) -> Iterator[Begun]:
    """``run URL``, at quick; killed where it has not ended when the block does."""
    with command(folder, "run", url, "--budget", "quick", "--output", str(folder), *more) as run:
        yield run


@contextmanager
def command(folder: Path, *arguments: str) -> Iterator[Begun]:
    """Any command; what it prints goes to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "printed").open("wb") as printed, (folder / "errors").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "listjobs_conformance", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=errors,
        )
    try:
        yield Begun(process, folder)
    finally:
        process.kill()
        process.wait()
