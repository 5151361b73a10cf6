"""What is left unjudged without an operation is what the table says."""

from __future__ import annotations

import re
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from typer.testing import CliRunner

from listjobs_conformance.cli import app
from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.evidence import Exchange, Request
from listjobs_conformance.reports.record import Report
from listjobs_conformance.reports.text import lacking
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.targets.operations import BY_NAME, OPERATIONS, left_by, unknown
from listjobs_conformance.targets.target import Target
from listjobs_conformance.wire import WsgiTransport

from ..helpers.runs import quick

LISTED = {r.id for r in CATALOGUE}


def without(*names: str) -> Report:
    """A run on the reference server without these operations."""
    reference = ReferenceServer()
    route = reference.service.route
    # The reference names its operations in Python's way, and some more shortly.
    lacks = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in names}
    lacks |= {"associate_targets"} if "AssociateTargetsWithJob" in names else set()

    def routed(request):  # type: ignore[no-untyped-def]
        operation = route(request)
        return None if operation is not None and operation.__name__ in lacks else operation

    reference.service.route = routed  # type: ignore[method-assign]
    reset = Request("POST", "/_listjobs/reset")
    target = Target("some", WsgiTransport(reference), own=True, reset_with=reset)
    return quick(target, budget="standard")


def expected(names: Collection[str]) -> set[str]:
    return {id for id in LISTED if left_by(names, id)} - {"client/aws-cli"}


def unjudged(report: Report) -> set[str]:
    left = {r.id for r in report.results if r.verdict == "unexercised"}
    # What takes a command and a URL, and what is only tried where it is asked for.
    return {id for id in left if id != "client/aws-cli" and not id.startswith("access/")}


OPTIONAL = [operation.name for operation in OPERATIONS if operation.leaves != ("*",)]

LACKING = [[name] for name in OPTIONAL] + [["UpdateJobExecution", "CancelJobExecution"]]

EVERYDAY = ("CancelJob", "DeleteJob")


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(names, marks=[] if names[0] in EVERYDAY else [pytest.mark.matrix])
        for names in LACKING
    ],
    ids="+".join,
)
def test_what_is_left_unjudged_without_an_operation_is_what_the_table_says(
    names: list[str],
) -> None:
    report = without(*names)
    assert report.status == 0
    assert unjudged(report) == expected(names)
    told = {id for one in report.missing_operations for id in one.unjudged}
    assert told == expected(names)


@pytest.mark.parametrize("name", ["CreateJob", "CreateThing"])
def test_without_what_makes_jobs_nothing_that_takes_one_is_judged(name: str) -> None:
    report = without(name)
    assert report.status == 3
    assert [one.operation for one in report.missing_operations] == [name]
    assert "listing/complete" in report.missing_operations[0].unjudged
    assert f"the target does not do {name} (HTTP 404 " in str(lacking(report))


def test_the_report_names_what_is_missing_in_one_line() -> None:
    report = without("CancelJob", "DeleteJob", "CancelJobExecution")
    assert lacking(report) == (
        "the target does not do CancelJob (HTTP 404 ResourceNotFoundException) and DeleteJob (HTTP "
        "404 ResourceNotFoundException): that leaves 5 requirements unjudged"
    )
    reasons = {r.id: r.reason for r in report.results}
    assert reasons["lifecycle/deleted-job-gone"] == "the target does not have it: DeleteJob"


def test_a_target_that_has_everything_lacks_nothing() -> None:
    report = without()
    assert report.missing_operations == ()
    assert lacking(report) is None


def test_every_requirement_that_the_table_names_is_one() -> None:
    for operation in OPERATIONS:
        for glob in operation.leaves:
            assert any(fnmatchcase(id, glob) for id in LISTED), glob
        assert operation.instead is None or operation.instead in BY_NAME


def test_every_operation_is_listed_by_the_command() -> None:
    shown = CliRunner().invoke(app, ["targets", "--operations"])
    assert shown.exit_code == 0
    for operation in OPERATIONS:
        assert operation.name in shown.stdout


def test_every_request_of_the_control_plane_is_in_the_table() -> None:
    text = (Path(__file__).parents[2] / "conformance/worlds/control.py").read_text()
    sent = re.findall(r'Request\(\s*"(\w+)",\s*_path\(([^)]*)\)', text)
    shapes = {(method, path.count(",")) for method, path in sent}
    table = {
        (method, path.partition("?")[0].count("/") - 1)
        for method, _, path in (operation.request.partition(" ") for operation in OPERATIONS)
    }
    assert len(sent) == len(OPERATIONS)
    assert shapes == table


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, b"", True),
        (405, b"", True),
        (501, b"", True),
        (400, b'{"__type": "UnknownOperationException"}', True),
        (400, b"{}", False),
        (500, b"", False),
        (200, b"{}", False),
    ],
)
def test_an_operation_is_unknown_by_what_is_answered(status: int, body: bytes, said: bool) -> None:
    assert unknown(Exchange(Request("PUT", "/jobs/a"), status, body=body)) is said
