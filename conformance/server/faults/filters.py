"""Faults of one filter, or of several together, on listings that are whole without them."""

from ..algebra import pair_as_fault
from ..behaviour import fault
from ..exchange import Scope
from ..listing import EVERYTHING, NOTHING, Condition, all_of
from ..service import Service


def any_of(one: Condition, other: Condition) -> Condition:
    """Return the condition that holds where either holds."""
    return f"({one[0]} OR {other[0]})", (*one[1], *other[1])


# One status at a time.


StatusIgnored = pair_as_fault(
    "status-ignored",
    "ignore-filter@filter=status",
    "The status is checked and then never looked at again.",
)


@fault("filter/status")
class StatusMatchedByFirstLetter(Service):
    """Statuses are kept as one letter, and CANCELED and COMPLETED have the same one."""

    def where_status(self, status: str) -> Condition:
        return "substr(status, 1, 1) = ?", (status[0],)


@fault("filter/status")
class ScheduledCountsAsInProgress(Service):
    """Whatever has not ended is in progress, a job that is only scheduled too."""

    def where_status(self, status: str) -> Condition:
        if status == "IN_PROGRESS":
            return "status IN ('IN_PROGRESS', 'SCHEDULED')", ()
        return super().where_status(status)


@fault("filter/status")
class CompletedFilterFindsNothing(Service):
    """One status is spelt otherwise in the store: COMPLETED is looked for, SUCCEEDED is kept."""

    def where_status(self, status: str) -> Condition:
        return NOTHING if status == "COMPLETED" else super().where_status(status)


@fault("filter/status")
class StatusReadFromStaleCopy(Service):
    """The filter uses an index that is written when the job is made and never again."""

    def where_status(self, status: str) -> Condition:
        at_first = (
            "CASE WHEN json_extract(jobs.extra, '$.schedulingConfig.startTime') IS NULL "
            "THEN 'IN_PROGRESS' ELSE 'SCHEDULED' END"
        )
        return f"pk IN (SELECT pk FROM jobs WHERE {at_first} = ?)", (status,)


# The target selection.


TargetSelectionIgnored = pair_as_fault(
    "target-selection-ignored",
    "ignore-filter@filter=targetSelection",
    "The target selection is accepted for compatibility and does nothing.",
)


@fault("filter/target-selection")
class TargetSelectionInverted(Service):
    """The flag behind the parameter says 'is snapshot', and is compared with 'is continuous'."""

    def where_target_selection(self, selection: str) -> Condition:
        return "selection != ?", (selection,)


@fault("filter/target-selection")
class SnapshotFilterMatchesAll(Service):
    """SNAPSHOT is the default, and asking for the default is taken for asking for nothing."""

    def where_target_selection(self, selection: str) -> Condition:
        return EVERYTHING if selection == "SNAPSHOT" else super().where_target_selection(selection)


@fault("filter/target-selection")
class ContinuousFilterNeedsProgress(Service):
    """Only jobs in progress are still continuous: one that was canceled or not begun is not."""

    def where_target_selection(self, selection: str) -> Condition:
        condition = super().where_target_selection(selection)
        if selection == "CONTINUOUS":
            condition = all_of((condition, ("status = 'IN_PROGRESS'", ())))
        return condition


# The group by name: an unknown name is still refused, what goes wrong is the comparison.


class GroupNameMatched(Service):
    """A group's name compared by an SQL operator that finds more groups than the one."""

    def where_thing_group_name(self, scope: Scope, name: str) -> Condition:
        if self.group_id(scope, name) is None:
            return self.unknown_group(name)
        comparison, arguments = self.comparison(name)
        return (
            "pk IN (SELECT job FROM targets JOIN thing_groups ON id = group_id WHERE "
            f"account = ? AND region = ? AND {comparison})",
            (scope.account, scope.region, *arguments),
        )

    def comparison(self, name: str) -> Condition:
        """Return the condition on the names of the groups that are meant."""
        return "name = ?", (name,)


ThingGroupNameIgnored = pair_as_fault(
    "thing-group-name-ignored",
    "ignore-filter@filter=thingGroupName",
    "The group is looked up, to refuse an unknown one, and all jobs are listed.",
)


@fault("filter/thing-group-name")
class ThingGroupNameMatchedByPrefix(GroupNameMatched):
    """The name is searched as a prefix, so the group ``a`` has the jobs of ``ab`` too."""

    def comparison(self, name: str) -> Condition:
        return "substr(name, 1, ?) = ?", (len(name), name)


@fault("filter/thing-group-name")
class ThingGroupNameMatchedWithoutCase(GroupNameMatched):
    """The store compares text without case, so the group ``a`` has the jobs of ``A`` too."""

    def comparison(self, name: str) -> Condition:
        return "lower(name) = lower(?)", (name,)


@fault("filter/thing-group-name")
class UnderscoreMatchesAnyCharacter(GroupNameMatched):
    """The name goes into LIKE as it is, where an underscore stands for any character."""

    def comparison(self, name: str) -> Condition:
        return "name LIKE ?", (name,)


@fault("filter/thing-group-name")
class ThingGroupLookedUpWithoutCase(Service):
    """A group is found by its name without case, so that one answers for the other, and for names
    that no group has."""

    def group_id(self, scope: Scope, name: str) -> str | None:
        row = self.store.row(
            "SELECT id FROM thing_groups "
            "WHERE account = ? AND region = ? AND lower(name) = lower(?)",
            scope.account,
            scope.region,
            name,
        )
        return row and str(row[0])


@fault("filter/thing-group-name")
class ThingGroupNameCutAtColon(Service):
    """The name is taken apart like an ARN, and of ``a:b`` only ``b`` is looked for."""

    def where_thing_group_name(self, scope: Scope, name: str) -> Condition:
        if ":" not in name:
            return super().where_thing_group_name(scope, name)
        group_id = self.group_id(scope, name.rpartition(":")[2])
        return NOTHING if group_id is None else self.where_group(group_id)


@fault("filter/thing-group-name")
class FirstTargetOnly(Service):
    """A job is found by the name of its first target, and by no other."""

    def where_thing_group_name(self, scope: Scope, name: str) -> Condition:
        condition = super().where_thing_group_name(scope, name)
        first = "SELECT job FROM targets WHERE position = 0 AND group_id = ?"
        return all_of((condition, (f"pk IN ({first})", (self.group_id(scope, name),))))


# The group by id.


ThingGroupIdIgnored = pair_as_fault(
    "thing-group-id-ignored",
    "ignore-filter@filter=thingGroupId",
    "The id is looked up, to refuse an unknown one, and all jobs are listed.",
)


@fault("filter/thing-group-id")
class LastTargetOnly(Service):
    """Each target overwrites the one before, so a job is found by the id of its last only."""

    def where_thing_group_id(self, scope: Scope, group_id: str) -> Condition:
        condition = super().where_thing_group_id(scope, group_id)
        last = (
            "SELECT job FROM targets AS one WHERE group_id = ? AND position = "
            "(SELECT MAX(position) FROM targets AS other WHERE other.job = one.job)"
        )
        return all_of((condition, (f"pk IN ({last})", (group_id,))))


@fault("filter/thing-group-id")
class ThingGroupIdTakenForName(Service):
    """The id is compared with the groups' names, and no job is found."""

    def where_thing_group_id(self, scope: Scope, group_id: str) -> Condition:
        super().where_thing_group_id(scope, group_id)
        name = self.group_id(scope, group_id)
        return NOTHING if name is None else self.where_group(name)


@fault("filter/thing-group-id")
class ThingGroupIdShowsUnfinishedJobs(Service):
    """What a group has to do is listed, so jobs that have ended are not among its jobs."""

    def where_thing_group_id(self, scope: Scope, group_id: str) -> Condition:
        condition = super().where_thing_group_id(scope, group_id)
        return all_of((condition, ("status NOT IN ('CANCELED', 'COMPLETED')", ())))


# The namespace.


NamespaceIdIgnored = pair_as_fault(
    "namespace-id-ignored",
    "ignore-filter@filter=namespaceId",
    "The namespace is kept and shown, but nobody filters by it.",
)


@fault("filter/namespace-id")
class NamespaceIdMatchedByPrefix(Service):
    """Keys begin with the namespace and nothing ends it, so ``a`` has the jobs of ``ab`` too."""

    def where_namespace_id(self, namespace: str) -> Condition:
        return "substr(namespace, 1, ?) = ?", (len(namespace), namespace)


@fault("filter/namespace-id")
class NamespaceIdMatchedWithoutCase(Service):
    """The store compares text without case, so ``a`` has the jobs of ``A`` too."""

    def where_namespace_id(self, namespace: str) -> Condition:
        return "lower(namespace) = lower(?)", (namespace,)


@fault("filter/namespace-id")
class NamespaceShowsJobsWithoutOne(Service):
    """Jobs without a namespace belong to everybody, so every namespace lists them."""

    def where_namespace_id(self, namespace: str) -> Condition:
        return "(namespace = ? OR namespace IS NULL)", (namespace,)


# Scheduled jobs of a group.


@fault("filter/thing-group-scheduled")
class GroupKnowsStartedJobsOnly(Service):
    """A job reaches its groups when it starts, so no group lists a job that is scheduled."""

    def where_group(self, group_id: str) -> Condition:
        return all_of((super().where_group(group_id), ("status != 'SCHEDULED'", ())))


@fault("filter/thing-group-scheduled")
class GroupNameKnowsStartedJobsOnly(Service):
    """Two ways to look a group up grew apart: by name, scheduled jobs are missing."""

    def where_thing_group_name(self, scope: Scope, name: str) -> Condition:
        condition = super().where_thing_group_name(scope, name)
        return all_of((condition, ("status != 'SCHEDULED'", ())))


# Several filters: each is right alone.


@fault("filter/conjunction")
class StatusOrTargetSelection(Service):
    """With a status and a target selection, jobs that match either are listed."""

    def combine(self, conditions: dict[str, Condition]) -> Condition:
        if "status" in conditions and "targetSelection" in conditions:
            either = any_of(conditions.pop("status"), conditions.pop("targetSelection"))
            conditions["status"] = either
        return super().combine(conditions)


@fault("filter/conjunction")
class StatusBeatsTargetSelection(Service):
    """There is an index by status and one by target selection, and only one can be used."""

    def combine(self, conditions: dict[str, Condition]) -> Condition:
        if "status" in conditions:
            conditions.pop("targetSelection", None)
        return super().combine(conditions)


@fault("filter/conjunction")
class GroupBeatsStatus(Service):
    """A group's jobs are read from the group, where nobody asks for their status."""

    def combine(self, conditions: dict[str, Condition]) -> Condition:
        if "thingGroupName" in conditions or "thingGroupId" in conditions:
            conditions.pop("status", None)
        return super().combine(conditions)


@fault("filter/conjunction")
class GroupBeatsNamespace(Service):
    """A group's jobs are read from the group, whatever their namespace."""

    def combine(self, conditions: dict[str, Condition]) -> Condition:
        if "thingGroupName" in conditions or "thingGroupId" in conditions:
            conditions.pop("namespaceId", None)
        return super().combine(conditions)


@fault("filter/conjunction")
class NamespaceOrTargetSelection(Service):
    """The second condition is appended with OR when the first is the namespace."""

    def combine(self, conditions: dict[str, Condition]) -> Condition:
        if "namespaceId" in conditions and "targetSelection" in conditions:
            either = any_of(conditions.pop("namespaceId"), conditions.pop("targetSelection"))
            conditions["namespaceId"] = either
        return super().combine(conditions)


@fault("filter/conjunction")
class ThirdFilterDropped(Service):
    """The query builder takes a condition and one more; a third one is forgotten."""

    def combine(self, conditions: dict[str, Condition]) -> Condition:
        scope, *filters = conditions
        return super().combine({name: conditions[name] for name in (scope, *filters[:2])})
