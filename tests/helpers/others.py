"""What somebody else has in the account that the suite uses: made, and looked at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from listjobs_conformance.scenarios.regions import ELSEWHERE

from .servers import Server

JOBS, GROUPS = 40, 5

REGIONS = ("us-east-1", *ELSEWHERE)
"""Where the suite makes anything."""

NAMES = ("a", "b", "0", "-", "_", "here", "here-g", "lj", "lj-", "lj000000-a", "lj0000000-a")
"""Names of jobs that the suite gives, apart from its prefix, and names that look like a prefix."""

NAMESPACES = ("n", "theirs")


def job_ids() -> list[str]:
    return [*NAMES, *(f"theirs-{number}" for number in range(JOBS - len(NAMES)))]


def fill(server: Server) -> None:
    """Make 40 jobs of all kinds and 5 thing groups, and a little in the other regions."""
    iot = server.client()
    things = [iot.create_thing(thingName=name)["thingArn"] for name in ("t", "theirs")]
    groups = [
        iot.create_thing_group(thingGroupName=name)["thingGroupArn"]
        for name in ("g", "g:1", "lj000000-g", "theirs", "no-such-group")
    ]
    assert len(groups) == GROUPS
    for number, job_id in enumerate(job_ids()):
        _make(server, number, job_id, things, groups)
    for region in ELSEWHERE:
        iot = server.client(region)
        iot.create_thing(thingName="theirs")
        group = iot.create_thing_group(thingGroupName="g:1")["thingGroupArn"]
        for job_id in (f"elsewhere-{region}", f"elsewhere-{region}-g", "theirs"):
            iot.create_job(jobId=job_id, targets=[group], document="{}")


def _make(server: Server, number: int, job_id: str, things: list[str], groups: list[str]) -> None:
    iot = server.client()
    continuous = number % 2 == 1
    more: dict[str, Any] = {}
    if number % 7 < len(NAMESPACES):
        more["namespaceId"] = NAMESPACES[number % 7]
    if number % 5 == 4:
        start = datetime.now(UTC) + timedelta(days=2)
        more["schedulingConfig"] = {"startTime": start.strftime("%Y-%m-%dT%H:%M")}
    iot.create_job(
        jobId=job_id,
        targets=[groups[number % GROUPS] if continuous else things[1]],
        targetSelection="CONTINUOUS" if continuous else "SNAPSHOT",
        document="{}",
        **more,
    )
    if number % 6 == 1:
        iot.cancel_job(jobId=job_id)
    elif number % 6 == 2 and number % 5 != 4 and server.completes:
        plane = server.client(service="iot-jobs-data")
        plane.update_job_execution(jobId=job_id, thingName="theirs", status="SUCCEEDED")


def holdings(server: Server) -> dict[str, dict[str, Any]]:
    """Everything that the suite could touch, by region.

    Each list is asked for on one page: moto's walks through pages do not end.
    """
    return {region: _held(server.client(region)) for region in REGIONS}


def _held(iot: Any) -> dict[str, Any]:
    jobs, things, groups = (
        iot.list_jobs(maxResults=250),
        iot.list_things(maxResults=250),
        iot.list_thing_groups(maxResults=250),
    )
    assert not any(answer.get("nextToken") for answer in (jobs, things, groups))
    return {
        "jobs": {job["jobId"]: job for job in jobs["jobs"]},
        "things": {thing["thingName"]: thing for thing in things["things"]},
        "groups": {group["groupName"]: group for group in groups["thingGroups"]},
    }


def names_of(held: dict[str, dict[str, Any]]) -> set[tuple[str, str, str]]:
    """Region, kind and name of everything that is held."""
    return {
        (region, kind, name)
        for region, kinds in held.items()
        for kind, named in kinds.items()
        for name in named
    }
