"""An OpenAPI document of ListJobs and of the operations that make, change and remove jobs.

Written to help its reader find as much as a schema can: constraints are those of the service
model, the members of a summary are required as far as the reference server always sends them,
times lie in this century, and links lead from what makes a thing, a group, a job or a token to
each operation that takes one. Nothing in it says which jobs a listing must hold, because OpenAPI
has no words for that.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

ARN = "arn:aws:iot:us-east-1:123456789012:"
THINGS = ("t", "u")
GROUPS = ("g", "h")
"""The things and groups that stand before the first request, so that every job can be made."""

TARGETS = tuple(f"{ARN}thing/{name}" for name in THINGS) + tuple(
    f"{ARN}thinggroup/{name}" for name in GROUPS
)

NAME = {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[a-zA-Z0-9:_-]+$"}
GROUP_ID = {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[a-zA-Z0-9-]+$"}
NAMESPACE = {"type": "string", "minLength": 1, "pattern": "^[a-zA-Z0-9_-]+$"}
JOB_ID = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[a-zA-Z0-9_-]+$"}
JOB_ARN = {"type": "string", "pattern": "^arn:aws:iot:[a-z0-9-]+:[0-9]{12}:job/[a-zA-Z0-9_-]+$"}
STATUS = {
    "type": "string",
    "enum": ["IN_PROGRESS", "CANCELED", "COMPLETED", "DELETION_IN_PROGRESS", "SCHEDULED"],
}
SELECTION = {"type": "string", "enum": ["CONTINUOUS", "SNAPSHOT"]}
TIME = {"type": "number", "minimum": 946684800, "maximum": 4102444800}
PAGE_SIZE = {"type": "integer", "minimum": 1, "maximum": 250}

SUMMARY = {
    "type": "object",
    "required": ["jobArn", "jobId", "targetSelection", "status", "createdAt", "lastUpdatedAt"],
    "properties": {
        "jobArn": JOB_ARN,
        "jobId": JOB_ID,
        "thingGroupId": GROUP_ID,
        "targetSelection": SELECTION,
        "status": STATUS,
        "createdAt": TIME,
        "lastUpdatedAt": TIME,
        "completedAt": TIME,
        "isConcurrent": {"type": "boolean"},
    },
}
PAGE = {
    "type": "object",
    "required": ["jobs"],
    "properties": {
        "jobs": {"type": "array", "maxItems": 250, "items": SUMMARY},
        "nextToken": {"type": "string"},
    },
}
ERROR = {
    "type": "object",
    "required": ["__type", "message"],
    "properties": {
        "__type": {"type": "string", "pattern": "Exception$"},
        "message": {"type": "string"},
    },
}
JOB = {
    "type": "object",
    "required": ["job"],
    "properties": {
        "job": {
            "type": "object",
            "required": ["jobArn", "jobId", "status", "targetSelection"],
            "properties": {
                "jobArn": JOB_ARN,
                "jobId": JOB_ID,
                "status": STATUS,
                "targetSelection": SELECTION,
            },
        }
    },
}
MADE_JOB = {
    "type": "object",
    "required": ["jobArn", "jobId"],
    "properties": {"jobArn": JOB_ARN, "jobId": JOB_ID},
}
REQUEST_ID = {"x-amzn-RequestId": {"required": True, "schema": {"type": "string"}}}


def _answer(what: str, schema: dict[str, Any], links: dict[str, Any] | None = None) -> Any:
    content = {"application/json": {"schema": schema}}
    answer = {"description": what, "content": content, "headers": REQUEST_ID}
    return {**answer, "links": links} if links else answer


def _errors(*statuses: int) -> dict[str, Any]:
    return {str(status): _answer("An error", ERROR) for status in statuses}


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _path(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _body(schema: dict[str, Any], required: bool = True) -> dict[str, Any]:
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def _list_with(**parameters: str) -> dict[str, Any]:
    return {"operationId": "ListJobs", "parameters": parameters}


def _with_job(operation: str, job_id: str) -> dict[str, Any]:
    return {"operationId": operation, "parameters": {"jobId": job_id}}


def _create(kind: str, member: str, targets: bool) -> dict[str, Any]:
    """CreateThing or CreateThingGroup, with links to what its answer can be used for."""
    selection = "SNAPSHOT" if targets else "CONTINUOUS"
    links: dict[str, Any] = {
        "JobOnIt": {
            "operationId": "CreateJob",
            "requestBody": {
                "targets": [f"$response.body#/{member}Arn"],
                "document": "{}",
                "targetSelection": selection,
            },
        }
    }
    if not targets:
        links["ListByName"] = _list_with(thingGroupName=f"$response.body#/{member}Name")
        links["ListById"] = _list_with(thingGroupId=f"$response.body#/{member}Id")
    made = {
        "type": "object",
        "required": [f"{member}Name", f"{member}Arn", f"{member}Id"],
        "properties": {f"{member}{suffix}": {"type": "string"} for suffix in ("Name", "Arn", "Id")},
    }
    return {
        "operationId": kind,
        "parameters": [_path(f"{member}Name", NAME)],
        "requestBody": _body({"type": "object", "additionalProperties": False}, required=False),
        "responses": {"200": _answer("Made", made, links), **_errors(400, 404, 409)},
    }


def _create_job(start: str) -> dict[str, Any]:
    body = {
        "type": "object",
        "required": ["targets", "document"],
        "properties": {
            "targets": {
                "type": "array",
                "minItems": 1,
                "maxItems": 4,
                "items": {"type": "string", "enum": list(TARGETS)},
            },
            "document": {"type": "string", "enum": ["{}"]},
            "targetSelection": SELECTION,
            "namespaceId": NAMESPACE,
            "schedulingConfig": {
                "type": "object",
                "required": ["startTime"],
                "properties": {"startTime": {"type": "string", "enum": [start]}},
                "additionalProperties": False,
            },
        },
    }
    links = {
        **{
            name: _with_job(name, "$response.body#/jobId")
            for name in ("DescribeJob", "CancelJob", "DeleteJob")
        },
        "ListJobs": _list_with(),
        "ListInPagesOfOne": {"operationId": "ListJobs", "parameters": {"maxResults": 1}},
        "ListInProgress": _list_with(status="IN_PROGRESS"),
    }
    return {
        "operationId": "CreateJob",
        "parameters": [_path("jobId", JOB_ID)],
        "requestBody": _body(body),
        "responses": {"200": _answer("Made", MADE_JOB, links), **_errors(400, 404, 409, 410)},
    }


def _list_jobs() -> dict[str, Any]:
    job_id = "$response.body#/jobs/0/jobId"
    links = {
        "NextPage": _list_with(nextToken="$response.body#/nextToken"),
        "DescribeFirst": _with_job("DescribeJob", job_id),
        "CancelFirst": _with_job("CancelJob", job_id),
        "DeleteFirst": _with_job("DeleteJob", job_id),
        "ListAlike": _list_with(status="$response.body#/jobs/0/status"),
        "ListByGroup": _list_with(thingGroupId="$response.body#/jobs/0/thingGroupId"),
    }
    return {
        "operationId": "ListJobs",
        "parameters": [
            _query("status", STATUS),
            _query("targetSelection", SELECTION),
            _query("maxResults", PAGE_SIZE),
            _query("nextToken", {"type": "string"}),
            _query("thingGroupName", NAME),
            _query("thingGroupId", GROUP_ID),
            _query("namespaceId", NAMESPACE),
        ],
        "responses": {"200": _answer("A page", PAGE, links), **_errors(400, 404)},
    }


def _on_job(operation: str, answer: Any, body: bool = False, force: bool = False) -> Any:
    parameters = [_path("jobId", JOB_ID)]
    if force:
        parameters.append(_query("force", {"type": "boolean"}))
    described: dict[str, Any] = {
        "operationId": operation,
        "parameters": parameters,
        "responses": {"200": answer, **_errors(400, 404, 409)},
    }
    if body:
        properties = {"comment": {"type": "string", "maxLength": 2028}}
        described["requestBody"] = _body({"type": "object", "properties": properties}, False)
    return described


def document() -> dict[str, Any]:
    """The document. A scheduled job starts two days from now."""
    start = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    listing = {"ListJobs": _list_with()}
    cancelled = {
        "ListCanceled": _list_with(status="CANCELED"),
        "DescribeJob": _with_job("DescribeJob", "$response.body#/jobId"),
    }
    of_same_status = {"ListAlike": _list_with(status="$response.body#/job/status")}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Jobs of AWS IoT Core", "version": "2015-05-28"},
        "paths": {
            "/things/{thingName}": {"post": _create("CreateThing", "thing", targets=True)},
            "/thing-groups/{thingGroupName}": {
                "post": _create("CreateThingGroup", "thingGroup", targets=False)
            },
            "/jobs": {"get": _list_jobs()},
            "/jobs/{jobId}": {
                "put": _create_job(start),
                "get": _on_job("DescribeJob", _answer("The job", JOB, of_same_status)),
                "delete": _on_job(
                    "DeleteJob", _answer("Deleted", {"type": "object"}, listing), force=True
                ),
            },
            "/jobs/{jobId}/cancel": {
                "put": _on_job(
                    "CancelJob", _answer("Cancelled", MADE_JOB, cancelled), body=True, force=True
                )
            },
        },
    }
