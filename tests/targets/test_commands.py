"""Servers that are started for a run: on a free port, and ended with it in every case."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from listjobs_conformance.cli import app
from listjobs_conformance.evidence import Exchange, Request
from listjobs_conformance.targets.commands import Command, free_port, split
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.probing import reach
from listjobs_conformance.targets.target import TargetError
from listjobs_conformance.wire import Signs

from ..helpers.commands import command
from ..helpers.runs import quick

SERVER = """
import os, signal, subprocess, sys, time
from wsgiref.simple_server import WSGIRequestHandler, make_server
from listjobs_conformance.server import ReferenceServer

class Quiet(WSGIRequestHandler):
    def log_message(self, *_): pass

if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
with open(sys.argv[2], "a") as pids:
    print(os.getpid(), child.pid, file=pids)
if "dies" in sys.argv:
    print("no \\x1b[31mdatabase")
    sys.exit(3)
if "mute" in sys.argv:
    time.sleep(600)
if "late" in sys.argv:
    time.sleep(0.5)
make_server("127.0.0.1", int(sys.argv[1]), ReferenceServer(), handler_class=Quiet).serve_forever()
"""

RESET = Options(reset="/_listjobs/reset")


class Started:
    """The command line of a server, and which processes it has become."""

    def __init__(self, folder: Path) -> None:
        self._pids = folder / "pids"
        self._script = folder / "server.py"
        self._script.write_text(SERVER)

    def line(self, *how: str) -> str:
        words = [sys.executable, str(self._script), "{port}", str(self._pids), *how]
        return "command:" + " ".join(words)

    @property
    def pids(self) -> list[int]:
        return [int(pid) for pid in self._pids.read_text().split()] if self._pids.exists() else []

    def begun(self, count: int = 2) -> None:
        deadline = time.monotonic() + 60
        while len(self.pids) < count:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def left(self, within: float = 20.0) -> list[int]:
        """Which of them are still there, after a while."""
        deadline = time.monotonic() + within
        while (left := [pid for pid in self.pids if alive(pid)]) and time.monotonic() < deadline:
            time.sleep(0.02)
        return left


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and that nobody has looked at does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc/self").exists()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    made = Started(tmp_path)
    yield made
    for pid in made.left(0.0):
        os.kill(pid, signal.SIGKILL)


def test_a_server_is_started_checked_and_ended_with_its_children(started: Started) -> None:
    target = open_target(started.line("late"), RESET)
    assert target.own
    report = quick(target)
    assert report.status == 0
    assert report.target["name"] == started.line("late")
    assert report.target["url"] is None  # It is another one each time.
    assert len(started.pids) == 2
    assert started.left(0.0) == []


def test_one_that_does_not_listen_to_sigterm_is_killed(started: Started) -> None:
    target = open_target(started.line("stubborn"), RESET)
    assert reach(target) is None
    target.close()
    assert started.left(0.0) == []


def test_one_that_ends_at_once_says_how_and_what_it_printed_last(started: Started) -> None:
    target = open_target(started.line("dies"), RESET)
    assert reach(target) == (
        f"{started.line('dies')} ended with exit status 3, and printed last: no \x1b[31mdatabase"
    )
    target.close()
    assert started.left(0.0) == []


def test_the_command_says_so_in_one_harmless_line(started: Started, tmp_path: Path) -> None:
    with command(tmp_path, "run", started.line("dies"), "--output", str(tmp_path / "o")) as run:
        assert run.ended() == 3
        _headline, sentence = run.errors.splitlines()
    assert "no \\x1b[31mdatabase" in sentence
    assert started.left(0.0) == []


def test_one_that_never_answers_is_given_up_after_the_wait(started: Started) -> None:
    target = open_target(started.line("mute"), Options(wait=0.3))
    said = reach(target)
    target.close()
    assert said == (
        f"no usable answer from {started.line('mute')} within 0.3 s: connection refused, and "
        "printed nothing"
    )
    assert started.left(0.0) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("how", ["serves", "mute"])
def test_nothing_is_left_however_the_run_ends(
    started: Started, tmp_path: Path, number: int, how: str
) -> None:
    arguments = ("run", started.line(how), "--reset", "/_listjobs/reset", "--budget", "standard")
    with command(tmp_path, *arguments, "--output", str(tmp_path / "o")) as run:
        started.begun()
        run.send(number)
        assert run.process.wait(60) in (130, -signal.SIGKILL)
    assert started.left() == []


@pytest.mark.matrix
def test_each_worker_has_a_server_of_its_own(started: Started, tmp_path: Path) -> None:
    arguments = ("run", started.line(), "--reset", "/_listjobs/reset", "--only", "listing/complete")
    with command(
        tmp_path, *arguments, "--budget", "quick", "-n", "2", "--output", str(tmp_path / "o")
    ) as run:
        assert run.ended() == 0
    assert len(started.pids) == 2 * 3  # One more is asked what a target can hold.
    assert started.left() == []


def test_one_that_ends_on_the_way_says_so(started: Started) -> None:
    target = open_target(started.line(), RESET)
    send, count = target.transport.send, iter(range(1_000_000))

    def ends(request: Request, signer: Signs) -> Exchange:
        if next(count) == 300:
            os.kill(started.pids[0], signal.SIGKILL)
        return send(request, signer)

    target.transport.send = ends  # type: ignore[method-assign]
    report = quick(target)
    assert report.status == 3
    said = f"{started.line()} ended with exit status 137, and printed nothing"
    assert said in {result.reason for result in report.results}
    assert started.left(0.0) == []


# What is said of a command line that is none.


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("moto_server", "does not say where the port goes: {port}"),
        ("", "does not say where the port goes"),
        ("serve {prot} {port}", "has {prot}, which is neither {port} nor {host}"),
        ("serve {} {port}", "has {}, which is neither"),
        ("serve '{port}", "No closing quotation"),
        ("serve {port", "cannot be read"),
        ("serve {port.x}", "does not say where"),
        ("no-such-command-anywhere {port}", "there is no command 'no-such-command-anywhere'"),
    ],
)
def test_a_line_that_is_no_command_is_refused(line: str, words: str) -> None:
    with pytest.raises(TargetError) as refused:
        open_target(f"command:{line}", Options())
    assert words in str(refused.value)


def test_words_are_split_as_a_shell_does_and_no_shell_reads_them() -> None:
    assert split("a 'b c' --at={host}:{port} ; {{x}} $HOME", "127.0.0.1", 7) == [
        "a",
        "b c",
        "--at=127.0.0.1:7",
        ";",
        "{x}",
        "$HOME",
    ]


def test_what_is_shown_of_the_output_is_bounded(tmp_path: Path) -> None:
    script = tmp_path / "loud.py"
    script.write_text("print('x' * 100_000, 'the end')")
    started = Command.start(f"{sys.executable} -S {script} {{port}}")
    deadline = time.monotonic() + 60
    while (said := started.ended()) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    started.close()
    assert said is not None
    assert said.endswith("x the end")
    assert len(said) < 1000


# Servers that somebody else starts.


def test_a_server_that_is_only_starting_is_waited_for(started: Started, tmp_path: Path) -> None:
    port = free_port()
    words = [sys.executable, str(tmp_path / "server.py"), str(port), str(tmp_path / "pids"), "late"]
    process = subprocess.Popen(words)
    try:
        target = open_target(f"http://127.0.0.1:{port}", Options(wait=60.0))
        assert reach(target) is None
        assert target.requests < 5  # However often it was tried.
        target.close()
    finally:
        process.kill()
        process.wait()


def test_nothing_is_waited_for_unasked() -> None:
    target = open_target(f"http://127.0.0.1:{free_port()}", Options())
    began = time.monotonic()
    assert "connection refused; is it running? --wait SECONDS waits" in str(reach(target))
    assert time.monotonic() - began < 5


def test_what_is_in_this_process_is_not_waited_for() -> None:
    with pytest.raises(TargetError, match="--wait is for servers that are still starting"):
        open_target("reference", Options(wait=1.0))


def test_one_that_ends_during_the_run_is_told_in_the_last_lines(tmp_path: Path) -> None:
    script = tmp_path / "dying.py"
    script.write_text(
        SERVER.replace(
            'make_server("127.0.0.1", int(sys.argv[1]), ReferenceServer()',
            "inner, asked = ReferenceServer(), []\n"
            "def dying(environ, start_response):\n"
            "    asked.append(1)\n"
            "    if len(asked) > 900:\n"
            '        print("no memory", flush=True)\n'
            "        os._exit(9)\n"
            "    return inner(environ, start_response)\n"
            'make_server("127.0.0.1", int(sys.argv[1]), dying',
        )
    )
    line = f"command:{sys.executable} {script} {{port}} {tmp_path / 'pids'}"
    options = (
        "--reset",
        "/_listjobs/reset",
        "--budget",
        "quick",
        "--output",
        str(tmp_path / "out"),
    )
    result = CliRunner().invoke(app, ["run", line, *options, "-q"], env={"COLUMNS": "999"})
    assert result.exit_code == 3
    assert f"{line} ended with exit status 9, and printed last: no memory\n" in result.stdout
