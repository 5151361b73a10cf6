"""Every file of a report, in one folder."""

from __future__ import annotations

from pathlib import Path

from . import document, junit, markdown
from .record import Report


def write(report: Report, folder: Path, options: str = "") -> Path:
    """Write all files of the report; where its document is. Raises as ``document.write`` does.

    ``options`` are those by which ``replay`` reaches the target.
    """
    path = document.write(report, folder)
    junit.write(report, folder)
    markdown.write(report, folder, options)
    return path
