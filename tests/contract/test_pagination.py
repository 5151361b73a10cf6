"""What a page shows by itself counts, whatever else is wrong with the walk that it came on."""

from __future__ import annotations

import orjson
import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.evidence_kinds import (
    Answer,
    Encoded,
    Filtered,
    Listing,
    Paged,
    Repeated,
    Walked,
)
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


# A walk that was given up.

CUT = Walk(
    Query(),
    1,
    (Page(answered("maxResults=1", "ab", "t")),),
    Ending.TOO_LONG,
    answered("maxResults=1", "ab", "t"),
    "a walk did not end within 120 pages",
)
WHOLE = walked(250, answered("maxResults=250", "z"))


def test_what_presupposes_a_whole_walk_is_inconclusive_where_one_was_given_up() -> None:
    world = World()
    evaluation = Evaluator(CATALOGUE).evaluate(
        [Paged(world, WHOLE, CUT), Listing(world, (CUT, WHOLE))]
    )
    assert evaluation.violations.keys() == {BOUND, "listing/no-phantoms"}
    for id in ("pagination/terminates", "pagination/complete", "listing/complete"):
        assert evaluation.unanswered[id] == CUT.gave_up
        assert id not in evaluation.exercised
    assert not evaluation.masked.keys() & evaluation.unanswered.keys()
    assert "summary/schema" in evaluation.exercised


@pytest.mark.parametrize("walk", [CUT, walked(1, Exchange(NEXT, failure="no answer"))])
def test_two_spellings_are_not_compared_where_one_of_them_was_not_told(walk: Walk) -> None:
    world = World()
    control = Filtered(world, WHOLE, WHOLE)
    for evidence in (
        Encoded(world, WHOLE, walk, True, "status", control),
        Repeated(world, "status", ("a", "b"), walk, WHOLE, WHOLE, (control,)),
    ):
        assert evidence.unanswered(None) == walk.untold is not None
