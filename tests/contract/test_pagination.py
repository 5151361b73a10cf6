"""A page that is too long is too long, whatever else is wrong with the walk that it came on."""

from __future__ import annotations

import orjson
import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.evidence_kinds import Answer, Walked
from listjobs_conformance.engine.evaluation import Evaluation, Evaluator
from listjobs_conformance.evidence import Ending, Exchange, Page, Walk, listing
from listjobs_conformance.model import Query, World

BOUND = "pagination/page-bound"


def answered(query: str, ids: str, token: str | None = None) -> Exchange:
    jobs = [{"jobId": id, "jobArn": f"arn:aws:iot:us-east-1:1:job/{id}"} for id in ids]
    headers = {"content-type": "application/json", "x-amzn-requestid": "1"}
    return Exchange(listing(query), 200, headers, orjson.dumps({"jobs": jobs, "nextToken": token}))


def walked(size: int, *exchanges: Exchange, ending: Ending = Ending.COMPLETE) -> Walk:
    pages = tuple(Page(exchange) for exchange in exchanges if exchange.ok)
    return Walk(Query(), size, pages, ending, exchanges[-1])


def judged(walk: Walk) -> Evaluation:
    return Evaluator(CATALOGUE).evaluate([Walked(World(), walk)])


NEXT = listing("maxResults=2&nextToken=t")
REFUSAL = orjson.dumps({"__type": "InvalidRequestException", "message": "no"})
LONG = answered("maxResults=2", "abc", "t")


@pytest.mark.parametrize(
    ("last", "ending"),
    [
        (Exchange(NEXT, 500, {}, b"crash"), Ending.SERVER_FAULT),
        (Exchange(NEXT, 400, {}, b"<h1>no</h1>"), Ending.REFUSED),
        (Exchange(NEXT, 400, {}, REFUSAL), Ending.REFUSED),
        (Exchange(NEXT, 200, {}, b"{"), Ending.UNREADABLE),
        (Exchange(NEXT, failure="no answer"), Ending.UNANSWERED),
        (answered("maxResults=2&nextToken=t", "dd"), Ending.COMPLETE),
    ],
)
def test_what_is_wrong_with_another_page_hides_no_page_that_is_too_long(
    last: Exchange, ending: Ending
) -> None:
    violation = judged(walked(2, LONG, last, ending=ending)).violations[BOUND]
    assert violation.decisive is LONG
    assert violation.message == "3 jobs on page 1 with maxResults=2"
    assert violation.trait == "page-bound"


def test_a_later_page_is_shown_with_what_led_to_it() -> None:
    pages = (
        answered("maxResults=1", "a", "t"),
        answered("maxResults=1&nextToken=t", "bc", "u"),
        answered("maxResults=1&nextToken=u", "d"),
    )
    violation = judged(walked(1, *pages)).violations[BOUND]
    assert violation.shown == pages[:2]
    assert "page 2" in violation.message


@pytest.mark.parametrize(
    "query",
    [
        "",
        "maxResults=1&maxResults=2",
        "maxResults=0",
        "maxResults=-1",
        "maxResults=251",
        "maxResults=1.0",
        "maxResults=01",
        "maxResults=",
        "maxResults=" + "1" * 5000,
    ],
)
def test_only_one_valid_size_is_a_bound(query: str) -> None:
    exchange = answered(query, "abc", "t")
    evaluation = Evaluator(CATALOGUE).evaluate([Answer(World(), exchange, Page(exchange))])
    assert BOUND not in evaluation.violations
    assert BOUND not in evaluation.exercised


def test_a_job_that_comes_twice_on_a_page_makes_it_no_longer() -> None:
    evaluation = judged(walked(2, answered("maxResults=2", "aab")))
    assert BOUND not in evaluation.violations
    assert BOUND not in evaluation.exercised
    assert "listing/no-duplicates" in evaluation.violations


def test_it_takes_more_to_list_than_fits_to_see_that_the_bound_is_kept() -> None:
    def exercised(*pages: Exchange) -> list[str] | None:
        return judged(walked(2, *pages)).exercised.get(BOUND)

    assert exercised(answered("maxResults=2", "ab")) is None
    assert exercised(answered("maxResults=2", "a", "t"), answered("", "b")) is None
    assert exercised(answered("maxResults=2", "ab", "t")) == ["maxResults=2"]
    short = [answered("maxResults=2", id, token) for id, token in (("a", "t"), ("b", "u"))]
    assert exercised(*short, answered("maxResults=2", "c")) == ["maxResults=2"]
