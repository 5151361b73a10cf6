"""Job executions: what becomes of a job on one thing, which decides when the job completes."""

from typing import Any

import orjson

from .errors import invalid_request, invalid_transition, not_found, version_conflict
from .exchange import Request, Response
from .jobs import Jobs, checked_job_id, is_forced
from .registry import checked_name, thing_arn
from .store import JobRow

REPORTED = ("IN_PROGRESS", "SUCCEEDED", "FAILED", "REJECTED")
UNFINISHED = ("QUEUED", "IN_PROGRESS")
COLUMNS = "status, queued, started, updated, version, details, forced"


class Executions(Jobs):
    """The operations on job executions, the control plane's and the data plane's."""

    def describe_job_execution(self, request: Request) -> Response:
        """DescribeJobExecution."""
        job, thing, row = self.existing_execution(request)
        status, queued, started, updated, version, details, forced = row
        execution: dict[str, Any] = {
            "jobId": job.id,
            "status": status,
            "forceCanceled": bool(forced),
            "thingArn": thing_arn(request.scope, thing),
            "queuedAt": self.moment(queued),
            "lastUpdatedAt": self.moment(updated),
            "executionNumber": 1,
            "versionNumber": version,
        }
        if started is not None:
            execution["startedAt"] = self.moment(started)
        if details is not None:
            execution["statusDetails"] = {"detailsMap": orjson.loads(details)}
        return self.respond({"execution": execution})

    def update_job_execution(self, request: Request) -> Response:
        """UpdateJobExecution, by which a device reports how far it has come."""
        job, thing, row = self.existing_execution(request)
        body = self.decode_body(request)
        status = body.get("status")
        if status not in REPORTED:
            raise invalid_request(f"A device cannot report the status {status}.")
        check_version(body, row[4])
        if row[0] not in UNFINISHED:
            raise invalid_transition(f"The execution has ended: it is {row[0]}.")
        details = body.get("statusDetails")
        now = self.now()
        self.store.execute(
            "UPDATE executions SET status = ?, started = COALESCE(started, ?), updated = ?, "
            "version = version + 1, details = COALESCE(?, details) WHERE job = ? AND thing = ?",
            (status, now, now, details and orjson.dumps(details).decode(), job.pk, thing),
        )
        self.complete_if_ended(job.pk, now)
        if not body.get("includeJobExecutionState"):
            return self.respond({})
        state = {"status": status, "statusDetails": details or {}, "versionNumber": row[4] + 1}
        return self.respond({"executionState": state})

    def cancel_job_execution(self, request: Request) -> Response:
        """CancelJobExecution; one in progress is cancelled only by force."""
        job, thing, row = self.existing_execution(request)
        body = self.decode_body(request)
        check_version(body, row[4])
        force = is_forced(request)
        if row[0] not in UNFINISHED or (row[0] == "IN_PROGRESS" and not force):
            raise invalid_transition(f"The execution is {row[0]} and cannot be canceled.")
        now = self.now()
        self.store.execute(
            "UPDATE executions SET status = 'CANCELED', updated = ?, version = version + 1, "
            "forced = ? WHERE job = ? AND thing = ?",
            (now, force, job.pk, thing),
        )
        self.complete_if_ended(job.pk, now)
        return self.respond({})

    def existing_execution(self, request: Request) -> tuple[JobRow, str, Any]:
        """Return the job, the thing and the execution that a path names."""
        thing = checked_name(request.path[1], "thingName")
        job = self.job_named(request.scope, checked_job_id(request.path[3]))
        row = self.store.row(
            f"SELECT {COLUMNS} FROM executions WHERE job = ? AND thing = ?", job.pk, thing
        )
        if row is None:
            raise not_found(f"Job {job.id} has no execution on thing {thing}.")
        return job, thing, row


def check_version(body: dict[str, Any], version: int) -> None:
    """Raise Refused where the caller expects another version of the execution."""
    expected = body.get("expectedVersion")
    if expected is not None and expected != version:
        raise version_conflict(f"The execution is at version {version}, not {expected}.")
