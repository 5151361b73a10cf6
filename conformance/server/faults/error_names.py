"""Faults of refusing: names, ids and tokens that are malformed, or that nothing answers to.

Each leaves all parameters but one as they should be.
"""

from typing import Any

from ..behaviour import fault
from ..constraints import GROUP_NAME, text_constraint
from ..errors import Crash, refused_as
from ..exchange import Scope
from ..listing import EVERYTHING, Condition, Query
from ..service import Service
from ..tokens import Position

# Group names, group ids and namespaces that break their patterns.


@fault("error/thing-group-name")
class ThingGroupNameUnchecked(Service):
    """A name is looked up and not checked, so a malformed one is merely unknown."""

    def check_thing_group_name(self, value: str) -> str | None:
        return None


@fault("error/thing-group-name")
class LongThingGroupNameAccepted(Service):
    """The pattern is checked and the length is not."""

    def check_thing_group_name(self, value: str) -> str | None:
        return text_constraint(value, GROUP_NAME, None)


@fault("error/thing-group-name")
class ThingGroupNameCheckedInPart(Service):
    """The pattern is searched for instead of matched: one good character will do."""

    def check_thing_group_name(self, value: str) -> str | None:
        if len(value) <= 128 and GROUP_NAME.search(value):
            return None
        return super().check_thing_group_name(value)


@fault("error/thing-group-name")
class LongThingGroupNameCrashes(Service):
    """The name goes into a column of 128 characters, and the store breaks on a longer one."""

    def check_thing_group_name(self, value: str) -> str | None:
        if len(value) > 128:
            raise Crash
        return super().check_thing_group_name(value)


@fault("error/thing-group-id")
class ThingGroupIdUnchecked(Service):
    """An id is looked up and not checked, so a malformed one is merely unknown."""

    def check_thing_group_id(self, value: str) -> str | None:
        return None


@fault("error/thing-group-id")
class ThingGroupIdCheckedAsName(Service):
    """Names and ids of groups share a pattern, although ids have no ``_`` and no ``:``."""

    def check_thing_group_id(self, value: str) -> str | None:
        return super().check_thing_group_name(value)


@fault("error/thing-group-id")
class LongThingGroupIdAccepted(Service):
    """The length is checked against 256, twice what it should be."""

    def check_thing_group_id(self, value: str) -> str | None:
        if 128 < len(value) <= 256:
            return super().check_thing_group_id(value[:128])
        return super().check_thing_group_id(value)


@fault("error/namespace-id")
class NamespaceIdUnchecked(Service):
    """The namespace is compared and not checked: no job has it, so none is listed."""

    def check_namespace_id(self, value: str) -> str | None:
        return None


@fault("error/namespace-id")
class NamespaceIdCheckedAtItsStart(Service):
    """The pattern is matched from the start and not to the end, so anything may follow."""

    def check_namespace_id(self, value: str) -> str | None:
        return super().check_namespace_id(value[:1])


@fault("error/namespace-id")
class BadNamespaceIdIsForbidden(Service):
    """A namespace that cannot exist is one the caller has no right to: 403."""

    def check_namespace_id(self, value: str) -> str | None:
        if super().check_namespace_id(value) is not None:
            raise refused_as("ForbiddenException", 403, f"No access to namespace {value}.")
        return None


# Tokens that were never given.


@fault("error/next-token")
class BadTokenStartsOver(Service):
    """A token that cannot be read is read as none, and the first page is given."""

    def bad_token(self, token: str) -> Position | None:
        return None


@fault("error/next-token")
class BadTokenEndsTheWalk(Service):
    """After a token that cannot be read comes nothing."""

    def page(self, query: Query) -> dict[str, Any]:
        try:
            return super().page(query)
        except BadToken:
            return {"jobs": []}

    def bad_token(self, token: str) -> Position | None:
        raise BadToken


class BadToken(Exception):
    """A token could not be read."""


@fault("error/next-token")
class BadTokenIsInvalidToken(Service):
    """A token that cannot be read is refused with a type that is not in the documentation."""

    def bad_token(self, token: str) -> Position | None:
        raise refused_as("InvalidToken", 400, "Invalid Token")


@fault("error/next-token")
class BadTokenCrashes(Service):
    """Whatever goes wrong with decoding a token is left to the framework."""

    def bad_token(self, token: str) -> Position | None:
        raise Crash


# Groups that do not exist.


@fault("error/thing-group-missing")
class UnknownGroupNameListsEverything(Service):
    """A group that is not found leaves no condition behind, and all jobs are listed."""

    def where_thing_group_name(self, scope: Scope, name: str) -> Condition:
        if self.group_id(scope, name) is None:
            return EVERYTHING
        return super().where_thing_group_name(scope, name)


@fault("error/thing-group-missing")
class UnknownGroupIdListsEverything(Service):
    """An id that is not found leaves no condition behind, and all jobs are listed."""

    def where_thing_group_id(self, scope: Scope, group_id: str) -> Condition:
        if not self.group_exists(scope, group_id):
            return EVERYTHING
        return super().where_thing_group_id(scope, group_id)


@fault("error/thing-group-missing")
class UnknownGroupListsGrouplessJobs(Service):
    """No group is compared with no group, so the jobs that target things alone are listed."""

    def unknown_group(self, name: str) -> Condition:
        return "pk NOT IN (SELECT job FROM targets WHERE group_id IS NOT NULL)", ()
