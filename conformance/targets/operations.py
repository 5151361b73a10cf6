"""What a backend must offer besides ListJobs, what for, and what is left unjudged without it.

The one table of it: ``targets --operations`` prints it, the documentation is made of it, and a
report names what a target lacks by it. A test runs the reference server without each of them, and
holds the table to what is then left unjudged.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ..evidence import Exchange


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the control plane, or of the data plane of jobs."""

    name: str
    request: str
    """Method and path (service models ``iot`` 2015-05-28, ``iot-jobs-data`` 2017-09-29)."""
    used_for: str
    without_it: str
    leaves: tuple[str, ...] = ()
    """The requirements, as ids or globs, that are not exercised where it is the only one that is
    missing."""
    instead: str | None = None
    """The operation that does the same where this one is missing."""

    @property
    def needed(self) -> bool:
        """Whether anything is left unjudged without it."""
        return bool(self.leaves)


EVERYTHING = ("*",)

COMPLETION = ("lifecycle/completion-moves-status", "lifecycle/completion-sets-completed-at")

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "CreateJob",
        "PUT /jobs/{jobId}",
        "making the jobs that are to be listed",
        "All that takes a job; fill the target by --seeder, a world file, or --world existing.",
        EVERYTHING,
    ),
    Operation(
        "CreateThing",
        "POST /things/{thingName}",
        "making what jobs target; its answer says the ARN",
        "All that takes a job, as without CreateJob.",
        EVERYTHING,
    ),
    Operation(
        "CreateThingGroup",
        "POST /thing-groups/{thingGroupName}",
        "making the groups that jobs target and that filters name; its answer says ARN and id",
        "The filters by group, and how a group that is missing is answered.",
        (
            "error/thing-group-missing",
            "filter/thing-group-*",
            "lifecycle/associated-group-listed",
            "protocol/parameter-encoding",
            "summary/thing-group-id",
        ),
    ),
    Operation(
        "DescribeJob",
        "GET /jobs/{jobId}",
        "seeing what is true of a job, and when a change has taken place",
        "What follows of a change to a job; elsewhere, what was asked for is taken for true.",
        (
            "lifecycle/associated-group-listed",
            "lifecycle/cancel-moves-status",
            "lifecycle/cancel-updates",
            *COMPLETION,
            "lifecycle/deleted-job-gone",
            "lifecycle/deleted-not-resurrected",
        ),
    ),
    Operation(
        "CancelJob",
        "PUT /jobs/{jobId}/cancel",
        "making jobs that are CANCELED, and cancelling them while they are listed",
        "What a cancelled job looks like; populations have no CANCELED jobs.",
        ("lifecycle/cancel-moves-status", "lifecycle/cancel-updates"),
    ),
    Operation(
        "DeleteJob",
        "DELETE /jobs/{jobId}?force=true",
        "deleting jobs while they are listed, and clearing up a world beside other people's jobs",
        "What deleting a job does; without --reset, what a run made stays there.",
        (
            "lifecycle/deleted-job-gone",
            "lifecycle/deleted-not-resurrected",
            "lifecycle/token-survives-deletion",
        ),
    ),
    Operation(
        "AssociateTargetsWithJob",
        "POST /jobs/{jobId}/targets",
        "giving a continuous job a group that it was not made for",
        "Whether the job is then listed under that group.",
        ("lifecycle/associated-group-listed",),
    ),
    Operation(
        "UpdateJobExecution",
        "POST /things/{thingName}/jobs/{jobId}",
        "completing jobs, through the data plane (signed for iot-jobs-data)",
        "Nothing, as long as CancelJobExecution completes jobs. Without both: what a completed "
        "job looks like; populations have no COMPLETED jobs.",
        COMPLETION,
        instead="CancelJobExecution",
    ),
    Operation(
        "CancelJobExecution",
        "PUT /things/{thingName}/jobs/{jobId}/cancel?force=true",
        "completing jobs where UpdateJobExecution does not",
        "Nothing, as long as UpdateJobExecution completes jobs.",
        COMPLETION,
        instead="UpdateJobExecution",
    ),
    Operation(
        "DescribeThing",
        "GET /things/{thingName}",
        "the ARN of a thing, where the answer of CreateThing does not say it",
        "Nothing, where it does.",
    ),
    Operation(
        "DescribeThingGroup",
        "GET /thing-groups/{thingGroupName}",
        "the ARN and the id of a group, where the answer of CreateThingGroup does not say them, "
        "and with --world existing",
        "Nothing, where it does; with --world existing, the filters by group.",
    ),
    Operation(
        "DeleteThing",
        "DELETE /things/{thingName}",
        "clearing up a world beside other people's jobs",
        "Nothing; without --reset, the things that a run made stay there.",
    ),
    Operation(
        "DeleteThingGroup",
        "DELETE /thing-groups/{thingGroupName}",
        "clearing up, and making a group anew under the same name",
        "Nothing that no other example shows; without --reset, the groups that a run made stay "
        "there.",
    ),
)
"""Those without which most is left unjudged first."""

BY_NAME = {operation.name: operation for operation in OPERATIONS}


def left_by(missing: Collection[str], id: str) -> list[str]:
    """Which of the missing operations, by name, keep the requirement from being exercised."""
    return [
        operation.name
        for operation in OPERATIONS
        if operation.name in missing
        and (operation.instead is None or operation.instead in missing)
        and any(fnmatchcase(id, glob) for glob in operation.leaves)
    ]


UNKNOWN = (404, 405, 501)
"""The statuses of HTTP that say that nothing answers to a method and a path."""

UNKNOWN_TYPES = ("UnknownOperation", "UnknownOperationException")
"""The error types of AWS that say the same (Smithy: ``UnknownOperationException``)."""


def unknown(exchange: Exchange) -> bool:
    """Whether the answer says that the target has no such operation.

    What it says of something that may be missing for other reasons, such as a job, says nothing.
    """
    if exchange.failure is not None or exchange.ok:
        return False
    return exchange.status in UNKNOWN or exchange.error_type in UNKNOWN_TYPES
