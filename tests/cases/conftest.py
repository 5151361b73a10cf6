"""Cases that a run has written."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..conftest import Run


@pytest.fixture(scope="session")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run writes that finds two failures: of a filter, and of walks that change."""
    folder = tmp_path_factory.mktemp("out")
    run(
        "reference:status-ignored+offset-in-token",
        keeps_cases=folder,
    )
    return folder


@pytest.fixture(scope="session")
def case_file(folder: Path) -> Path:
    return folder / "cases" / "filter.status.listjobs.json"
