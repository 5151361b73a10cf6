"""``run`` as a person or a script meets it: output, files, exit statuses."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from typer.testing import Result

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.schemas import load

from ..helpers.servers import Server
from .conftest import command


def check(tmp_path: Path, *arguments: str) -> Result:
    return command("run", "--budget", "quick", "--output", str(tmp_path / "out"), *arguments)


def test_a_conforming_target_ends_with_0_and_a_valid_report(tmp_path: Path) -> None:
    result = check(tmp_path, "reference")
    assert result.exit_code == 0, result.output
    assert "conforms" in result.stdout
    document = json.loads((tmp_path / "out" / "report.json").read_text())
    jsonschema.validate(document, load("report"))
    assert document["conforms"] is True
    assert document["totals"]["fail"] == 0


def test_a_failing_target_ends_with_1_and_shows_what_is_wrong(tmp_path: Path) -> None:
    result = check(tmp_path, "reference:status-ignored")
    assert result.exit_code == 1
    text = result.stdout
    assert "1 filter/status (documented)" in text
    assert CATALOGUE["filter/status"].sentence in text
    assert "misfiltered on page 1" in text
    assert re.search(r"> 2  GET /jobs\?status=[A-Z_]+&maxResults=250", text)
    again = "listjobs-conformance replay filter/status --target reference:status-ignored"
    assert f"  {again} --output {tmp_path / 'out'}\n" in text
    assert f"\n{again} --output {tmp_path / 'out'}\n" in (tmp_path / "out/summary.md").read_text()
    assert "does not conform" in text


def test_output_that_is_no_terminal_has_no_control_codes(tmp_path: Path) -> None:
    result = check(tmp_path, "reference:status-ignored")
    assert re.fullmatch(r"[\n\x20-\x7e\u00a0-\uffff]*", result.output)


def test_nothing_there_ends_with_3_one_sentence_and_a_report(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        result = check(tmp_path, url)
    assert result.exit_code == 3
    assert result.stderr.strip().splitlines()[-1] == (
        f"listjobs-conformance: no usable answer from {url}: connection refused; is it running? "
        "--wait SECONDS waits for one that is still starting"
    )
    assert "--wait" not in check(tmp_path, url, "--wait", "0.1").stderr
    document = json.loads((tmp_path / "out" / "report.json").read_text())
    assert document["totals"]["inconclusive"] == len(document["results"])


def test_an_interrupted_run_reports_what_was_found_and_ends_with_130(tmp_path: Path) -> None:
    output = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "listjobs_conformance", "run", "moto", "--output", str(output)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        # Its third line says that it has begun to list.
        lines = [process.stderr.readline() for _ in range(3)]
        assert "listing" in lines[2], lines
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Traceback" not in out + err
    assert f"report: {output / 'report.json'}\n" in out
    document = json.loads((output / "report.json").read_text())
    assert document["interrupted"] is True


@pytest.fixture
def served() -> str:
    """The URL of a reference server in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "listjobs_conformance", "serve"],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) in (0, -signal.SIGTERM, 143, 130)


def test_a_served_reference_conforms_over_a_socket(tmp_path: Path, served: str) -> None:
    fresh = check(tmp_path, served, "--reset", "/_listjobs/reset", "--strict")
    assert fresh.exit_code == 0, fresh.output


def test_a_shared_world_is_made_under_a_prefix_and_deleted(tmp_path: Path, served: str) -> None:
    iot = Server(served).client()
    thing = iot.create_thing(thingName="theirs")["thingArn"]
    iot.create_job(jobId="theirs", targets=[thing], document="{}")
    result = check(tmp_path, served)
    assert result.exit_code == 0, result.output
    assert [job["jobId"] for job in iot.list_jobs()["jobs"]] == ["theirs"]
    assert [thing["thingName"] for thing in iot.list_things()["things"]] == ["theirs"]
    assert iot.list_thing_groups()["thingGroups"] == []
    report = (tmp_path / "out" / "report.json").read_text()
    assert not re.search(r"lj[0-9a-f]{6}-", report)


def test_workers_that_are_interrupted_leave_a_report_that_says_so(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "listjobs_conformance", "run", "reference", "-n", "2"),
            *("--budget", "thorough", "--output", str(out)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "in process" in process.stderr.readline()
    assert "finding out what the target can hold" in process.stderr.readline()
    assert "checking with 2 workers" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.endswith("listjobs-conformance: interrupted\n")
    assert json.loads((out / "report.json").read_text())["interrupted"] is True
    assert (out / "summary.md").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("http://127.0.0.1:1", "--world", "existing", "--reset", "moto"),
            "--world existing writes nothing, and empties nothing: leave out --reset",
        ),
        (("http://127.0.0.1:1", "--wait", "-1"), "--wait is at least 0, not -1"),
        (
            ("moto", "--wait", "1"),
            "--wait is for servers that are still starting, and moto is none",
        ),
    ],
)
def test_what_cannot_be_meant_ends_with_2_and_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    result = check(tmp_path, *arguments)
    assert result.exit_code == 2
    assert result.stderr == f"listjobs-conformance: {sentence}\n"


def test_a_target_is_called_what_the_user_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTJOBS_TARGET_VERSION", "2.1")
    result = check(tmp_path, "reference", "--label", "ours", "--only", "listing/no-duplicates")
    assert result.exit_code == 0
    assert "ours 2.1 conforms" in result.stdout
    document = json.loads((tmp_path / "out" / "report.json").read_text())
    assert document["target"]["implementation"] == "ours 2.1"
    assert document["target"]["name"] == "reference"
