"""Where settings are said: a value that cannot be used is named by the place that says it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from listjobs_conformance.clients import aws_cli
from listjobs_conformance.config.choices import choose
from listjobs_conformance.config.options import (
    AWS_CLI,
    OPTIONS,
    ConfigurationError,
    said_elsewhere,
)
from listjobs_conformance.reports.commands import Commands
from listjobs_conformance.reports.record import Result

from ..cli.conftest import command


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        (
            "LISTJOBS_BUGDET",
            "quick",
            "LISTJOBS_BUGDET, which is no option: did you mean LISTJOBS_B",
        ),
        ("LISTJOBS_", "", "LISTJOBS_, which is no option"),
        ("LISTJOBS_SEED", "x", "LISTJOBS_SEED is 'x', and takes a whole number"),
        ("LISTJOBS_STRICT", "maybe", "LISTJOBS_STRICT is 'maybe', and takes true or false"),
        ("LISTJOBS_TIMEOUT", "soon", "LISTJOBS_TIMEOUT is 'soon', and takes a number"),
        ("LISTJOBS_TIMEOUT", "nan", "LISTJOBS_TIMEOUT is at least 0.1, not nan"),
        ("LISTJOBS_BUDGET", "huge", "LISTJOBS_BUDGET 'huge' is none of quick, standard"),
        ("LISTJOBS_TARGET", "motto", "LISTJOBS_TARGET: 'motto' is no target that is known"),
        ("LISTJOBS_ONLY", "filter", "LISTJOBS_ONLY: no requirement matches 'filter'"),
        ("LISTJOBS_SKIP", "fliter/*", "LISTJOBS_SKIP: no requirement matches"),
        ("LISTJOBS_REQUIRE", "filter", "LISTJOBS_REQUIRE: no requirement matches"),
        ("LISTJOBS_WORLD", "flat", "LISTJOBS_WORLD 'flat' is neither"),
        ("LISTJOBS_RESET", "/reset", "LISTJOBS_RESET is for targets behind a URL"),
        ("LISTJOBS_SEEDER", "no_such:seed", "LISTJOBS_SEEDER no_such:seed"),
        ("LISTJOBS_WAIVERS", "none.toml", "LISTJOBS_WAIVERS: cannot read none.toml"),
        ("LISTJOBS_CASES", "none", "LISTJOBS_CASES: cannot read none"),
    ],
)
def test_what_a_variable_says_wrongly_is_wrong_usage_that_names_it(
    variable: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, value)
    named = [] if variable == "LISTJOBS_TARGET" else ["moto"]
    result = command("run", *named)
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert f"--{variable.removeprefix('LISTJOBS_').lower()} " not in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_what_begins_a_run_too_late_to_be_looked_at_before_is_named_so_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LISTJOBS_WORLD", "fresh")
    result = command("run", "http://127.0.0.1:1")
    assert result.exit_code == 2
    assert "LISTJOBS_WORLD fresh needs --reset" in result.stderr


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("budgt = 'quick'", "has 'budgt', which is no option: did you mean budget?"),
        ("budget = 'huge'", "budget in pyproject.toml 'huge' is none of"),
        ("budget = 3", "budget in pyproject.toml is 3, and takes text"),
        ("seed = 1.5", "seed in pyproject.toml is 1.5, and takes a whole number"),
        ("seed = true", "seed in pyproject.toml is True, and takes a whole number"),
        ("strict = 1", "strict in pyproject.toml is 1, and takes true or false"),
        ("only = [1]", "only in pyproject.toml is [1], and takes a list of texts"),
        ("only = 1", "only in pyproject.toml is 1, and takes a list of texts"),
        ("target = 'motto'", "target in pyproject.toml: 'motto' is no target"),
    ],
)
def test_what_pyproject_says_wrongly_is_wrong_usage_that_names_it(
    line: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(f"[tool.listjobs-conformance]\n{line}\n")
    result = command("run", *([] if "target" in line else ["moto"]))
    assert result.exit_code == 2, result.output
    assert words in result.stderr


def test_a_file_whose_tools_are_no_table_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("tool = 3\n")
    with pytest.raises(ConfigurationError, match="is no table"):
        said_elsewhere(tmp_path, {})


def test_a_variable_that_is_empty_says_nothing_and_others_are_none_of_ours(tmp_path: Path) -> None:
    environment = {"LISTJOBS_BUDGET": "", "PATH": "x", AWS_CLI: "/bin/aws"}
    assert said_elsewhere(tmp_path, environment) == {}
    assert aws_cli.COMMAND == AWS_CLI


def test_each_value_comes_with_the_place_that_said_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.listjobs-conformance]\nseed = 3\n")
    said = said_elsewhere(tmp_path, {"LISTJOBS_SEED": "4", "LISTJOBS_ONLY": "a/*, b/*"})
    assert said == {
        "seed": (3, "seed in pyproject.toml"),
        "only": (("a/*", "b/*"), "LISTJOBS_ONLY"),
    }


def test_every_option_has_a_variable_of_its_own() -> None:
    assert len({option.variable for option in OPTIONS.values()}) == len(OPTIONS)


def test_what_replay_needs_is_what_was_said_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.listjobs-conformance]\nreset = '/re set'\nbudget = 'quick'\n"
    )
    monkeypatch.setenv("LISTJOBS_TARGET", "http://127.0.0.1:5000")
    chosen = choose({"output": "out", "timeout": 10.0, "strict": True}, tmp_path)
    said = chosen.commands(chosen.said).options
    assert sorted(shlex.split(said)) == sorted(
        ["--target", "http://127.0.0.1:5000", "--reset", "/re set", "--output", "out"]
    )
    assert choose({"output": "listjobs-report"}, tmp_path).said.keys() == {
        "target",
        "reset",
        "budget",
    }


def test_what_failed_in_a_loaded_world_is_looked_at_again_by_run(tmp_path: Path) -> None:
    given = {"target": "wsgi:a:app", "world": "some world.json", "budget": "quick", "strict": True}
    (commands,) = {choose(given, tmp_path).commands(given)}
    assert commands == Commands("wsgi:a:app --world 'some world.json' --budget quick", loaded=True)
    result = Result("filter/status", "documented", "", "", "fail", 1)
    assert commands.again(result) == (
        "listjobs-conformance run wsgi:a:app --world 'some world.json' --budget quick "
        "--only filter/status"
    )
