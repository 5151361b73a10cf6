"""Every file of a report, in one folder."""

from __future__ import annotations

from pathlib import Path

from . import document, junit, markdown
from .commands import NO_OPTIONS, Commands
from .record import Report


def write(report: Report, folder: Path, commands: Commands = NO_OPTIONS) -> Path:
    """Write all files of the report; where its document is. Raises as ``document.write`` does."""
    path = document.write(report, folder)
    junit.write(report, folder)
    markdown.write(report, folder, commands)
    return path
