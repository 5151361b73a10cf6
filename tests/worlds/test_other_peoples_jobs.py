"""An account that somebody else uses, too: whatever becomes of a run, theirs is left as it was.

In parallel these are cheapest on one worker (``--dist loadgroup``): a server is started for each
emulator and worker.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from listjobs_conformance.cli import app

from ..helpers.commands import Begun, begun
from ..helpers.others import fill, holdings, job_ids, names_of
from ..helpers.servers import MINISTACK, MOTO, Emulator, Server, running

pytestmark = [pytest.mark.matrix, pytest.mark.xdist_group("other people's jobs")]

SLOWLY = ("--max-rps", "300")
"""So that what is in the middle of a run is there for long enough to be met."""

LITTLE = ("--only", "pagination/page-bound")
"""All is asked anyway; but what is found is not made smaller, where that is not looked at."""


@pytest.fixture(scope="module", params=[MOTO, MINISTACK], ids=lambda emulator: emulator.name)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server that holds 40 jobs and 5 thing groups of somebody else's."""
    emulator: Emulator = request.param
    with running(emulator, tmp_path_factory.mktemp("server")) as server:
        fill(server)
        yield server


@pytest.fixture
def theirs(server: Server) -> dict[str, dict[str, Any]]:
    return holdings(server)


def cleanup(ledger: Path) -> Result:
    result: Result = CliRunner().invoke(app, ["cleanup", str(ledger)])
    return result


def in_the_middle(server: Server, run: Begun) -> bool:
    """Whether the run makes its world or, where that is soon done, lists it."""
    if server.emulator is MOTO:
        return run.noted("made") >= 25
    return "sending invalid requests" in run.errors


def test_a_run_beside_the_jobs_of_others_leaves_them_alone_and_blames_none(
    server: Server, theirs: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    with begun(tmp_path, server.url) as run:
        assert run.ended() == 1
    assert holdings(server) == theirs
    assert run.ledger is None
    assert server.emulator is not None
    violations = {r["id"]: r["violation"] for r in run.report["results"] if r["violation"]}
    assert set(violations) == server.emulator.breaks
    for id, violation in violations.items():
        blamed = {job["jobId"] for job in violation["jobs"] if job["fault"] in ("phantom", "lost")}
        assert not blamed & set(job_ids()), id
    assert not [id for id in violations if id.startswith("listing/")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_an_interrupted_run_deletes_what_it_made_says_so_and_ends_with_130(
    server: Server, theirs: dict[str, dict[str, Any]], tmp_path: Path, number: signal.Signals
) -> None:
    with begun(tmp_path, server.url, *LITTLE, *SLOWLY) as run:
        run.until(lambda run: in_the_middle(server, run))
        run.send(number)
        assert run.ended() == 130
    assert holdings(server) == theirs
    assert run.ledger is None
    assert run.report["interrupted"] is True


def test_what_a_killed_run_left_is_deleted_by_its_ledger_and_nothing_else(
    server: Server, theirs: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    with begun(tmp_path, server.url, *LITTLE, *SLOWLY) as run:
        run.until(lambda run: in_the_middle(server, run))
        run.send(signal.SIGKILL)
        assert run.ended() == -signal.SIGKILL
    ledger = run.ledger
    assert ledger is not None
    prefix = ledger.stem.removeprefix("ledger-") + "-"
    left = names_of(holdings(server)) - names_of(theirs)
    assert left
    assert all(name.startswith(prefix) for _, _, name in left)
    # Even under the prefix, only what the ledger names is the run's.
    theirs_too = f"{prefix}not-in-the-ledger"
    server.client().create_thing(thingName=theirs_too)
    result = cleanup(ledger)
    assert result.exit_code == 0, result.output
    assert not ledger.exists()
    assert names_of(holdings(server)) == names_of(theirs) | {("us-east-1", "things", theirs_too)}
    server.client().delete_thing(thingName=theirs_too)
    assert holdings(server) == theirs
