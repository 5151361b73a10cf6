"""``--world existing``: what is there is only looked at, and may change while it is."""

from __future__ import annotations

import itertools
import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from listjobs_conformance.contract.selection import select
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import FAULTS, ReferenceServer
from listjobs_conformance.server.serve import serving
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.worlds import control
from listjobs_conformance.worlds.provisioning import EXISTING, SHARED

from ..helpers.offsets import Offsets
from ..helpers.others import fill, holdings
from ..helpers.recorder import Recorder, recording
from ..helpers.servers import MINISTACK, MOTO, Emulator, Server, running

READ_ONLY = re.compile(r"/jobs|/jobs/[^/]+|/thing-groups/[^/]+|/_\w+/health")
"""ListJobs, DescribeJob and DescribeThingGroup: all that a survey asks for; and which version it is
of."""

FILTERS = {"filter/status", "filter/target-selection", "filter/thing-group-name"}


def run(url: str, **settings: Any) -> Report:
    chosen = {"selected": select(), "budget": "quick", "world": EXISTING, **settings}
    return check(open_target(url, Options()), Settings(**chosen))


def failed(report: Report) -> dict[str, str]:
    return {r.id: r.violation.message for r in report.results if r.violation is not None}


def only_read(recorder: Recorder) -> bool:
    return set(recorder.methods) == {"GET"} and all(
        READ_ONLY.fullmatch(asked.path) for asked in recorder.asked
    )


def reference(*behaviours: str) -> AbstractContextManager[Server]:
    """The reference server in this process, with the 40 jobs."""
    return filled(ReferenceServer(behaviours))


@contextmanager
def filled(app: Any) -> Iterator[Server]:
    """An application, served from this process, with the 40 jobs."""
    with serving(app) as url:
        server = Server(url)
        try:
            fill(server)
            yield server
        finally:
            server.close()


@pytest.mark.matrix
@pytest.mark.parametrize("emulator", [MOTO, MINISTACK], ids=lambda emulator: emulator.name)
def test_a_real_server_is_only_read_and_shows_what_it_breaks(
    emulator: Emulator, tmp_path: Path
) -> None:
    with running(emulator, tmp_path) as server:
        fill(server)
        before = holdings(server)
        with recording(server.url) as recorder:
            report = run(recorder.url, strict=True, shrinking=emulator is not MOTO)
        assert holdings(server) == before
    assert only_read(recorder)
    assert len(recorder.asked) == report.requests
    assert failed(report).keys() >= FILTERS & emulator.breaks
    assert failed(report).keys() <= emulator.breaks


def test_the_reference_is_only_read_and_conforms_in_all_that_is_exercised() -> None:
    with reference() as server:
        before = holdings(server)
        with recording(server.url) as recorder:
            report = run(recorder.url, strict=True)
        assert holdings(server) == before
    assert only_read(recorder)
    assert report.status == 0
    assert report.totals["fail"] == report.totals["inconclusive"] == 0
    passed = {result.id for result in report.results if result.verdict == "pass"}
    assert passed >= FILTERS | {"filter/conjunction", "pagination/complete", "summary/status"}


class Bustle(threading.Thread):
    """Somebody who makes, cancels and deletes jobs without a pause, until stopped."""

    AT_ONCE = 6
    """How many jobs there are of this somebody's."""

    def __init__(self, server: Server) -> None:
        super().__init__(name="bustle")
        iot = server.client()
        self.things = [thing["thingArn"] for thing in iot.list_things()["things"]]
        self.groups = [group["groupArn"] for group in iot.list_thing_groups()["thingGroups"]]
        self.target = open_target(server.url, Options())
        self.stopping = threading.Event()
        self.made = 0

    def run(self) -> None:
        alive: deque[str] = deque()
        for number in itertools.count():
            if self.stopping.is_set():
                break
            # Every third has a name that was there before.
            alive.append(f"come-{number}" if number % 3 else f"again-{number % 9}")
            self._make(number, alive[-1])
            if number % 4 == 1:
                self.target.send(control.cancel_job(alive[0]))
            if len(alive) > self.AT_ONCE:
                self.target.send(control.delete_job(alive.popleft()))
        for job_id in alive:
            self.target.send(control.delete_job(job_id))

    def _make(self, number: int, job_id: str) -> None:
        continuous = number % 2 == 1
        made = control.create_job(
            job_id,
            [self.groups[number % len(self.groups)] if continuous else self.things[0]],
            "CONTINUOUS" if continuous else "SNAPSHOT",
            "theirs" if number % 5 == 0 else None,
            scheduled=number % 7 == 0,
        )
        self.made += self.target.send(made).ok

    def __enter__(self) -> Bustle:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopping.set()
        self.join()
        self.target.close()


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.matrix)])
@pytest.mark.parametrize("world", [pytest.param(EXISTING, marks=pytest.mark.matrix), SHARED])
def test_jobs_that_come_and_go_meanwhile_raise_no_alarm(world: str, seed: int) -> None:
    with reference() as server:
        before = holdings(server)
        with Bustle(server) as bustle:
            report = run(server.url, strict=True, world=world, seed=seed)
        assert holdings(server) == before
    # Without them this would prove nothing.
    assert bustle.made > 50
    assert failed(report) == {}
    assert report.totals["pass"] > 25


@pytest.mark.parametrize(
    ("fault", "verdicts"),
    [
        ("status-ignored", {"fail"}),
        # What a walk misses while others write without a pause may be their doing.
        ("lose-job-at-page-boundary", {"fail", "inconclusive"}),
    ],
)
def test_what_is_broken_does_not_pass_though_jobs_come_and_go(
    fault: str, verdicts: set[str]
) -> None:
    with reference(fault) as server, Bustle(server):
        report = run(server.url, strict=True, world=SHARED, shrinking=False)
    (broken,) = FAULTS[fault].breaks
    assert failed(report).keys() <= {broken}
    assert {r.verdict for r in report.results if r.id == broken} <= verdicts


@pytest.mark.parametrize(
    ("world", "busy"),
    [
        pytest.param(SHARED, False, marks=pytest.mark.matrix),
        (SHARED, True),
        pytest.param(EXISTING, True, marks=pytest.mark.matrix),
    ],
    ids=["shared-quiet", "shared-busy", "existing-busy"],
)
def test_pages_that_are_counted_off_break_nothing_documented_while_jobs_come_and_go(
    world: str, busy: bool
) -> None:
    """That a walk meets each job once while others change is a convention at the most."""
    app = Offsets(busy)
    with filled(app) as server:
        report = run(server.url, world=world)
    assert (app.changes > 20) is busy
    documented = {r.id for r in report.results if r.violation and r.level == "documented"}
    assert documented == set()
