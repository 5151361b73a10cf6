"""What the commands share: the budgets on offer, and what is said of bad usage."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console
from rich.live import Live

from listjobs_conformance.cli.console import Budget, Interrupts, LiveProgress, LogProgress
from listjobs_conformance.engine.budgets import BUDGETS

from .conftest import command


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "motto"], "no target that is known: did you mean moto?"),
        (["run", "refernce:status-ignored"], "did you mean reference:status-ignored?"),
        (["run", "мото"], "did you mean moto?"),
        (["run", "ministack"], "did you mean http://127.0.0.1:4566 --reset ministack?"),
        (["run", "localhost:5000"], "did you mean http://localhost:5000?"),
        (["run", "http:localhost:5000"], "did you mean http://localhost:5000?"),
        (["run", "http://127.0.0.1:1", "--reset", "minstack"], "did you mean ministack?"),
        (["run", "moto", "--world", "frsh"], "did you mean fresh?"),
        (["run", "moto", "--budget", "quik"], "did you mean quick?"),
        (["run", "moto", "--mode", "explor"], "did you mean explore?"),
        (["run", "moto", "--only", "filter"], "did you mean filter/*?"),
        (["run", "moto", "--only", "status"], "error/status, filter/status or summary/status?"),
        (["run", "backend:app"], "did you mean wsgi:backend:app?"),
        (["run", "my.backend:make_app()"], "did you mean wsgi:my.backend:make_app()?"),
        (["run", "comand:python s.py {port}"], "did you mean command:python s.py {port}?"),
        (["run", "wsgi: mok:app"], "'wsgi: mok:app' has a blank in it: write wsgi:mok:app"),
        (["run", "moto", "--seeder", "a: b"], "'--seeder a: b' has a blank in it: write --seeder"),
        (["run", "moto", "-v", "-q"], "-v shows more and -q less: give one of them"),
        (["run", "moto", "--timeout", "nan"], "--timeout is at least 0.1"),
        (["run", "moto", "--max-failures", "0"], "--max-failures is at least 1"),
        (["run", "http://127.0.0.1:1", "--list", "--world", "fresh"], "needs --reset"),
        (["run", "moto:x"], "no target that is known"),
        (["run", "reference:status-ignore"], "status-ignored"),
        (["run", "http://"], "no URL"),
        (["run", "http://127.0.0.1:99999"], "no URL"),
        (["run", "http://user:secret@127.0.0.1:1"], "credentials in the URL"),
        (["run", "http://192.0.2.1"], "--allow-writes"),
        (["run", "--only", "filter/stats"], "did you mean filter/status"),
        (["run", "--skip", "nothing/*"], "no requirement matches"),
        (["run", "--budget", "huge"], "huge"),
        (["run", "--world", "flat"], "flat"),
        (["run", "--timeout", "0"], "--timeout"),
        (["run", "moto", "--reset", "/x"], "resets itself"),
        (["run", "http://127.0.0.1:1", "--world", "fresh"], "needs --reset"),
        (["run", "http://127.0.0.1:1", "--reset", "x"], "neither a path"),
        (["run", "http://127.0.0.1:1", "--reset", "http://192.0.2.1/x"], "another host"),
        (["run", "moto", "--output", "/dev/null/x"], "cannot write"),
        (["explain", "filter/stat"], "did you mean filter/status"),
        (["requirements", "xyz/*"], "no requirement matches"),
        (["serve", "--fault", "status-ignord"], "status-ignored"),
        (["serve", "--port", "99999"], "65535"),
    ],
    ids=" ".join,
)
def test_bad_usage_ends_with_2_and_one_sentence(arguments: list[str], words: str) -> None:
    result = command(*arguments)
    assert result.exit_code == 2, result.output
    assert words in " ".join(result.output.replace("│", " ").split())
    assert "Traceback" not in result.output
    assert "secret" not in result.output


def test_the_budgets_on_offer_are_those_of_the_runner() -> None:
    assert {budget.value for budget in Budget} == set(BUDGETS)


def test_an_interrupt_that_something_swallowed_ends_the_run_before_the_next_example(
    capsys: pytest.CaptureFixture[str],
) -> None:
    interrupts = Interrupts()
    told = LogProgress(interrupts)
    told.update("listing", 0, 0)
    with pytest.raises(KeyboardInterrupt):
        interrupts(2, None)
    with pytest.raises(KeyboardInterrupt):
        told.update("listing", 1, 1)
    # What clears away goes on.
    told.ending()
    told.update("deleting 3 things", 1, 1)
    assert "deleting 3 things" in capsys.readouterr().err


def test_progress_says_how_far_it_is_what_was_found_and_what_is_done() -> None:
    told = LogProgress(Interrupts())
    assert told.line("finding out", 0) == "finding out"
    told.planned, told.wanted = 200, frozenset({"a", "b", "c"})
    told.broken |= {"b", "c", "not asked for"}
    share, left, found, what = told.line("listing", 100).split(" · ")
    assert (share, found, what) == ("50%", "2 broken", "listing")
    assert re.fullmatch(r"\d+ s left", left)
    told.shrunk = (0, 3)
    told.stepped()
    assert told.line("shrinking", 200) == "1 of 3 · 2 broken · shrinking"


@pytest.mark.parametrize("width", [20, 40, 200])
def test_at_a_terminal_progress_is_one_line_however_narrow(width: int) -> None:
    written = io.StringIO()
    console = Console(file=written, width=width, force_terminal=True, color_system=None)
    with Live(console=console, auto_refresh=False) as live:
        told = LiveProgress(live, Interrupts())
        told.planned = 100
        told.update("looking for the smallest example of pagination/terminates", 50, 7)
        assert len(console.render_lines(live.get_renderable())) == 1
        live.refresh()
    assert "50%" in written.getvalue()
