"""Things and thing groups: what jobs are aimed at."""

import re
import uuid
from typing import Any

import orjson

from .errors import already_exists, invalid_request, not_found
from .exchange import Request, Response, Scope
from .protocol import Protocol

NAME = re.compile(r"[a-zA-Z0-9:_-]{1,128}")
REGISTRY_PAGE = 250


def checked_name(value: object, member: str) -> str:
    """Return a thing's or group's name; raise Refused where it breaks its pattern."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise invalid_request(
            f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9:_-]+"
        )
    return value


class Registry(Protocol):
    """The operations on things and thing groups."""

    def create_thing(self, request: Request) -> Response:
        """CreateThing; creating the same thing again changes nothing."""
        name = checked_name(request.path[1], "thingName")
        attributes = self.decode_body(request).get("attributePayload") or {}
        row = self.thing_row(request.scope, name)
        if row is None:
            row = (str(uuid.uuid4()), orjson.dumps(attributes.get("attributes") or {}).decode())
            self.store.execute(
                "INSERT INTO things VALUES (?, ?, ?, ?, ?, ?)",
                (request.scope.account, request.scope.region, name, *row, self.now()),
            )
        return self.respond(
            {"thingName": name, "thingArn": thing_arn(request.scope, name), "thingId": row[0]}
        )

    def describe_thing(self, request: Request) -> Response:
        """DescribeThing."""
        name = checked_name(request.path[1], "thingName")
        thing_id, attributes = self.existing_thing(request.scope, name)
        return self.respond(
            {
                "defaultClientId": name,
                "thingName": name,
                "thingId": thing_id,
                "thingArn": thing_arn(request.scope, name),
                "attributes": orjson.loads(attributes),
                "version": 1,
            }
        )

    def delete_thing(self, request: Request) -> Response:
        """DeleteThing; its unfinished executions are removed."""
        name = checked_name(request.path[1], "thingName")
        scope = request.scope
        self.store.execute(
            "DELETE FROM members WHERE thing = ? AND group_id IN "
            "(SELECT id FROM thing_groups WHERE account = ? AND region = ?)",
            (name, scope.account, scope.region),
        )
        self.store.execute(
            "DELETE FROM things WHERE account = ? AND region = ? AND name = ?",
            (scope.account, scope.region, name),
        )
        self.thing_removed(scope, name)
        return self.respond({})

    def thing_removed(self, scope: Scope, name: str) -> None:
        """Tell the jobs that a thing is gone."""

    def thing_joined(self, group_id: str, name: str) -> None:
        """Tell the jobs that a thing is now a member of a group."""

    def list_things(self, request: Request) -> Response:
        """ListThings: paged by name, without filters."""
        names, token = self.names_page("things", request)
        things = [
            {
                "thingName": name,
                "thingArn": thing_arn(request.scope, name),
                "attributes": {},
                "version": 1,
            }
            for name in names
        ]
        return self.respond({"things": things, **token})

    def create_thing_group(self, request: Request) -> Response:
        """CreateThingGroup; creating the same group again returns the one that exists."""
        name = checked_name(request.path[1], "thingGroupName")
        body = self.decode_body(request)
        parent = body.get("parentGroupName")
        if parent is not None:
            self.existing_group(request.scope, parent)
        row = self.group_row(request.scope, name)
        if row is None:
            properties = orjson.dumps(body.get("thingGroupProperties") or {}).decode()
            row = (str(uuid.uuid4()), parent, properties, self.now())
            self.store.execute(
                "INSERT INTO thing_groups VALUES (?, ?, ?, ?, ?, ?, ?)",
                (request.scope.account, request.scope.region, name, *row),
            )
        elif row[1] != parent:
            raise already_exists(f"Thing group {name} already exists in account.")
        return self.respond(
            {
                "thingGroupName": name,
                "thingGroupArn": group_arn(request.scope, name),
                "thingGroupId": row[0],
            }
        )

    def describe_thing_group(self, request: Request) -> Response:
        """DescribeThingGroup."""
        name = checked_name(request.path[1], "thingGroupName")
        group_id, parent, properties, created = self.existing_group(request.scope, name)
        metadata = {"creationDate": self.moment(created)}
        if parent is not None:
            metadata["parentGroupName"] = parent
        return self.respond(
            {
                "thingGroupName": name,
                "thingGroupId": group_id,
                "thingGroupArn": group_arn(request.scope, name),
                "version": 1,
                "thingGroupProperties": orjson.loads(properties),
                "thingGroupMetadata": metadata,
            }
        )

    def delete_thing_group(self, request: Request) -> Response:
        """DeleteThingGroup; jobs that target the group stay."""
        name = checked_name(request.path[1], "thingGroupName")
        row = self.group_row(request.scope, name)
        if row is not None:
            self.store.execute("DELETE FROM members WHERE group_id = ?", (row[0],))
            self.store.execute(
                "DELETE FROM thing_groups WHERE account = ? AND region = ? AND name = ?",
                (request.scope.account, request.scope.region, name),
            )
        return self.respond({})

    def list_thing_groups(self, request: Request) -> Response:
        """ListThingGroups: paged by name, without filters."""
        names, token = self.names_page("thing_groups", request)
        groups = [{"groupName": name, "groupArn": group_arn(request.scope, name)} for name in names]
        return self.respond({"thingGroups": groups, **token})

    def add_thing_to_thing_group(self, request: Request) -> Response:
        """AddThingToThingGroup; continuous jobs of the group reach the new member."""
        group_id, thing = self.membership(request)
        self.existing_thing(request.scope, thing)
        self.store.execute("INSERT OR IGNORE INTO members VALUES (?, ?)", (group_id, thing))
        self.thing_joined(group_id, thing)
        return self.respond({})

    def remove_thing_from_thing_group(self, request: Request) -> Response:
        """RemoveThingFromThingGroup; executions that exist stay."""
        group_id, thing = self.membership(request)
        self.store.execute(
            "DELETE FROM members WHERE group_id = ? AND thing = ?", (group_id, thing)
        )
        return self.respond({})

    def membership(self, request: Request) -> tuple[str, str]:
        """Return the group's id and the thing's name that a membership request is about."""
        body = self.decode_body(request)
        group = body.get("thingGroupName") or str(body.get("thingGroupArn")).rpartition("/")[2]
        thing = body.get("thingName") or str(body.get("thingArn")).rpartition("/")[2]
        group_id = self.existing_group(request.scope, checked_name(group, "thingGroupName"))[0]
        return group_id, checked_name(thing, "thingName")

    # Look-ups.

    def thing_row(self, scope: Scope, name: str) -> tuple[str, str] | None:
        """Return a thing's id and attributes (as JSON text), or None."""
        row: tuple[str, str] | None = self.store.row(
            "SELECT id, attributes FROM things WHERE account = ? AND region = ? AND name = ?",
            scope.account,
            scope.region,
            name,
        )
        return row

    def existing_thing(self, scope: Scope, name: str) -> tuple[str, str]:
        """Return a thing's id and attributes; raise Refused where there is none."""
        row = self.thing_row(scope, name)
        if row is None:
            raise not_found(f"Thing {name} cannot be found.")
        return row

    def group_row(self, scope: Scope, name: str) -> tuple[str, str | None, str, float] | None:
        """Return a group's id, parent, properties (as JSON text) and creation time, or None."""
        row: tuple[str, str | None, str, float] | None = self.store.row(
            "SELECT id, parent, properties, created FROM thing_groups "
            "WHERE account = ? AND region = ? AND name = ?",
            scope.account,
            scope.region,
            name,
        )
        return row

    def existing_group(self, scope: Scope, name: str) -> tuple[str, str | None, str, float]:
        """Return the group's row; raise Refused where there is none."""
        row = self.group_row(scope, name)
        if row is None:
            raise not_found(f"Thing group {name} does not exist.")
        return row

    def names_page(self, table: str, request: Request) -> tuple[list[str], dict[str, Any]]:
        """Return a page of names after the one in the token, and the next token's member."""
        parameters = request.parameters
        size = parameters.get("maxResults", str(REGISTRY_PAGE))
        if not size.isdecimal() or not 1 <= int(size) <= REGISTRY_PAGE:
            raise invalid_request(
                f"1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy "
                f"constraint: Member must have value from 1 to {REGISTRY_PAGE}"
            )
        rows = self.store.execute(
            f"SELECT name FROM {table} WHERE account = ? AND region = ? AND name > ? "
            "ORDER BY name LIMIT ?",
            (
                request.scope.account,
                request.scope.region,
                parameters.get("nextToken", ""),
                int(size) + 1,
            ),
        )
        names = [name for (name,) in rows]
        if len(names) <= int(size):
            return names, {}
        return names[: int(size)], {"nextToken": names[int(size) - 1]}


def thing_arn(scope: Scope, name: str) -> str:
    """Return a thing's ARN."""
    return f"{scope.arn_prefix}thing/{name}"


def group_arn(scope: Scope, name: str) -> str:
    """Return a thing group's ARN."""
    return f"{scope.arn_prefix}thinggroup/{name}"
