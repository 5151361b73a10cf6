"""ASGI applications are served, or it is said that they cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import TargetError


def test_an_application_that_does_not_start_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "not_starting.py").write_text(
        "async def app(scope, receive, send):\n"
        "    await receive()\n"
        "    await send({'type': 'lifespan.startup.failed', 'message': 'no database'})\n"
    )
    with pytest.raises(TargetError, match="could not be served"):
        open_target("asgi:not_starting:app", Options())
