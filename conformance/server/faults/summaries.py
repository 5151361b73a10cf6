"""Faults of what is shown of a job, where the right jobs are listed."""

import json
from datetime import UTC, datetime
from typing import Any

from ..algebra import pair_as_fault
from ..behaviour import fault
from ..exchange import Response
from ..listing import Query
from ..service import Service
from ..store import ListedJob

Summary = dict[str, Any]

# The shape of the body.


@fault("summary/schema")
class JobsKeyedById(Service):
    """The jobs are an object with the ids for keys, as they are kept, and not a list."""

    def reply(self, page: dict[str, Any]) -> Response:
        return super().reply({**page, "jobs": {job["jobId"]: job for job in page["jobs"]}})


@fault("summary/schema")
class NoJobIsListedAsNull(Service):
    """A listing without jobs holds one null: an empty column came back as a row."""

    def reply(self, page: dict[str, Any]) -> Response:
        return super().reply({**page, "jobs": page["jobs"] or [None]})


@fault("summary/schema")
class BareListOfJobs(Service):
    """A listing that fits on one page is answered with the bare list."""

    def encode(self, body: object) -> bytes:
        if isinstance(body, dict) and "jobs" in body and "nextToken" not in body:
            body = body["jobs"]
        return super().encode(body)


@fault("summary/schema")
class UnfinishedJobsEndAtNan(Service):
    """A missing time is NaN, which the encoder writes although JSON does not know it."""

    def encode(self, body: object) -> bytes:
        if isinstance(body, dict) and "jobs" in body:
            jobs = [{"completedAt": float("nan"), **job} for job in body["jobs"]]
            return json.dumps({**body, "jobs": jobs}).encode()
        return super().encode(body)


# Which job it is.


class ChangedSummary(Service):
    """Changes what is shown of a job, once it has been put together."""

    def summary(self, job: ListedJob, group_id: str | None) -> Summary:
        return self.changed(super().summary(job, group_id), job)

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        """Return the summary as it is shown."""
        return summary


@fault("summary/identity")
class ArnOfAThing(ChangedSummary):
    """The ARN is put together by the code for things: ``thing/`` before the job's id."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "jobArn": summary["jobArn"].replace(":job/", ":thing/")}


@fault("summary/identity")
class ArnWithoutAccount(ChangedSummary):
    """The account is not known where the listing is made, and its place in the ARN is empty."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        fields = summary["jobArn"].split(":")
        fields[4] = ""
        return {**summary, "jobArn": ":".join(fields)}


@fault("summary/identity")
class ArnInLowerCase(ChangedSummary):
    """ARNs are brought into lower case, although the ids in them have case."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "jobArn": summary["jobArn"].lower()}


@fault("summary/identity")
class ArnOfTheFirstJob(Service):
    """The ARN is worked out once for each page, from the first job on it."""

    def reply(self, page: dict[str, Any]) -> Response:
        jobs = [{**job, "jobArn": page["jobs"][0]["jobArn"]} for job in page["jobs"]]
        return super().reply({**page, "jobs": jobs})


@fault("summary/identity")
class ArnLeftOut(ChangedSummary):
    """The listing shows ids only: the ARN can be worked out, after all."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {name: value for name, value in summary.items() if name != "jobArn"}


# How far it is.


@fault("summary/status")
class NewJobsAreQueued(ChangedSummary):
    """A job in progress is shown as QUEUED, which is the status of an execution."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "status": "QUEUED" if job.status == "IN_PROGRESS" else job.status}


@fault("summary/status")
class StatusInLowerCase(ChangedSummary):
    """The status is shown as the code names it, ``in_progress``."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "status": job.status.lower()}


@fault("summary/status")
class CanceledSpeltCancelled(ChangedSummary):
    """A canceled job is shown as CANCELLED, in the other spelling."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "status": job.status.replace("CANCELED", "CANCELLED")}


@fault("summary/status")
class CompletedShownAsSucceeded(ChangedSummary):
    """A completed job is shown with the status of its executions, SUCCEEDED."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "status": "SUCCEEDED" if job.status == "COMPLETED" else job.status}


@fault("summary/status")
class ScheduledShownAsInProgress(ChangedSummary):
    """A scheduled job is filtered as such and shown as IN_PROGRESS."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "status": job.status.replace("SCHEDULED", "IN_PROGRESS")}


@fault("summary/status")
class StatusShownFromStaleCopy(ChangedSummary):
    """The summary is written when the job begins, so a completed one is shown in progress."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        if job.status == "COMPLETED":
            summary = {**summary, "status": "IN_PROGRESS"}
            summary.pop("completedAt", None)
        return summary


@fault("summary/target-selection")
class TargetSelectionInLowerCase(ChangedSummary):
    """The target selection is shown as the code names it, ``snapshot``."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "targetSelection": job.selection.lower()}


EverythingShownAsSnapshot = pair_as_fault(
    "everything-shown-as-snapshot",
    "misreport-selection@job=CONTINUOUS",
    "The default is shown whatever was asked for.",
)


@fault("summary/target-selection")
class ContinuousShownAsDynamic(ChangedSummary):
    """A continuous job is shown under the name that the feature has inside."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        selection = job.selection.replace("CONTINUOUS", "DYNAMIC")
        return {**summary, "targetSelection": selection}


# Times. DescribeJob writes them in the same way.


@fault("summary/timestamps")
class TimesInMilliseconds(Service):
    """Times are what the clock of another language gives: milliseconds."""

    def moment(self, seconds: float) -> object:
        return round(seconds * 1000)


@fault("summary/timestamps")
class TimesAsText(Service):
    """Times are written as dates in ISO 8601, which JSON readers like better."""

    def moment(self, seconds: float) -> object:
        return datetime.fromtimestamp(seconds, UTC).isoformat()


@fault("summary/timestamps")
class TimesAsQuotedNumbers(Service):
    """Times are exact decimals, which the encoder puts in quotes."""

    def moment(self, seconds: float) -> object:
        return f"{seconds:.3f}"


@fault("summary/timestamps")
class CompletedAtInMilliseconds(ChangedSummary):
    """One time of the three comes from elsewhere, and in milliseconds."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        if job.completed is not None:
            summary = {**summary, "completedAt": round(job.completed * 1000)}
        return summary


@fault("summary/chronology")
class TimesOfAnotherZone(ChangedSummary):
    """The listing takes times in UTC for local ones: all are two hours early."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        times = {
            "createdAt": job.created,
            "lastUpdatedAt": job.updated,
            "completedAt": job.completed,
        }
        early = {name: self.moment(time - 7200) for name, time in times.items() if time}
        return {**summary, **early}


@fault("summary/chronology")
class UpdatedBeforeCreated(ChangedSummary):
    """The time of the last update is kept in another zone: an hour before the job was made."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "lastUpdatedAt": self.moment(job.created - 3600)}


@fault("summary/chronology")
class NeverUpdatedIsZero(ChangedSummary):
    """A job that was never changed was last updated in 1970."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        if job.updated == job.created:
            summary = {**summary, "lastUpdatedAt": 0}
        return summary


@fault("summary/completed-at")
class UnfinishedJobsEndAtEpoch(ChangedSummary):
    """A job that has not ended was completed at zero seconds."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {"completedAt": 0, **summary}


@fault("summary/completed-at")
class CompletedWhenLastUpdated(ChangedSummary):
    """The time of completion is that of the last update, also while the job goes on."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "completedAt": self.moment(job.updated)}


@fault("summary/completed-at")
class CompletedBeforeCreated(ChangedSummary):
    """The time of completion is kept in another zone: an hour before the job was made."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        if job.completed is not None:
            summary = {**summary, "completedAt": self.moment(job.created - 3600)}
        return summary


@fault("summary/completed-at")
class ScheduledJobsHaveAnEnd(ChangedSummary):
    """A scheduled job shows as its completion when it is expected to be over."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        if job.status == "SCHEDULED":
            summary = {**summary, "completedAt": self.moment(job.created + 86400)}
        return summary


# The group.


@fault("summary/thing-group-id")
class GroupNameForId(Service):
    """The group is shown by its name, where its id should be."""

    def shown_group(self, query: Query, group_id: str) -> str | None:
        return query.thing_group_name or group_id


@fault("summary/thing-group-id")
class GroupArnForId(Service):
    """The group is shown by its ARN, where its id should be."""

    def shown_group(self, query: Query, group_id: str) -> str | None:
        if query.thing_group_name is None:
            return group_id
        return f"{query.scope.arn_prefix}thinggroup/{query.thing_group_name}"


@fault("summary/thing-group-id")
class EveryJobShowsTheOldestGroup(Service):
    """A join without its condition: every job shows the group that was made first."""

    def summary(self, job: ListedJob, group_id: str | None) -> Summary:
        oldest = self.store.row("SELECT id FROM thing_groups ORDER BY created, name")
        return super().summary(job, oldest and str(oldest[0]))


@fault("summary/thing-group-id")
class JobIdForGroupId(ChangedSummary):
    """A job on things alone shows its own id as the group's, so that the member is never empty."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {"thingGroupId": job.id.replace("_", "-"), **summary}


# Whether it is concurrent.


@fault("summary/is-concurrent")
class EveryJobIsConcurrent(ChangedSummary):
    """All jobs are concurrent, those that have not begun too."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "isConcurrent": True}


@fault("summary/is-concurrent")
class ConcurrentAsText(ChangedSummary):
    """The flag is written as text, ``"true"`` or ``"false"``."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "isConcurrent": str(summary["isConcurrent"]).lower()}


@fault("summary/is-concurrent")
class ConcurrentAsNumber(ChangedSummary):
    """The flag is written as the database keeps it, 1 or 0."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "isConcurrent": int(summary["isConcurrent"])}


# What else is shown.


@fault("summary/unknown-members")
class NamespaceShown(ChangedSummary):
    """The summary shows the namespace, which only DescribeJob does."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "namespaceId": job.namespace or "default"}


@fault("summary/unknown-members")
class RowShown(ChangedSummary):
    """The summary is the database's row, the key included."""

    def changed(self, summary: Summary, job: ListedJob) -> Summary:
        return {**summary, "pk": job.pk}


@fault("summary/unknown-members")
class TotalShown(Service):
    """The page also says how many jobs it holds."""

    def reply(self, page: dict[str, Any]) -> Response:
        return super().reply({**page, "total": len(page["jobs"])})
