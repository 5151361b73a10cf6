"""Runs a command for as long as somebody holds the other end of its standard input.

A script of its own, which imports nothing of the package: it outlives whoever started it, by as
long as it takes to end the command and everything that the command has started. So nothing is left
running, whichever way the run ends, ``kill -9`` included.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

PATIENCE = 5.0
"""Seconds that the command has to end by itself once it is told to."""

NOT_STARTED = 127
"""The exit status of a command that is not there, or cannot be run, as in a shell."""


def _group_ends(group: int, number: int, within: float = 0.0) -> bool:
    """Send a signal to every process of the group; whether none is left after a while."""
    deadline = time.monotonic() + within
    while True:
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            return True
        except PermissionError:  # macOS: what is left has ended, and waits to be looked at.
            return True
        number = 0  # Told once; from here on it is only looked whether somebody is there.
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)


def _end(group: int) -> None:
    if not _group_ends(group, signal.SIGTERM, PATIENCE):
        _group_ends(group, signal.SIGKILL)


def main(command: list[str]) -> int:
    """Run it; its exit status, as a shell says it."""
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return NOT_STARTED

    def held() -> None:
        os.read(0, 1)  # Nothing is ever written: it returns when the other end is closed.
        _end(process.pid)

    threading.Thread(target=held, daemon=True).start()
    status = process.wait()
    _end(process.pid)  # What it has started may still be there.
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
