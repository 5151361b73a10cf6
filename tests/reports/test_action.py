"""The GitHub action: its scripts are run as GitHub would, with the environment that it gives."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]

Step = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "action.yml").read_text())


@pytest.fixture
def step(action: dict[str, Any], tmp_path: Path) -> Step:
    """Run the script of the last step with these inputs."""

    def run(**inputs: str) -> subprocess.CompletedProcess[str]:
        last = action["runs"]["steps"][-1]
        script = tmp_path / "script.sh"
        script.write_text(last["run"])
        given = {name: inputs.get(name.removeprefix("GATE_").lower(), "") for name in last["env"]}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=tmp_path,
            env={
                **os.environ,
                **given,
                "GATE_BIN": str(Path(sys.executable).parent),
                "RUNNER_TEMP": str(tmp_path),
                "GITHUB_ACTIONS": "true",
                "GITHUB_OUTPUT": str(tmp_path / "output"),
                "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def outputs(tmp_path: Path) -> dict[str, str]:
    lines = (tmp_path / "output").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_no_script_holds_an_expression_and_every_input_is_used(action: dict[str, Any]) -> None:
    steps = action["runs"]["steps"]
    assert not [step for step in steps if "${{" in step.get("run", "")]
    for name in action["inputs"]:
        assert f"inputs.{name}" in str(steps), name
    assert set(action["outputs"]) == {"report", "conforms"}


def test_a_target_that_conforms(step: Step, tmp_path: Path) -> None:
    ended = step(target="reference", budget="quick", strict="true", args="--only filter/s*")
    assert ended.returncode == 0, ended.stderr
    found = outputs(tmp_path)
    assert found["conforms"] == "true"
    names = {path.name for path in Path(found["report"]).iterdir()}
    assert {"report.json", "junit.xml", "summary.md"} <= names
    assert (tmp_path / "summary").read_text() == (Path(found["report"]) / "summary.md").read_text()
    assert '"strict": true' in (Path(found["report"]) / "report.json").read_text()


def test_a_target_that_does_not(step: Step, tmp_path: Path) -> None:
    ended = step(
        target="reference:status-ignored", budget="quick", args="--only filter/status\n  --seed 1"
    )
    assert ended.returncode == 1, ended.stderr
    assert outputs(tmp_path)["conforms"] == "false"
    assert "does not conform" in (tmp_path / "summary").read_text()
    _, error, after = ended.stdout.partition("\n::error title=fail filter/status::")
    assert error
    # What is shown of the target commands nothing.
    assert after.index("::stop-commands::") < after.index("does not conform")


def test_nothing_is_checked_where_no_target_is_named(step: Step, tmp_path: Path) -> None:
    ended = step()
    assert ended.returncode == 2, ended.stdout
    assert "no target is named" in ended.stderr
    assert outputs(tmp_path)["conforms"] == "false"


def test_inputs_are_no_shell_and_no_options(step: Step, tmp_path: Path) -> None:
    ended = step(target="--help", args="--only $(touch seen) `touch seen` ; touch seen")
    assert ended.returncode == 2, ended.stdout
    assert outputs(tmp_path)["conforms"] == "false"
    assert not (tmp_path / "seen").exists()
