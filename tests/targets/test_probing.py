"""What is no IoT Jobs API is said to be none; what only lists badly is judged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from moto.moto_server.werkzeug_app import create_backend_app
from typer.testing import CliRunner

from listjobs_conformance.cli import app
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.probing import Filled, reach
from listjobs_conformance.targets.target import Target
from listjobs_conformance.wire import WsgiTransport

from ..helpers.runs import quick

App = Callable[..., Any]

HTML = b"<!doctype html><title>Hello</title>"
LOOK = "this does not look like the IoT Jobs API: GET /jobs answered HTTP "


def answering(answers: Callable[[str, str], tuple[int, bytes] | None]) -> App:
    """The reference server, apart from what is answered otherwise by method and path."""
    reference = ReferenceServer()

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        answer = answers(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if answer is None:
            return reference(environ, start)
        start(f"{answer[0]} Said", [("Content-Type", "text/plain")])
        return [answer[1]]

    return application


def target(application: App) -> Target:
    made = Target("some", WsgiTransport(application), own=True)
    made.patience = ()
    return made


def sent(made: Target) -> list[str]:
    """What is sent to it from now on, as it goes."""
    asked: list[str] = []
    send = made.transport.send
    made.transport.send = lambda r, s: (asked.append(f"{r.method} {r.path}"), send(r, s))[1]  # type: ignore[method-assign]
    return asked


STRANGERS: dict[str, Callable[[str, str], tuple[int, bytes]]] = {
    "a web server": lambda method, path: (404, HTML) if method == "GET" else (501, HTML),
    "a page for everything": lambda method, path: (200, HTML),
    "a page, and nothing else": lambda method, path: (200, HTML) if method == "GET" else (405, b""),
    "a framework": lambda method, path: (404, b'{"detail": "Not Found"}'),
    "a redirect": lambda method, path: (301, b""),
    "another service": lambda method, path: (404, b"<Error><Code>NoSuchBucket</Code></Error>"),
    "no such operation": lambda method, path: (
        400,
        b'{"__type": "com.amazon.coral.service#UnknownOperationException"}',
    ),
    "not implemented": lambda method, path: (501, b"{}"),
}


@pytest.mark.parametrize("filled", Filled)
@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_told_by_how_it_answers(name: str, filled: Filled) -> None:
    said = reach(target(answering(STRANGERS[name])), filled)
    if filled is Filled.BY_SEEDER and STRANGERS[name]("GET", "/")[0] == 404:
        assert said is None  # It may answer like that for as long as there is no job.
        return
    assert said is not None
    assert said.startswith(LOOK)
    assert "http://HOST:PORT/PATH" in said


def test_moto_asked_for_another_service_is_a_stranger() -> None:
    s3 = target(create_backend_app("s3"))
    assert str(reach(s3, Filled.BY_API)).startswith(LOOK + "404")


ODD_LISTINGS: dict[str, tuple[int, bytes]] = {
    "not found": (404, b""),
    "not found, as a page": (404, HTML),
    "not implemented": (501, b""),
    "a page": (200, HTML),
    "nonsense": (200, b"nonsense"),
    "a list": (200, b"[]"),
    "a crash": (500, HTML),
    "no such operation": (400, b'{"__type": "UnknownOperationException"}'),
}


@pytest.mark.parametrize("name", ODD_LISTINGS)
def test_a_target_that_lists_badly_is_judged_where_jobs_can_be_made(name: str) -> None:
    def answers(method: str, path: str) -> tuple[int, bytes] | None:
        if (method, path) == ("GET", "/jobs"):
            return ODD_LISTINGS[name]
        known = path.startswith(("/jobs/", "/things/", "/thing-groups/", "/_listjobs/"))
        return None if known else ODD_LISTINGS[name]  # A path that nobody has, answered alike.

    assert reach(target(answering(answers)), Filled.BY_API) is None


def test_a_listing_that_crashes_is_a_failure_and_no_stranger() -> None:
    crashes = answering(lambda m, path: (500, HTML) if (m, path) == ("GET", "/jobs") else None)
    assert quick(target(crashes)).status == 1


def test_what_only_lists_needs_no_creation() -> None:
    def answers(method: str, path: str) -> tuple[int, bytes]:
        return (200, b'{"jobs": []}') if path == "/jobs" else (404, HTML)

    for filled in Filled:
        made = target(answering(answers))
        asked = sent(made)
        assert reach(made, filled) is None
        assert asked == ["GET /jobs"]


def test_a_good_listing_is_one_request() -> None:
    made = open_target("reference", Options())
    asked = sent(made)
    assert reach(made, Filled.BY_API) is None
    assert asked == ["GET /jobs"]


def test_nothing_is_written_where_nothing_may_be() -> None:
    made = target(answering(STRANGERS["a web server"]))
    asked = sent(made)
    assert reach(made, Filled.BEFORE) is not None
    assert {one.split()[0] for one in asked} == {"GET"}


def test_a_server_that_takes_anything_for_a_job_is_left_without_it() -> None:
    jobs: set[str] = set()

    def answers(method: str, path: str) -> tuple[int, bytes]:
        if method == "PUT":
            jobs.add(path)
        elif method == "DELETE":
            jobs.remove(path)
        return (404, b"") if method == "GET" else (200, b"{}")

    made = target(answering(answers))
    asked = sent(made)
    assert reach(made, Filled.BY_API) is None
    assert [one.split()[0] for one in asked] == ["GET", "GET", "PUT", "DELETE"]
    assert jobs == set()


def test_the_command_says_it_in_one_sentence(tmp_path: Path, serve: Callable[..., str]) -> None:
    url = serve(answering(STRANGERS["a web server"]))
    ended = CliRunner().invoke(app, ["run", url, "--reset", "moto", "--output", str(tmp_path)])
    assert ended.exit_code == 3
    _headline, sentence = ended.stderr.splitlines()
    assert sentence.startswith("listjobs-conformance: " + LOOK + "404 ")
