"""ListJobs and nothing else: a WSGI application without a framework, over jobs from a file.

The file is a world as ``listjobs-conformance world`` writes it, read once, at the start:
``LISTING_WORLD``, or ``world.json`` beside this module.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
import uuid
from base64 import b64decode, b64encode
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

FILE: Final = Path(os.environ.get("LISTING_WORLD", Path(__file__).with_name("world.json")))
WORLD: Final = json.loads(FILE.read_text(encoding="utf-8"))
JOBS: Final[list[dict[str, Any]]] = sorted(WORLD["jobs"], key=lambda job: str(job["jobId"]))
IDS: Final = [job["jobId"] for job in JOBS]
GROUP_IDS: Final = {g["thingGroupName"]: g["thingGroupId"] for g in WORLD["thingGroups"]}

KEY: Final = secrets.token_bytes(32)
"""Seals the tokens, which are good until the next start."""

CODE_BYTES: Final = 18

CONSTRAINTS: Final = {
    "status": r"IN_PROGRESS|CANCELED|COMPLETED|DELETION_IN_PROGRESS|SCHEDULED",
    "targetSelection": r"CONTINUOUS|SNAPSHOT",
    "thingGroupName": r"[a-zA-Z0-9:_-]{1,128}",
    "thingGroupId": r"[a-zA-Z0-9-]{1,128}",
    "namespaceId": r"[a-zA-Z0-9_-]+",
    "maxResults": r"0*([1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|250)",
}
"""What the whole of each value must match; from 1 to 250 for the last."""


class Refused(Exception):
    """What is answered in place of a page: an exception of the API's, and why."""

    def __init__(self, status: HTTPStatus, kind: str, why: str) -> None:
        super().__init__(why)
        self.status, self.kind = status, kind


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    status = HTTPStatus.OK
    headers = [("Content-Type", "application/json"), ("x-amzn-RequestId", str(uuid.uuid4()))]
    try:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("GET", "/jobs"):
            raise Refused(HTTPStatus.NOT_FOUND, "UnknownOperationException", "Only GET /jobs.")
        answer = list_jobs(environ["QUERY_STRING"])
    except Refused as refused:
        status, answer = refused.status, {"message": str(refused)}
        headers.append(("x-amzn-ErrorType", refused.kind))
    body = json.dumps(answer).encode()
    start_response(
        f"{status.value} {status.phrase}", [*headers, ("Content-Length", str(len(body)))]
    )
    return [body]


def list_jobs(query: str) -> dict[str, Any]:
    """A page of the jobs that match all filters, in the order of their ids."""
    # Reversed, so that of a repeated parameter the first value is the one that stays.
    asked = dict(reversed(parse_qsl(query, keep_blank_values=True)))
    for name, pattern in CONSTRAINTS.items():
        if name in asked and not re.fullmatch(pattern, asked[name]):
            raise invalid(f"Value '{asked[name]}' at '{name}' does not match {pattern}")
    size, token = int(asked.pop("maxResults", "50")), asked.pop("nextToken", "")
    filters = {name: asked[name] for name in sorted(asked.keys() & CONSTRAINTS.keys())}
    start = bisect_right(IDS, unseal(token, filters)) if token else 0
    found = list(islice((job for job in JOBS[start:] if matches(job, filters)), size + 1))
    page: dict[str, Any] = {"jobs": [summary(job) for job in found[:size]]}
    if len(found) > size:
        page["nextToken"] = seal(found[size - 1]["jobId"], filters)
    return page


def matches(job: Mapping[str, Any], filters: Mapping[str, str]) -> bool:
    names = groups(job)
    has = {
        "status": [job["status"]],
        "targetSelection": [job["targetSelection"]],
        "namespaceId": [job.get("namespaceId")],
        "thingGroupName": names,
        "thingGroupId": [GROUP_IDS[name] for name in names],
    }
    return all(value in has[name] for name, value in filters.items())


def groups(job: Mapping[str, Any]) -> list[str]:
    """The names of the thing groups that a job targets."""
    kinds_and_names = (target.split("/", 1) for target in job["targets"])
    return [name for kind, name in kinds_and_names if kind == "thinggroup"]


def summary(job: Mapping[str, Any]) -> dict[str, Any]:
    shown = ("jobId", "status", "targetSelection", "createdAt", "lastUpdatedAt", "completedAt")
    said = {name: job[name] for name in shown if name in job}
    said["jobArn"] = f"arn:aws:iot:us-east-1:123456789012:job/{job['jobId']}"
    said["isConcurrent"] = job["status"] == "IN_PROGRESS"
    if targeted := groups(job):
        said["thingGroupId"] = GROUP_IDS[targeted[0]]
    return said


def seal(job_id: str, filters: Mapping[str, str]) -> str:
    """The token that leads to what comes after this id, whether or not its job still exists."""
    code = hmac.digest(KEY, json.dumps([job_id, filters]).encode(), "sha256")[:CODE_BYTES]
    return b64encode(code + job_id.encode()).decode()


def unseal(token: str, filters: Mapping[str, str]) -> str:
    """The id in a token that ``seal`` made for these filters; any other is refused."""
    with suppress(ValueError):
        job_id = b64decode(token, validate=True)[CODE_BYTES:].decode()
        if hmac.compare_digest(token, seal(job_id, filters)):
            return job_id
    raise invalid("Next token is invalid.")


def invalid(why: str) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, "InvalidRequestException", why)
