"""Setbacks stay where they happen: a lost connection, a target that was started anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson
import pytest

from listjobs_conformance.contract.selection import select
from listjobs_conformance.evidence import Ending, Exchange, Page, Request, Walk, listing
from listjobs_conformance.model import Query
from listjobs_conformance.progress import Progress
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings, check, provisioning
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.targets.kinds import Options, target_of
from listjobs_conformance.wire import WsgiTransport

Answer = tuple[int, Mapping[str, str], bytes]


class AsSigned:
    """Gives the headers that a request came with."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = dict(given)

    def headers(self, request: Request, host: str) -> dict[str, str]:
        return {name: value for name, value in self._given.items() if name != "Accept-Encoding"}


class Unsteady:
    """The reference server, to which something happens at the request that ``when`` says."""

    name = "unsteady"

    def __init__(self, when: Callable[[int], bool], starts_anew: bool) -> None:
        self._when, self._starts_anew = when, starts_anew
        self._requests = 0
        self._start()

    def _start(self) -> None:
        self._server = WsgiTransport(ReferenceServer())

    def reset(self) -> None:
        self._start()

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self._requests += 1
        if self._when(self._requests):
            if self._starts_anew:
                self._start()
            raise ConnectionResetError("reset by peer")
        path, _, query = target.partition("?")
        asked = Request(method, path, query, body)
        answer = self._server.send(asked, AsSigned(headers))
        return answer.status, answer.headers, answer.body


def checked(target: Unsteady) -> Report:
    return check(target_of(target, Options()), Settings(select(skip=["access/*"]), budget="quick"))


def alarms(report: Report) -> set[str]:
    return {result.id for result in report.results if result.verdict == "fail"}


@pytest.mark.parametrize("every", [300, 336, 444])
def test_whenever_a_target_is_started_anew_it_is_accused_of_nothing(every: int) -> None:
    # While a world is made, or where there are groups and no job.
    report = checked(Unsteady(lambda number: number % every == 0, starts_anew=True))
    assert alarms(report) == set()


def test_a_target_that_is_started_anew_on_the_way_has_lost_no_job() -> None:
    report = checked(Unsteady(lambda number: number % 400 == 0, starts_anew=True))
    assert alarms(report) == set()
    assert report.status == 0
    assert report.totals["inconclusive"] == 0


@pytest.mark.parametrize("every", [7, 30])
def test_connections_that_are_lost_now_and_then_accuse_nobody(every: int) -> None:
    report = checked(Unsteady(lambda number: number % every == 0, starts_anew=False))
    assert alarms(report) == set()


def test_a_setback_while_the_target_is_tried_makes_no_kind_of_job_impossible() -> None:
    steady = checked(Unsteady(lambda number: False, starts_anew=False))
    shaken = checked(Unsteady(lambda number: number in (6, 40), starts_anew=False))
    assert shaken.target["capabilities"] == steady.target["capabilities"]


@pytest.mark.parametrize("resets", [True, False])
@pytest.mark.parametrize("split", [0, 248, 249, 250, 298])
def test_no_page_is_asked_for_that_is_larger_than_may_be(resets: bool, split: int) -> None:
    target = target_of(ReferenceServer(), Options(reset="/_listjobs/reset" if resets else None))
    session = provisioning(target, Settings(select()), Progress()).set_up()
    exchange = Exchange(listing())
    page = Page(Exchange(listing(), 200, body=orjson.dumps({"jobs": SUMMARIES})))
    widest = Walk(Query(), 250, (page,), Ending.COMPLETE, exchange)
    assert 1 <= session.page_size(split, widest) <= 250


SUMMARIES = [{"jobId": f"j{number}"} for number in range(300)]
