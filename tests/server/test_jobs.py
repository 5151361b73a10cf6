"""Jobs of the reference server, and their statuses, are what AWS IoT documents."""

import pytest

from .wsgi_client import Client


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
