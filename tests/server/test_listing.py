"""Listings of the reference server are what AWS IoT documents."""

from itertools import product

import pytest

from listjobs_conformance.server import ReferenceServer

from .conftest import seven_jobs
from .wsgi_client import Client


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
