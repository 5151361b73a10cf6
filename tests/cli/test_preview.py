"""``run --list``: what would be done, and nothing sent."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from listjobs_conformance.contract import CATALOGUE

from .conftest import command


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_lists_requirements_and_what_is_done_and_sends_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        nobody.settimeout(0.05)
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        result = command("run", url, "--list", "--only", "filter/*", "--require", "filter/status")
        with pytest.raises(TimeoutError):
            nobody.accept()
    assert result.exit_code == 0, result.output
    text = result.stdout
    assert text.startswith(f"{url} · one shared world · standard\n")
    assert re.search(r"filter/status +documented \(required\)", text)
    assert f"7 of {len(CATALOGUE)} requirements" in text
    assert "pagination/complete" not in text
    assert re.search(r"listing populations under filters and in pages +\d+ +\d+", text)
    assert list(tmp_path.iterdir()) == []


def test_it_leaves_out_what_the_worlds_and_the_budget_do() -> None:
    fresh = command("run", "reference", "--list").stdout
    quick = command("run", "reference", "--list", "--budget", "quick").stdout
    existing = command("run", "http://127.0.0.1:1", "--list", "--world", "existing").stdout
    assert "listing more jobs than a page holds" in fresh
    assert "listing more jobs than a page holds" not in quick
    assert "changing jobs and listing them" in quick
    assert "changing jobs and listing them" not in existing
