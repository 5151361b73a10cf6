"""Modules of a user's own, and what is said where they cannot be loaded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import TargetError


def test_a_module_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "half_done.py").write_text("import half_done_helper_that_is_missing\n")
    with pytest.raises(TargetError, match="no module half_done_helper_that_is_missing"):
        open_target("wsgi:half_done:app", Options())
