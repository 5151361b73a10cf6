"""Variations of which jobs are listed, and of what is accepted, where no text decides it."""

from ..behaviour import variation
from ..constraints import STATUSES, TARGET_SELECTIONS
from ..errors import invalid_request, not_found, refused_as
from ..exchange import Request, Response
from ..listing import NOTHING, Condition, Query, all_of
from ..service import Service

# Groups that do not exist, or not together.


@variation("unknown-group")
class UnknownGroupIsEmpty(Service):
    """A group that does not exist has no jobs: an empty page, and no error."""

    def unknown_group(self, name: str) -> Condition:
        return NOTHING


@variation("unknown-group")
class UnknownGroupIsInvalid(Service):
    """A group that does not exist makes the request invalid: 400."""

    def unknown_group(self, name: str) -> Condition:
        raise invalid_request(f"Thing group {name} does not exist.")


@variation("both-groups")
class DisagreeingGroupsRefused(Service):
    """A group's name with the id of another group makes the request invalid."""

    def where(self, query: Query) -> dict[str, Condition]:
        conditions = super().where(query)
        name, group_id = query.thing_group_name, query.thing_group_id
        if name and group_id and self.group_id(query.scope, name) != group_id:
            raise invalid_request("thingGroupName and thingGroupId are of different groups.")
        return conditions


@variation("both-groups")
class GroupIdBeatsDisagreeingName(Service):
    """Where a group's name comes with the id of another group, the id counts."""

    def where(self, query: Query) -> dict[str, Condition]:
        conditions = super().where(query)
        name, group_id = query.thing_group_name, query.thing_group_id
        if name and group_id and self.group_id(query.scope, name) != group_id:
            del conditions["thingGroupName"]
        return conditions


# What a group's listing reaches.


@variation(keeps_conventions=False)
class GroupListsStartedJobsOnly(Service):
    """A group's listing leaves out scheduled jobs, as the real service was seen to do."""

    def where_group(self, group_id: str) -> Condition:
        return all_of((super().where_group(group_id), ("status != 'SCHEDULED'", ())))


@variation()
class GroupListsJobsOfItsMembers(Service):
    """A group's listing has the jobs too that target a thing in the group."""

    def where_group(self, group_id: str) -> Condition:
        direct, arguments = super().where_group(group_id)
        return (
            f"({direct} OR pk IN (SELECT job FROM targets JOIN members USING (thing) "
            "WHERE members.group_id = ?))",
            (*arguments, group_id),
        )


@variation("group-family")
class GroupListsJobsOfItsChildren(Service):
    """A group's listing has the jobs too that target a group directly below it."""

    def where_group(self, group_id: str) -> Condition:
        direct, arguments = super().where_group(group_id)
        return (
            f"({direct} OR pk IN (SELECT job FROM targets JOIN thing_groups AS child "
            "ON child.id = targets.group_id JOIN thing_groups AS one ON child.parent = one.name "
            "AND child.account = one.account AND child.region = one.region WHERE one.id = ?))",
            (*arguments, group_id),
        )


@variation("group-family")
class GroupListsJobsOfItsParent(Service):
    """A group's listing has the jobs too that target the group directly above it."""

    def where_group(self, group_id: str) -> Condition:
        direct, arguments = super().where_group(group_id)
        return (
            f"({direct} OR pk IN (SELECT job FROM targets JOIN thing_groups AS above "
            "ON above.id = targets.group_id JOIN thing_groups AS one ON one.parent = above.name "
            "AND above.account = one.account AND above.region = one.region WHERE one.id = ?))",
            (*arguments, group_id),
        )


@variation()
class NamespacedJobsHidden(Service):
    """A job in a namespace is listed only where that namespace is asked for."""

    def where(self, query: Query) -> dict[str, Condition]:
        conditions = super().where(query)
        return {"namespaceId": ("namespace IS NULL", ()), **conditions}


# What is accepted.


@variation("empty-parameter")
class EmptyParameterIsAbsent(Service):
    """A parameter with an empty value is taken for one that is not there."""

    def read_parameters(self, request: Request) -> dict[str, str]:
        parameters = super().read_parameters(request)
        return {name: value for name, value in parameters.items() if value}


@variation("empty-parameter")
class EmptyTokenRefused(Service):
    """An empty nextToken is a token that was never given."""

    def read_parameters(self, request: Request) -> dict[str, str]:
        parameters = super().read_parameters(request)
        if parameters.get("nextToken") == "":
            raise invalid_request("Next token is invalid.")
        return parameters


@variation()
class EnumsWithoutCase(Service):
    """The values of status and targetSelection may be given in lower case."""

    def read_parameters(self, request: Request) -> dict[str, str]:
        parameters = super().read_parameters(request)
        for name, values in (("status", STATUSES), ("targetSelection", TARGET_SELECTIONS)):
            value = parameters.get(name, "").upper()
            if value in values:
                parameters[name] = value
        return parameters


KNOWN = {
    "status",
    "targetSelection",
    "maxResults",
    "nextToken",
    "thingGroupName",
    "thingGroupId",
    "namespaceId",
}


@variation()
class UnknownParameterRefused(Service):
    """A parameter that ListJobs does not have makes the request invalid."""

    def read_parameters(self, request: Request) -> dict[str, str]:
        parameters = super().read_parameters(request)
        unknown = parameters.keys() - KNOWN
        if unknown:
            raise invalid_request(f"Unknown parameter {min(unknown)}.")
        return parameters


@variation()
class TextSizeIsSerializationException(Service):
    """A page size that is no integer cannot be deserialized."""

    def not_an_integer(self, value: str) -> str | None:
        raise refused_as("SerializationException", 400, f"{value} can not be converted.")


# What becomes of jobs.


@variation("association")
class AssociationUnknown(Service):
    """There is no operation that gives a job more targets: 404."""

    def associate_targets(self, request: Request) -> Response:
        raise not_found("No operation answers to this method and path.")


@variation("association")
class AssociationRefused(Service):
    """A job keeps the targets that it was made with: 400."""

    def associate_targets(self, request: Request) -> Response:
        raise invalid_request(f"The targets of job {request.path[1]} cannot be changed.")


@variation("association")
class AssociationWithoutEffect(Service):
    """More targets are accepted and not yet had, as DescribeJob says and the listings, too."""

    def associate_targets(self, request: Request) -> Response:
        job = self.existing_job(request)
        return self.respond({"jobArn": job.arn, "jobId": job.id})


@variation("association")
class AssociationIsNoUpdate(Service):
    """To be given more targets does not count as an update of a job."""

    def associate_targets(self, request: Request) -> Response:
        before = self.existing_job(request)
        response = super().associate_targets(request)
        self.store.execute("UPDATE jobs SET updated = ? WHERE pk = ?", (before.updated, before.pk))
        return response


@variation()
class EmptyGroupCompletesSnapshot(Service):
    """A snapshot job that reaches no thing has nothing to do and completes at once."""

    def start_executions(self, pk: int, now: float) -> None:
        super().start_executions(pk, now)
        self.store.execute(
            "UPDATE jobs SET status = 'COMPLETED', completed = ? WHERE pk = ? AND "
            "selection = 'SNAPSHOT' AND NOT EXISTS (SELECT 1 FROM executions WHERE job = pk)",
            (now, pk),
        )
