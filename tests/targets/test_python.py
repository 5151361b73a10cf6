"""Targets that are objects of Python."""

from __future__ import annotations

import sys

import orjson

from listjobs_conformance.targets.kinds import Options, open_target

from ..helpers.runs import quick


def test_a_python_target_is_asked_reset_and_closed(backend: str) -> None:
    target = open_target(f"python:{backend}:carrier", Options())
    assert (target.name, target.region) == ("carried", "eu-west-1")
    quick(target)
    carrier = sys.modules[backend].carrier
    assert carrier.closed == 1
    answer = carrier.send("GET", "/jobs", {}, b"")
    assert orjson.loads(answer[2])["jobs"] == []
