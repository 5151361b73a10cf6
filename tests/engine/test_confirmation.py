"""A target that answers the same request now so and now so is not accused of what that causes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from listjobs_conformance.contract import CATALOGUE, Violation
from listjobs_conformance.contract.selection import select
from listjobs_conformance.engine.confirmation import Confirmation, Flaky
from listjobs_conformance.engine.findings import Counterexample, FailureKind, Unit
from listjobs_conformance.evidence import Exchange, Request, listing
from listjobs_conformance.model import Population
from listjobs_conformance.reports.record import Report, ViolationRecord
from listjobs_conformance.run import Settings, check
from listjobs_conformance.scenarios import Plan
from listjobs_conformance.server import FAULTS, ReferenceServer, serving
from listjobs_conformance.targets.kinds import Options, open_target, target_of

from ..helpers.runs import quick

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class NowAndThen:
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
    target = target_of(NowAndThen(every, change), Options())
    target.reset_with = Request("POST", "/_listjobs/reset")
    return check(target, Settings(selected=select(), budget="quick"))


@pytest.mark.parametrize("every", [11, pytest.param(50, marks=pytest.mark.matrix)])
def test_jobs_that_are_missing_now_and_then_fail_what_had_listed_them_and_nothing_else(
    every: int,
) -> None:
    report = checked(every, lambda body: {**body, "jobs": body["jobs"][1:]})
    reasons = {r.id: r.reason for r in report.results if r.verdict == "inconclusive"}
    # A walk misses what the widest walk had just listed. What a listing misses may be late.
    assert "pagination/complete" in failures(report)
    assert not {id for id in failures(report) if id.startswith(("listing/", "filter/"))}
    assert any("the same request was answered in two ways" in str(r) for r in reasons.values())
    assert report.status == 1


class Once:
    """Leaves the first job out of one answer: of the first that is asked for with these words."""

    def __init__(self, *words: str) -> None:
        self._server, self._words, self._done = ReferenceServer(), words, False

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answered: list[Any] = []
        body = b"".join(self._server(environ, lambda *a: answered.extend(a)))
        status, headers = answered[:2]
        asked = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        if not self._done and all(word in asked for word in self._words):
            document = orjson.loads(body)
            if document.get("jobs"):
                self._done = True
                document["jobs"] = document["jobs"][1:]
                body = orjson.dumps(document)
                headers = [(n, v) for n, v in headers if n.lower() != "content-length"]
                headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return [body]


@pytest.mark.parametrize(
    ("words", "failed", "unsure"),
    [
        # On a second page, after the widest walk of the same query.
        (("/jobs?", "nextToken"), {"pagination/complete"}, set()),
        # In the first listing by that query, and in none after it.
        (("/jobs?status=IN_PROGRESS&maxResults=250",), set(), {"filter/status"}),
    ],
)
def test_what_one_answer_misses_counts_where_the_same_query_had_listed_it(
    words: tuple[str, ...], failed: set[str], unsure: set[str]
) -> None:
    target = target_of(Once(*words), Options())
    target.reset_with = Request("POST", "/_listjobs/reset")
    report = check(target, Settings(selected=select(), budget="quick"))
    assert set(failures(report)) == failed
    assert all(not violation.repeats for violation in failures(report).values())
    assert {r.id for r in report.results if r.verdict == "inconclusive"} >= unsure


def failures(report: Report) -> dict[str, ViolationRecord]:
    return {r.id: r.violation for r in report.results if r.violation is not None}


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
    found = failures(report)
    assert {job.fault for job in found["pagination/no-duplicates"].jobs} == {"duplicated"}
    # Each comes in the place of another, which the widest walk had listed.
    assert {job.fault for job in found["pagination/complete"].jobs} == {"lost"}


# What comes and goes.

UNSTEADY = [name for name, fault in FAULTS.items() if fault.unsteady]


@pytest.mark.parametrize("name", UNSTEADY)
def test_what_comes_and_goes_fails_and_nothing_that_rests_on_it(name: str) -> None:
    report = quick(open_target(f"reference:{name}", Options()), shrinking=True)
    assert set(failures(report)) == set(FAULTS[name].breaks)
    assert report.status == (1 if "pagination/complete" in FAULTS[name].breaks else 0)


def test_what_takes_a_comparison_is_shown_as_it_was_seen_often_enough() -> None:
    report = quick(
        open_target("reference:used-tokens-swept-away-now-and-then", Options()), shrinking=True
    )
    (result,) = (r for r in report.results if r.verdict == "fail")
    assert result.reason is not None
    assert re.match(r"shows in 3 of \d+ runs of the same example: ", result.reason)
    assert result.violation is not None
    assert not result.violation.repeats


COMPARED = next(requirement for requirement in CATALOGUE if requirement.compares)
KIND = FailureKind(COMPARED.id, "")
DIFFERS = Violation("differs", "one", "another", Exchange(listing(), 200))
SEEN = Counterexample(Unit("some"), Plan(Population(), None), DIFFERS)
REFUSED = replace(SEEN, violation=replace(DIFFERS, decisive=Exchange(listing(), 400)))


class Scripted:
    """Attempts that show the failure or not, as they are told; and the session that they are on."""

    exclusive, settle, patience, settled_within = True, 0.0, 0.0, 0.0

    def __init__(self, *shows: bool) -> None:
        self._shows = list(shows)
        self.done = 0
        self.target = SimpleNamespace(url=None)
        self.watch = SimpleNamespace(begin=lambda shared: None, end=lambda: True, alone=True)

    def abandon(self) -> None:
        pass

    def of(self, unit: Unit, plan: Plan) -> Any:
        self.done += 1
        shown = {KIND: SEEN} if self._shows.pop(0) else {}
        return SimpleNamespace(example=SimpleNamespace(evidence=()), found=shown)

    def confirmed(self, found: Counterexample = SEEN) -> Counterexample:
        scenario = SimpleNamespace(writes=False, by_chance=False)
        suite: Any = SimpleNamespace(requirements=CATALOGUE, scenario=lambda name: scenario)
        session: Any = self
        return Confirmation(suite, session, session).of(KIND, found, found)


NOT, SHOWN = False, True


def test_what_shows_whenever_it_is_done_is_sure_after_three_times() -> None:
    scripted = Scripted(SHOWN, SHOWN, SHOWN)
    found = scripted.confirmed()
    assert (found.repeats, found.runs, scripted.done) == (True, None, 3)


@pytest.mark.parametrize(
    ("runs", "seen"),
    [
        ((SHOWN, SHOWN, SHOWN), (3, 3)),
        ((NOT, SHOWN, NOT, SHOWN, SHOWN), (3, 5)),
        ((SHOWN, SHOWN, *[NOT] * 7, SHOWN), (3, 10)),
        # More would not help.
        ((*[NOT] * 8,), None),
        ((SHOWN, *[NOT] * 8), None),
        ((SHOWN, SHOWN, *[NOT] * 8), None),
    ],
)
def test_what_comes_and_goes_counts_if_three_of_ten_runs_show_it(
    runs: tuple[bool, ...], seen: tuple[int, int] | None
) -> None:
    scripted = Scripted(SHOWN, NOT, *runs)
    if seen is None:
        with pytest.raises(Flaky, match="not seen when the same was done again"):
            scripted.confirmed()
    else:
        found = scripted.confirmed()
        assert (found.repeats, found.runs) == (False, seen)
    assert scripted.done == 2 + len(runs)


@pytest.mark.parametrize("runs", [(NOT,), (SHOWN, NOT), (SHOWN, SHOWN, NOT)])
def test_what_was_proved_stays_so_when_it_comes_and_goes(runs: tuple[bool, ...]) -> None:
    scripted = Scripted(*runs)
    found = scripted.confirmed(REFUSED)
    assert (found.repeats, found.violation, scripted.done) == (False, REFUSED.violation, len(runs))


def test_nothing_is_done_so_often_where_others_have_jobs() -> None:
    scripted = Scripted(NOT)
    scripted.exclusive = False
    with pytest.raises(Flaky):
        scripted.confirmed()
    assert scripted.done == 1


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
@pytest.mark.parametrize(
    "variation", ["late-settling", "descriptions-settle-late", "new-jobs-in-the-second-listing"]
)
def test_where_it_is_waited_for_nothing_is_late(variation: str) -> None:
    report = settled(1.0, variation)
    assert {
        r.id: r.reason for r in report.results if r.verdict not in ("pass", "unexercised")
    } == {}
    assert report.status == 0


def test_what_differs_because_it_is_late_is_not_accused_either() -> None:
    with serving(ReferenceServer(["new-jobs-in-the-second-listing"])) as url:
        report = quick(open_target(url, Options(reset="/_listjobs/reset")), shrinking=True)
    assert failures(report) == {}
    reasons = {r.id: str(r.reason) for r in report.results if r.verdict == "inconclusive"}
    for id in ("listing/complete", "lifecycle/created-job-listed"):
        assert reasons[id].startswith("shows after ")


def test_what_never_shows_fails() -> None:
    report = settled(0.0, "scheduled-jobs-hidden")
    assert [r.id for r in report.results if r.verdict == "fail"] == ["listing/complete"]
