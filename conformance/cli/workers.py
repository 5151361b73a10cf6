"""``run -n``: the suite under pytest-xdist, in processes that share the work and one report."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from dataclasses import fields, replace
from pathlib import Path

from listjobs_conformance.reports.record import Report

from ..check import Settings
from ..choices import Choices
from ..options import OPTIONS
from ..plugin import REPORT, SHARED
from ..trials import Progress

PAUSE = 0.05
"""Seconds between two lines of progress."""


class WorkersFailed(Exception):
    """The processes ended without a report; the text is the end of what they said."""


def checked_by(workers: int, choices: Choices, settings: Settings, progress: Progress) -> Report:
    """The report of a run that pytest-xdist's workers share."""
    with tempfile.TemporaryDirectory(prefix="listjobs-") as name:
        folder = Path(name)
        (folder / "pytest.ini").write_text("[pytest]\n")
        arguments = _arguments(replace(choices, seed=settings.seed))
        with (folder / "output").open("w+b") as output:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "pytest", "-n", str(workers), "-q"),
                    *("-c", str(folder / "pytest.ini"), "--rootdir", name),
                    *("-p", "xdist", "-p", "no:cacheprovider", "-p", "listjobs_conformance.plugin"),
                    *("--pyargs", "listjobs_conformance.suite", *arguments),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={
                    **{k: v for k, v in os.environ.items() if k != "PYTEST_ADDOPTS"},
                    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                    SHARED: name,
                },
            )
            _wait(process, workers, folder, progress)
            report = folder / REPORT
            if not report.exists():
                output.seek(0)
                raise WorkersFailed(output.read()[-2000:].decode("utf-8", "replace"))
            found: Report = pickle.loads(report.read_bytes())
            return found


def _arguments(choices: Choices) -> list[str]:
    """The choices as options of the plugin."""
    arguments: list[str] = []
    for field in fields(choices):
        value = getattr(choices, field.name)
        option = OPTIONS[field.name.replace("_", "-")]
        flag = f"--listjobs-{option.name}"
        if option.kind is bool:
            arguments += [flag] if value else []
        elif option.kind is list:
            arguments += [part for one in value for part in (flag, one)]
        elif value is not None:
            arguments += [f"{flag}={value}"]
    return arguments


def _wait(process: subprocess.Popen[bytes], workers: int, folder: Path, progress: Progress) -> None:
    while True:
        try:
            process.wait(PAUSE)
            return
        except subprocess.TimeoutExpired:
            done = sum(1 for _ in folder.glob("*.done"))
            progress.doing(f"checking with {workers} workers", done, 0)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
