"""Pace: throttling is waited out, and no more is sent than was said."""

from __future__ import annotations

import time

import orjson
import pytest

from listjobs_conformance.errors import RequestLimit
from listjobs_conformance.evidence import Exchange, Request
from listjobs_conformance.targets.pace import PATIENCE, Pace, asks_for_patience
from listjobs_conformance.targets.target import Target


def throttled(status: int, kind: str) -> Exchange:
    body = orjson.dumps({"message": "slow down"})
    return Exchange(Request("GET", "/jobs"), status, {"x-amzn-errortype": kind}, body)


@pytest.mark.parametrize(
    ("status", "kind", "patient"),
    [
        (400, "ThrottlingException", True),
        (429, "ThrottlingException", True),
        (429, "TooManyRequestsException", True),
        (503, "ServiceUnavailableException", True),
        (503, "InternalFailureException", False),
        (400, "InvalidRequestException", False),
        (500, "ThrottlingException", False),
    ],
)
def test_what_asks_for_patience(status: int, kind: str, patient: bool) -> None:
    assert asks_for_patience(throttled(status, kind)) is patient


class Throttling:
    """A transport that throttles so many requests before it answers one."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.sent = 0

    def send(self, request: Request, signer: object) -> Exchange:
        self.sent += 1
        self.left -= 1
        if self.left >= 0:
            return throttled(429, "ThrottlingException")
        return Exchange(request, 200, {}, b"{}")

    def close(self) -> None:
        pass


def test_throttling_is_waited_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("listjobs_conformance.targets.target.pause", pauses.append)
    target = Target("slow", Throttling(3))
    assert target.send(Request("GET", "/jobs")).ok
    assert (target.throttled, target.requests) == (3, 4)
    assert pauses == list(PATIENCE[:3])


def test_a_request_that_stays_throttled_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("listjobs_conformance.targets.target.pause", lambda longest: None)
    exchange = Target("slow", Throttling(1000)).send(Request("GET", "/jobs"))
    assert exchange.failure is not None
    assert "ThrottlingException" in exchange.failure


def test_no_more_requests_a_second_than_asked_for() -> None:
    pace = Pace(max_rps=100.0)
    started = time.monotonic()
    for _ in range(11):
        pace.wait()
    assert time.monotonic() - started >= 0.1


def test_no_more_requests_than_announced() -> None:
    target = Target("far", Throttling(0), most_requests=2)
    target.send(Request("GET", "/jobs"))
    target.send(Request("GET", "/jobs"))
    with pytest.raises(RequestLimit):
        target.send(Request("GET", "/jobs"))
