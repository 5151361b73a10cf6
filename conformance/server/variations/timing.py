"""Variations in time: slow answers, changes that take a while, a service not always there."""

import time
from collections.abc import Iterable

import orjson

from ..behaviour import variation
from ..errors import Refused, not_found, refused_as
from ..exchange import Request, Response, Scope, StartResponse
from ..listing import Condition, all_of
from ..service import Service
from ..store import LISTED_COLUMNS, JobRow

SETTLE_SECONDS = 0.05


@variation()
class SlowAnswers(Service):
    """Every answer takes three milliseconds longer."""

    def deliver(
        self, request: Request, response: Response, start_response: StartResponse
    ) -> Iterable[bytes]:
        # Not under the lock: others are answered in the meantime.
        time.sleep(0.003)
        return super().deliver(request, response, start_response)


@variation(needs_settle=True)
class LateSettling(Service):
    """Listings show what was true 50 milliseconds ago. DescribeJob knows at once."""

    def __init__(self) -> None:
        super().__init__()
        columns = f"account, region, {LISTED_COLUMNS}"
        execute = self.store.execute
        self.store.connection.create_function("server_clock", 0, self.now)
        execute(
            f"CREATE TABLE history (version INTEGER PRIMARY KEY, at REAL, alive INTEGER, {columns})"
        )
        for event, row, alive in (("INSERT", "new", 1), ("UPDATE", "new", 1), ("DELETE", "old", 0)):
            values = ", ".join(f"{row}.{column}" for column in columns.split(", "))
            execute(
                f"CREATE TRIGGER after_{event} AFTER {event} ON jobs BEGIN INSERT INTO history "
                f"SELECT NULL, server_clock(), {alive}, {values}; END"
            )
        execute("CREATE INDEX history_of_job ON history (pk, at)")

    def reset(self) -> None:
        super().reset()
        self.store.execute("DELETE FROM history")

    def source(self) -> str:
        settled = self.now() - SETTLE_SECONDS
        return (
            "(SELECT * FROM history WHERE alive AND version IN "
            f"(SELECT MAX(version) FROM history WHERE at <= {settled!r} GROUP BY pk))"
        )


@variation(needs_settle=True)
class DescriptionsSettleLate(Service):
    """DescribeJob shows a job, and that it has ended, after 50 milliseconds."""

    def describe_job(self, request: Request) -> Response:
        row = self.existing_job(request)
        if self.now() - row.created < SETTLE_SECONDS:
            raise not_found(f"Job {row.id} cannot be found.")
        response = super().describe_job(request)
        if self.now() - row.updated < SETTLE_SECONDS and row.completed is not None:
            body = orjson.loads(response.body)
            body["job"]["status"] = "IN_PROGRESS"
            return self.respond(body)
        return response


@variation("association", needs_settle=True)
class LateAssociation(Service):
    """A group that a job is given lists it after 50 milliseconds. DescribeJob knows at once."""

    def __init__(self) -> None:
        super().__init__()
        self.since: dict[tuple[int, str], float] = {}

    def reset(self) -> None:
        super().reset()
        self.since.clear()

    def associate_targets(self, request: Request) -> Response:
        job = self.existing_job(request)
        groups = "SELECT group_id FROM targets WHERE job = ? AND group_id IS NOT NULL"
        before = set(self.store.execute(groups, (job.pk,)))
        response = super().associate_targets(request)
        for (group_id,) in set(self.store.execute(groups, (job.pk,))) - before:
            self.since[job.pk, group_id] = self.now()
        return response

    def where_group(self, group_id: str) -> Condition:
        settled = self.now() - SETTLE_SECONDS
        late = [pk for (pk, g), at in self.since.items() if g == group_id and at > settled]
        places = ", ".join("?" * len(late))
        return all_of((super().where_group(group_id), (f"pk NOT IN ({places})", tuple(late))))


@variation(needs_settle=True)
class NewJobsInTheSecondListing(Service):
    """A new job is listed by the second ListJobs request after it was made, however soon."""

    listed = made = 0

    def reset(self) -> None:
        super().reset()
        self.listed = self.made = 0

    def list_jobs(self, request: Request) -> Response:
        self.listed = self.made
        ((last,),) = self.store.execute("SELECT MAX(pk) FROM jobs")
        self.made = last or 0
        return super().list_jobs(request)

    def where_scope(self, scope: Scope) -> Condition:
        return all_of((super().where_scope(scope), ("pk <= ?", (self.listed,))))


class SlowDeletion(Service):
    """DeleteJob leaves a job in DELETION_IN_PROGRESS for some seconds."""

    deletion_seconds = 0.0

    def delete(self, job: JobRow) -> None:
        if job.status == "DELETION_IN_PROGRESS":
            return
        now = self.now()
        gone = now + self.deletion_seconds
        self.store.execute(
            "UPDATE jobs SET status = 'DELETION_IN_PROGRESS', updated = ?, due = ? WHERE pk = ?",
            (now, gone, job.pk),
        )
        self.due = min(self.due, gone)

    def come_due(self, pk: int, status: str, now: float) -> None:
        if status == "DELETION_IN_PROGRESS":
            self.store.remove_job(pk)
        else:
            super().come_due(pk, status, now)


@variation("deletion", needs_settle=True)
class DeletionTakesAMoment(SlowDeletion):
    """A deleted job is in DELETION_IN_PROGRESS for 50 milliseconds, and then gone."""

    deletion_seconds = SETTLE_SECONDS


@variation("deletion")
class DeletionTakesAMinute(SlowDeletion):
    """A deleted job is in DELETION_IN_PROGRESS for a minute, which a run will not wait for."""

    deletion_seconds = 60.0


class NowAndThen(Service):
    """Refuses every fifth ListJobs request, so that the next one is answered."""

    refused_type = ""
    refused_status = 0
    asked = 0

    def reset(self) -> None:
        super().reset()
        self.asked = 0

    def list_jobs(self, request: Request) -> Response:
        self.asked += 1
        if self.asked % 5 == 0:
            return self.refuse(self.refusal())
        return super().list_jobs(request)

    def refusal(self) -> Refused:
        """Return how a request is refused."""
        return refused_as(self.refused_type, self.refused_status, "Try again later.")


@variation("availability", needs_retry=True)
class ThrottledNowAndThen(NowAndThen):
    """Every fifth ListJobs request is throttled."""

    refused_type = "ThrottlingException"
    refused_status = 400


@variation("availability", needs_retry=True)
class UnavailableNowAndThen(NowAndThen):
    """At every fifth ListJobs request the service is unavailable."""

    refused_type = "ServiceUnavailableException"
    refused_status = 503
