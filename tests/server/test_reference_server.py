"""The plain reference server does what AWS IoT documents."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from wsgi_client import Client

from listjobs_conformance.server import ReferenceServer


@pytest.fixture
def client() -> Client:
    return Client(ReferenceServer())


def seven_jobs(client: Client) -> list[str]:
    thing = client.thing("t")
    ids = [f"job-{number}" for number in range(7)]
    for job_id in ids:
        client.job(job_id, thing)
    return ids


# Jobs and their statuses.


def test_a_new_job_is_in_progress_and_carries_what_was_asked_for(client: Client) -> None:
    group = client.group("g")
    made = client.job(
        "j",
        group["thingGroupArn"],
        client.thing("t"),
        targetSelection="CONTINUOUS",
        namespaceId="ns",
        description="why",
    )
    assert made == {
        "jobArn": "arn:aws:iot:us-east-1:123456789012:job/j",
        "jobId": "j",
        "description": "why",
    }
    job = client.describe("j")
    assert job["jobArn"] == made["jobArn"]
    assert job["status"] == "IN_PROGRESS"
    assert job["targetSelection"] == "CONTINUOUS"
    assert job["namespaceId"] == "ns"
    assert job["description"] == "why"
    assert job["targets"] == [group["thingGroupArn"], client.thing("t")]
    assert job["createdAt"] == job["lastUpdatedAt"]
    assert "completedAt" not in job


def test_a_job_with_a_future_start_is_scheduled_and_not_concurrent(client: Client) -> None:
    client.scheduled("j", client.thing("t"))
    assert client.describe("j")["status"] == "SCHEDULED"
    assert client.describe("j")["isConcurrent"] is False


@pytest.mark.parametrize(
    "start", ["2999-01-31 12:00", "2999-01-31T12:00:00Z", "2999-01-31T12:00:00+02:00", 32e9]
)
def test_a_start_may_be_written_in_several_ways(client: Client, start: object) -> None:
    client.job("j", client.thing("t"), schedulingConfig={"startTime": start})
    assert client.describe("j")["status"] == "SCHEDULED"


def test_a_start_in_the_past_is_a_start_now(client: Client) -> None:
    client.job("j", client.thing("t"), schedulingConfig={"startTime": "2001-01-01 00:00"})
    assert client.describe("j")["status"] == "IN_PROGRESS"


def test_a_scheduled_job_starts_when_its_time_has_come(client: Client) -> None:
    service = client.app.service
    client.scheduled("j", client.thing("t"))
    service.now = lambda: 33e9  # type: ignore[method-assign]
    assert client.describe("j")["status"] == "IN_PROGRESS"
    assert client.ok("GET", "/things/t/jobs/j")["execution"]["status"] == "QUEUED"


def test_a_snapshot_job_completes_when_its_last_execution_ends(client: Client) -> None:
    group = client.group("g")
    for name in ("t1", "t2"):
        client.thing(name)
        client.ok(
            "PUT",
            "/thing-groups/addThingToThingGroup",
            {"thingGroupName": "g", "thingName": name},
        )
    client.job("j", group["thingGroupArn"])
    client.ok("POST", "/things/t1/jobs/j", {"status": "SUCCEEDED"})
    assert client.describe("j")["status"] == "IN_PROGRESS"
    client.ok("PUT", "/things/t2/jobs/j/cancel")
    job = client.describe("j")
    assert job["status"] == "COMPLETED"
    assert job["createdAt"] <= job["completedAt"] == job["lastUpdatedAt"]
    assert job["jobProcessDetails"]["numberOfSucceededThings"] == 1
    assert job["jobProcessDetails"]["numberOfCanceledThings"] == 1


def test_a_continuous_job_never_completes(client: Client) -> None:
    client.job("j", client.thing("t"), targetSelection="CONTINUOUS")
    client.ok("POST", "/things/t/jobs/j", {"status": "SUCCEEDED"})
    assert client.describe("j")["status"] == "IN_PROGRESS"


def test_a_snapshot_job_on_an_empty_group_stays_in_progress(client: Client) -> None:
    client.job("j", client.group("g")["thingGroupArn"])
    assert client.describe("j")["status"] == "IN_PROGRESS"


def test_a_thing_that_joins_a_group_gets_its_continuous_jobs(client: Client) -> None:
    arn = client.group("g")["thingGroupArn"]
    client.job("c", arn, targetSelection="CONTINUOUS")
    client.job("s", arn)
    client.thing("t")
    membership = {"thingGroupName": "g", "thingName": "t"}
    client.ok("PUT", "/thing-groups/addThingToThingGroup", membership)
    assert client.call("GET", "/things/t/jobs/c").status == 200
    assert client.call("GET", "/things/t/jobs/s").status == 404
    client.ok("PUT", "/thing-groups/removeThingFromThingGroup", membership)


def test_deleting_its_last_thing_completes_a_snapshot_job(client: Client) -> None:
    client.job("j", client.thing("t"))
    client.ok("DELETE", "/things/t")
    assert client.describe("j")["status"] == "COMPLETED"
    assert client.call("GET", "/things/t").status == 404


def test_a_canceled_job_has_ended(client: Client) -> None:
    client.job("j", client.thing("t"))
    client.ok("PUT", "/jobs/j/cancel", {"reasonCode": "R", "comment": "C"})
    job = client.describe("j")
    assert job["status"] == "CANCELED"
    assert job["completedAt"] >= job["createdAt"]
    assert (job["reasonCode"], job["comment"], job["forceCanceled"]) == ("R", "C", False)
    assert client.ok("GET", "/things/t/jobs/j")["execution"]["status"] == "CANCELED"
    assert client.call("PUT", "/jobs/j/cancel").error_type == "InvalidRequestException"


def test_a_job_in_progress_is_deleted_by_force_only(client: Client) -> None:
    client.job("j", client.thing("t"))
    refused = client.call("DELETE", "/jobs/j")
    assert (refused.status, refused.error_type) == (409, "InvalidStateTransitionException")
    client.ok("DELETE", "/jobs/j", query="force=true")
    assert client.call("GET", "/jobs/j").error_type == "ResourceNotFoundException"
    assert client.ids() == []
    client.job("j", client.thing("t"))


def test_an_execution_in_progress_is_canceled_by_force_only(client: Client) -> None:
    client.job("j", client.thing("t"))
    state = client.ok(
        "POST", "/things/t/jobs/j", {"status": "IN_PROGRESS", "includeJobExecutionState": True}
    )
    assert state["executionState"]["versionNumber"] == 2
    assert client.call("PUT", "/things/t/jobs/j/cancel").status == 409
    stale = client.call("PUT", "/things/t/jobs/j/cancel", {"expectedVersion": 1}, "force=true")
    assert stale.error_type == "VersionConflictException"
    client.ok("PUT", "/things/t/jobs/j/cancel", {"expectedVersion": 2}, "force=true")
    ended = client.call("POST", "/things/t/jobs/j", {"status": "SUCCEEDED"})
    assert ended.error_type == "InvalidStateTransitionException"


def test_targets_can_be_added_to_a_continuous_job(client: Client) -> None:
    group = client.group("g")
    client.job("c", client.thing("t"), targetSelection="CONTINUOUS")
    client.job("s", client.thing("t"))
    more = {"targets": [group["thingGroupArn"], client.thing("t")]}
    client.ok("POST", "/jobs/c/targets", more)
    assert client.describe("c")["targets"] == [client.thing("t"), group["thingGroupArn"]]
    assert client.ids(thingGroupName="g") == ["c"]
    assert client.call("POST", "/jobs/s/targets", more).error_type == "InvalidRequestException"


@pytest.mark.parametrize(
    ("job_id", "change", "status"),
    [
        ("j", {"targets": ["arn:aws:iot:us-east-1:123456789012:thing/none"]}, 404),
        ("j", {"targets": ["arn:aws:iot:us-east-1:123456789012:thinggroup/none"]}, 404),
        ("j", {"targets": ["arn:aws:iot:eu-west-1:123456789012:thing/t"]}, 404),
        ("j", {"targets": []}, 400),
        ("j", {"targets": None}, 400),
        ("j", {"document": None}, 400),
        ("j", {"targetSelection": "SOMETIMES"}, 400),
        ("j", {"namespaceId": "a b"}, 400),
        ("j", {"schedulingConfig": {"startTime": "tomorrow"}}, 400),
        ("j" * 65, {}, 400),
        ("j.j", {}, 400),
        ("taken", {}, 409),
    ],
)
def test_a_job_that_cannot_be_is_refused(
    client: Client, job_id: str, change: dict[str, object], status: int
) -> None:
    arn = client.thing("t")
    client.job("taken", arn)
    body = {"targets": [arn], "document": "{}", **change}
    assert client.call("PUT", f"/jobs/{job_id}", body).status == status
    assert client.ids() == ["taken"]


def test_a_body_that_is_no_json_object_is_refused(client: Client) -> None:
    assert client.call("PUT", "/jobs/j", ["a"]).error_type == "InvalidRequestException"


def test_things_and_groups_can_be_listed_and_described(client: Client) -> None:
    client.thing("t:1")
    client.group("b", parentGroupName=client.group("a")["thingGroupName"])
    assert client.ok("GET", "/things/t:1")["thingName"] == "t:1"
    metadata = client.ok("GET", "/thing-groups/b")["thingGroupMetadata"]
    assert metadata["parentGroupName"] == "a"
    first = client.ok("GET", "/thing-groups", query="maxResults=1")
    assert [group["groupName"] for group in first["thingGroups"]] == ["a"]
    rest = client.ok("GET", "/thing-groups", query=f"nextToken={first['nextToken']}")
    assert [group["groupName"] for group in rest["thingGroups"]] == ["b"]
    assert [thing["thingName"] for thing in client.ok("GET", "/things")["things"]] == ["t:1"]
    client.ok("DELETE", "/thing-groups/b")
    assert client.call("GET", "/thing-groups/b").status == 404


# Listings.


def test_the_widest_walk_lists_every_job_once(client: Client) -> None:
    ids = seven_jobs(client)
    assert client.ids(maxResults=250) == ids


@pytest.mark.parametrize("size", range(1, 9))
def test_a_walk_in_small_pages_lists_every_job_once(client: Client, size: int) -> None:
    ids = seven_jobs(client)
    pages = list(client.pages(maxResults=size))
    assert [job["jobId"] for page in pages for job in page["jobs"]] == ids
    assert all(len(page["jobs"]) <= size for page in pages)
    assert all(page["jobs"] for page in pages)
    assert "nextToken" not in pages[-1]


def test_filters_select_the_jobs_that_match_all_of_them(client: Client) -> None:
    thing = client.thing("t")
    groups = {name: client.group(name) for name in ("g", "G", "gx")}
    jobs: dict[str, tuple[str, str, str, str]] = {}
    choices = product(
        ("IN_PROGRESS", "CANCELED", "SCHEDULED"), ("SNAPSHOT", "CONTINUOUS"), groups, ("n", "nn")
    )
    for number, choice in enumerate(choices):
        status, selection, group, namespace = choice
        job_id = f"j{number}"
        make = client.scheduled if status == "SCHEDULED" else client.job
        make(
            job_id,
            thing,
            groups[group]["thingGroupArn"],
            targetSelection=selection,
            namespaceId=namespace,
        )
        if status == "CANCELED":
            client.ok("PUT", f"/jobs/{job_id}/cancel")
        jobs[job_id] = choice
    names = ("status", "targetSelection", "thingGroupName", "namespaceId")
    asked = product(
        (None, "IN_PROGRESS", "CANCELED", "SCHEDULED", "COMPLETED"),
        (None, "SNAPSHOT", "CONTINUOUS"),
        (None, *groups),
        (None, "n", "nn", "none"),
    )
    for choice in asked:
        query = {name: value for name, value in zip(names, choice, strict=True) if value}
        expected = [
            job_id
            for job_id, job in jobs.items()
            if all(want in (None, has) for want, has in zip(choice, job, strict=True))
        ]
        assert client.ids(**query, maxResults=5) == expected
        if "thingGroupName" in query:
            group_id = groups[query.pop("thingGroupName")]["thingGroupId"]
            assert client.ids(**query, thingGroupId=group_id) == expected


def test_both_group_parameters_list_jobs_that_target_both_groups(client: Client) -> None:
    one, other = client.group("one"), client.group("other")
    client.job("both", one["thingGroupArn"], other["thingGroupArn"])
    client.job("single", one["thingGroupArn"])
    assert client.ids(thingGroupName="one", thingGroupId=other["thingGroupId"]) == ["both"]


def test_a_summary_names_the_group_that_was_asked_for(client: Client) -> None:
    one, other = client.group("one"), client.group("other")
    client.job("j", other["thingGroupArn"], one["thingGroupArn"])
    [summary] = client.list_jobs(thingGroupName="one").body["jobs"]
    assert summary["thingGroupId"] == one["thingGroupId"]
    [summary] = client.list_jobs().body["jobs"]
    assert "thingGroupId" not in summary


def test_a_summary_agrees_with_describe_job(client: Client) -> None:
    seven_jobs(client)
    client.ok("PUT", "/jobs/job-1/cancel")
    for summary in client.list_jobs().body["jobs"]:
        described = client.describe(summary["jobId"])
        assert summary == {name: described[name] for name in summary}
        assert ("completedAt" in summary) == ("completedAt" in described)


def test_listings_keep_to_their_region_and_account() -> None:
    app = ReferenceServer()
    clients = [
        Client(app, region, key)
        for region in ("us-east-1", "us-west-2", "cn-north-1")
        for key in ("111122223333", "444455556666")
    ]
    for number, client in enumerate(clients):
        client.job(f"j{number}", client.thing("t"))
    for number, client in enumerate(clients):
        [summary] = client.list_jobs().body["jobs"]
        assert summary["jobId"] == f"j{number}"
    assert summary["jobArn"] == "arn:aws-cn:iot:cn-north-1:444455556666:job/j5"


# Tokens.


def first_token(client: Client, **parameters: object) -> str:
    return str(client.list_jobs(maxResults=2, **parameters).body["nextToken"])


def test_a_token_can_be_used_again_and_with_another_page_size(client: Client) -> None:
    ids = seven_jobs(client)
    token = first_token(client)
    for size in (1, 3, 250, 1):
        jobs = client.list_jobs(maxResults=size, nextToken=token).body["jobs"]
        assert [job["jobId"] for job in jobs] == ids[2 : 2 + size]


def test_a_token_outlives_the_job_at_its_boundary(client: Client) -> None:
    ids = seven_jobs(client)
    token = first_token(client)
    for job_id in ids[1:3]:
        client.ok("DELETE", f"/jobs/{job_id}", query="force=true")
    rest = [job["jobId"] for job in client.list_jobs(nextToken=token).body["jobs"]]
    assert rest == ids[3:]


def test_a_token_is_refused_with_other_filters_or_elsewhere(client: Client) -> None:
    seven_jobs(client)
    token = first_token(client, status="IN_PROGRESS")
    elsewhere = Client(client.app, "us-west-2")
    answers = [
        client.list_jobs(nextToken=token),
        client.list_jobs(nextToken=token, status="CANCELED"),
        client.list_jobs(nextToken=token, status="IN_PROGRESS", targetSelection="SNAPSHOT"),
        client.list_jobs(nextToken=token, status="IN_PROGRESS", namespaceId="n"),
        elsewhere.list_jobs(nextToken=token, status="IN_PROGRESS"),
    ]
    assert {(one.status, one.error_type) for one in answers} == {(400, "InvalidRequestException")}


def test_a_token_that_was_changed_or_made_up_is_refused(client: Client) -> None:
    seven_jobs(client)
    token = first_token(client)
    forged = [
        token[:-1],
        token + "=",
        token[:10] + ("A" if token[10] != "A" else "B") + token[11:],
        b64encode(b"x" * 60).decode(),
        "MTIz",
        "€",
        " ",
        "\0",
    ]
    for one in forged:
        answer = client.list_jobs(nextToken=one)
        assert (answer.status, answer.error_type) == (400, "InvalidRequestException"), one


# Requests that are not valid.


@pytest.mark.parametrize(
    ("name", "values"),
    [
        (
            "maxResults",
            ["0", "-1", "251", "99999999999999999999", "9" * 900, "abc", "1.5", "", "\uff11"],
        ),
        ("status", ["BOGUS", "in_progress", "QUEUED", "", "IN_PROGRESS "]),
        ("targetSelection", ["BOGUS", "snapshot", ""]),
        ("thingGroupName", ["a b", "a/b", "ä", "", "g" * 129, "g\n"]),
        ("thingGroupId", ["a_b", "a:b", "", "g" * 129, "g\n"]),
        ("namespaceId", ["a:b", "a b", "", "n\n"]),
    ],
)
def test_a_value_outside_its_constraint_is_an_invalid_request(
    client: Client, name: str, values: list[str]
) -> None:
    for value in values:
        answer = client.list_jobs(**{name: value})
        assert (answer.status, answer.error_type) == (400, "InvalidRequestException"), value
        assert isinstance(answer.body["message"], str)


def test_all_violations_are_reported_together(client: Client) -> None:
    message = client.list_jobs(maxResults=0, status="BOGUS").body["message"]
    assert message == (
        "2 validation errors detected: Value '0' at 'maxResults' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1; Value 'BOGUS' at 'status' failed to "
        "satisfy constraint: Member must satisfy enum value set: [IN_PROGRESS, CANCELED, "
        "COMPLETED, DELETION_IN_PROGRESS, SCHEDULED]"
    )


@pytest.mark.parametrize("name", ["thingGroupName", "thingGroupId"])
def test_an_unknown_group_is_not_found(client: Client, name: str) -> None:
    seven_jobs(client)
    answer = client.list_jobs(**{name: "none"})
    assert (answer.status, answer.error_type) == (404, "ResourceNotFoundException")


def test_names_at_their_longest_are_valid(client: Client) -> None:
    name = "g" * 128
    group = client.group(name)
    client.job("j" * 64, group["thingGroupArn"], namespaceId="n" * 500)
    assert client.ids(thingGroupName=name, namespaceId="n" * 500) == ["j" * 64]


# The protocol.


def test_the_first_of_repeated_parameters_counts(client: Client) -> None:
    seven_jobs(client)
    answer = client.call("GET", "/jobs", query="maxResults=2&maxResults=3")
    assert len(answer.body["jobs"]) == 2


def test_values_are_percent_decoded(client: Client) -> None:
    ids = seven_jobs(client)
    query = "status=%49N%5FPROGRESS&unknown=%20"
    jobs = client.call("GET", "/jobs", query=query).body["jobs"]
    assert [job["jobId"] for job in jobs] == ids


def test_answers_carry_content_type_and_request_id(client: Client) -> None:
    good, bad = client.list_jobs(), client.list_jobs(status="BOGUS")
    assert good.headers["content-type"] == bad.headers["content-type"] == "application/json"
    assert good.headers["x-amzn-requestid"] != bad.headers["x-amzn-requestid"]
    assert int(good.headers["content-length"]) == len(good.raw)


def test_an_unknown_path_is_not_found(client: Client) -> None:
    for method, path in (("GET", "/"), ("POST", "/jobs"), ("PUT", "/jobs/j/no"), ("GET", "/a/b")):
        assert client.call(method, path).status == 404


def test_a_reset_empties_the_server(client: Client) -> None:
    seven_jobs(client)
    client.ok("POST", "/_listjobs/reset")
    assert client.ids() == []
    assert client.ok("GET", "/things")["things"] == []


def test_threads_can_share_a_server(client: Client) -> None:
    thing = client.thing("t")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: client.job(f"j{number}", thing), range(100)))
        walks = list(pool.map(lambda size: client.ids(maxResults=size), range(1, 17)))
    assert all(sorted(walk) == sorted(walks[0]) for walk in walks)
    assert len(set(walks[0])) == 100
