"""How the command ends when the error is its own, and not the user's or the target's."""

from __future__ import annotations

import sys

import pytest

from listjobs_conformance import cli


def test_an_error_of_our_own_is_one_sentence_and_exit_status_4(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    def check(*_: object) -> None:
        raise RuntimeError("something\nthat \x1b[31mcannot be")

    monkeypatch.setattr(sys.modules["listjobs_conformance.cli.run"], "check", check)
    monkeypatch.setattr(
        "sys.argv", ["listjobs-conformance", "run", "moto", "--output", f"{tmp_path}"]
    )
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 4
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2  # The first line of every run, and this.
    assert "an error of its own ended the command" in said[1]
    assert r"RuntimeError: something that \x1b[31mcannot be (test_main.py, line" in said[1]


def test_ctrl_c_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def app() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "app", app)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
