"""A target that answers the same request now so and now so is not accused of what that causes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import orjson
import pytest

from listjobs_conformance.contract.selection import select
from listjobs_conformance.evidence import Request
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import ReferenceServer, serving
from listjobs_conformance.targets.kinds import Options, open_target, target_of

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class Flaky:
    """Now and then something else is made of a listing."""

    def __init__(self, every: int, change: Callable[[dict[str, Any]], Any]) -> None:
        self._server = ReferenceServer()
        self._every = every
        self._change = change
        self._random = Random(every)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answered: list[Any] = []
        body = b"".join(self._server(environ, lambda *a: answered.extend(a)))
        status, headers = answered[:2]
        listing = environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"] == "/jobs"
        if listing and status.startswith("200") and self._random.randrange(self._every) == 0:
            body = orjson.dumps(self._change(orjson.loads(body)))
            headers = [(n, v) for n, v in headers if n.lower() != "content-length"]
            headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return [body]


def checked(every: int, change: Callable[[dict[str, Any]], Any]) -> Report:
    target = target_of(Flaky(every, change), Options())
    target.reset_with = Request("POST", "/_listjobs/reset")
    return check(target, Settings(selected=select(), budget="quick"))


@pytest.mark.parametrize("every", [11, pytest.param(50, marks=pytest.mark.matrix)])
def test_jobs_that_are_missing_now_and_then_make_nothing_fail(every: int) -> None:
    report = checked(every, lambda body: {**body, "jobs": body["jobs"][1:]})
    reasons = {r.id: r.reason for r in report.results if r.verdict == "inconclusive"}
    failed = {r.id for r in report.results if r.verdict == "fail"}
    # Threads are another matter: what their history shows is not asked for again.
    assert failed <= {"concurrency/walks-independent", "lifecycle/survivors-once"}
    assert "pagination/complete" in reasons
    assert any("the same request was answered in two ways" in str(r) for r in reasons.values())
    assert report.status in (1, 3)


def test_what_one_answer_proves_fails_even_if_it_will_not_show_again() -> None:
    report = checked(40, lambda body: {**body, "nextToken": 5})
    (result,) = (r for r in report.results if r.id == "summary/schema")
    assert result.verdict == "fail"


class Shuffled:
    """Ties are in no order: now and then a page begins with the last job of the page before."""

    def __init__(self) -> None:
        self._server = ReferenceServer()
        self._random = Random(0)
        self._last: dict[str, Any] | None = None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answered: list[Any] = []
        body = b"".join(self._server(environ, lambda *a: answered.extend(a)))
        status, headers = answered[:2]
        if environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"] == "/jobs":
            document = orjson.loads(body) if status.startswith("200") else {}
            jobs = document.get("jobs")
            later = "nextToken" in environ["QUERY_STRING"]
            if jobs and later and self._last and self._random.random() < 0.3:
                jobs[0] = self._last
                body = orjson.dumps(document)
                headers = [(n, v) for n, v in headers if n.lower() != "content-length"]
                headers.append(("Content-Length", str(len(body))))
            self._last = jobs[-1] if jobs else None
        start_response(status, headers)
        return [body]


def test_a_job_that_one_walk_lists_twice_fails_even_if_it_will_not_come_again() -> None:
    target = target_of(Shuffled(), Options())
    target.reset_with = Request("POST", "/_listjobs/reset")
    report = check(target, Settings(selected=select(), budget="quick"))
    (result,) = (r for r in report.results if r.id == "pagination/no-duplicates")
    assert result.verdict == "fail"
    assert result.violation is not None
    assert {job.fault for job in result.violation.jobs} == {"duplicated"}
    # Which jobs are lost is another question each time: that proves nothing.
    assert "fail" not in {r.verdict for r in report.results if r.id == "pagination/complete"}


# Late is not never.

WANTED = ["listing/*", "lifecycle/*-moves-status", "lifecycle/*-listed", "lifecycle/*-gone"]


def settled(settle: float, *behaviours: str) -> Report:
    with serving(ReferenceServer(behaviours)) as url:
        target = open_target(url, Options(reset="/_listjobs/reset"))
        return check(target, Settings(select(WANTED), budget="quick", settle=settle))


def test_what_shows_after_a_moment_is_not_missing_and_the_verdict_says_how_long_to_wait() -> None:
    report = settled(0.0, "late-settling")
    assert {r.id for r in report.results if r.verdict == "fail"} == set()
    reasons = [str(r.reason) for r in report.results if r.verdict == "inconclusive"]
    assert any(re.match(r"shows after 0\.\d s, try --settle 1: ", reason) for reason in reasons)
    assert report.status == 3


@pytest.mark.matrix
@pytest.mark.parametrize("variation", ["late-settling", "descriptions-settle-late"])
def test_where_it_is_waited_for_nothing_is_late(variation: str) -> None:
    report = settled(1.0, variation)
    assert {
        r.id: r.reason for r in report.results if r.verdict not in ("pass", "unexercised")
    } == {}
    assert report.status == 0


def test_what_never_shows_fails() -> None:
    report = settled(0.0, "scheduled-jobs-hidden")
    assert [r.id for r in report.results if r.verdict == "fail"] == ["listing/complete"]
