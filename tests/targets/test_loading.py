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
    with pytest.raises(TargetError) as refused:
        open_target("wsgi:half_done:app", Options())
    assert str(refused.value) == (
        f"wsgi:half_done:app: {tmp_path / 'half_done.py'}, line 1, imports "
        "half_done_helper_that_is_missing, and there is no module "
        "half_done_helper_that_is_missing in this environment"
    )
    (tmp_path / "half_broken.py").write_text("a = 1\na / 0\n")
    with pytest.raises(TargetError) as refused:
        open_target("wsgi:half_broken:app", Options())
    assert str(refused.value) == (
        "wsgi:half_broken:app: importing half_broken failed: ZeroDivisionError: division by zero "
        f"({tmp_path / 'half_broken.py'}, line 2)"
    )
    with pytest.raises(TargetError, match=r"there is no module half_none in .* or installed"):
        open_target("wsgi:half_none:app", Options())


@pytest.mark.parametrize("status", [0, 7])
def test_a_module_that_ends_the_process_is_named_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / f"ends_{status}.py").write_text(f"import sys\nsys.exit({status})\n")
    for said in (f"wsgi:ends_{status}:app", f"asgi:ends_{status}:app", f"python:ends_{status}:app"):
        with pytest.raises(TargetError, match=f"importing ends_{status} failed: SystemExit: "):
            open_target(said, Options())
