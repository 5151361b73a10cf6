"""What a gate may demand: a target that loses an operation is noticed by it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from listjobs_conformance.reports.demands import demands

from ..cli.conftest import command
from .conftest import FAILED, Judged

BACKEND = """
from listjobs_conformance.server import ReferenceServer

inner = ReferenceServer(())
HAS_GROUPS = {groups}


def app(environ, start_response):
    if not HAS_GROUPS and environ["PATH_INFO"].startswith("/thing-groups"):
        start_response("404 Not Found", [("x-amzn-ErrorType", "UnknownOperationException")])
        return [b"{{}}"]
    return inner(environ, start_response)
"""


def test_a_family_that_was_seen_is_one_glob_and_another_its_ids(judged: Judged) -> None:
    assert demands(judged("fail")) == "--require 'filter/*' --require 'listing/*'"
    rest = "--require filter/target-selection --require 'listing/*'"
    assert demands(judged("unexercised")) == demands(judged("inconclusive")) == rest
    nothing = judged("pass")
    unseen = (replace(result, verdict="unexercised") for result in nothing.results)
    assert demands(replace(nothing, results=tuple(unseen))) == ""


def test_what_does_not_gate_is_not_demanded(judged: Judged) -> None:
    assert FAILED not in demands(judged("unexercised", "observed"))
    assert (
        demands(judged("unexercised", "observed")) == "--require 'filter/*' --require 'listing/*'"
    )


def test_a_gate_with_what_was_printed_notices_a_lost_operation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for name, groups in (("whole_backend", True), ("lesser_backend", False)):
        (tmp_path / f"{name}.py").write_text(BACKEND.format(groups=groups))
    how = ("--reset", "/_listjobs/reset", "--budget", "quick", "--only", "filter/*")
    whole = command("run", "wsgi:whole_backend:app", *how)
    lines = whole.stdout.splitlines()
    printed = lines[lines.index("So that a gate notices what is seen no more, add") + 1]
    assert shlex.split(printed) == ["--require", "filter/*"]
    assert command("run", "wsgi:lesser_backend:app", *how).exit_code == 0
    gate = command("run", "wsgi:lesser_backend:app", *how, *shlex.split(printed))
    assert gate.exit_code == 3
    assert "required, and not exercised: filter/thing-group-id, " in gate.stdout
    again = command("run", "wsgi:whole_backend:app", *how, *shlex.split(printed))
    assert again.exit_code == 0
    assert "So that a gate" not in again.stdout
