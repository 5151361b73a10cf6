"""What can be known when a listing is answered: the request, its walk, the jobs, what was done."""

from collections import defaultdict
from functools import cached_property
from typing import Any

from ..constraints import INTEGER
from ..exchange import Request, Response, Scope
from ..listing import CHECKS, Condition, Query, all_of
from ..service import Service
from ..store import ListedJob
from ..tokens import InvalidToken, Position, unseal
from ..walks import CountedPages

AGAIN = "again"
"""Begins a position that was led to by an empty page."""

JobKey = tuple[str, str, str]
"""Account, region and id of a job."""


class Remembering(CountedPages):
    """Remembers what was done, and prepares a :class:`Moment` for each listing."""

    def __init__(self) -> None:
        super().__init__()
        self.listing: Moment | None = None
        self.forget()

    def reset(self) -> None:
        super().reset()
        self.forget()

    def forget(self) -> None:
        """Nothing was done yet."""
        self.done: dict[JobKey, set[str]] = defaultdict(set)
        self.shown: dict[JobKey, str] = {}
        """Jobs to the status that they had when they were last listed."""
        self.stale: dict[JobKey, str] = {}
        """Jobs that were listed and then changed, to the status that they had."""
        self.gone: dict[JobKey, ListedJob] = {}
        """Deleted jobs, as they were."""
        self.ungrouped: set[tuple[str, str, str]] = set()
        self.remade: set[tuple[str, str, str]] = set()
        """Thing groups that were deleted, and made again."""
        self.listings = 0
        self.previous: tuple[object, ...] = ()
        """Scope and filters of the listing before."""

    # What is done.

    def key(self, scope: Scope, job_id: str) -> JobKey:
        return scope.account, scope.region, job_id

    def create_job(self, request: Request) -> Response:
        response = super().create_job(request)
        key = self.key(request.scope, request.path[1])
        if self.listings:
            self.done[key].add("late")
        if key in self.gone:
            self.done[key].add("reused")
            del self.gone[key]
        return response

    def cancel_job(self, request: Request) -> Response:
        before = self.existing_job(request).status
        response = super().cancel_job(request)
        self.note_change(self.key(request.scope, request.path[1]), "cancelled")
        if before == "SCHEDULED":
            self.done[self.key(request.scope, request.path[1])].add("cancelled-scheduled")
        return response

    def complete_if_ended(self, pk: int, now: float) -> None:
        super().complete_if_ended(pk, now)
        row = self.store.row("SELECT account, region, id, status FROM jobs WHERE pk = ?", pk)
        if row is not None and row[3] == "COMPLETED":
            self.note_change((row[0], row[1], row[2]), "completed")

    def note_change(self, key: JobKey, what: str) -> None:
        if what not in self.done[key] and key in self.shown:
            self.stale[key] = self.shown[key]
        self.done[key].add(what)

    def associate_targets(self, request: Request) -> Response:
        response = super().associate_targets(request)
        self.done[self.key(request.scope, request.path[1])].add("associated")
        return response

    def delete_job(self, request: Request) -> Response:
        key = self.key(request.scope, request.path[1])
        listed = self.select(("account = ? AND region = ? AND id = ?", key), "id", 1)
        response = super().delete_job(request)
        if listed:
            self.gone[key] = listed[0]
        self.done.pop(key, None)
        self.shown.pop(key, None)
        self.stale.pop(key, None)
        return response

    def delete_thing_group(self, request: Request) -> Response:
        response = super().delete_thing_group(request)
        self.ungrouped.add(self.key(request.scope, request.path[1]))
        return response

    def create_thing_group(self, request: Request) -> Response:
        response = super().create_thing_group(request)
        key = self.key(request.scope, request.path[1])
        if key in self.ungrouped:
            self.remade.add(key)
        return response

    # What is asked.

    def list_jobs(self, request: Request) -> Response:
        self.listings += 1
        self.listing = Moment(self, request)
        response = super().list_jobs(request)
        self.previous = self.listing.subject
        return response

    def page(self, query: Query) -> dict[str, Any]:
        assert self.listing is not None
        self.listing.read(query)
        return super().page(query)

    def summaries(self, query: Query, jobs: Any) -> list[dict[str, Any]]:
        for job in jobs:
            self.shown[self.key(query.scope, job.id)] = job.status
        return super().summaries(query, jobs)


class Moment:
    """One listing that is being answered."""

    def __init__(self, service: Remembering, request: Request) -> None:
        self.service, self.request = service, request
        self.names = [part.partition("=")[0] for part in request.query_string.split("&") if part]
        """The parameters in the order in which they came."""
        self.parameters = request.parameters
        self.query: Query | None = None
        self.position: Position | None = None
        self.page = 1

    def read(self, query: Query) -> None:
        """Take note of what was asked for, and of how far the walk has come."""
        service = self.service
        self.query = query
        service.pages = service.given = 0
        if query.next_token is not None:
            self.position = service.decode_token(query, query.next_token)
        self.page = service.pages + 1

    @property
    def scope(self) -> Scope:
        return self.request.scope

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters that were given, in the order of the API reference."""
        return tuple(name for name in FILTERS if name in self.parameters)

    @property
    def subject(self) -> tuple[object, ...]:
        """What is walked through."""
        return (self.scope, tuple(self.parameters.get(name) for name in FILTERS))

    @property
    def size(self) -> int | None:
        return None if self.query is None else self.query.max_results

    @cached_property
    def condition(self) -> Condition:
        """What truly matches."""
        assert self.query is not None
        return all_of(Service.where(self.service, self.query).values())

    def count(self, condition: Condition) -> int:
        where, arguments = condition
        (number,) = self.service.store.execute(
            f"SELECT COUNT(*) FROM jobs WHERE {where}", arguments
        ).fetchone()
        return int(number)

    @cached_property
    def newest(self) -> int:
        """The newest job of the account."""
        return self._newest(Service.where_scope(self.service, self.scope))

    @cached_property
    def newest_matching(self) -> int:
        """The newest job that matches."""
        return self._newest(self.condition)

    def _newest(self, condition: Condition) -> int:
        where, arguments = condition
        row = self.service.store.row(f"SELECT MAX(pk) FROM jobs WHERE {where}", *arguments)
        return int(row[0] or 0) if row else 0

    @cached_property
    def jobs(self) -> int:
        """How many jobs the account has."""
        return self.count(Service.where_scope(self.service, self.scope))

    @cached_property
    def matching(self) -> int:
        """How many of them match."""
        return self.count(self.condition)

    @cached_property
    def remaining(self) -> int:
        """How many of these have not been given yet."""
        position = self.position
        if position and position[0] == AGAIN:
            position = position[1:]
        if not position:
            return self.matching
        return self.count(all_of((self.condition, self.service.after(position))))

    @property
    def last(self) -> bool:
        """Whether no page comes after this one."""
        assert self.query is not None
        return self.remaining <= self.service.page_size(self.query)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all jobs of the account."""
        where, arguments = Service.where_scope(self.service, self.scope)
        rows = self.service.store.execute(f"SELECT id FROM jobs WHERE {where}", arguments)
        return frozenset(str(job_id) for (job_id,) in rows)

    @cached_property
    def groups(self) -> frozenset[str]:
        """The names of all thing groups of the account."""
        rows = self.service.store.execute(
            "SELECT name FROM thing_groups WHERE account = ? AND region = ?",
            (self.scope.account, self.scope.region),
        )
        return frozenset(str(name) for (name,) in rows)

    def targets(self, job: ListedJob) -> list[tuple[str, str]]:
        """The targets of a job: its kind and its name."""
        rows = self.service.store.execute("SELECT arn FROM targets WHERE job = ?", (job.pk,))
        pairs = (str(arn).rsplit(":", 1)[0] and str(arn).split(":", 5)[5] for (arn,) in rows)
        return [(kind, name) for kind, _, name in (pair.partition("/") for pair in pairs)]

    def done(self, job: ListedJob) -> set[str]:
        """What was done to a job."""
        return self.service.done.get(self.service.key(self.scope, job.id), set())

    @cached_property
    def mistakes(self) -> frozenset[str]:
        """The kinds of mistakes in the request."""
        found = set()
        service = self.service
        for name, value in self.parameters.items():
            check = CHECKS.get(name)
            if check is None or getattr(Service, check)(service, value) is None:
                continue
            if name == "maxResults":
                found.add(size_mistake(value))
            else:
                found.add(name)
        token = self.parameters.get("nextToken")
        if token:
            try:
                unseal(service.token_key, token)
            except InvalidToken:
                found.add("nextToken")
        return frozenset(found)


FILTERS = ("status", "targetSelection", "thingGroupName", "thingGroupId", "namespaceId")


def size_mistake(value: str) -> str:
    """What is wrong with a page size that is not valid."""
    if not INTEGER.fullmatch(value):
        return "maxResults-text"
    return "maxResults-low" if int(value) < 1 else "maxResults-high"
