"""What a violation says of itself: whether what is missing had been listed."""

from __future__ import annotations

import orjson

from listjobs_conformance.contract import Violation
from listjobs_conformance.contract.requirement import JobFault
from listjobs_conformance.evidence import Exchange, listing


def answered(query: str, ids: str) -> Exchange:
    return Exchange(
        listing(query), 200, {}, orjson.dumps({"jobs": [{"jobId": one} for one in ids]})
    )


def violation(decisive: Exchange, *shown: Exchange, lost: str) -> Violation:
    jobs = tuple(JobFault(job_id, "lost") for job_id in lost)
    return Violation("", "", "", decisive, jobs, (*shown, decisive))


def test_what_the_same_query_listed_before_got_lost() -> None:
    widest = answered("status=CANCELED&maxResults=250", "abc")
    short = answered("status=CANCELED&maxResults=2&nextToken=t", "c")
    assert violation(short, widest, lost="ab").listed_before
    assert violation(short, widest, lost="b").listed_before


def test_what_was_never_listed_or_only_later_or_by_another_query_did_not() -> None:
    first = answered("maxResults=2", "a")
    later = answered("maxResults=250", "ab")
    assert not violation(first, later, lost="b").listed_before
    other = answered("status=CANCELED&maxResults=250", "abc")
    again = answered("maxResults=1", "a")
    assert not violation(again, other, lost="b").listed_before
    assert not violation(again, later, lost="bx").listed_before
    assert not violation(again, later, lost="").listed_before
    refused = Exchange(listing("maxResults=250"), 400, {}, later.body)
    assert not violation(answered("maxResults=1", "a"), refused, lost="b").listed_before
