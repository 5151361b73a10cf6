"""Real servers, each a process of its own on 127.0.0.1, on a port that the system chooses."""

from __future__ import annotations

import http.client
import importlib.metadata
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from listjobs_conformance.wire.signing import OFFLINE_KEYS

STARTS_WITHIN = 60.0
"""Seconds until a server must answer. All of them take less than one on an idle machine."""

STOPS_WITHIN = 10.0

RUNNING = re.compile(rb"Running on (http://127\.0\.0\.1:\d+)")
"""How moto and ministack name the port that they were given."""

MOTO_521 = "PEER_MOTO_521"
"""The environment variable that names a Python with moto 5.2.1."""

MINISTACK_PYTHON = "PEER_MINISTACK"
"""The one that names a Python with ministack, whose pins go together with no other release."""

IGNORED = {
    f"{family}/{name}"
    for family in ("error", "filter")
    for name in ("namespace-id", "thing-group-id", "thing-group-name")
}
HONOURED_BY_SOME = {"filter/status", "filter/target-selection"}
UNCHECKED = {
    "error/max-results-high",
    "error/max-results-low",
    "error/max-results-not-integer",
    "error/next-token",
    "error/status",
    "error/target-selection",
}


@dataclass(frozen=True)
class Emulator:
    """An implementation that somebody else has made, and what was measured of it by hand."""

    name: str
    distribution: str
    """Also the name of its preset of ``--reset``."""
    version: str
    arguments: tuple[str, ...]
    breaks: frozenset[str]
    masked: frozenset[str]
    """What cannot be judged because of that."""
    environment: Mapping[str, str] = field(default_factory=dict)
    python: str = ""
    """The environment variable that names its Python; this one's without."""
    completes: bool = True
    """Whether the data plane can complete a job."""


MOTO_ARGUMENTS = ("-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
MOTO_BREAKS = frozenset(IGNORED | HONOURED_BY_SOME | UNCHECKED | {"summary/status"})

MOTO = Emulator(
    "moto 5.2.5",
    "moto",
    "5.2.5",
    MOTO_ARGUMENTS,
    breaks=MOTO_BREAKS | {"pagination/terminates"},
    masked=frozenset({"pagination/complete", "pagination/no-duplicates"}),
    completes=False,
)
OLD_MOTO = Emulator(
    "moto 5.2.1",
    "moto",
    "5.2.1",
    MOTO_ARGUMENTS,
    breaks=MOTO_BREAKS | {"error/documented"},
    masked=frozenset({"pagination/terminates", "pagination/page-bound", "pagination/complete"}),
    python=MOTO_521,
    completes=False,
)
MINISTACK = Emulator(
    "ministack 1.5.33",
    "ministack",
    "1.5.33",
    ("-m", "ministack"),
    breaks=frozenset(IGNORED | UNCHECKED | {"pagination/page-bound"}),
    masked=frozenset({"pagination/no-duplicates", "pagination/no-phantoms"}),
    python=MINISTACK_PYTHON,
    environment={
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": "0",
        # Its MQTT listener takes no notice of BIND_HOST, and its port is always the same.
        "IOT_MTLS_ENABLED": "0",
    },
)


@dataclass(frozen=True)
class Server:
    """A server that answers, and clients for it: of the account that the suite signs for."""

    url: str
    completes: bool = True
    emulator: Emulator | None = None

    @cached_property
    def _clients(self) -> dict[tuple[str, str], Any]:
        return {}

    def client(self, region: str = "us-east-1", service: str = "iot") -> Any:
        made = self._clients.get((region, service))
        if made is None:
            made = self._clients[region, service] = boto3.client(
                service,
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id=OFFLINE_KEYS.access_key,
                aws_secret_access_key=OFFLINE_KEYS.secret_key,
            )
        return made

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


@contextmanager
def running(emulator: Emulator, folder: Path) -> Iterator[Server]:
    """The server, until the block ends; what it writes stays in the folder."""
    python = _python(emulator)
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    # Both may keep files where these two say; settings of the user's own are not passed on.
    own = {"HOME": str(folder), "TMPDIR": str(folder)}
    log = folder / "server.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [python, *emulator.arguments],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**kept, **own, **emulator.environment},
        )
    try:
        server = Server(_answering(process, log), emulator.completes, emulator)
        try:
            yield server
        finally:
            server.close()
    finally:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _python(emulator: Emulator) -> str:
    """The Python that has the emulator; skips the test where there is none."""
    if emulator.python:
        python = os.environ.get(emulator.python)
        if not python:
            pytest.skip(f"{emulator.python} does not name a Python with {emulator.name}")
        said = "from importlib.metadata import version as v; print(v('{}'))"
        found = subprocess.run(
            [python, "-c", said.format(emulator.distribution)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    else:
        python = sys.executable
        try:
            found = importlib.metadata.version(emulator.distribution)
        except importlib.metadata.PackageNotFoundError:
            pytest.skip(f"{emulator.name} is not installed")
    assert found == emulator.version, f"{emulator.distribution} {found} is installed"
    return python


def _answering(process: subprocess.Popen[bytes], log: Path) -> str:
    """The URL that the server names, as soon as it answers there."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        named = RUNNING.search(log.read_bytes())
        if named is not None and _answers(named[1].decode()):
            return named[1].decode()
        time.sleep(0.02)
    raise AssertionError(f"no answer from {process.args}: {log.read_text(errors='replace')}")


def _answers(url: str) -> bool:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=STARTS_WITHIN)
    try:
        connection.request("GET", "/")
        return bool(connection.getresponse().status)
    except ConnectionError:
        return False
    finally:
        connection.close()
