"""Two answers side by side: what is shown of them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from listjobs_conformance.evidence import Exchange, listing
from listjobs_conformance.guide.answers import EPOCH, Answers, compared

BEGAN = 1_800_000_000.5


def exchange(body: Any, query: str = "", status: int = 200, **headers: str) -> Exchange:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return Exchange(listing(query), status, headers, content)


def answers(*exchanges: Exchange, names: dict[str, str] | None = None) -> Answers:
    return Answers([("us-east-1", one) for one in exchanges], names or {}, BEGAN)


def shown(one: Exchange, other: Exchange) -> tuple[str, ...]:
    return compared(answers(one), one, answers(other), other)


def job(id: str, **members: Any) -> dict[str, Any]:
    return {"jobId": id, "createdAt": BEGAN + 0.25, **members}


def test_a_job_is_shown_with_what_differs_and_what_was_asked_for() -> None:
    wrong = exchange({"jobs": [job("a", status="QUEUED", isConcurrent=True)]}, "status=QUEUED")
    right = exchange({"jobs": [job("a", status="QUEUED", isConcurrent=False)]}, "status=QUEUED")
    assert shown(wrong, right) == (
        "HTTP 200",
        '{"jobs": [',
        '   {"jobId": "a", "status": "QUEUED", "isConcurrent": true}',
        "]}",
    )


def test_times_of_the_example_are_those_of_a_fixed_day() -> None:
    right, wrong = (
        exchange({"jobs": [job("a", createdAt=time)]}) for time in (BEGAN + 2, (BEGAN + 2) * 1000)
    )
    assert f'"createdAt": {EPOCH}' in shown(right, wrong)[2]
    assert f'"createdAt": {EPOCH}000' in shown(wrong, right)[2]
    text = exchange({"jobs": [job("a", createdAt="2027-01-15T08:00:02.5Z")]})
    assert '"createdAt": "2023-11-14T22:13:20Z"' in shown(text, right)[2]


def test_a_time_that_is_far_off_keeps_its_distance() -> None:
    late = exchange({"jobs": [job("a", createdAt=BEGAN + 3600)]})
    assert f'"createdAt": {EPOCH + 3600}' in shown(late, exchange({"jobs": [job("a")]}))[2]
    zero = exchange({"jobs": [job("a", createdAt=0)]})
    assert '"createdAt": 0' in shown(zero, late)[2]


def test_tokens_and_ids_stand_under_stable_names() -> None:
    first = exchange({"jobs": [], "nextToken": "c3VyZQ=="})
    second = exchange({"jobs": [], "nextToken": None}, "thingGroupId=123-abc&nextToken=c3VyZQ==")
    one = answers(first, second, names={"g": "123-abc"})
    assert one.body(first) == {"jobs": [], "nextToken": "TOKEN"}
    other = exchange({"jobs": []}, "thingGroupId=987-xyz&nextToken=other")
    there = answers(exchange({"jobs": [], "nextToken": "other"}), other, names={"g": "987-xyz"})
    assert there.counterpart(*one.place(second)) is other


def test_the_same_request_is_found_at_the_same_place() -> None:
    ours = [exchange({"jobs": []}, "status=CANCELED") for _ in range(3)]
    theirs = [exchange({"jobs": []}, "status=CANCELED") for _ in range(2)]
    one, other = answers(*ours), answers(*theirs)
    places = [one.place(each) for each in ours]
    assert [place for _, place in places] == [0, 1, 2]
    assert [other.counterpart(*place) for place in places] == [theirs[0], theirs[1], theirs[1]]
    with pytest.raises(ValueError, match="was not asked"):
        answers().counterpart(*places[0])
    with pytest.raises(ValueError, match="was not recorded"):
        other.place(ours[0])


def test_headers_are_shown_where_they_differ() -> None:
    page = exchange(b"<h1>Oops</h1>\n<p>", status=500, **{"content-type": "text/html"})
    error = exchange({"__type": "X"}, status=400, **{"content-type": "application/json"})
    assert shown(page, error) == ("HTTP 500", "content-type: text/html", "<h1>Oops</h1>", "<p>")
    assert shown(error, error) == ("HTTP 400", '{"__type": "X"}')


def test_of_many_jobs_the_first_and_the_last_are_shown() -> None:
    many = exchange({"jobs": [job(str(n)) for n in range(20)], "nextToken": "t0ken"})
    lines = shown(many, exchange({"jobs": []}))
    assert lines[2:6] == (
        '   {"jobId": "0"},',
        '   {"jobId": "1"},',
        "   … 17 more …",
        '   {"jobId": "19"}',
    )
    assert lines[6] == '], "nextToken": "TOKEN"}'
