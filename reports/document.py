"""``report.json``: the report as a document, checked against its schema before it is written."""

from __future__ import annotations

from pathlib import Path

import orjson
from cattrs import structure

from listjobs_conformance.errors import UserError
from listjobs_conformance.files import read_json
from listjobs_conformance.schemas import REPORT, Document, complaints, validator

from .record import Report

NAME = "report.json"


def write(report: Report, folder: Path) -> Path:
    """Write the report into the folder; raises ``OSError`` where that is not possible.

    A report that breaks its own schema is a defect of this project: ``ValueError``.
    """
    text = orjson.dumps(report.document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    error = next(validator(REPORT).iter_errors(orjson.loads(text)), None)
    if error is not None:
        raise ValueError(f"the report breaks its schema at {error.instance_path}: {error.message}")
    path = folder / NAME
    path.write_bytes(text + b"\n")
    return path


class ReportError(UserError):
    """A file is no report; the text says where and why."""


def read(path: Path) -> Report:
    """The report in a file, of this release or of one before; raises :class:`ReportError`."""
    found = read_json(path, ReportError)
    for complaint in complaints(REPORT, Document(found)):
        raise ReportError(f"{path} is no report: at {complaint.place}: {complaint.message}")
    return structure(found, Report)
