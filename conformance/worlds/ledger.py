"""What a run makes on a target, written down before it is asked for.

So everything can be deleted again: at the end of the run, or by ``cleanup`` where the run was
killed. Nothing that is not in the ledger is ever deleted, and a ledger holds only names under
the prefix that its run drew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson

from ..evidence import Exchange, Request
from ..files import read_bytes
from ..progress import Progress
from ..targets.pace import pause
from ..targets.target import Target, TargetError
from . import control

VERSION = 1

PREFIX = re.compile(r"lj[0-9a-f]{6}-")
"""What the names of one run begin with."""

LEDGERS = "ledger-*.jsonl"
"""How the files are called."""

NAME = re.compile(r"[a-zA-Z0-9:_-]+")
"""What jobs, thing groups and things are called."""

KINDS = {
    "job": control.delete_job,
    "thing-group": control.delete_group,
    "thing": control.delete_thing,
}
"""What can be made, and the request that deletes it."""

ROUNDS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each round of deleting: a thing may be in use, or too many jobs be deleted at
once (the service deletes ten at a time)."""


COMES_WITHIN = 4
"""How many rounds something may take to come to be whose making was not answered."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing, thing group or job that was, or may have been, made."""

    kind: str
    name: str
    region: str

    @property
    def deletion(self) -> Request:
        return KINDS[self.kind](self.name)

    @property
    def look(self) -> Request:
        """The request that shows it, if it is there."""
        return Request("GET", self.deletion.path)

    def __str__(self) -> str:
        return f"{self.kind} {self.name} in {self.region}"


@dataclass
class Ledger:
    """The entries that are not known to be gone, in the order of making; on disk with a path."""

    prefix: str
    target: str
    path: Path | None = None
    entries: dict[Entry, None] = field(default_factory=dict)
    in_flight: set[Entry] = field(default_factory=set)
    """Those whose making was asked for and not answered: they may yet come to be."""
    _file: IO[bytes] | None = None

    def enter(self, entry: Entry) -> None:
        """Write down what is about to be made; raises ``OSError`` where that cannot be done."""
        self.entries[entry] = None
        self.in_flight.add(entry)
        self._write({"made": entry.kind, "name": entry.name, "region": entry.region})

    def answered(self, entry: Entry, exchange: Exchange) -> None:
        """Take note of what came of asking for it."""
        if exchange.failure is None:
            self.in_flight.discard(entry)
        if exchange.refused:
            self.strike(entry)

    def strike(self, entry: Entry) -> None:
        """Write down that it is gone, or was never made."""
        del self.entries[entry]
        self._write({"gone": entry.kind, "name": entry.name, "region": entry.region})

    def _write(self, record: Mapping[str, Any]) -> None:
        if self.path is None:
            return
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("ab")
            self._file.truncate(_whole_lines(self.path))
            if self._file.tell() == 0:
                head = {"ledger": VERSION, "target": self.target, "prefix": self.prefix}
                self._file.write(orjson.dumps(head) + b"\n")
        self._file.write(orjson.dumps(record) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def delete_all(self, target: Target) -> dict[Entry, str]:
        """Delete what was made, the last first; what is left in the end, and why."""
        reasons: dict[Entry, str] = {}
        for number, longest in enumerate(ROUNDS):
            if not self.entries:
                break
            pause(longest)
            for entry in reversed(list(self.entries)):
                exchange = target.send(entry.deletion, entry.region)
                # A look tells more than an answer: some targets fail to delete what is not there.
                gone = exchange.ok or exchange.status == 404
                gone = gone or target.send(entry.look, entry.region).status == 404
                # What is deleted before it was made is made afterwards.
                coming = entry in self.in_flight and number < COMES_WITHIN
                if gone and not coming:
                    self.strike(entry)
                else:
                    reasons[entry] = str(exchange)
        self.close()
        return {entry: reasons[entry] for entry in self.entries}

    def close(self) -> None:
        """Close the file, and remove it where nothing is left."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self.path is not None and not self.entries:
            self.path.unlink(missing_ok=True)


def _whole_lines(path: Path) -> int:
    """The length of what was written to the end of a line."""
    return path.read_bytes().rfind(b"\n") + 1


def read_ledger(path: Path) -> Ledger:
    """The ledger in a file; raises :class:`TargetError` for what is none.

    A last line without an end was being written when the run was killed: what it names was not
    asked for.
    """
    content = read_bytes(path, TargetError)
    lines = content[: content.rfind(b"\n") + 1].splitlines()
    if not lines:
        raise TargetError(f"{path} is no ledger: it is empty")
    ledger: Ledger | None = None
    for number, line in enumerate(lines, 1):
        try:
            record = orjson.loads(line)
            if not isinstance(record, dict):
                raise TypeError("no object")
            if ledger is None:
                ledger = _opened(record, path)
            else:
                _take(record, ledger)
        except (ValueError, KeyError, TypeError) as error:
            said = f"{error} is missing" if isinstance(error, KeyError) else error
            raise TargetError(f"{path} is no ledger: line {number}: {said}") from None
    assert ledger is not None
    # Whether the last of all was made, nobody has written down.
    ledger.in_flight.update(list(ledger.entries)[-1:])
    return ledger


def _opened(head: Mapping[str, Any], path: Path) -> Ledger:
    if head["ledger"] != VERSION:
        raise ValueError(f"version {head['ledger']!r} is not known")
    prefix, target = _text(head, "prefix"), _text(head, "target")
    if not PREFIX.fullmatch(prefix):
        raise ValueError(f"{prefix!r} is not the prefix of a run")
    return Ledger(prefix, target, path)


def _take(record: Mapping[str, Any], ledger: Ledger) -> None:
    kind = _text(record, "made" if "made" in record else "gone")
    entry = Entry(kind, _text(record, "name"), _text(record, "region"))
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is nothing that a run makes")
    if not entry.name.startswith(ledger.prefix) or not NAME.fullmatch(entry.name):
        raise ValueError(f"{entry.name!r} is no name under the prefix {ledger.prefix}")
    if "made" in record:
        ledger.entries[entry] = None
    else:
        ledger.entries.pop(entry, None)


def _text(record: Mapping[str, Any], member: str) -> str:
    value = record[member]
    if not isinstance(value, str):
        raise TypeError(f"{member} is no text")
    return value


def clean_up(folder: Path, target: Target, progress: Progress) -> None:
    """Delete what the ledgers in a folder name, and the folder, where nothing is left.

    So what a worker process has made is deleted even where that process was killed.
    """
    if not folder.is_dir():
        return
    for path in sorted(folder.glob(LEDGERS)):
        ledger = read_ledger(path)
        ledger.delete_all(target)
        if ledger.entries:
            progress.tell(
                f"{len(ledger.entries)} things are left: listjobs-conformance cleanup {path}"
            )
    if not any(folder.iterdir()):
        folder.rmdir()
