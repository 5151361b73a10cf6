"""Who does the tasks of a run: each task once, in order, whoever is interrupted or dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from listjobs_conformance.engine.findings import Findings
from listjobs_conformance.engine.workers import CallingProcess, Processes, Workers
from listjobs_conformance.evidence import listing
from listjobs_conformance.progress import Progress
from listjobs_conformance.server import ReferenceServer, serving
from listjobs_conformance.targets.kinds import Options, open_target


@dataclass
class Numbers:
    """Stands for a runner: it writes down where it was, and deletes that at its end."""

    folder: Path
    progress: Progress

    def square(self, number: int) -> Findings:
        self.progress.update("squaring", number, 0)
        return Findings(examples=number * number, requests=os.getpid())


@contextmanager
def numbers(folder: Path, progress: Progress) -> Iterator[Any]:
    made = folder / str(os.getpid())
    made.touch()
    try:
        yield Numbers(folder, progress)
    finally:
        made.unlink()


@dataclass(frozen=True)
class Square:
    number: int
    seconds: float = 0.0

    def done_by(self, runner: Any) -> Findings:
        time.sleep(self.seconds)
        return runner.square(self.number)


@dataclass(frozen=True)
class Die:
    def done_by(self, runner: Any) -> Findings:
        os._exit(1)


@dataclass(frozen=True)
class UntilTold:
    """Goes on until it is told to end, and then has found something."""

    def done_by(self, runner: Any) -> Findings:
        try:
            while True:
                runner.square(0)
                time.sleep(0.01)
        except KeyboardInterrupt:
            return Findings(examples=7, interrupted=True)


def test_every_task_is_done_once_and_all_come_in_order(tmp_path: Path) -> None:
    tasks = [Square(n, 0.02) for n in range(30)]
    with Processes(3, partial(numbers, tmp_path)) as workers:
        found = list(workers.do(tasks))
        assert [one.examples for one in found] == [n * n for n in range(30)]
        assert len({one.requests for one in found}) > 1
        assert list(tmp_path.iterdir()) != []
    assert list(tmp_path.iterdir()) == []  # What each made for itself is deleted.


def test_a_worker_that_dies_ends_the_work_and_the_rest_of_them_clear_up(tmp_path: Path) -> None:
    with Processes(2, partial(numbers, tmp_path)) as workers:
        found = workers.do([Square(3), Die(), *(Square(n) for n in range(50))])
        assert next(found).examples == 9
        with pytest.raises(BrokenExecutor):
            list(found)
        assert all(one.examples >= 0 for one in workers.stop())


def test_what_was_begun_ends_soon_when_told_and_what_it_found_is_kept(tmp_path: Path) -> None:
    with Processes(2, partial(numbers, tmp_path)) as workers:
        found = workers.do([Square(3), UntilTold(), *(Square(n, 0.2) for n in range(500))])
        assert next(found).examples == 9
        started = time.monotonic()
        rest = list(workers.stop())
        assert time.monotonic() - started < 5
        assert rest[0].examples == 7
        assert len(rest) < 100
    assert list(tmp_path.iterdir()) == []


def test_how_far_the_workers_are_is_known_while_they_work(tmp_path: Path) -> None:
    with Processes(1, partial(numbers, tmp_path)) as workers:
        seen: list[int] = []
        workers.beat = lambda: seen.append(workers.explored())
        list(workers.do([Square(5), Square(8, 1.2)]))
        assert 5 in seen
        assert workers.explored() == 8


def test_in_the_calling_process_nothing_is_done_before_it_is_taken() -> None:
    done: list[int] = []

    def work(task: Any) -> Findings:
        done.append(task.number)
        return Findings(examples=task.number)

    workers = Workers(CallingProcess(), work)
    results = workers.do(Square(n) for n in range(5))
    assert next(results).examples == 0
    assert done == [0]


def test_what_a_task_raises_in_the_calling_process_is_raised() -> None:
    def work(task: Any) -> Findings:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        list(Workers(CallingProcess(), work).do([Square(1)]))


# What workers make on a target that outlives them.

APP = '''
"""An application in this process whose jobs lie elsewhere."""

import http.client
import os
from urllib.parse import urlsplit

URL = urlsplit(os.environ["STORE_URL"])


def app(environ, start_response):
    connection = http.client.HTTPConnection(URL.hostname, URL.port)
    headers = {
        name[5:].replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    body = environ["wsgi.input"].read()
    connection.request(environ["REQUEST_METHOD"], environ["REQUEST_URI"], body, headers)
    answer = connection.getresponse()
    start_response(f"{answer.status} -", [h for h in answer.getheaders() if h[0] != "Connection"])
    return [answer.read()]
'''


@pytest.fixture
def store() -> Iterator[str]:
    with serving(ReferenceServer()) as url:
        yield url


def begin(folder: Path, store: str) -> subprocess.Popen[str]:
    (folder / "store_app.py").write_text(APP)
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "listjobs_conformance", "run", "wsgi:store_app:app", "-n", "2"),
            *("--world", "shared", "--output", "out", "--budget", "thorough"),
        ],
        cwd=folder,
        env={**os.environ, "STORE_URL": store},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def jobs(store: str) -> int:
    target = open_target(store, Options())
    try:
        return len(target.send(listing("maxResults=250")).json["jobs"])
    finally:
        target.close()


def workers(folder: Path, store: str, parent: int) -> list[int]:
    """The worker processes, once each of them has made a world of its own."""
    deadline = time.monotonic() + 60
    while len(list(folder.glob("out/workers-*/ledger-*"))) < 2 or jobs(store) < 30:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(parent)], stdout=-1, text=True
    )
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "spawn_main" in line]


@pytest.mark.parametrize("how", ["interrupted", pytest.param("killed", marks=pytest.mark.matrix)])
def test_nothing_that_workers_made_is_left(tmp_path: Path, store: str, how: str) -> None:
    process = begin(tmp_path, store)
    pids = workers(tmp_path, store, process.pid)
    assert len(pids) == 2
    if how == "killed":
        os.kill(pids[0], signal.SIGKILL)
    else:
        os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (process.returncode, report["interrupted"]) == {
        "interrupted": (130, True),
        "killed": (3, False),
    }[how]
    assert "Traceback" not in errors
    if how == "killed":
        assert "a worker process ended before its work was done" in errors
    assert jobs(store) == 0
    assert not list(tmp_path.glob("out/workers-*"))
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
