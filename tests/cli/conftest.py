"""The command, called in this process."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from listjobs_conformance.cli import app


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)
