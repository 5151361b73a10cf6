"""A small jobs service: ListJobs and DescribeJob of the AWS IoT API, in FastAPI over SQLite.

It serves one account in one region. It has no operation that makes a job: jobs get into its
database by SQL, as ``seeder.py`` does it.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
import sqlite3
import uuid
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, FastAPI, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from starlette.middleware.base import RequestResponseEndpoint

DATABASE: Final = os.environ.get("JOBS_DATABASE", "jobs.db")
TOKEN_KEY: Final = os.environ.get("JOBS_TOKEN_KEY", "").encode() or secrets.token_bytes(32)
ARN: Final = "arn:aws:iot:us-east-1:123456789012:"

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS thing_group (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS job (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- in order of creation; never given twice
    job_id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    target_selection TEXT NOT NULL,
    namespace_id TEXT,
    created_at REAL NOT NULL,
    last_updated_at REAL NOT NULL,
    completed_at REAL
);
CREATE TABLE IF NOT EXISTS target (
    job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
    position INTEGER NOT NULL,
    resource TEXT NOT NULL,  -- thing/NAME or thinggroup/NAME
    PRIMARY KEY (job, position)
);
CREATE INDEX IF NOT EXISTS target_resource ON target (resource);
CREATE VIEW IF NOT EXISTS job_group AS
    SELECT target.job, target.position, thing_group.id, thing_group.name
    FROM target JOIN thing_group ON target.resource = 'thinggroup/' || thing_group.name;
"""

JOB: Final = f"""
    number, '{ARN}job/' || job_id AS job_arn, job_id, status, target_selection, namespace_id,
    created_at, last_updated_at, completed_at,
    status = 'IN_PROGRESS' AS is_concurrent,  -- this service rolls out for as long as that
    (SELECT id FROM job_group WHERE job = number ORDER BY position LIMIT 1) AS thing_group_id
"""

FILTERS: Final = {
    "status": "status = :status",
    "target_selection": "target_selection = :target_selection",
    "namespace_id": "namespace_id = :namespace_id",
    "thing_group_name": "number IN (SELECT job FROM job_group WHERE name = :thing_group_name)",
    "thing_group_id": "number IN (SELECT job FROM job_group WHERE id = :thing_group_id)",
}
"""The condition that each filter puts on a job."""


@contextmanager
def connect() -> Iterator[sqlite3.Connection]:
    """A connection for one transaction, which is undone where an exception is raised."""
    db = sqlite3.connect(DATABASE)
    db.row_factory = sqlite3.Row
    try:
        db.execute("PRAGMA foreign_keys = ON")
        with db:
            yield db
    finally:
        db.close()


Status = Literal["IN_PROGRESS", "CANCELED", "COMPLETED", "DELETION_IN_PROGRESS", "SCHEDULED"]
TargetSelection = Literal["CONTINUOUS", "SNAPSHOT"]


def decimal(text: str) -> int:
    """The integer; stricter than ``int``, which also reads blanks, underscores and 4.0."""
    if not re.fullmatch(r"-?[0-9]{1,10}", text):
        raise ValueError("Member must be an integer")
    return int(text)


class Wire(BaseModel):
    """A structure whose members are named in camel case where it is sent or received."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, frozen=True)


class ListJobsRequest(Wire):
    status: Status | None = None
    target_selection: TargetSelection | None = None
    namespace_id: Annotated[str, Field(pattern="^[a-zA-Z0-9_-]+$")] | None = None
    thing_group_name: Annotated[str, Field(pattern="^[a-zA-Z0-9:_-]{1,128}$")] | None = None
    thing_group_id: Annotated[str, Field(pattern="^[a-zA-Z0-9-]{1,128}$")] | None = None
    max_results: Annotated[int, BeforeValidator(decimal), Field(ge=1, le=250)] = 100
    next_token: str | None = None


class Job(Wire):
    job_arn: str
    job_id: str
    status: Status
    target_selection: TargetSelection
    created_at: float
    last_updated_at: float
    completed_at: float | None
    is_concurrent: bool


class JobSummary(Job):
    thing_group_id: str | None


class JobDetail(Job):
    namespace_id: str | None
    targets: list[str]


class ListJobsResponse(Wire):
    jobs: list[JobSummary]
    next_token: str | None


class ServiceError(Exception):
    """An exception of the API's, under the name and the HTTP status that it has there."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind = status, kind


def seal(number: int, filters: Mapping[str, str]) -> str:
    """The token that leads to what comes after the job of this number, under these filters."""
    position, bound_to = number.to_bytes(8), json.dumps(filters, sort_keys=True).encode()
    code = hmac.digest(TOKEN_KEY, position + bound_to, "sha256")
    return b64encode(position + code[:16], b"-_").decode()


def unseal(token: str, filters: Mapping[str, str]) -> int:
    """The number in a token that ``seal`` made for these filters; any other is refused."""
    with suppress(ValueError):
        number = int.from_bytes(b64decode(token, b"-_", validate=True)[:8])
        if hmac.compare_digest(token, seal(number, filters)):
            return number
    raise ServiceError(400, "InvalidRequestException", "Next token is invalid.")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    with connect() as db:
        db.executescript(SCHEMA)
    yield


app = FastAPI(title="Jobs", lifespan=lifespan)


@app.middleware("http")
async def identify(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    response.headers["x-amzn-RequestId"] = str(uuid.uuid4())
    return response


@app.exception_handler(ServiceError)
async def refuse(_: Request, error: ServiceError) -> JSONResponse:
    return JSONResponse({"message": str(error)}, error.status, {"x-amzn-ErrorType": error.kind})


@app.exception_handler(RequestValidationError)
async def refuse_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    found = [f"Value '{e['input']}' at '{e['loc'][-1]}': {e['msg']}" for e in error.errors()]
    message = f"{len(found)} validation error(s) detected: {'; '.join(found)}"
    return await refuse(request, ServiceError(400, "InvalidRequestException", message))


def read_listing(request: Request) -> ListJobsRequest:
    """The request by the first value of each parameter: Starlette by itself takes the last."""
    try:
        return ListJobsRequest.model_validate(dict(reversed(request.query_params.multi_items())))
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None


@app.get("/jobs", response_model_exclude_none=True)
def list_jobs(asked: Annotated[ListJobsRequest, Depends(read_listing)]) -> ListJobsResponse:
    """A page of jobs, the newest first."""
    filters = asked.model_dump(include=set(FILTERS), exclude_none=True)
    conditions = [FILTERS[name] for name in filters]
    values: dict[str, Any] = {**filters, "rows": asked.max_results + 1}
    if asked.next_token:
        conditions.append("number < :before")
        values["before"] = unseal(asked.next_token, filters)
    where = " AND ".join(conditions) or "TRUE"
    query = f"SELECT {JOB} FROM job WHERE {where} ORDER BY number DESC LIMIT :rows"
    with connect() as db:
        rows = db.execute(query, values).fetchall()
    page, more = rows[: asked.max_results], len(rows) > asked.max_results
    return ListJobsResponse(
        jobs=[JobSummary.model_validate(dict(row)) for row in page],
        next_token=seal(page[-1]["number"], filters) if more else None,
    )


@app.get("/jobs/{jobId}", response_model_exclude_none=True)
def describe_job(
    job_id: Annotated[str, Path(alias="jobId", pattern="^[a-zA-Z0-9_-]{1,64}$")],
) -> dict[str, JobDetail]:
    """One job, with its targets."""
    with connect() as db:
        row = db.execute(f"SELECT {JOB} FROM job WHERE job_id = ?", (job_id,)).fetchone()
        if row is None:
            raise ServiceError(404, "ResourceNotFoundException", f"Job {job_id} cannot be found.")
        targets = "SELECT resource FROM target WHERE job = ? ORDER BY position"
        arns = [ARN + resource for (resource,) in db.execute(targets, (row["number"],))]
    return {"job": JobDetail.model_validate({**dict(row), "targets": arns})}
