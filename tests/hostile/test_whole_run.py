"""Whatever a target answers, a run ends soon, with verdicts or a reason, and no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from listjobs_conformance.cli import app
from listjobs_conformance.schemas import REPORT, validator

from ..helpers.tiers import first_of_each
from .hostile_answers import MIB
from .hostile_bodies import HOSTILE
from .hostile_server import HostileServer

Serve = Callable[..., HostileServer]

SOON = 120
"""Seconds. Most of these runs take a few; none may hang."""

LISTINGS_THAT_ARE_SENSIBLE = 6
"""How many come first where a run is to get under way before it meets what is hostile."""

QUICKLY = ("--budget", "quick", "--timeout", "1", "--output")


@dataclass(frozen=True)
class Run:
    status: int
    printed: str
    errors: str
    report: dict[str, Any]

    def said(self) -> str:
        """Every reason and message of the report."""
        return "\n".join(
            str(result["reason"] or result["violation"]["message"])
            for result in self.report["results"]
            if result["reason"] or result["violation"]
        )

    def verdict(self, requirement: str) -> str:
        return next(str(r["verdict"]) for r in self.report["results"] if r["id"] == requirement)


def run(url: str, folder: Path, *more: str) -> Run:
    started = time.monotonic()
    result: Result = CliRunner().invoke(app, ["run", url, *more, *QUICKLY, str(folder)])
    assert time.monotonic() - started < SOON
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return judged(result.exit_code, result.stdout, result.stderr, folder)


def judged(status: int, printed: str, errors: str, folder: Path) -> Run:
    """The run, after what must hold of every run."""
    assert status in (1, 2, 3)
    for text in (printed, errors):
        assert "Traceback" not in text
        assert all(c.isprintable() or c == "\n" for c in text)
    report = json.loads((folder / "report.json").read_bytes())
    validator(REPORT).validate(report)
    assert len(json.dumps(report)) < MIB
    return Run(status, printed, errors, report)


NOT_JSON = "the body is not JSON"

FROM_THE_FIRST = {
    "never answers": "no complete answer within 1 s",
    "closes at once": "the connection was closed without an answer",
    "resets in the body": "the connection was reset in the middle of the answer",
    "drips headers": "no complete answer within 1 s",
    "drips the body": "no complete answer within 1 s",
    "interim answers without end": "no usable answer",
    "endless headers": "got more than 100 headers",
    "a length larger than the body": "closed in the middle of the body",
    "a length that is no number": "the Content-Length is no length: 'many'",
    "a chunk size that is no number": "the chunks of the body are malformed",
    "garbage instead of http": "the answer is not HTTP",
    "http 0 9": "the answer is not HTTP",
    "a header without a colon": "the headers cannot be read",
    "gzip cut short": "the gzip body ends in the middle",
    "gzip that is none": "the body is no gzip",
    "an unknown content encoding": "in an encoding that was not asked for: '\\x1b[31mbr'",
}
"""What is hostile from the first answer on ends the run at once, with one sentence."""


@pytest.mark.parametrize("name", sorted(FROM_THE_FIRST))
def test_a_target_without_an_answer_ends_the_run_with_3_and_one_sentence(
    name: str, serve: Serve, tmp_path: Path
) -> None:
    server = serve(name)
    ended = run(server.url, tmp_path)
    assert ended.status == 3
    assert ended.printed == ""
    _headline, sentence = ended.errors.splitlines()
    assert sentence.startswith(f"listjobs-conformance: no usable answer from {server.url}: ")
    assert FROM_THE_FIRST[name] in sentence
    assert ended.report["requests"] == 1


def test_nothing_at_the_other_end_is_told_in_one_sentence(tmp_path: Path) -> None:
    ended = run("http://127.0.0.1:9", tmp_path)
    assert ended.status == 3
    assert ended.errors.splitlines()[1:] == [
        "listjobs-conformance: no usable answer from http://127.0.0.1:9: connection refused; is "
        "it running? --wait SECONDS waits for one that is still starting"
    ]


IN_THE_MIDDLE = {
    "never answers": "no complete answer within 1 s",
    "resets before the answer": "the connection was reset without an answer",
    "a chunk cut short": "closed in the middle of the body",
    "a length of 5000 digits": "the body is larger than",
}


@pytest.mark.parametrize("name", sorted(IN_THE_MIDDLE))
def test_a_target_that_stops_answering_is_inconclusive(
    name: str, serve: Serve, tmp_path: Path
) -> None:
    ended = run(serve(name, LISTINGS_THAT_ARE_SENSIBLE).url, tmp_path)
    assert ended.status == 3
    assert ended.verdict("listing/complete") == "inconclusive"
    assert IN_THE_MIDDLE[name] in ended.said()
    assert "could not be judged" in ended.printed


ANSWERED = {
    "a length smaller than the body": NOT_JSON,
    "status 204": NOT_JSON,
    "status 999": "a valid request was answered with HTTP 999",
    "html 404": "the error of HTTP 404 cannot be read",
    "a redirect with 302": "a valid request was answered with HTTP 302",
    "an error full of control characters": "a valid request was answered with HTTP 400 \x1b[31m",
    "an error that is raw control characters": "the error of HTTP 400 cannot be read",
    "control characters in headers": "a JSON body is labelled 'text/\\x1b[31m",
    "gzip in gzip": NOT_JSON,
    "an empty body": NOT_JSON,
    "html": NOT_JSON,
    "invalid UTF-8": NOT_JSON,
    "NaN": NOT_JSON,
    "Infinity": NOT_JSON,
    "UTF-16": NOT_JSON,
    "a byte order mark": NOT_JSON,
    "arrays nested 100,000 deep": NOT_JSON,
    "objects nested 100,000 deep in a summary": NOT_JSON,
    "objects nested 900 deep in a summary": "targetSelection: {",
    "a nextToken nested 900 deep": "nextToken: [[",
    "a lone surrogate in a jobId": NOT_JSON,
    "a lone surrogate in nextToken": NOT_JSON,
    "raw control characters": NOT_JSON,
    "control characters in a jobId": "jobs/0/jobId",
    "control characters in every member": "jobs/0/status",
    "an unknown member full of control characters": "[bold]markup[/bold]",
    "control characters in nextToken": "the token leads to the same page",
    "a time of 2 to the 70": "createdAt of",
    "a time of 1e400": NOT_JSON,
    "a jobId of 20,000 characters": "jobs/0/jobId",
    "a nextToken of 20,000 characters": "the token leads to the same page",
    "jobs that is an object": "jobs: {",
    "jobs that is a text": "jobs: 'none' is not of type",
    "jobs that is a list of nulls": "jobs/0: None is not of type 'object'",
    "jobs that is a list of lists": "jobs/0: [[]] is not of type 'object'",
    "a nextToken that is a number": "nextToken: 7 is not of type",
    "the same nextToken for ever": "the token leads to the same page",
    "null": "None is not of type 'object'",
    "a list": "[] is not of type 'object'",
}
"""What is hostile but an answer fails what it breaks."""

IN_FULL = {
    "html",
    "control characters in every member",
    "a redirect with 302",
    "an unknown member full of control characters",
}
"""What is run with every requirement. The others take half the time with those they break."""

WHAT_IT_BREAKS = tuple(
    option
    for glob in (
        "summary/*",
        "error/documented",
        "error/shape",
        "pagination/terminates",
        "protocol/content-type",
    )
    for option in ("--only", glob)
)


@pytest.mark.parametrize(
    "name", first_of_each(sorted(ANSWERED), lambda name: name in IN_FULL and name)
)
def test_a_target_with_a_wrong_answer_fails_what_it_breaks(
    name: str, serve: Serve, tmp_path: Path
) -> None:
    server = serve(name)
    ended = run(server.url, tmp_path, *([] if name in IN_FULL else WHAT_IT_BREAKS))
    assert ended.status == 1
    assert ANSWERED[name] in ended.said()
    assert "does not conform" in ended.printed
    if ANSWERED[name] == NOT_JSON:
        assert ended.verdict("summary/schema") == "fail"
    assert not server.visited_elsewhere()


def test_repeated_members_are_not_accused_of_breaking_the_schema(
    serve: Serve, tmp_path: Path
) -> None:
    ended = run(serve("duplicate keys").url, tmp_path)
    assert ended.verdict("summary/schema") == "pass"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("new jobs under new tokens for ever", "a walk did not end within "),
        pytest.param(
            "large pages of new jobs for ever",
            "the pages of a walk are too large to be held",
            marks=pytest.mark.matrix,
        ),
    ],
)
def test_a_walk_that_is_given_up_is_that_walks_affair(
    name: str, reason: str, serve: Serve, tmp_path: Path
) -> None:
    ended = run(serve(name).url, tmp_path, "--reset", "/_listjobs/reset")
    assert ended.status == 1
    assert ended.verdict("pagination/terminates") == "inconclusive"
    assert ended.verdict("pagination/complete") == "inconclusive"
    assert reason in ended.said()
    # What a page shows by itself counts, and what is asked besides.
    assert ended.verdict("summary/schema") == "pass"
    assert ended.verdict("listing/no-phantoms") == "fail"
    assert ended.verdict("error/next-token") == "fail"
    assert ended.report["requests"] < 60_000


@pytest.mark.parametrize(
    ("name", "sensible"),
    [
        ("endless chunks", LISTINGS_THAT_ARE_SENSIBLE),
        pytest.param("endless trailers", 0, marks=pytest.mark.matrix),
        pytest.param(
            "an endless header line", LISTINGS_THAT_ARE_SENSIBLE, marks=pytest.mark.matrix
        ),
        pytest.param("a body of 100 mib", 0, marks=pytest.mark.matrix),
        ("a body of 100 mib without a length", LISTINGS_THAT_ARE_SENSIBLE),
        pytest.param("a huge chunk size", LISTINGS_THAT_ARE_SENSIBLE, marks=pytest.mark.matrix),
        ("a gzip bomb", LISTINGS_THAT_ARE_SENSIBLE),
        ("pages of 256 KiB for ever", 0),
        pytest.param("large pages under new tokens for ever", 0, marks=pytest.mark.matrix),
        pytest.param("large pages of new jobs for ever", 0, marks=pytest.mark.matrix),
    ],
)
def test_a_run_stays_under_500_mib_however_much_comes(
    name: str, sensible: int, serve: Serve, tmp_path: Path
) -> None:
    server = serve(name, sensible)
    with (tmp_path / "printed").open("w+") as printed, (tmp_path / "errors").open("w+") as errors:
        command = subprocess.Popen(
            [
                sys.executable,
                "-c",
                LIMITED,
                "run",
                server.url,
                *WHAT_IT_BREAKS,
                *QUICKLY,
                str(tmp_path),
            ],
            stdout=printed,
            stderr=errors,
            env={**os.environ, "PYTHONWARNINGS": "error::ResourceWarning"},
        )
        try:
            command.wait(SOON)
        finally:
            command.kill()
            command.wait()
        printed.seek(0)
        errors.seek(0)
        *said, peak = errors.read().splitlines()
        ended = judged(command.returncode, printed.read(), "\n".join(said), tmp_path)
    assert ended.status in (1, 3)
    assert int(peak) < 500 * MIB


LIMITED = """
import resource, sys
from listjobs_conformance.cli import main
try:
    main()
finally:
    try:
        # Where there is one, the figure of this program alone: the other one begins with what
        # the process took that started it.
        with open("/proc/self/status") as status:
            peak = int(status.read().partition("VmHWM:")[2].split()[0]) * 1024
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stderr.write(f"{peak}\\n")
"""


def test_every_hostile_answer_is_met_by_some_run() -> None:
    met = {*FROM_THE_FIRST, *IN_THE_MIDDLE, *ANSWERED}
    assert met <= HOSTILE.keys()
    assert len(HOSTILE) >= 75
    assert len(met) >= 50
