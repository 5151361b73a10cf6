"""Faults that show only while jobs change, or while several walks go on."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from ..behaviour import fault
from ..errors import Crash, invalid_request
from ..exchange import Environ, Request, Response, StartResponse, read_request
from ..listing import Condition, Query
from ..service import Service
from ..store import ListedJob
from ..tokens import Position

WRITES = frozenset(
    {
        "create_job",
        "cancel_job",
        "delete_job",
        "associate_targets",
        "update_job_execution",
        "cancel_job_execution",
        "create_thing_group",
        "delete_thing_group",
        "answer_reset",
    }
)
"""The operations after which a listing may be another one."""


class CachedListings(Service):
    """Answers a listing from a cache that is emptied by writes, but for some that are forgotten."""

    forgotten: frozenset[str] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.cached: dict[tuple[object, str], Response] = {}

    def route(self, request: Request) -> Callable[[Request], Response] | None:
        operation = super().route(request)
        if operation is not None and operation.__name__ in WRITES - self.forgotten:
            self.cached.clear()
        return operation

    def list_jobs(self, request: Request) -> Response:
        key = (request.scope, request.query_string)
        if key not in self.cached:
            self.cached[key] = super().list_jobs(request)
        return replace(self.cached[key])  # What is sent may be packed in place.


@fault("lifecycle/created-job-listed")
class CreateLeavesCachedListings(CachedListings):
    """Listings are cached, and CreateJob does not empty the cache."""

    forgotten = frozenset({"create_job"})


@fault("lifecycle/cancel-moves-status")
class CancelLeavesCachedListings(CachedListings):
    """Listings are cached, and CancelJob does not empty the cache."""

    forgotten = frozenset({"cancel_job"})


@fault("lifecycle/completion-moves-status")
class CompletionLeavesCachedListings(CachedListings):
    """Listings are cached, and the end of an execution does not empty the cache."""

    forgotten = frozenset({"update_job_execution", "cancel_job_execution"})


@fault("lifecycle/deleted-job-gone")
class DeleteLeavesCachedListings(CachedListings):
    """Listings are cached, and DeleteJob does not empty the cache."""

    forgotten = frozenset({"delete_job"})


@fault("lifecycle/associated-group-listed")
class AssociationLeavesCachedListings(CachedListings):
    """Listings are cached, and AssociateTargetsWithJob does not empty the cache."""

    forgotten = frozenset({"associate_targets"})


@fault("lifecycle/associated-group-listed")
class GroupsIndexedByCreateJobAlone(Service):
    """A job is found by the groups that it was made with: what is associated later is only kept
    for DescribeJob."""

    def associate_targets(self, request: Request) -> Response:
        job = self.existing_job(request)
        (known,) = self.store.row("SELECT COUNT(*) FROM targets WHERE job = ?", job.pk)
        response = super().associate_targets(request)
        self.store.execute(
            "UPDATE targets SET group_id = NULL WHERE job = ? AND position >= ?", (job.pk, known)
        )
        return response


@fault("lifecycle/completion-sets-completed-at")
class CompletionLeavesNoTime(Service):
    """CancelJob writes down when a job ended, and the end of its last execution does not."""

    def complete_if_ended(self, pk: int, now: float) -> None:
        super().complete_if_ended(pk, now)
        self.store.execute(
            "UPDATE jobs SET completed = NULL WHERE pk = ? AND status = 'COMPLETED'", (pk,)
        )


@fault("lifecycle/completion-sets-completed-at")
class CompletedAtOfDescribeJobAlone(Service):
    """The summary of a completed job does not have the time that DescribeJob shows."""

    def summary(self, job: ListedJob, group_id: str | None) -> dict[str, object]:
        summary = super().summary(job, group_id)
        if job.status == "COMPLETED":
            del summary["completedAt"]
        return summary


@fault("lifecycle/created-job-listed")
class IdUsedBeforeStaysHidden(Service):
    """The id of a deleted job is remembered as deleted, and a new job under it is not listed."""

    def __init__(self) -> None:
        super().__init__()
        self.deleted: set[tuple[object, str]] = set()

    def reset(self) -> None:
        super().reset()
        self.deleted.clear()

    def delete_job(self, request: Request) -> Response:
        response = super().delete_job(request)
        if response.status == 200:
            self.deleted.add((request.scope, request.path[1]))
        return response

    def where(self, query: Query) -> dict[str, Condition]:
        hidden = [job_id for scope, job_id in self.deleted if scope == query.scope]
        places = ", ".join("?" * len(hidden))
        return super().where(query) | {"deleted": (f"id NOT IN ({places})", tuple(hidden))}


class OffsetTokens(Service):
    """A token holds how many jobs came so far."""

    start = 0

    def fetch(
        self, query: Query, condition: Condition, position: Position | None, limit: int
    ) -> list[ListedJob]:
        self.start = int(str(position[0])) if position else 0
        return self.select(condition, self.order_by(), limit, self.start)

    def cut(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> tuple[list[ListedJob], Position | None]:
        jobs, following = super().cut(query, rows, size, position)
        return jobs, following and (self.start + len(jobs),)


@fault("lifecycle/survivors-once")
class OffsetInToken(OffsetTokens):
    """A token holds an offset: where a job that came is deleted, one that is to come is skipped."""


@fault("lifecycle/survivors-once")
class OffsetFromTheNewest(OffsetTokens):
    """A token holds an offset from the newest job: a new one pushes others onto the next page."""

    descending = True


@fault("lifecycle/changed-once")
class SortedByLastUpdate(Service):
    """Jobs come in the order of their last update: one that is cancelled comes again at the end."""

    order = ("updated", "id")


@fault("lifecycle/deleted-not-resurrected")
class WalkGoesThroughASnapshot(Service):
    """The first page takes a copy of the listing, and the further ones come from this copy."""

    def __init__(self) -> None:
        super().__init__()
        self.copies: list[list[ListedJob]] = []
        self.place = (0, 0)

    def fetch(
        self, query: Query, condition: Condition, position: Position | None, limit: int
    ) -> list[ListedJob]:
        if position:
            number, start = (int(str(part)) for part in position)
        else:
            number, start = len(self.copies), 0
            self.copies.append(self.select(condition, self.order_by(), -1))
        self.place = number, start
        return self.copies[number][start : start + limit]

    def cut(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> tuple[list[ListedJob], Position | None]:
        jobs, following = super().cut(query, rows, size, position)
        number, start = self.place
        return jobs, following and (number, start + len(jobs))


@fault("lifecycle/token-survives-deletion")
class TokenNamesAJob(Service):
    """A token leads on from a job, which is looked up: where it is gone the token is refused."""

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if position:
            columns = " AND ".join(f"{column} = ?" for column in self.order)
            if self.store.row(f"SELECT 1 FROM jobs WHERE {columns}", *position) is None:
                raise invalid_request("Next token is invalid.")
        return position


@fault("lifecycle/token-survives-deletion")
class TokenNamesTheNextJob(Service):
    """A token names the job that the next page begins with, and the server fails where it has gone
    since."""

    def cut(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> tuple[list[ListedJob], Position | None]:
        jobs, following = super().cut(query, rows, size, position)
        return jobs, following and self.position(rows[size])

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if position:
            columns = " AND ".join(f"{column} = ?" for column in self.order)
            if self.store.row(f"SELECT 1 FROM jobs WHERE {columns}", *position) is None:
                raise Crash
        return position

    def after(self, position: Position) -> Condition:
        condition, arguments = super().after(position)
        return condition.replace(" > ", " >= "), arguments


@fault("lifecycle/updated-at-advances")
class StartRoundedUpAndEndRoundedDown(Service):
    """lastUpdatedAt of a running job is rounded up to a second, and of one that ended, down."""

    def summary(self, job: ListedJob, group_id: str | None) -> dict[str, object]:
        running = job.status in ("IN_PROGRESS", "SCHEDULED")
        whole = float(int(job.updated))
        shown = whole + 1 if running else max(whole, job.created)
        return super().summary(job, group_id) | {"lastUpdatedAt": shown}


@fault("lifecycle/cancel-updates")
class CancelKeepsLastUpdated(Service):
    """Cancelling a job does not count as updating it."""

    def cancel_job(self, request: Request) -> Response:
        before = self.existing_job(request)
        response = super().cancel_job(request)
        self.store.execute("UPDATE jobs SET updated = ? WHERE pk = ?", (before.updated, before.pk))
        return response


@fault("concurrency/walks-independent")
class FiltersKeptForTheAccount(Service):
    """The filters of a walk are kept beside the account: another walk begun meanwhile puts its own
    in their place."""

    def __init__(self) -> None:
        super().__init__()
        self.live: tuple[int, Query] | None = None
        self.overwritten: dict[int, Query] = {}
        self.serial = 0
        self.number = 0

    def page(self, query: Query) -> dict[str, object]:
        first = query.next_token is None
        if first:
            self.serial += 1
            self.number = self.serial
        page = super().page(query)
        if first and "nextToken" in page:
            if self.live is not None:
                self.overwritten[self.live[0]] = query
            self.live = self.number, query
        elif self.live is not None and self.live[0] == self.number and "nextToken" not in page:
            self.live = None
        return page

    def encode_token(self, query: Query, position: Position) -> str:
        return super().encode_token(query, (self.number, *position))

    def decode_token(self, query: Query, token: str) -> Position | None:
        position = super().decode_token(query, token)
        if not position:
            return position
        self.number = int(str(position[0]))
        return position[1:]

    def fetch(
        self, query: Query, condition: Condition, position: Position | None, limit: int
    ) -> list[ListedJob]:
        other = self.overwritten.get(self.number) if position else None
        if other is not None:
            condition = self.combine(self.where(other))
        return super().fetch(query, condition, position, limit)


@fault("concurrency/walks-independent")
class RequestKeptForAllThreads(Service):
    """A request is kept where all threads see it: one that comes meanwhile is answered twice."""

    def __init__(self) -> None:
        super().__init__()
        self.latest: Request | None = None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = read_request(environ)
        if (request.method, request.path) == ("GET", ("jobs",)):
            self.latest = request
            time.sleep(0.0005)
            request = self.latest
        with self.lock:
            response = self.handle(request)
        return self.deliver(request, response, start_response)
