"""A server that is started for the run, on a port of its own, and ended with it."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import string
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from . import supervisor
from .target import TargetError

HOST = "127.0.0.1"

STARTS_WITHIN = 30.0
"""Seconds that a command may take until it answers, unless the user says more or less."""

SHOWN = 400
"""How many characters of what a command printed last are shown."""

ENDS_WITHIN = supervisor.PATIENCE + 5.0
"""Seconds that the supervisor may take to end it."""


def split(line: str, host: str, port: int) -> list[str]:
    """The words of a command line, with the port and the host in their places; no shell reads it.

    Raises :class:`TargetError` for a line that cannot be a command.
    """
    example = "as in command:'moto_server -H 127.0.0.1 -p {port}'"
    try:
        words = shlex.split(line)
        names = {name for word in words for _, name, _, _ in string.Formatter().parse(word)}
    except ValueError as error:
        raise TargetError(f"command:{line} cannot be read: {error}") from None
    if "port" not in names:
        raise TargetError(f"command:{line} does not say where the port goes: {{port}}, {example}")
    if unknown := names - {"port", "host", None}:
        name = sorted(map(str, unknown))[0]
        raise TargetError(
            f"command:{line} has {{{name}}}, which is neither {{port}} nor {{host}}: write other "
            "braces twice"
        )
    try:
        return [word.format(port=port, host=host) for word in words]
    except (ValueError, LookupError, AttributeError) as error:
        raise TargetError(f"command:{line} cannot be read: {error}") from None


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        port: int = sock.getsockname()[1]
    return port


@dataclass
class Command:
    """A server that was started; ``close`` ends it, with everything that it has started."""

    name: str
    url: str
    _process: subprocess.Popen[bytes]
    _printed: IO[bytes] = field(repr=False)

    @classmethod
    def start(cls, line: str) -> Command:
        """Start it on a free port; raises :class:`TargetError` where that cannot be."""
        if os.name != "posix":
            raise TargetError(
                "command: needs a system with process groups: start the server, and name its URL"
            )
        port = free_port()
        words = split(line, HOST, port)
        if shutil.which(words[0]) is None:
            raise TargetError(f"command:{line}: there is no command {words[0]!r}")
        printed = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the command
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(supervisor.__file__)), *words],
            stdin=subprocess.PIPE,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for this process: it ends the other in its turn.
        )
        return cls(f"command:{line}", f"http://{HOST}:{port}", process, printed)

    def ended(self, within: float = 0.0) -> str | None:
        """That it has ended by itself, or does so within these seconds, and what it printed last;
        None while it runs."""
        try:
            status = self._process.wait(within)
        except subprocess.TimeoutExpired:
            return None
        return f"{self.name} ended with exit status {status}{self.printed()}"

    def printed(self) -> str:
        """The last that it printed, in words and in one line."""
        self._printed.seek(0, os.SEEK_END)
        self._printed.seek(max(0, self._printed.tell() - 4 * SHOWN))
        text = " ".join(self._printed.read().decode("utf-8", "replace").split())
        if not text:
            return ", and printed nothing"
        return ", and printed last: " + (text if len(text) <= SHOWN else "…" + text[1 - SHOWN :])

    def close(self) -> None:
        """End it, and wait until it has."""
        assert self._process.stdin is not None
        self._process.stdin.close()  # This alone ends it: what follows only waits.
        try:
            self._process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._printed.close()
