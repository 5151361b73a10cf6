"""What moto's own tests assert about ``list_jobs``, restated, against any endpoint.

They make at most two jobs, list without a filter, and never see a second page. The order of the
two jobs is not asserted here, since the contract leaves it open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

DOCUMENT = '{"field": "value"}'


class Client:
    """boto3's client for one endpoint, and how many requests it has sent."""

    def __init__(self, url: str) -> None:
        self.requests = 0
        self.iot: Any = boto3.client(
            "iot",
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id="123456789012",
            aws_secret_access_key="x",
            config=Config(retries={"total_max_attempts": 1}, read_timeout=10),
        )
        self.iot.meta.events.register("before-send", self._count)

    def _count(self, **_: object) -> None:
        self.requests += 1

    def create_job(self, job_id: str, target: str) -> None:
        job = self.iot.create_job(
            jobId=job_id, targets=[target], document=DOCUMENT, targetSelection="CONTINUOUS"
        )
        assert job["jobId"] == job_id
        assert "jobArn" in job


def lists_two_jobs(client: Client) -> None:
    """Two jobs on one thing are both listed, on one page."""
    thing = client.iot.create_thing(thingName="my-thing")
    client.create_job("TestJob", thing["thingArn"])
    client.create_job("TestJob1", thing["thingArn"])
    page = client.iot.list_jobs()
    assert "jobs" in page
    assert "nextToken" not in page
    assert sorted(job["jobId"] for job in page["jobs"]) == ["TestJob", "TestJob1"]


def lists_no_deleted_job(client: Client) -> None:
    """A job is described with its members, and once it is deleted nothing is listed."""
    thing = client.iot.create_thing(thingName="my-thing")
    client.create_job("TestJob", thing["thingArn"])
    job = client.iot.describe_job(jobId="TestJob")["job"]
    assert job["jobId"] == "TestJob"
    assert {"jobArn", "targets", "jobProcessDetails", "lastUpdatedAt", "createdAt"} <= set(job)
    assert job["targetSelection"] == "CONTINUOUS"
    client.iot.delete_job(jobId="TestJob", force=True)
    assert client.iot.list_jobs()["jobs"] == []


TESTS: tuple[Callable[[Client], None], ...] = (lists_two_jobs, lists_no_deleted_job)
