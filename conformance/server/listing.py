"""ListJobs: reading the request, filtering, paging and summarising, each step one small method.

A behaviour replaces one step. Everything here is SQL and plain Python, on purpose: the model that
judges this server keeps jobs as objects, and the two should have no mistake in common.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from .constraints import (
    GROUP_ID,
    GROUP_NAME,
    INTEGER,
    NAMESPACE_ID,
    STATUSES,
    TARGET_SELECTIONS,
    enum_constraint,
    text_constraint,
)
from .errors import Refused, invalid_request, not_found
from .exchange import Request, Response, Scope
from .protocol import Protocol
from .store import LISTED_COLUMNS, ListedJob
from .tokens import InvalidToken, Position, digest, seal, unseal

Condition: TypeAlias = tuple[str, tuple[object, ...]]
"""An SQL condition on ``jobs`` and the arguments of its placeholders."""

NOTHING: Condition = ("0", ())
EVERYTHING: Condition = ("1", ())

CHECKS = {
    "status": "check_status",
    "targetSelection": "check_target_selection",
    "maxResults": "check_max_results",
    "thingGroupName": "check_thing_group_name",
    "thingGroupId": "check_thing_group_id",
    "namespaceId": "check_namespace_id",
}


@dataclass(frozen=True, slots=True)
class Query:
    """A ListJobs request that keeps the documented constraints; absent parameters are None."""

    scope: Scope
    status: str | None
    target_selection: str | None
    thing_group_name: str | None
    thing_group_id: str | None
    namespace_id: str | None
    max_results: int | None
    next_token: str | None


class Listing(Protocol):
    """The ListJobs operation."""

    default_page = 100
    largest_page = 250
    order: tuple[str, ...] = ("created", "id")
    descending = False

    def __init__(self) -> None:
        super().__init__()
        self.token_key = secrets.token_bytes(32)

    def list_jobs(self, request: Request) -> Response:
        """Answer a ListJobs request, or refuse it."""
        try:
            return self.reply(self.page(self.read(request)))
        except Refused as refusal:
            return self.refuse_listing(refusal)

    # What is said.

    def reply(self, page: dict[str, Any]) -> Response:
        """Return the response that carries a page."""
        return self.respond(page)

    def refuse_listing(self, refusal: Refused) -> Response:
        """Return the response to a ListJobs request that is not granted."""
        return self.refuse(refusal)

    # Reading the request.

    def read_parameters(self, request: Request) -> dict[str, str]:
        """Return the decoded parameters, one value each."""
        return request.parameters

    def read(self, request: Request) -> Query:
        """Return the query; raise Refused where a parameter breaks its constraint."""
        parameters = self.read_parameters(request)
        violations = []
        for name, value in parameters.items():
            check = CHECKS.get(name)
            if check is not None:
                constraint = getattr(self, check)(value)
                if constraint is not None:
                    violations.append(
                        f"Value '{value}' at '{name}' failed to satisfy constraint: {constraint}"
                    )
        if violations:
            raise self.violated(violations)
        size = parameters.get("maxResults")
        return Query(
            request.scope,
            parameters.get("status"),
            parameters.get("targetSelection"),
            parameters.get("thingGroupName"),
            parameters.get("thingGroupId"),
            parameters.get("namespaceId"),
            None if size is None else self.parse_max_results(size),
            parameters.get("nextToken") or None,
        )

    def violated(self, violations: Sequence[str]) -> Refused:
        """Return the refusal for constraints that were not kept."""
        plural = "s" if len(violations) > 1 else ""
        return invalid_request(
            f"{len(violations)} validation error{plural} detected: {'; '.join(violations)}"
        )

    def check_status(self, value: str) -> str | None:
        """Return what is wrong with a status."""
        return enum_constraint(value, STATUSES)

    def check_target_selection(self, value: str) -> str | None:
        """Return what is wrong with a target selection."""
        return enum_constraint(value, TARGET_SELECTIONS)

    def check_max_results(self, value: str) -> str | None:
        """Return what is wrong with a page size."""
        if not INTEGER.fullmatch(value):
            return self.not_an_integer(value)
        size = int(value)
        if size < 1:
            return self.too_low(size)
        if size > self.largest_page:
            return self.too_high(size)
        return None

    def not_an_integer(self, value: str) -> str | None:
        """Return what is wrong with a page size that is no integer."""
        return "Member must be an integer"

    def too_low(self, size: int) -> str | None:
        """Return what is wrong with a page size below 1."""
        return "Member must have value greater than or equal to 1"

    def too_high(self, size: int) -> str | None:
        """Return what is wrong with a page size above the largest."""
        return f"Member must have value less than or equal to {self.largest_page}"

    def check_thing_group_name(self, value: str) -> str | None:
        """Return what is wrong with a group's name."""
        return text_constraint(value, GROUP_NAME, 128)

    def check_thing_group_id(self, value: str) -> str | None:
        """Return what is wrong with a group's id."""
        return text_constraint(value, GROUP_ID, 128)

    def check_namespace_id(self, value: str) -> str | None:
        """Return what is wrong with a namespace."""
        return text_constraint(value, NAMESPACE_ID, None)

    def parse_max_results(self, value: str) -> int | None:
        """Return the page size that was asked for; None stands for the default."""
        return int(value)

    # Filtering.

    def where(self, query: Query) -> dict[str, Condition]:
        """Return the conditions that a job must meet, by parameter."""
        conditions = {"scope": self.where_scope(query.scope)}
        if query.status is not None:
            conditions["status"] = self.where_status(query.status)
        if query.target_selection is not None:
            conditions["targetSelection"] = self.where_target_selection(query.target_selection)
        if query.thing_group_name is not None:
            conditions["thingGroupName"] = self.where_thing_group_name(
                query.scope, query.thing_group_name
            )
        if query.thing_group_id is not None:
            conditions["thingGroupId"] = self.where_thing_group_id(
                query.scope, query.thing_group_id
            )
        if query.namespace_id is not None:
            conditions["namespaceId"] = self.where_namespace_id(query.namespace_id)
        return conditions

    def where_scope(self, scope: Scope) -> Condition:
        """Jobs of one account in one region."""
        return "account = ? AND region = ?", (scope.account, scope.region)

    def where_status(self, status: str) -> Condition:
        """Jobs in this status."""
        return "status = ?", (status,)

    def where_target_selection(self, selection: str) -> Condition:
        """Jobs with this target selection."""
        return "selection = ?", (selection,)

    def where_thing_group_name(self, scope: Scope, name: str) -> Condition:
        """Jobs that target the group of this name."""
        group_id = self.group_id(scope, name)
        return self.unknown_group(name) if group_id is None else self.where_group(group_id)

    def where_thing_group_id(self, scope: Scope, group_id: str) -> Condition:
        """Jobs that target the group with this id."""
        if not self.group_exists(scope, group_id):
            return self.unknown_group(group_id)
        return self.where_group(group_id)

    def where_group(self, group_id: str) -> Condition:
        """Jobs that have this group among their targets."""
        return "pk IN (SELECT job FROM targets WHERE group_id = ?)", (group_id,)

    def where_namespace_id(self, namespace: str) -> Condition:
        """Jobs in this namespace."""
        return "namespace = ?", (namespace,)

    def group_id(self, scope: Scope, name: str) -> str | None:
        """Return the id of the group of this name, or None."""
        row = self.store.row(
            "SELECT id FROM thing_groups WHERE account = ? AND region = ? AND name = ?",
            scope.account,
            scope.region,
            name,
        )
        return row and str(row[0])

    def group_exists(self, scope: Scope, group_id: str) -> bool:
        """Return whether a group has this id."""
        row = self.store.row(
            "SELECT 1 FROM thing_groups WHERE account = ? AND region = ? AND id = ?",
            scope.account,
            scope.region,
            group_id,
        )
        return row is not None

    def unknown_group(self, name: str) -> Condition:
        """Say that there is no such group: refuse, or return a condition."""
        raise not_found(f"Thing group {name} does not exist.")

    def combine(self, conditions: dict[str, Condition]) -> Condition:
        """Return the condition of a job that meets all of these."""
        return all_of(conditions.values())

    # Paging.

    def page(self, query: Query) -> dict[str, Any]:
        """Return one page: its jobs, and a token where more remain."""
        condition = self.combine(self.where(query))
        position = None if query.next_token is None else self.decode_token(query, query.next_token)
        size = self.page_size(query)
        # One row more than fits tells whether anything remains.
        rows = self.fetch(query, condition, position, size + 1)
        jobs, following = self.cut(query, rows, size, position)
        page: dict[str, Any] = {"jobs": self.summaries(query, jobs)}
        if following is not None:
            page["nextToken"] = self.encode_token(query, following)
        return page

    def page_size(self, query: Query) -> int:
        """Return how many jobs fit on the page."""
        return self.default_page if query.max_results is None else query.max_results

    def fetch(
        self, query: Query, condition: Condition, position: Position | None, limit: int
    ) -> list[ListedJob]:
        """Return at most ``limit`` jobs after a position, in order."""
        if position:
            condition = all_of((condition, self.after(position)))
        return self.select(condition, self.order_by(), limit)

    def source(self) -> str:
        """Return the table, or the subquery, that jobs are listed from."""
        return "jobs"

    def select(
        self, condition: Condition, order: str, limit: int, skip: int = 0
    ) -> list[ListedJob]:
        """Return the jobs that meet a condition, in an order."""
        where, arguments = condition
        rows = self.store.execute(
            f"SELECT {LISTED_COLUMNS} FROM {self.source()} WHERE {where} "
            f"ORDER BY {order} LIMIT ? OFFSET ?",
            (*arguments, limit, skip),
        )
        return [ListedJob._make(row) for row in rows]

    def order_by(self) -> str:
        """Return the SQL terms that the listing is sorted by."""
        direction = " DESC" if self.descending else ""
        return ", ".join(column + direction for column in self.order)

    def after(self, position: Position) -> Condition:
        """Jobs that come after a position in the listing's order."""
        places = ", ".join("?" * len(position))
        comparison = "<" if self.descending else ">"
        return f"({', '.join(self.order)}) {comparison} ({places})", position

    def position(self, job: ListedJob) -> Position:
        """Return where a job stands in the listing's order."""
        return tuple(getattr(job, column) for column in self.order)

    def cut(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> tuple[list[ListedJob], Position | None]:
        """Return the jobs that fit on the page, and the position to go on from, if any remain.

        ``rows`` are up to one more than fit; ``position`` is where the page began.
        """
        if len(rows) <= size:
            return rows, None
        jobs = rows[:size]
        return jobs, self.position(jobs[-1])

    # Tokens.

    def token_binding(self, query: Query) -> dict[str, object]:
        """Return what a token is valid for."""
        return {
            "operation": "ListJobs",
            "account": query.scope.account,
            "region": query.scope.region,
            "status": query.status,
            "targetSelection": query.target_selection,
            "thingGroupName": query.thing_group_name,
            "thingGroupId": query.thing_group_id,
            "namespaceId": query.namespace_id,
        }

    def encode_token(self, query: Query, position: Position) -> str:
        """Return the token that leads to what follows a position."""
        return seal(self.token_key, self.encoded_binding(query), position)

    def decode_token(self, query: Query, token: str) -> Position | None:
        """Return the position that a token stands for; None or () is the beginning."""
        try:
            binding, position = unseal(self.token_key, token)
        except InvalidToken:
            return self.bad_token(token)
        if binding != self.encoded_binding(query):
            return self.misplaced_token(token)
        return position

    def encoded_binding(self, query: Query) -> str:
        """Return what a token is valid for, as text."""
        return digest(repr(self.token_binding(query)))

    def bad_token(self, token: str) -> Position | None:
        """Say that a token was never given: refuse, or return a position."""
        raise invalid_request("Next token is invalid.")

    def misplaced_token(self, token: str) -> Position | None:
        """Say that a token was given for something else: refuse, or return a position."""
        raise invalid_request("Next token is invalid.")

    # Summaries.

    def summaries(self, query: Query, jobs: Sequence[ListedJob]) -> list[dict[str, Any]]:
        """Return what a page shows of its jobs; those of the group asked for name that group."""
        group_id = query.thing_group_id
        if query.thing_group_name is not None:
            group_id = self.group_id(query.scope, query.thing_group_name)
        if group_id is None:
            return [self.summary(job, None) for job in jobs]
        shown = self.shown_group(query, group_id)
        rows = self.store.execute("SELECT job FROM targets WHERE group_id = ?", (group_id,))
        targeting = {pk for (pk,) in rows}
        return [self.summary(job, shown if job.pk in targeting else None) for job in jobs]

    def summary(self, job: ListedJob, group_id: str | None) -> dict[str, Any]:
        """Return what a page shows of a job, which targets this group where one is given."""
        summary: dict[str, Any] = {
            "jobArn": job.arn,
            "jobId": job.id,
            "targetSelection": job.selection,
            "status": job.status,
            "createdAt": self.moment(job.created),
            "lastUpdatedAt": self.moment(job.updated),
            "isConcurrent": self.is_concurrent(job.status),
        }
        if job.completed is not None:
            summary["completedAt"] = self.moment(job.completed)
        if group_id is not None:
            summary["thingGroupId"] = group_id
        return summary

    def shown_group(self, query: Query, group_id: str) -> str | None:
        """Return what summaries show of the group that was asked for."""
        return group_id


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that holds where all of these hold."""
    clauses, arguments = zip(*conditions, strict=True)
    return "(" + ") AND (".join(clauses) + ")", tuple(
        argument for group in arguments for argument in group
    )
