"""The only loop over pages: how a walk goes on, and how it ends."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import orjson
import pytest

from listjobs_conformance.errors import TargetGone
from listjobs_conformance.evidence import HELD_AT_MOST, Ending, Exchange, listing
from listjobs_conformance.model import Query
from listjobs_conformance.worlds.memory import Memory
from listjobs_conformance.worlds.walker import EXTRA_PAGES, Walker


def page(query: str, ids: list[str], token: str | None, padding: int = 0) -> Exchange:
    body = {"jobs": [{"jobId": id} for id in ids], "nextToken": token, "padding": "x" * padding}
    return Exchange(listing(query), 200, {}, orjson.dumps(body))


def numbers(last: int, asked: list[str]) -> Callable[[str], Exchange]:
    """A listing of so many jobs, one a page, whose tokens are their numbers."""

    def send(query: str) -> Exchange:
        asked.append(query)
        number = int(query.rpartition("nextToken=")[2] or 0) if "nextToken" in query else 0
        return page(query, [f"j{number}"], str(number + 1) if number + 1 < last else None)

    return send


def walker(send: Callable[[str], Exchange], sizes: tuple[int | None, ...] = (1,)) -> Walker:
    return Walker(send, Query(status="CANCELED"), "status=CANCELED", sizes, jobs=3)


def test_a_walk_asks_for_one_page_after_the_other_until_no_token_comes() -> None:
    asked: list[str] = []
    walk = walker(numbers(3, asked)).to_the_end()
    assert asked == [
        "status=CANCELED&maxResults=1",
        "status=CANCELED&maxResults=1&nextToken=1",
        "status=CANCELED&maxResults=1&nextToken=2",
    ]
    assert (walk.ids, walk.ending, walk.page_size) == (("j0", "j1", "j2"), Ending.COMPLETE, 1)


def test_it_goes_on_a_page_at_a_time_as_it_is_told() -> None:
    asked: list[str] = []
    one = walker(numbers(2, asked))
    assert one.goes_on
    one.step()
    assert (len(asked), one.goes_on) == (1, True)
    one.step()
    assert (len(asked), one.goes_on) == (2, False)
    one.step()
    assert len(asked) == len(one.sent) == 2


def test_page_sizes_come_in_turn_and_the_last_one_stays() -> None:
    asked: list[str] = []
    walk = walker(numbers(4, asked), (5, None)).to_the_end()
    assert [("maxResults=5" in query, "maxResults" in query) for query in asked] == [
        (True, True),
        *[(False, False)] * 3,
    ]
    assert walk.page_size is None


def test_a_token_that_leads_to_the_same_page_again_ends_the_walk() -> None:
    walk = walker(lambda query: page(query, ["a"], "again")).to_the_end()
    assert (walk.ending, len(walk.pages)) == (Ending.ENDLESS, 3)


@pytest.mark.parametrize("round", [1, 2, 5])
def test_pages_that_come_round_three_times_end_the_walk_whatever_their_tokens(round: int) -> None:
    count = itertools.count()

    def send(query: str) -> Exchange:
        number = next(count)
        return page(query, [f"j{number % round}"], f"token-{number}")

    walk = walker(send).to_the_end()
    assert (walk.ending, len(walk.pages)) == (Ending.ENDLESS, 3 * round)


def test_what_comes_again_once_and_then_ends_is_no_endless_walk() -> None:
    pages = iter([["a"], ["b"], ["a"], ["b"], []])

    def send(query: str) -> Exchange:
        ids = next(pages)
        return page(query, ids, f"t{len(ids)}{id(ids)}" if ids else None)

    assert walker(send).to_the_end().ending is Ending.COMPLETE


def test_empty_pages_prove_nothing_until_there_are_too_many() -> None:
    count = itertools.count()

    def send(query: str) -> Exchange:
        return page(query, [], f"token-{next(count)}")

    walk = walker(send).to_the_end()
    assert (walk.ending, len(walk.pages)) == (Ending.ENDLESS, 3 + EXTRA_PAGES + 1)


def test_a_token_that_leads_to_nothing_but_itself_leads_nowhere() -> None:
    walk = walker(lambda query: page(query, [], "same")).to_the_end()
    assert (walk.ending, len(walk.pages)) == (Ending.ENDLESS, 4)


def test_a_patient_walk_ends_by_the_number_of_its_pages_alone() -> None:
    one = Walker(lambda query: page(query, ["a"], "again"), Query(), "", (1,), 3, patient=True)
    walk = one.to_the_end()
    assert (walk.ending, len(walk.pages)) == (Ending.ENDLESS, 3 + EXTRA_PAGES + 1)


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (Exchange(listing(), 400), Ending.REFUSED),
        (Exchange(listing(), 500), Ending.SERVER_FAULT),
        (Exchange(listing(), failure="no answer"), Ending.UNANSWERED),
        (Exchange(listing(), 200, {}, b"[]"), Ending.UNREADABLE),
    ],
)
def test_what_comes_instead_of_a_page_ends_the_walk(answer: Exchange, ending: Ending) -> None:
    walk = walker(lambda query: answer).to_the_end()
    assert walk.ending is ending
    assert walk.last is answer


def test_pages_that_are_too_large_together_are_not_held() -> None:
    part = HELD_AT_MOST // 3

    def send(query: str) -> Exchange:
        number = query.count("x") + len(query)
        return page(query, [str(number)], query + "x", part)

    with pytest.raises(TargetGone, match="larger than"):
        walker(send).to_the_end()


def test_memory_answers_a_second_walk_and_asks_again_within_one() -> None:
    asked: list[str] = []
    memory = Memory(numbers(3, asked), lambda: None)
    first = walker(memory.once_each()).to_the_end()
    second = walker(memory.once_each()).to_the_end()
    assert len(asked) == 3
    assert first.ids == second.ids
    send = memory.once_each()
    send("maxResults=1")
    send("maxResults=1")
    assert len(asked) == 5
    memory.forget()
    walker(memory.once_each()).to_the_end()
    assert len(asked) == 8
