"""No variation breaks what is documented, nor a convention unless it says so."""

import time
from collections.abc import Callable
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listjobs_conformance.server import FAULTS, VARIATIONS, Behaviour, ReferenceServer

from .plain_checker import Checker
from .plain_walks import KEY, SECRET
from .plain_world import small_world
from .wsgi_client import Client

CONVENTIONS = {
    "filter/namespace-id",
    "filter/thing-group-scheduled",
    "pagination/token-replay",
    "pagination/page-size-change",
    "pagination/token-bound-to-filters",
    "summary/chronology",
    "summary/completed-at",
    "summary/thing-group-id",
    "lifecycle/completion-sets-completed-at",
    "error/max-results-not-integer",
    "protocol/parameter-encoding",
    "protocol/duplicate-parameter",
}


def settling(variation: Behaviour, server: ReferenceServer) -> Callable[[], None]:
    """Return what waits for a variation to settle: some time, and for a listing."""

    def settle() -> None:
        if variation.needs_settle:
            Client(server).list_jobs()
            time.sleep(0.1)

    return settle


def takes_long(name: str) -> bool:
    return VARIATIONS[name].needs_settle or name == "slow-answers"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.matrix] if takes_long(name) else [])
        for name in VARIATIONS
    ],
)
def test_a_variation_breaks_nothing_that_is_documented(name: str) -> None:
    variation = VARIATIONS[name]
    server = ReferenceServer([name])
    broken = Checker(server).run(small_world, settling(variation, server))
    allowed = set() if variation.keeps_conventions else CONVENTIONS
    assert broken <= allowed


@pytest.mark.parametrize(
    ("name", "convention"),
    [
        ("group-lists-started-jobs-only", "filter/thing-group-scheduled"),
        ("completed-at-left-out", "lifecycle/completion-sets-completed-at"),
        ("one-shot-tokens", "pagination/token-replay"),
        ("tokens-go-on-under-other-filters", "pagination/token-bound-to-filters"),
    ],
)
def test_a_variation_that_says_so_breaks_a_convention(name: str, convention: str) -> None:
    assert not VARIATIONS[name].keeps_conventions
    assert Checker(ReferenceServer([name])).run(small_world, list) == {convention}


STEADY = sorted(
    name
    for name, variation in VARIATIONS.items()
    if variation.keeps_conventions and not variation.needs_settle and name != "slow-answers"
)


def compatible(names: list[str]) -> list[str]:
    """Leave out the names that those before them exclude."""
    kept: list[str] = []
    for name in names:
        if not any(other in VARIATIONS[name].excludes for other in kept):
            kept.append(name)
    return kept


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(STEADY), min_size=5, max_size=25, unique=True).map(compatible))
def test_variations_can_be_combined_and_still_break_nothing(names: list[str]) -> None:
    assert Checker(ReferenceServer(names)).run(small_world, lambda: None) == set()


@pytest.mark.parametrize(
    ("fault", "variations"),
    [
        ("lose-job-at-page-boundary", ["random-order", "long-tokens"]),
        ("lose-job-at-page-boundary", ["empty-pages-between", "json-tokens"]),
        ("status-ignored", ["newest-first", "short-pages", "gzipped-answers"]),
        ("boundary-job-repeated", ["by-status", "fresh-tokens"]),
        ("error-without-type", ["error-type-in-code", "capital-message"]),
        ("times-in-milliseconds", ["indented-json", "unset-members-are-null"]),
        ("token-forgets-status", ["url-safe-tokens", "null-token-at-the-end"]),
        ("regions-share-jobs", ["by-id", "thing-group-id-always-shown"]),
        ("delete-leaves-cached-listings", ["empty-pages-between", "whole-seconds"]),
        ("offset-in-token", ["by-id", "empty-page-first"]),
        ("sorted-by-last-update", ["short-pages", "fresh-tokens"]),
        ("token-names-a-job", ["newest-first", "one-job-a-page"]),
        ("filters-kept-for-the-account", ["uneven-pages", "json-tokens"]),
    ],
)
def test_a_fault_shows_through_variations(fault: str, variations: list[str]) -> None:
    broken = Checker(ReferenceServer([*variations, fault])).run(small_world, lambda: None)
    assert broken == set(FAULTS[fault].breaks)


# What single variations do, where the checker above has no eye for it.


def client_with_jobs(*names: str, count: int = 7) -> Client:
    client = Client(ReferenceServer(names))
    thing = client.thing("t")
    for number in range(count):
        client.job(f"j{number}", thing)
    return client


def test_newest_first_lists_the_newest_first() -> None:
    assert client_with_jobs("newest-first").ids(maxResults=3) == [
        f"j{number}" for number in range(6, -1, -1)
    ]


def test_random_order_differs_between_walks_and_not_within_one() -> None:
    client = client_with_jobs("random-order", count=20)
    walks = [client.ids(maxResults=3) for _ in range(5)]
    assert len({tuple(walk) for walk in walks}) == 5
    assert all(len(set(walk)) == 20 for walk in walks)


def test_empty_pages_come_between_before_and_after() -> None:
    def lengths(name: str) -> list[int]:
        return [len(page["jobs"]) for page in client_with_jobs(name).pages(maxResults=7)]

    assert lengths("empty-page-last") == [7, 0]
    assert lengths("empty-page-first") == [0, 7]
    between = client_with_jobs("empty-pages-between").pages(maxResults=3)
    assert [len(page["jobs"]) for page in between] == [3, 0, 3, 0, 1]


def test_empty_pages_are_not_many_more_than_jobs() -> None:
    client = client_with_jobs("empty-pages-between", count=260)
    assert len(list(client.pages(maxResults=1))) <= 360


def test_late_settling_shows_a_change_after_a_while() -> None:
    client = client_with_jobs("late-settling", count=1)
    assert client.ids() == []
    assert client.describe("j0")["status"] == "IN_PROGRESS"
    time.sleep(0.1)
    client.ok("PUT", "/jobs/j0/cancel")
    assert client.ids(status="IN_PROGRESS") == ["j0"]
    time.sleep(0.1)
    assert client.ids(status="CANCELED") == ["j0"]
    client.ok("DELETE", "/jobs/j0")
    assert client.ids() == ["j0"]
    time.sleep(0.1)
    assert client.ids() == []
    client.app.reset()
    assert client.ids() == []


def test_a_new_job_is_in_the_second_listing() -> None:
    client = client_with_jobs("new-jobs-in-the-second-listing", count=2)
    assert (client.ids(), client.ids()) == ([], ["j0", "j1"])
    client.job("j2", client.thing("t"))
    assert (client.ids(maxResults=2), client.ids()) == (["j0", "j1"], ["j0", "j1", "j2"])
    client.app.reset()
    assert client.ids() == []


def test_a_slow_deletion_can_be_seen() -> None:
    client = client_with_jobs("deletion-takes-a-moment", count=1)
    client.ok("DELETE", "/jobs/j0", query="force=true")
    assert client.describe("j0")["status"] == "DELETION_IN_PROGRESS"
    assert client.ids(status="DELETION_IN_PROGRESS") == ["j0"]
    time.sleep(0.1)
    assert client.ids() == []
    assert client.call("GET", "/jobs/j0").status == 404


def test_every_fifth_request_is_throttled_and_the_next_is_answered() -> None:
    client = client_with_jobs("throttled-now-and-then", count=1)
    statuses = [client.list_jobs().status for _ in range(11)]
    assert statuses == [200, 200, 200, 200, 400, 200, 200, 200, 200, 400, 200]
    client.app.reset()
    assert [client.list_jobs().status for _ in range(5)] == [200, 200, 200, 200, 400]


def test_a_token_expires_when_twenty_newer_ones_were_given() -> None:
    client = client_with_jobs("expiring-tokens")
    token = client.list_jobs(maxResults=1).body["nextToken"]
    for _ in range(19):
        client.list_jobs(maxResults=1)
    assert client.list_jobs(nextToken=token).status == 200
    client.list_jobs(maxResults=1)
    assert client.list_jobs(nextToken=token).error_type == "InvalidRequestException"


def test_gzip_is_used_only_where_it_is_accepted() -> None:
    client = client_with_jobs("gzipped-answers")
    plain = client.call("GET", "/jobs")
    assert "content-encoding" not in plain.headers
    for accepted in ("gzip", "deflate, gzip;q=0.5", "GZIP"):
        packed = client.call("GET", "/jobs", HTTP_ACCEPT_ENCODING=accepted)
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.body == plain.body
    refused = client.call("GET", "/jobs", HTTP_ACCEPT_ENCODING="gzip;q=0, br")
    assert "content-encoding" not in refused.headers


def test_times_can_be_written_in_several_ways() -> None:
    plain = client_with_jobs(count=1).list_jobs().raw
    assert b'"createdAt":1' in plain
    assert b"e9," in client_with_jobs("times-with-exponent", count=1).list_jobs().raw
    whole = client_with_jobs("whole-seconds", count=1).list_jobs().body["jobs"][0]
    assert isinstance(whole["createdAt"], int)


def test_related_groups_are_reached_where_a_variation_says_so() -> None:
    def found(name: str, asked: str) -> list[str]:
        client = Client(ReferenceServer([name]))
        parent = client.group("parent")
        child = client.group("child", parentGroupName="parent")
        thing = client.thing("t")
        client.ok(
            "PUT",
            "/thing-groups/addThingToThingGroup",
            {"thingGroupName": "child", "thingName": "t"},
        )
        client.job("for-parent", parent["thingGroupArn"])
        client.job("for-child", child["thingGroupArn"])
        client.job("for-thing", thing)
        return client.ids(thingGroupName=asked)

    assert found("newest-first", "child") == ["for-child"]
    assert found("group-lists-jobs-of-its-children", "parent") == ["for-parent", "for-child"]
    assert found("group-lists-jobs-of-its-parent", "child") == ["for-parent", "for-child"]
    assert found("group-lists-jobs-of-its-members", "child") == ["for-child", "for-thing"]


def test_disagreeing_groups_are_handled_in_one_of_three_ways() -> None:
    def answer(*names: str) -> object:
        client = Client(ReferenceServer(names))
        one, other = client.group("one"), client.group("other")
        client.job("j", one["thingGroupArn"])
        client.job("k", other["thingGroupArn"])
        said = client.list_jobs(thingGroupName="one", thingGroupId=other["thingGroupId"])
        return said.error_type or [job["jobId"] for job in said.body["jobs"]]

    assert answer() == []
    assert answer("disagreeing-groups-refused") == "InvalidRequestException"
    assert answer("group-id-beats-disagreeing-name") == ["k"]


def test_what_no_text_decides_is_accepted_or_refused() -> None:
    def error(name: str, **parameters: object) -> str | None:
        return client_with_jobs(name, count=1).list_jobs(**parameters).error_type

    assert error("empty-parameter-is-absent", status="", thingGroupName="", maxResults="") is None
    assert error("empty-token-refused", nextToken="") == "InvalidRequestException"
    assert error("enums-without-case", status="in_progress", targetSelection="Snapshot") is None
    assert error("unknown-parameter-refused", unknown="x") == "InvalidRequestException"
    assert error("text-size-is-serialization-exception", maxResults="x") == "SerializationException"
    assert error("unknown-group-is-empty", thingGroupId="none") is None
    assert error("unknown-group-is-invalid", thingGroupId="none") == "InvalidRequestException"


def test_jobs_can_end_in_other_ways() -> None:
    client = Client(ReferenceServer(["empty-group-completes-snapshot"]))
    client.job("j", client.group("g")["thingGroupArn"])
    assert client.describe("j")["status"] == "COMPLETED"
    client = client_with_jobs("cancel-keeps-last-updated", count=1)
    client.ok("PUT", "/jobs/j0/cancel")
    job = client.describe("j0")
    assert job["lastUpdatedAt"] == job["createdAt"]


def test_signatures_are_checked_and_each_refusal_has_a_type_of_its_own() -> None:
    app = ReferenceServer(["checks-signatures"])
    client = Client(app, key=KEY, secret=SECRET)
    # What a signature covers: path, query and body.
    client.job("j", client.thing("a:b"), client.group("g:1")["thingGroupArn"])
    assert client.ids(thingGroupName="g:1", maxResults=1) == ["j"]

    def refusal(asking: Client, path: str = "/jobs", **headers: str) -> tuple[int, str | None]:
        answer = asking.call("GET", path, **headers)
        return answer.status, answer.error_type

    missing = (403, "MissingAuthenticationTokenException")
    assert refusal(client, HTTP_AUTHORIZATION="") == missing
    assert refusal(client, "/jobs/j", HTTP_AUTHORIZATION="") == missing
    assert refusal(client, "/nowhere", HTTP_AUTHORIZATION="") == missing
    wrong = (403, "InvalidSignatureException")
    assert refusal(Client(app, key=KEY, secret="other")) == wrong
    assert refusal(client, HTTP_X_AMZ_DATE="20250101T000000Z") == wrong
    assert refusal(client, QUERY_STRING="maxResults=1") == wrong
    assert refusal(Client(app, secret=SECRET)) == (403, "UnrecognizedClientException")
    assert refusal(Client(app)) == (403, "IncompleteSignatureException")
    assert refusal(client, HTTP_AUTHORIZATION="Basic abc") == (403, "IncompleteSignatureException")
    assert client.call("POST", "/_listjobs/reset", HTTP_AUTHORIZATION="").status == 200


def test_one_job_a_page_needs_as_many_pages_as_jobs() -> None:
    pages = list(islice(client_with_jobs("one-job-a-page").pages(maxResults=250), 20))
    assert [len(page["jobs"]) for page in pages] == [1] * 7
