"""The first line of a run: what is checked, and who said so."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from listjobs_conformance.config.choices import NoTarget, choose
from listjobs_conformance.config.headline import headline

from ..cli.conftest import command


def first_line(folder: Path, **given: object) -> str:
    choices = choose(given, folder)
    target, settings = choices.opened()
    try:
        return headline(target, settings, choices)
    finally:
        target.close()


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_says_what_is_checked_on_which_worlds_and_how_much(tmp_path: Path) -> None:
    moto = version("moto")
    assert (
        first_line(tmp_path, target="moto") == f"moto {moto} in process · fresh worlds · standard"
    )
    url = "http://127.0.0.1:1"
    assert first_line(tmp_path, target=url) == f"{url} · one shared world · standard"
    given = {"target": url, "reset": "moto", "budget": "quick", "mode": "explore"}
    said = f"{url} · fresh worlds · quick, other examples each time"
    assert first_line(tmp_path, **given) == said
    existing = first_line(tmp_path, target=url, world="existing")
    assert existing == f"{url} · the jobs that are there · standard"


def test_it_says_where_settings_come_from_that_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.listjobs-conformance]\ntarget = 'reference:status-ignored'\n"
    )
    monkeypatch.setenv("LISTJOBS_BUDGET", "quick")
    assert first_line(tmp_path) == (
        "reference:status-ignored in process · fresh worlds · quick · settings from "
        "pyproject.toml · LISTJOBS_BUDGET from the environment"
    )
    # What the command line says counts first.
    said = first_line(tmp_path, target="reference", budget="standard")
    assert said == "reference in process · fresh worlds · standard"


def test_it_is_the_first_line_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTJOBS_ONLY", "filter/status")
    result = command("run", "reference", "--budget", "quick")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == (
        "reference in process · fresh worlds · quick · LISTJOBS_ONLY from the environment"
    )


def test_a_run_without_a_target_says_so_and_shows_three(tmp_path: Path) -> None:
    result = command("run")
    assert result.exit_code == 2
    sentence, *examples = result.stderr.splitlines()
    assert "no target is named" in sentence
    assert "LISTJOBS_TARGET" in sentence
    assert len(examples) == 3
    assert all(line.startswith("  listjobs-conformance run ") for line in examples)
    assert not Path("listjobs-report").exists()
    with pytest.raises(NoTarget):
        choose({}, tmp_path).open()
