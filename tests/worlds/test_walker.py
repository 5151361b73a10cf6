"""The only loop over pages: how a walk goes on, and how it ends."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import orjson
import pytest

from listjobs_conformance.errors import Inconclusive
from listjobs_conformance.evidence import HELD_AT_MOST, Ending, Exchange, Walk, listing
from listjobs_conformance.model import Query
from listjobs_conformance.worlds.memory import Memory
from listjobs_conformance.worlds.walker import (
    ALIVE_AT_MOST,
    EXTRA_PAGES,
    FEW_PAGES,
    FEWER_PAGES,
    FURTHER_PAGES,
    KEPT,
    Limits,
    Walker,
    weight,
)


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
    # Not before as many pages came as there are jobs: these may be alike by chance.
    assert (walk.ending, len(walk.pages)) == (Ending.ENDLESS, max(3 * round, 4))


def test_what_comes_again_once_and_then_ends_is_no_endless_walk() -> None:
    pages = iter([["a"], ["b"], ["a"], ["b"], []])

    def send(query: str) -> Exchange:
        ids = next(pages)
        return page(query, ids, f"t{len(ids)}{id(ids)}" if ids else None)

    assert walker(send).to_the_end().ending is Ending.COMPLETE


def test_pages_that_are_alike_by_chance_end_no_walk_before_all_jobs_could_have_come() -> None:
    tokens = iter(["1", "2", None])
    walk = walker(lambda query: page(query, ["a"], next(tokens))).to_the_end()
    assert (walk.ending, walk.ids) == (Ending.COMPLETE, ("a", "a", "a"))


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


# Walks that are given up.


def ever_more(padding: int = 0) -> Callable[[str], Exchange]:
    """A listing of a new job under a new token on every page."""
    count = itertools.count()

    def send(query: str) -> Exchange:
        number = next(count)
        return page(query, [f"j{number}"], f"t{number}", padding)

    return send


def followed(limits: Limits, padding: int = 0) -> tuple[Walk, int]:
    """A walk where there is ever more, and how many pages were asked for."""
    asked: list[str] = []
    send = ever_more(padding)

    def sent(query: str) -> Exchange:
        asked.append(query)
        return send(query)

    walk = Walker(sent, Query(), "", (1,), jobs=3, limits=limits).to_the_end()
    return walk, len(asked)


def test_a_walk_that_lists_ever_more_is_given_up_and_is_not_said_to_be_endless() -> None:
    walk, asked = followed(Limits())
    assert asked == 3 + EXTRA_PAGES + 1
    assert walk.ending is Ending.TOO_LONG
    assert walk.gave_up == walk.untold == f"a walk did not end within {asked} pages"


def test_it_is_followed_further_where_nobody_knows_what_is_there() -> None:
    assert followed(Limits(others=True))[1] == 3 + FURTHER_PAGES + 1


@pytest.mark.parametrize(("others", "least"), [(False, FEW_PAGES), (True, FEWER_PAGES)])
def test_after_some_such_walks_the_next_are_given_up_sooner_and_keep_the_same(
    others: bool, least: int
) -> None:
    limits = Limits(others)
    walks = [followed(limits) for _ in range(12)]
    asked = [pages for _, pages in walks]
    assert asked == sorted(asked, reverse=True)
    assert asked[-1] == 3 + least + 1 < asked[0]
    assert {walk.ids for walk, _ in walks} == {tuple(f"j{n}" for n in range(3 + FEW_PAGES))}
    assert all(walk.last is walk.pages[-1].exchange for walk, _ in walks)


def test_a_listing_that_ends_is_followed_to_its_end_whatever_others_did() -> None:
    limits = Limits(given_up=20)
    walk = Walker(numbers(90, []), Query(), "", (1,), jobs=90, limits=limits).to_the_end()
    assert (walk.ending, len(walk.ids)) == (Ending.COMPLETE, 90)


LARGE = 1024 * 1024


def test_pages_that_are_too_large_together_are_not_held() -> None:
    limits = Limits()
    walk, asked = followed(limits, padding=LARGE)
    assert walk.ending is Ending.TOO_LARGE
    assert walk.untold == "the pages of a walk are too large to be held"
    assert sum(weight(exchange) for exchange in walk.exchanges) <= KEPT
    assert asked == HELD_AT_MOST // (2 * LARGE)
    sizes = [followed(limits, padding=LARGE) for _ in range(8)]
    assert sizes[-1][1] == KEPT // (2 * LARGE)
    assert {len(one.pages) for one, _ in sizes} == {len(walk.pages)}


def test_a_page_that_is_too_large_by_itself_is_kept_and_one_that_ends_the_walk_is_no_matter() -> (
    None
):
    walk, asked = followed(Limits(given_up=20), padding=KEPT)
    assert (walk.ending, len(walk.pages), asked) == (Ending.TOO_LARGE, 1, 1)
    whole = walker(lambda query: page(query, ["a"], None, KEPT)).to_the_end()
    assert whole.ending is Ending.COMPLETE


def test_answers_count_as_long_as_somebody_holds_them() -> None:
    limits = Limits()
    for _ in range(2 * ALIVE_AT_MOST // LARGE):
        limits.hold(page("", [], None, LARGE))
    held = [page("", [], None, LARGE) for _ in range((ALIVE_AT_MOST + HELD_AT_MOST) // LARGE)]
    for exchange in held[: len(held) // 3]:
        limits.hold(exchange)
    with pytest.raises(Inconclusive, match="the answers of one example take more than"):
        list(map(limits.hold, held))
    assert limits.room == KEPT
    del held, exchange
    assert limits.room == HELD_AT_MOST


def test_memory_forgets_before_it_holds_too_much_whoever_asked() -> None:
    forgotten: list[None] = []
    memory = Memory(lambda query: page(query, [], None, LARGE), lambda: forgotten.append(None))
    first = memory.ask("a")
    while not forgotten:
        memory.count(page("", [], None, LARGE))
    assert memory.ask("a") is not first


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
