"""A reset is verified once, and accuses nobody of what is a matter of the listing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from listjobs_conformance.evidence import Exchange, Request
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.targets.target import Target
from listjobs_conformance.wire import WsgiTransport
from listjobs_conformance.worlds import emptying
from listjobs_conformance.worlds.calibration import calibrate
from listjobs_conformance.worlds.seeding import Seeder

from ..helpers.runs import quick

RESET = Request("POST", "/_listjobs/reset")


class Server:
    """The reference server, behind something that changes what some requests do."""

    def __init__(self, change: Callable[[Server, str, str], tuple[int, bytes] | None]) -> None:
        self.app = ReferenceServer()
        self.change = change
        self.asked: list[tuple[str, str, bool]] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.asked.append((method, path, "HTTP_AUTHORIZATION" in environ))
        answer = self.change(self, method, path)
        if answer is None:
            return self.app(environ, start)
        start(f"{answer[0]} Said", [("Content-Type", "application/json")])
        return [answer[1]]

    def target(self) -> Target:
        return Target("some", WsgiTransport(self), own=True, reset_with=RESET)


def described(path: str) -> bool:
    return path.startswith("/jobs/") and path.count("/") == 2


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emptying, "FORGOTTEN_WITHIN", 0.05)


def ignored(server: Server, method: str, path: str) -> tuple[int, bytes] | None:
    """A reset that is answered and does nothing."""
    return (200, b"{}") if path == RESET.path else None


def ignored_without_descriptions(
    server: Server, method: str, path: str
) -> tuple[int, bytes] | None:
    if method == "GET" and described(path):
        return 404, b""
    return ignored(server, method, path)


def ignored_and_describes_anything(
    server: Server, method: str, path: str
) -> tuple[int, bytes] | None:
    if method == "GET" and described(path):
        return 200, b'{"job": {"jobId": "' + path.split("/")[-1].encode() + b'"}}'
    return ignored(server, method, path)


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (ignored, "known to DescribeJob"),
        (ignored_without_descriptions, "listed"),
        (ignored_and_describes_anything, "listed"),
    ],
)
def test_a_reset_that_does_nothing_ends_the_run(change: Any, seen: str) -> None:
    report = quick(Server(change).target())
    assert report.status == 3
    (reason,) = {result.reason for result in report.results}
    assert reason is not None
    assert "the reset does not empty the target: POST /_listjobs/reset answered HTTP 200" in reason
    assert f"is still {seen}" in reason
    assert "moto, ministack" in reason


def test_a_reset_that_does_nothing_is_told_by_the_url_that_was_asked() -> None:
    target = Server(ignored).target()
    target.url = "http://127.0.0.1:1"
    reason = str(quick(target).results[0].reason)
    assert "POST http://127.0.0.1:1/_listjobs/reset answered HTTP 200" in reason


def describes_anything(server: Server, method: str, path: str) -> tuple[int, bytes] | None:
    """Knows every job, made or not: that does not say that one is left."""
    if method == "GET" and path == "/jobs/never-made":
        return 200, b'{"job": {"jobId": "never-made"}}'
    return None


def fails_to_describe(server: Server, method: str, path: str) -> tuple[int, bytes] | None:
    """Fails where it does not know a job."""
    if method == "GET" and path == "/jobs/t0-a" and ("POST", RESET.path) in since(server):
        return 500, b""
    return None


def since(server: Server) -> set[tuple[str, str]]:
    """What was asked since the first job was made."""
    made = [n for n, (method, _, _) in enumerate(server.asked) if method == "PUT"]
    return {(method, path) for method, path, _ in server.asked[made[0] :]} if made else set()


@pytest.mark.parametrize("change", [describes_anything, fails_to_describe, lambda *_: None])
def test_a_reset_that_works_is_not_accused(change: Any) -> None:
    assert quick(Server(change).target()).status == 0


def test_a_reset_takes_a_plain_request_and_two_more_to_verify() -> None:
    server = Server(lambda *_: None)
    target = server.target()
    capabilities = calibrate(Seeder(target))
    before = len(server.asked)
    emptying.verify(target, capabilities, 0.0)
    assert server.asked[before:] == [
        ("POST", "/_listjobs/reset", False),
        ("GET", "/jobs/t0-a", True),
    ]


def test_what_takes_a_while_to_forget_is_waited_for() -> None:
    seen: list[int] = []

    def late(server: Server, method: str, path: str) -> tuple[int, bytes] | None:
        if (
            path == "/jobs/at-once-t0-a"
            and method == "GET"
            and ("POST", RESET.path) in since(server)
        ):
            seen.append(1)
            if len(seen) < 3:
                return 200, b'{"job": {"jobId": "at-once-t0-a"}}'
        return None

    assert quick(Server(late).target()).status == 0
    assert len(seen) == 3


def test_a_function_that_resets_is_verified_too() -> None:
    target = Server(lambda *_: None).target()
    target.resets = lambda: Exchange(Request("RESET", "/"), 200)
    reason = str(quick(target).results[0].reason)
    assert "the reset does not empty the target: reset() of some returned, and the job" in reason
