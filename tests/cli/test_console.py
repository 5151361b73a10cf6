"""What the commands share: the budgets on offer, and what is said of bad usage."""

from __future__ import annotations

import pytest

from listjobs_conformance.cli.console import Budget, Interrupts, LogProgress
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
