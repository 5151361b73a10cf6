"""Scripts of cases, run as whoever gets one runs it: by boto3, without this project."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from listjobs_conformance.cases.case import Case, case_of_document, read_cases
from listjobs_conformance.cases.script import NoScript, script
from listjobs_conformance.server import ReferenceServer, serving

from ..conftest import Run

KEYS = {"AWS_ACCESS_KEY_ID": "123456789012", "AWS_SECRET_ACCESS_KEY": "listjobs-conformance"}
"""The ones that a reference server knows that checks signatures."""


def cases_of(run: Run, folder: Path, name: str, **settings: object) -> list[Case]:
    run(f"reference:{name}", keeps_cases=folder, **settings)
    return read_cases([folder])


def ran(
    text: str, path: Path, *behaviours: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The script as a process of its own, against a reference server on a socket."""
    assert "listjobs_conformance" not in text
    path.write_text(text)
    with serving(ReferenceServer(behaviours)) as url:
        return subprocess.run(
            [sys.executable, "-I", str(path), url],
            capture_output=True,
            text=True,
            timeout=60,
            env={"PATH": os.environ["PATH"], **environment},
        )


@pytest.mark.parametrize(
    "fault",
    [
        "status-ignored",
        pytest.param("lose-job-at-page-boundary", marks=pytest.mark.matrix),
        pytest.param("offset-in-token", marks=pytest.mark.matrix),
        "delete-leaves-cached-listings",
        "last-value-wins",
        pytest.param("enums-not-decoded", marks=pytest.mark.matrix),
        "times-in-milliseconds",
        pytest.param("error-without-type", marks=pytest.mark.matrix),
        pytest.param("negative-size-crashes", marks=pytest.mark.matrix),
    ],
)
def test_a_script_shows_the_defect_and_its_absence(run: Run, tmp_path: Path, fault: str) -> None:
    (case,) = cases_of(run, tmp_path, fault, shrinking=fault not in ("last-value-wins",))
    text = script(case)
    shown = ran(text, tmp_path / "case.py", fault)
    assert shown.returncode == 1, shown.stdout + shown.stderr
    *answers, expected, actual, told = shown.stdout.splitlines()
    assert len(answers) == len(case.requests)
    assert [line[0] for line in answers].count(">") == 1
    assert expected == f"expected: {case.expected}"
    assert actual == f"actual:   {case.actual}"
    assert told == "the defect shows"
    absent = ran(text, tmp_path / "case.py")
    assert absent.returncode == 0, absent.stdout + absent.stderr
    assert absent.stdout.splitlines()[-1].endswith("the defect does not show")


def test_a_script_asks_without_credentials_where_that_is_the_case(run: Run, tmp_path: Path) -> None:
    (case,) = cases_of(run, tmp_path, "unsigned-accepted", check_access=True)
    text = script(case)
    assert ran(text, tmp_path / "s.py", "unsigned-accepted", **KEYS).returncode == 1
    assert ran(text, tmp_path / "s.py", "checks-signatures", **KEYS).returncode == 0


def test_a_script_that_reaches_nothing_says_so(run: Run, tmp_path: Path) -> None:
    (case,) = cases_of(run, tmp_path, "status-ignored", shrinking=False)
    path = tmp_path / "s.py"
    path.write_text(script(case))
    done = subprocess.run(
        [sys.executable, "-I", str(path), "http://127.0.0.1:1"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith("it could not be tried:")


def test_a_script_is_clean_and_short(run: Run, tmp_path: Path) -> None:
    for case in cases_of(run, tmp_path, "status-ignored+scheduled-jobs-hidden+offset-in-token"):
        path = tmp_path / "s.py"
        path.write_text(script(case))
        linted = subprocess.run(
            [sys.executable, "-m", "ruff", "check", "--isolated", str(path)],
            capture_output=True,
            text=True,
        )
        assert linted.returncode == 0, linted.stdout
        assert len(path.read_text().splitlines()) < 100


def test_what_no_script_can_show_is_said(run: Run, tmp_path: Path) -> None:
    for fault in ("regions-share-jobs", "updated-before-created"):
        (case,) = cases_of(run, tmp_path / fault, fault, shrinking=False)
        with pytest.raises(NoScript, match=case.requirement):
            script(case)


NASTY = (
    "'''\"\"\"\n import os; os.abort() #\\\n{{ 7 * 7 }}{% raw %}\u2028\u202e\x1b[2J"
    "coding: punycode\r\x0c\x00"
)


def test_no_text_of_a_target_becomes_code(run: Run, tmp_path: Path) -> None:
    (case,) = cases_of(run, tmp_path, "offset-in-token")
    document = json.loads(json.dumps(case.document()))
    for name in ("message", "expected", "actual"):
        document[name] = NASTY
    document["target"]["implementation"] = NASTY
    for request in document["requests"]:
        request["answer"]["error"] = NASTY
        request["answer"]["jobs"] = [NASTY]
    document["requests"][0]["target"] += "&status=" + NASTY
    document["requests"][1]["target"] = "/jobs/" + NASTY
    document["requests"][2]["target"] += "&" + NASTY + "=1"
    text = script(case_of_document(document))
    known = {"call", "token", "send", "make", "make_world", "note", "quote"}
    tree = ast.parse(text)
    calls = [n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and hasattr(n.func, "id")]
    assert set(calls) - known <= {
        "SigV4Auth",
        "AWSRequest",
        "URLLib3Session",
        "Config",
        "bool",
        "getattr",
        "isinstance",
        "len",
        "print",
        "sorted",
        "str",
        "repr",
    }
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert all(line.isprintable() for line in comments)
    assert not any("coding" in line for line in text.splitlines()[:2])
    assert "49" not in text
    compile(text, "script", "exec")
