"""The ledger of what a run makes: complete before anything is made, and all that is deleted."""

from __future__ import annotations

import json
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from listjobs_conformance.cli import app
from listjobs_conformance.contract.selection import select
from listjobs_conformance.progress import Progress
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.server.serve import serving
from listjobs_conformance.targets.kinds import Options, open_target

from ..helpers.commands import begun, command
from ..helpers.others import fill, holdings, names_of
from ..helpers.recorder import Asked, recording
from ..helpers.servers import Server

PREFIX = "lj0a1b2c-"


@pytest.fixture
def server() -> Iterator[Server]:
    """A conforming server in this process."""
    with serving(ReferenceServer()) as url:
        server = Server(url)
        try:
            yield server
        finally:
            server.close()


@pytest.fixture
def left(server: Server) -> Server:
    """One with something that a run left, beside something of somebody else's."""
    for name in (PREFIX + "t", "theirs"):
        server.client().create_thing(thingName=name)
    server.client().create_thing_group(thingGroupName=PREFIX + "g")
    return server


def made(kind: Any, name: Any, region: Any = "us-east-1") -> str:
    return json.dumps({"made": kind, "name": name, "region": region})


THING, GROUP = made("thing", PREFIX + "t"), made("thing-group", PREFIX + "g")


def written(folder: Path, url: str, *lines: str, ends: str = "\n", **head: Any) -> Path:
    """A ledger in a file."""
    first = json.dumps({"ledger": 1, "target": url, "prefix": PREFIX, **head})
    path = folder / "ledger-lj0a1b2c.jsonl"
    path.write_text("\n".join([first, *lines]) + ends)
    return path


def cleanup(ledger: Path, *more: str) -> Result:
    result: Result = CliRunner().invoke(app, ["cleanup", str(ledger), *more])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_ledger_is_deleted_from_the_target_and_then_from_the_disk(
    left: Server, tmp_path: Path
) -> None:
    ledger = written(tmp_path, left.url, THING, GROUP)
    result = cleanup(ledger)
    assert result.exit_code == 0, result.output
    assert names_of(holdings(left)) == {("us-east-1", "things", "theirs")}
    assert not ledger.exists()


NO_RECORDS = {
    "a list": "[]",
    "a number": "5",
    "null": "null",
    "a text": '"x"',
    "a name that is a number": made("thing", 5),
    "a name that is null": made("thing", None),
}
"""What is JSON, and nothing that a ledger could hold."""

TAMPERED = {
    **NO_RECORDS,
    "no JSON": "nonsense",
    "no members": "{}",
    "the name of somebody else's": made("thing", "theirs"),
    "a name of another run": made("thing", "ljffffff-t"),
    "an escaped name": made("thing", PREFIX + "%2e%2e"),
    "another kind": made("policy", PREFIX + "p"),
    "a region that is a number": made("thing", PREFIX + "x", region=5),
    "somebody else's gone": json.dumps({"gone": "thing", "name": "theirs", "region": "us-east-1"}),
}
"""Lines that no run writes."""


@pytest.mark.parametrize("position", [1, 2], ids=["in the middle", "last"])
@pytest.mark.parametrize("name", TAMPERED)
def test_a_ledger_that_was_tampered_with_is_refused_and_deletes_nothing(
    request: pytest.FixtureRequest, left: Server, tmp_path: Path, name: str, position: int
) -> None:
    before = holdings(left)
    lines = [THING, GROUP]
    lines.insert(position, TAMPERED[name])
    ledger = written(tmp_path, left.url, *lines)
    text = ledger.read_text()
    result = cleanup(ledger)
    assert result.exit_code == 2, result.output
    assert len(result.output.splitlines()) == 1
    assert f"line {position + 2}" in result.output
    assert holdings(left) == before
    assert ledger.read_text() == text


@pytest.mark.parametrize(
    "head",
    [{"prefix": "th"}, {"prefix": ""}, {"prefix": None}, {"prefix": "lj0a1b2c"}, {"ledger": 2}],
    ids=str,
)
def test_a_ledger_of_another_prefix_or_version_is_refused(
    left: Server, tmp_path: Path, head: dict[str, Any]
) -> None:
    before = holdings(left)
    result = cleanup(written(tmp_path, left.url, made("thing", "theirs"), THING, **head))
    assert result.exit_code == 2, result.output
    assert "line 1" in result.output
    assert holdings(left) == before


@pytest.mark.matrix
def test_a_line_that_was_cut_off_names_nothing_that_was_made(left: Server, tmp_path: Path) -> None:
    ledger = written(tmp_path, left.url, THING, GROUP, '{"made":"thing","na', ends="")
    result = cleanup(ledger)
    assert result.exit_code == 0, result.output
    assert names_of(holdings(left)) == {("us-east-1", "things", "theirs")}


@pytest.mark.matrix
def test_a_ledger_that_was_cut_off_can_be_used_again_after_a_cleanup_that_was_interrupted(
    request: pytest.FixtureRequest, left: Server, tmp_path: Path
) -> None:
    left.client().create_thing(thingName=PREFIX + "u")
    deletions: list[Asked] = []
    enough = threading.Event()

    def gate(asked: Asked) -> bool:
        """Delete two things, and then stand for a target that is gone."""
        deletions.append(asked)
        if len(deletions) > 2:
            enough.set()
        return not enough.is_set()

    with recording(left.url, gate) as recorder:
        lines = (THING, GROUP, made("thing", PREFIX + "u"), '{"made":"thing","na')
        ledger = written(tmp_path, recorder.url, *lines, ends="")
        with command(tmp_path, "cleanup", str(ledger)) as interrupted:
            assert enough.wait(30)
            interrupted.send(signal.SIGINT)
            assert interrupted.ended() == 130
        assert names_of(holdings(left)) > {("us-east-1", "things", "theirs")}
        recorder.gate = lambda asked: True
        result = cleanup(ledger)
    assert result.exit_code == 0, result.output
    assert names_of(holdings(left)) == {("us-east-1", "things", "theirs")}


def test_another_machine_is_not_written_to_unless_that_is_said(tmp_path: Path) -> None:
    # An address of TEST-NET-1: nothing must be sent there, and nobody is.
    ledger = written(tmp_path, "http://192.0.2.1", THING)
    started = time.monotonic()
    result = cleanup(ledger)
    assert result.exit_code == 2
    assert "--allow-writes" in result.output
    assert ledger.exists()
    assert time.monotonic() - started < 5


def test_a_target_that_does_not_answer_ends_a_cleanup_with_3(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("listjobs_conformance.worlds.ledger.ROUNDS", (0.0, 0.0))
    ledger = written(tmp_path, "http://127.0.0.1:9", THING)
    result = cleanup(ledger)
    assert result.exit_code == 3
    assert "is kept: --forget removes it" in result.output
    assert ledger.exists()


def test_what_cannot_be_deleted_is_summed_up_and_can_be_forgotten(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("listjobs_conformance.worlds.ledger.ROUNDS", (0.0,))
    with recording(server.url, lambda asked: False) as recorder:
        names = [f"{PREFIX}t{n}" for n in range(9)]
        lines = [made("thing", name) for name in names]
        ledger = written(tmp_path, recorder.url, *lines, made("thing-group", PREFIX + "g"))
        monkeypatch.setattr("listjobs_conformance.cli.worlds.reach", lambda target: None)
        result = cleanup(ledger)
    assert result.exit_code == 1, result.output
    *told, sentence = result.output.splitlines()
    assert [line.partition(" in us-east-1: ")[0] for line in told] == [
        "left: 9 things",
        "left: 1 thing-group",
    ]
    assert "10 of 10 things are left" in sentence
    assert "--forget" in sentence
    forgotten = cleanup(ledger, "--forget")
    assert forgotten.exit_code == 0
    assert f"10 things, whose names begin with {PREFIX}, may be left" in forgotten.output
    assert not ledger.exists()


class Told(Progress):
    def __init__(self) -> None:
        self.sentences: list[str] = []

    def tell(self, what: str) -> None:
        self.sentences.append(what)


def test_what_a_run_makes_is_in_its_ledger_first_and_no_more_than_it_announces(
    server: Server, tmp_path: Path
) -> None:
    fill(server)
    before = holdings(server)
    unwritten: list[Asked] = []

    def gate(asked: Asked) -> bool:
        if asked.made is not None:
            ledgers = list(tmp_path.glob("ledger-*.jsonl"))
            text = ledgers[0].read_text() if ledgers else ""
            if f'"name":"{asked.made[1]}"' not in text:
                unwritten.append(asked)
        return True

    told = Told()
    with recording(server.url, gate) as recorder:
        target = open_target(recorder.url, Options())
        check(target, Settings(select(), budget="quick", ledgers=tmp_path), told)
    assert holdings(server) == before
    assert not list(tmp_path.iterdir())
    assert unwritten == []
    creations = [asked.made for asked in recorder.asked if asked.made is not None]
    announced = re.search(
        r"at most (\d+) things, (\d+) thing groups and (\d+) jobs.* begin with (\S+),",
        " ".join(told.sentences),
    )
    assert announced is not None, told.sentences
    kinds = Counter(kind for kind, _ in dict.fromkeys(creations))
    assert kinds["thing"] <= int(announced[1])
    assert kinds["group"] <= int(announced[2])
    assert kinds["job"] <= int(announced[3])
    assert kinds.total() > 50
    assert all(name.startswith(announced[4]) for _, name in creations)


@pytest.mark.matrix
def test_a_run_that_is_interrupted_while_it_deletes_still_reports_what_it_found(
    request: pytest.FixtureRequest, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "report.json").write_text('{"conforms": true, "interrupted": false}')
    deleting, listed = threading.Event(), []

    def gate(asked: Asked) -> bool:
        """Hold the run up at a deletion after its listings."""
        if asked.method == "GET" and asked.path == "/jobs":
            listed.append(asked)
        if asked.method == "DELETE" and asked.path.startswith("/thing") and len(listed) > 100:
            deleting.set()
            time.sleep(0.05)
        return True

    with (
        recording(server.url, gate) as recorder,
        begun(tmp_path, recorder.url, "--only", "listing/*") as run,
    ):
        assert deleting.wait(30)
        run.send(signal.SIGINT)
        assert run.ended() == 130
        ledger = run.ledger
        assert ledger is not None
        assert str(ledger) in run.errors
        assert cleanup(ledger).exit_code == 0
    assert names_of(holdings(server)) == set()
    assert json.loads((tmp_path / "report.json").read_bytes())["interrupted"] is True


@pytest.mark.matrix
def test_what_is_made_only_after_the_interrupt_is_not_forgotten(
    request: pytest.FixtureRequest, server: Server, tmp_path: Path
) -> None:
    under_way, after = threading.Event(), threading.Event()

    def gate(asked: Asked) -> bool:
        """Let the first thing group be made a little late, as a slow target does."""
        if asked.made is not None and asked.made[0] == "group" and not under_way.is_set():
            under_way.set()
            after.wait(2)
        return True

    with (
        recording(server.url, gate) as recorder,
        begun(tmp_path, recorder.url, "--only", "listing/*") as run,
    ):
        assert under_way.wait(30)
        run.send(signal.SIGINT)
        assert run.ended() == 130
        after.set()
        ledger = run.ledger
    # Either it is gone, or the ledger still names it.
    left = {name for _, _, name in names_of(holdings(server))}
    named = ledger.read_text() if ledger is not None and ledger.exists() else ""
    assert all(f'"name":"{name}"' in named for name in left)
