"""The control plane as requests: how things, groups and jobs are made, ended and described.

Paths and members are the service model's (``iot`` 2015-05-28, ``iot-jobs-data`` 2017-09-29).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson

from ..evidence import Request

SCHEDULED_AHEAD = timedelta(days=2)
"""How far ahead a SCHEDULED job starts: more than 30 minutes and less than a year."""


def _path(*segments: str) -> str:
    return "/" + "/".join(quote(segment, safe="") for segment in segments)


def _json(document: Mapping[str, Any]) -> bytes:
    return orjson.dumps(document)


def changes_jobs(request: Request) -> bool:
    """Whether it does something to a job or a group. Things only stand there to be targeted."""
    root, *rest = request.path.split("/")[1:]
    return request.method != "GET" and (root != "things" or len(rest) > 1)


def create_thing(name: str) -> Request:
    return Request("POST", _path("things", name), body=b"{}")


def describe_thing(name: str) -> Request:
    return Request("GET", _path("things", name))


def delete_thing(name: str) -> Request:
    return Request("DELETE", _path("things", name))


def create_group(name: str) -> Request:
    return Request("POST", _path("thing-groups", name), body=b"{}")


def describe_group(name: str) -> Request:
    return Request("GET", _path("thing-groups", name))


def delete_group(name: str) -> Request:
    return Request("DELETE", _path("thing-groups", name))


def create_job(
    job_id: str,
    targets: Sequence[str],
    selection: str | None = None,
    namespace: str | None = None,
    scheduled: bool = False,
) -> Request:
    """``targets`` are ARNs. A scheduled job starts two days from now."""
    body: dict[str, Any] = {"targets": list(targets), "document": "{}"}
    if selection is not None:
        body["targetSelection"] = selection
    if namespace is not None:
        body["namespaceId"] = namespace
    if scheduled:
        start = datetime.now(UTC) + SCHEDULED_AHEAD
        body["schedulingConfig"] = {"startTime": start.strftime("%Y-%m-%dT%H:%M")}
    return Request("PUT", _path("jobs", job_id), body=_json(body))


def describe_job(job_id: str) -> Request:
    return Request("GET", _path("jobs", job_id))


def cancel_job(job_id: str) -> Request:
    return Request("PUT", _path("jobs", job_id, "cancel"), body=b"{}")


def associate_targets(job_id: str, targets: Sequence[str]) -> Request:
    """``targets`` are ARNs, a hundred at most."""
    return Request("POST", _path("jobs", job_id, "targets"), body=_json({"targets": list(targets)}))


def delete_job(job_id: str) -> Request:
    return Request("DELETE", _path("jobs", job_id), "force=true")


def succeed_execution(job_id: str, thing: str) -> Request:
    """The data plane's UpdateJobExecution, which signs for a service of its own."""
    return Request(
        "POST",
        _path("things", thing, "jobs", job_id),
        body=_json({"status": "SUCCEEDED"}),
        service="iot-jobs-data",
    )


def cancel_execution(job_id: str, thing: str) -> Request:
    return Request("PUT", _path("things", thing, "jobs", job_id, "cancel"), "force=true", b"{}")
