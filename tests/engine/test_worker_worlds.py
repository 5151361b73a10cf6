"""What worker processes make on a target that outlives them is deleted, however they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from listjobs_conformance.evidence import listing
from listjobs_conformance.server import ReferenceServer, serving
from listjobs_conformance.targets.kinds import Options, open_target

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
