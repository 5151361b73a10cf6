"""Schemathesis on the document of ``openapi.py``, in two ways, watched through its event log.

*default*: all phases as they come, the stateful one included, 100 examples an operation.
*tuned*: 300 examples of ListJobs and 30 of each other operation, nothing shrunk, no stop at an
operation's first failure, and the checks off that accuse a faultless server: unsupported methods
(AWS answers 404, not 405), refused "valid" data (any text is a valid token to a schema), and
accepted "invalid" data in the operations that only prepare a listing.

A fault counts as found at the first failure whose operation, check and kind no run on the
faultless server had. The log has every request with its time, so the requests and the seconds
until then are exact; shrinking comes later and is not counted.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .openapi import document

LOOK_EVERY = 0.2
"""Seconds between two looks at the log."""

Failure = tuple[str, str, str]
"""Operation, check, and kind of failure."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to run it."""

    name: str
    options: tuple[str, ...]
    configuration: str


OTHERS = "^(?!GET /jobs$)"

DEFAULT = Mode("default", (), "")
TUNED = Mode(
    "tuned",
    ("--max-examples", "300", "--no-shrink", "--continue-on-failure"),
    f"""
[checks]
unsupported_method.enabled = false
positive_data_acceptance.enabled = false

[[operations]]
include-name-regex = "{OTHERS}"
generation.max-examples = 30
checks.negative_data_rejection.enabled = false
""",
)


@dataclass
class Log:
    """What a run has logged so far: its requests in time, and those that failed."""

    times: list[float] = field(default_factory=list)
    failures: list[tuple[float, Failure]] = field(default_factory=list)

    def read(self, line: str) -> None:
        """Take in one event."""
        finished = json.loads(line).get("ScenarioFinished")
        recorder = finished.get("recorder", {}) if finished else {}
        when: dict[str, float] = {}
        for case, interaction in recorder.get("interactions", {}).items():
            when[case] = interaction["timestamp"]
            self.times.append(interaction["timestamp"])
        for case, checks in recorder.get("checks", {}).items():
            for check in checks:
                if check["status"] == "failure" and case in when:
                    self.failures.append((when[case], _kind(check)))

    def first(self, known: frozenset[Failure]) -> tuple[float, Failure] | None:
        """The first failure that is not among the known."""
        return min((f for f in self.failures if f[1] not in known), default=None)


def _kind(check: dict[str, Any]) -> Failure:
    failure = check["failure_info"]["failure"]
    return failure["operation"], check["name"], failure["type"]


@dataclass(frozen=True, slots=True)
class Result:
    """``failure`` is what told the fault, or None."""

    failure: Failure | None
    requests: int
    seconds: float
    finished: bool
    """Whether it came to its own end, and not to the time limit."""


class Schemathesis:
    """Runs it as a command. ``seconds`` bounds each run."""

    def __init__(self, path: str | None, seconds: float, seed: int) -> None:
        found = path or shutil.which("st") or shutil.which("schemathesis")
        self.seconds = seconds
        self.seed = seed
        self.command: list[str] = []
        if found and Path(found).name.startswith("python"):
            start = "from schemathesis.cli import schemathesis; schemathesis()"
            self.command = [found, "-c", start]
        elif found:
            self.command = [found]

    def version(self) -> str | None:
        """Its version, or None where it is not installed."""
        if not self.command:
            return None
        try:
            told = subprocess.run(
                [*self.command, "--version"], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        return told.stdout.split()[-1]

    def failures(self, url: str, mode: Mode, seed: int) -> frozenset[Failure]:
        """Every kind of failure that a run reports."""
        log = self._logs(url, mode, seed)
        *_, (last, _) = log
        return frozenset(kind for _, kind in last.failures)

    def search(self, url: str, mode: Mode, known: frozenset[Failure]) -> Result:
        """Run until something is reported that is not known, until it ends, or out of time."""
        started = time.time()
        log, over = Log(), False
        logs = self._logs(url, mode, self.seed)
        with closing(logs):
            for log, over in logs:  # noqa: B007
                if log.first(known) is not None:
                    break
        found = log.first(known)
        if found is None:
            return Result(None, len(log.times), time.time() - started, over)
        when, failure = found
        requests = sum(moment <= when for moment in log.times)
        return Result(failure, requests, when - started, True)

    def _logs(self, url: str, mode: Mode, seed: int) -> Generator[tuple[Log, bool], None, None]:
        """The log as it grows, and whether the run is over; the run stops with the reader."""
        with tempfile.TemporaryDirectory() as place:
            events = Path(place, "events.ndjson")
            Path(place, "openapi.json").write_text(json.dumps(document()))
            Path(place, "schemathesis.toml").write_text(mode.configuration)
            options = ["--url", url, "--seed", str(seed), "--generation-database", "none"]
            options += ["--report", "ndjson", "--report-ndjson-path", str(events), *mode.options]
            process = subprocess.Popen(
                [*self.command, "run", "openapi.json", *options],
                cwd=place,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                yield from self._follow(process, events)
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()

    def _follow(
        self, process: subprocess.Popen[bytes], events: Path
    ) -> Generator[tuple[Log, bool], None, None]:
        log, position, limit = Log(), 0, time.monotonic() + self.seconds
        while True:
            over = process.poll() is not None
            if events.exists():
                with events.open() as stream:
                    stream.seek(position)
                    text = stream.read()
                complete, _, _ = text.rpartition("\n")
                position += len(complete.encode()) + bool(complete)
                for line in complete.split("\n") if complete else ():
                    log.read(line)
            yield log, over
            if over or time.monotonic() > limit:
                return
            time.sleep(LOOK_EVERY)
