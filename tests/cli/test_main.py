"""The command as a whole: what it loads, lists and completes, and how it ends by its own fault."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import subprocess
import sys

import pytest

from listjobs_conformance import cli

from .conftest import command

HEAVY = {"boto3", "botocore", "cattrs", "hypothesis", "jinja2", "jsonschema", "moto", "urllib3"}
"""What takes a while to import."""


def test_an_error_of_our_own_is_one_sentence_and_exit_status_4(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    def check(*_: object) -> None:
        raise RuntimeError("something\nthat \x1b[31mcannot be")

    monkeypatch.setattr("listjobs_conformance.cli.running.check", check)
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


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a call of the command has loaded when it ends."""
    code = (
        "import sys\nfrom listjobs_conformance.cli import main\n"
        f"sys.argv[1:] = {list(arguments)!r}\n"
        "try:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ended.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["--show-completion"]])
def test_help_and_version_load_nothing_heavy(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL", "/bin/bash")
    loaded = loaded_by(*arguments)
    assert not loaded & {*HEAVY, "jsonschema_rs", "orjson", "rich.table"}
    assert not {name for name in loaded if name.startswith("listjobs_conformance.contract")}


@pytest.mark.parametrize(
    "arguments", [["requirements"], ["explain", "filter/status"]], ids=" ".join
)
def test_what_shows_the_contract_loads_that_and_no_way_to_ask(arguments: list[str]) -> None:
    assert loaded_by(*arguments) & HEAVY <= {"cattrs"}  # It reads the examples of answers.


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    module, function, summary = cli.COMMANDS[name]
    loaded = importlib.import_module(f"listjobs_conformance.cli.{module}")
    said = " ".join(str(inspect.getdoc(getattr(loaded, function))).split())
    assert said.startswith(summary.removesuffix("."))
    assert summary in command("--help").stdout
    assert command(name, "--help").exit_code == 0


def test_the_version_is_that_of_the_distribution() -> None:
    version = importlib.metadata.version("listjobs-conformance")
    assert command("--version").stdout == f"listjobs-conformance {version}\n"


def test_a_misspelt_command_is_answered_with_the_nearest() -> None:
    result = command("exlpain")
    assert result.exit_code == 2
    assert "explain" in result.output


def test_options_are_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_LISTJOBS_CONFORMANCE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "listjobs-conformance run --max-f")
    monkeypatch.setenv("COMP_CWORD", "2")
    code = "import sys; from listjobs_conformance.cli import main; sys.argv = [NAME]; main()"
    ended = subprocess.run(
        [sys.executable, "-c", code.replace("NAME", "'listjobs-conformance'")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.split() == ["--max-failures"], ended.stderr


def test_the_exit_statuses_stand_in_the_help_of_run() -> None:
    text = " ".join(command("run", "--help").stdout.split())
    for status in ("0 it conforms", "1 something that gates failed", "130 interrupted"):
        assert status in text


@pytest.mark.parametrize("name", ["run", "replay"])
def test_a_default_is_told_without_brackets_of_its_own(name: str) -> None:
    told = " ".join(command(name, "--help").output.split())
    assert "[default: 10]" in told
    assert "[default: listjobs-report]" in told
    assert "[default: (" not in told
