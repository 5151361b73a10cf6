"""Runs that try AWS's own clients, and what they must not tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.credentials import Credentials

from listjobs_conformance import run as run_module
from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.selection import select
from listjobs_conformance.engine.budgets import BUDGETS
from listjobs_conformance.engine.suite import Suite
from listjobs_conformance.reports.record import Report, Result
from listjobs_conformance.run import Settings, check
from listjobs_conformance.scenarios.clients import AWS_CLI, CLIENTS
from listjobs_conformance.server import ReferenceServer, serving
from listjobs_conformance.targets.kinds import Options, open_target

BOTO3, COMMAND = "client/boto3-paginator", "client/aws-cli"


def by_id(report: Report) -> dict[str, Result]:
    return {result.id: result for result in report.results}


def failed(report: Report) -> set[str]:
    return {result.id for result in report.results if result.verdict == "fail"}


@pytest.fixture
def nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs try the clients and nothing else."""
    monkeypatch.setattr(run_module, "SUITE", Suite(CATALOGUE, (CLIENTS, AWS_CLI)))
    monkeypatch.setitem(BUDGETS, "quick", replace(BUDGETS["quick"], large=True))


KEYS = Credentials("AKIAIOSFODNN7EXAMPLE", "the-secret-of-somebody", "the-token-of-somebody")
SECRETS = ("AKIAIOSFODNN7EXAMPLE", "the-secret-of-somebody", "the-token-of-somebody", "Signature=")


def over_a_socket(*behaviours: str) -> Report:
    with serving(ReferenceServer(behaviours)) as url:
        target = open_target(url, Options(reset="/_listjobs/reset"))
        return check(target, Settings(select(), budget="quick"))
