"""Jobs: creating, describing, cancelling and deleting them, and aiming them at more targets."""

import math
import re
from datetime import UTC, datetime
from typing import Any

import orjson

from .constraints import NAMESPACE_ID, TARGET_SELECTIONS, enum_constraint, text_constraint
from .errors import already_exists, invalid_request, invalid_transition, not_found
from .exchange import Request, Response, Scope
from .registry import Registry
from .store import JobRow

JOB_ID = re.compile(r"[a-zA-Z0-9_-]+")
MOST_TARGETS = 100
ENDED = ("CANCELED", "COMPLETED")

# Members of CreateJob that DescribeJob gives back unchanged.
ECHOED = (
    "description",
    "presignedUrlConfig",
    "jobExecutionsRolloutConfig",
    "abortConfig",
    "timeoutConfig",
    "jobTemplateArn",
    "jobExecutionsRetryConfig",
    "documentParameters",
    "schedulingConfig",
    "destinationPackageVersions",
)
COUNTS = {
    "QUEUED": "numberOfQueuedThings",
    "IN_PROGRESS": "numberOfInProgressThings",
    "SUCCEEDED": "numberOfSucceededThings",
    "FAILED": "numberOfFailedThings",
    "TIMED_OUT": "numberOfTimedOutThings",
    "REJECTED": "numberOfRejectedThings",
    "REMOVED": "numberOfRemovedThings",
    "CANCELED": "numberOfCanceledThings",
}
FINISHED_EXECUTION = "status NOT IN ('QUEUED', 'IN_PROGRESS')"


def constraint_error(member: str, value: object, constraint: str) -> Exception:
    """Return the refusal for one member that breaks its constraint."""
    return invalid_request(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
        f"constraint: {constraint}"
    )


def checked_job_id(value: str) -> str:
    """Return a job id; raise Refused where it breaks its pattern or length."""
    constraint = text_constraint(value, JOB_ID, 64)
    if constraint is not None:
        raise constraint_error("jobId", value, constraint)
    return value


def read_time(text: object) -> float:
    """Return a time in seconds since the epoch; raise Refused where it cannot be read.

    Without an offset it is in UTC, as the real service has it.
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        return float(text)
    try:
        moment = datetime.fromisoformat(str(text).strip())
    except ValueError:
        raise invalid_request(f"Time {text} is not in a format such as 2030-01-31 12:00.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


class Jobs(Registry):
    """The operations on jobs, except listing them."""

    due = math.inf
    """When the next job changes by itself, in seconds since the epoch."""

    def reset(self) -> None:
        """Forget everything, as after a start."""
        super().reset()
        self.due = math.inf

    def create_job(self, request: Request) -> Response:
        """CreateJob."""
        job_id = checked_job_id(request.path[1])
        body = self.decode_body(request)
        scope = request.scope
        selection = body.get("targetSelection") or "SNAPSHOT"
        constraint = enum_constraint(selection, TARGET_SELECTIONS)
        if constraint is not None:
            raise constraint_error("targetSelection", selection, constraint)
        namespace = body.get("namespaceId")
        if namespace is not None:
            constraint = text_constraint(str(namespace), NAMESPACE_ID, None)
            if constraint is not None:
                raise constraint_error("namespaceId", namespace, constraint)
        source = body.get("documentSource")
        if not isinstance(body.get("document", source), str):
            raise invalid_request("Either document or documentSource must be given, as text.")
        targets = self.read_targets(scope, body)
        now = self.now()
        scheduling = body.get("schedulingConfig") or {}
        if not isinstance(scheduling, dict):
            raise invalid_request("schedulingConfig must be an object.")
        start = scheduling.get("startTime")
        due = None if start is None else read_time(start)
        if due is not None and due <= now:
            due = None
        arn = f"{scope.arn_prefix}job/{job_id}"
        echoed = {name: body[name] for name in ECHOED if body.get(name) is not None}
        inserted = self.store.execute(
            "INSERT OR IGNORE INTO jobs VALUES "
            "(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, NULL, NULL, NULL, ?, ?)",
            (
                scope.account,
                scope.region,
                job_id,
                arn,
                selection,
                "IN_PROGRESS" if due is None else "SCHEDULED",
                namespace,
                now,
                now,
                due,
                source,
                orjson.dumps(echoed).decode() if echoed else None,
            ),
        )
        if inserted.rowcount == 0:
            raise already_exists(f"Job {job_id} already exists.")
        pk = inserted.lastrowid
        assert pk is not None
        self.store.executemany(
            "INSERT INTO targets VALUES (?, ?, ?, ?, ?)",
            [(pk, place, *target) for place, target in enumerate(targets)],
        )
        if due is None:
            self.start_executions(pk, now)
        else:
            self.due = min(self.due, due)
        return self.respond(described(arn, job_id, echoed))

    def read_targets(
        self, scope: Scope, body: dict[str, Any]
    ) -> list[tuple[str, str | None, str | None]]:
        """Return the targets of a request: ARN, thing's name, group's id (one of the two)."""
        arns = body.get("targets")
        if not isinstance(arns, list) or not 1 <= len(arns) <= MOST_TARGETS:
            raise invalid_request(f"From 1 to {MOST_TARGETS} targets must be given.")
        prefix = scope.arn_prefix
        targets: list[tuple[str, str | None, str | None]] = []
        for arn in dict.fromkeys(str(arn) for arn in arns):
            kind, _, name = arn.removeprefix(prefix).partition("/")
            if not arn.startswith(prefix) or kind not in ("thing", "thinggroup"):
                raise not_found(f"Target {arn} does not exist.")
            if kind == "thing":
                self.existing_thing(scope, name)
                targets.append((arn, name, None))
            else:
                targets.append((arn, None, self.existing_group(scope, name)[0]))
        return targets

    def describe_job(self, request: Request) -> Response:
        """DescribeJob."""
        row = self.existing_job(request)
        job: dict[str, Any] = {
            "jobArn": row.arn,
            "jobId": row.id,
            "targetSelection": row.selection,
            "status": row.status,
            "createdAt": self.moment(row.created),
            "lastUpdatedAt": self.moment(row.updated),
            "isConcurrent": self.is_concurrent(row.status),
            "targets": [
                arn
                for (arn,) in self.store.execute(
                    "SELECT arn FROM targets WHERE job = ? ORDER BY position", (row.pk,)
                )
            ],
            "jobProcessDetails": self.process_details(row.pk),
        }
        if row.completed is not None:
            job["completedAt"] = self.moment(row.completed)
        if row.namespace is not None:
            job["namespaceId"] = row.namespace
        if row.force_canceled is not None:
            job["forceCanceled"] = bool(row.force_canceled)
        if row.reason is not None:
            job["reasonCode"] = row.reason
        if row.comment is not None:
            job["comment"] = row.comment
        if row.extra is not None:
            job.update(orjson.loads(row.extra))
        body: dict[str, Any] = {"job": job}
        if row.document_source is not None:
            body["documentSource"] = row.document_source
        return self.respond(body)

    def process_details(self, pk: int) -> dict[str, int]:
        """Return how many executions of a job are in each status."""
        counts = dict.fromkeys(COUNTS.values(), 0)
        for (status,) in self.store.execute("SELECT status FROM executions WHERE job = ?", (pk,)):
            counts[COUNTS[status]] += 1
        return counts

    def cancel_job(self, request: Request) -> Response:
        """CancelJob: unfinished executions are cancelled; those in progress only by force."""
        row = self.existing_job(request)
        body = self.decode_body(request)
        if row.status not in ("IN_PROGRESS", "SCHEDULED"):
            raise invalid_request(f"Job {row.id} is {row.status} and cannot be canceled.")
        force = is_forced(request)
        now = self.now()
        self.store.execute(
            "UPDATE executions SET status = 'CANCELED', updated = ?, version = version + 1 "
            "WHERE job = ? AND (status = 'QUEUED' OR (? AND status = 'IN_PROGRESS'))",
            (now, row.pk, force),
        )
        self.store.execute(
            "UPDATE jobs SET status = 'CANCELED', updated = ?, completed = ?, due = NULL, "
            "force_canceled = ?, reason = ?, comment = ? WHERE pk = ?",
            (now, now, force, body.get("reasonCode"), body.get("comment"), row.pk),
        )
        return self.respond(described(row.arn, row.id, orjson.loads(row.extra or "{}")))

    def delete_job(self, request: Request) -> Response:
        """DeleteJob; the job is gone at once."""
        row = self.existing_job(request)
        if row.status == "IN_PROGRESS" and not is_forced(request):
            raise invalid_transition(f"Job {row.id} is IN_PROGRESS: use force to delete it.")
        self.delete(row)
        return self.respond({})

    def delete(self, job: JobRow) -> None:
        """Delete a job."""
        self.store.remove_job(job.pk)

    def associate_targets(self, request: Request) -> Response:
        """AssociateTargetsWithJob, for a continuous job that is in progress."""
        row = self.existing_job(request)
        targets = self.read_targets(request.scope, self.decode_body(request))
        if row.selection != "CONTINUOUS" or row.status != "IN_PROGRESS":
            raise invalid_request("Only a continuous job in progress can be given more targets.")
        known = {
            arn for (arn,) in self.store.execute("SELECT arn FROM targets WHERE job = ?", (row.pk,))
        }
        fresh = [target for target in targets if target[0] not in known]
        self.store.executemany(
            "INSERT INTO targets VALUES (?, ?, ?, ?, ?)",
            [(row.pk, place, *target) for place, target in enumerate(fresh, len(known))],
        )
        now = self.now()
        self.store.execute("UPDATE jobs SET updated = ? WHERE pk = ?", (now, row.pk))
        self.start_executions(row.pk, now)
        return self.respond(described(row.arn, row.id, orjson.loads(row.extra or "{}")))

    # What happens to jobs.

    def start_executions(self, pk: int, now: float) -> None:
        """Give a job an execution for each thing it reaches and has none for."""
        self.store.execute(
            "INSERT OR IGNORE INTO executions "
            "SELECT job, thing, 'QUEUED', ?, NULL, ?, 1, NULL, 0 FROM ("
            "SELECT job, thing FROM targets WHERE job = ? AND thing IS NOT NULL UNION ALL "
            "SELECT job, members.thing FROM targets JOIN members USING (group_id) WHERE job = ?)",
            (now, now, pk, pk),
        )

    def thing_joined(self, group_id: str, name: str) -> None:
        """Give continuous jobs that target the group an execution for its new member."""
        now = self.now()
        self.store.execute(
            "INSERT OR IGNORE INTO executions "
            "SELECT pk, ?, 'QUEUED', ?, NULL, ?, 1, NULL, 0 FROM jobs WHERE "
            "selection = 'CONTINUOUS' AND status = 'IN_PROGRESS' AND "
            "pk IN (SELECT job FROM targets WHERE group_id = ?)",
            (name, now, now, group_id),
        )

    def thing_removed(self, scope: Scope, name: str) -> None:
        """Remove the unfinished executions of a thing that is gone."""
        now = self.now()
        jobs = [
            pk
            for (pk,) in self.store.execute(
                "SELECT pk FROM jobs JOIN executions ON job = pk WHERE account = ? AND "
                f"region = ? AND thing = ? AND NOT executions.{FINISHED_EXECUTION}",
                (scope.account, scope.region, name),
            )
        ]
        for pk in jobs:
            self.store.execute(
                "UPDATE executions SET status = 'REMOVED', updated = ? WHERE job = ? AND thing = ?",
                (now, pk, name),
            )
            self.complete_if_ended(pk, now)

    def complete_if_ended(self, pk: int, now: float) -> None:
        """Complete a snapshot job once each of its executions, at least one, has ended."""
        self.store.execute(
            "UPDATE jobs SET status = 'COMPLETED', updated = ?, completed = ? WHERE pk = ? "
            "AND status = 'IN_PROGRESS' AND selection = 'SNAPSHOT' "
            "AND EXISTS (SELECT 1 FROM executions WHERE job = pk) AND NOT EXISTS "
            f"(SELECT 1 FROM executions WHERE job = pk AND NOT {FINISHED_EXECUTION})",
            (now, now, pk),
        )

    def settle(self) -> None:
        """Let the jobs whose time has come start."""
        now = self.now()
        if now < self.due:
            return
        rows = self.store.execute("SELECT pk, status FROM jobs WHERE due <= ?", (now,)).fetchall()
        for pk, status in rows:
            self.come_due(pk, status, now)
        (due,) = self.store.row("SELECT MIN(due) FROM jobs")
        self.due = math.inf if due is None else due

    def come_due(self, pk: int, status: str, now: float) -> None:
        """Start a job that was scheduled for now."""
        self.store.execute(
            "UPDATE jobs SET status = 'IN_PROGRESS', updated = ?, due = NULL WHERE pk = ?",
            (now, pk),
        )
        self.start_executions(pk, now)

    def existing_job(self, request: Request) -> JobRow:
        """Return the job that a path names; raise Refused where there is none."""
        job_id = checked_job_id(request.path[1])
        return self.job_named(request.scope, job_id)

    def job_named(self, scope: Scope, job_id: str) -> JobRow:
        """Return the job with this id; raise Refused where there is none."""
        row = self.store.job(scope.account, scope.region, job_id)
        if row is None:
            raise not_found(f"Job {job_id} cannot be found.")
        return row


def described(arn: str, job_id: str, echoed: dict[str, Any]) -> dict[str, Any]:
    """Return the answer that names a job."""
    answer = {"jobArn": arn, "jobId": job_id}
    if "description" in echoed:
        answer["description"] = echoed["description"]
    return answer


def is_forced(request: Request) -> bool:
    """Return whether a request says ``force=true``."""
    return request.parameters.get("force", "false").lower() == "true"
