"""Lies in the summary of a job, and what a summary may also look like."""

from collections.abc import Sequence
from typing import Any

from ...listing import Query
from ...store import ListedJob
from ..lying import Lying


class Misreporting(Lying):
    """A summary says something else than DescribeJob."""

    def summary(self, job: ListedJob, group_id: str | None) -> dict[str, Any]:
        summary = super().summary(job, group_id)
        return self.misreport(job, summary) if job.pk in self.wrong else summary

    wrong: frozenset[int] = frozenset()

    def summaries(self, query: Query, jobs: Sequence[ListedJob]) -> list[dict[str, Any]]:
        self.wrong = frozenset(job.pk for job in self.picked(jobs)) if self.lies() else frozenset()
        return super().summaries(query, jobs)

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        """What is said instead."""
        return summary


class MisreportStatus(Misreporting):
    """The status is another one."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        return summary | {"status": "CANCELED" if job.status != "CANCELED" else "COMPLETED"}


class ForeignStatus(Misreporting):
    """The status is one of an internal queue."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        return summary | {"status": "QUEUED"}


class MisreportSelection(Misreporting):
    """The target selection is the other one."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        other = "SNAPSHOT" if job.selection == "CONTINUOUS" else "CONTINUOUS"
        return summary | {"targetSelection": other}


class MisreportArn(Misreporting):
    """The ARN names another region."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        return summary | {"jobArn": f"arn:aws:iot:xx-nowhere-1:000000000000:job/{job.id}"}


class OmitArn(Misreporting):
    """The ARN is missing."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        return {name: said for name, said in summary.items() if name != "jobArn"}


class TimesAsText(Misreporting):
    """A time is text."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        return summary | {"createdAt": "2030-01-01T00:00:00Z"}


class MisreportCreated(Misreporting):
    """createdAt is that of a day before."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        return summary | {"createdAt": job.created - 86_400}


class MisreportGroup(Misreporting):
    """thingGroupId is that of no group."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        return summary | {"thingGroupId": "00000000-0000-4000-8000-00000000dead"}


class ConcurrentAsText(Misreporting):
    """isConcurrent is text."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        return summary | {"isConcurrent": "true"}


class Omit(Misreporting):
    """A member that need not be there is not."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        return {name: said for name, said in summary.items() if name != "isConcurrent"}


class NullMember(Misreporting):
    """A member that is not set is written as null."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        return {"completedAt": None, "thingGroupId": None} | summary


class WholeSeconds(Misreporting):
    """Times have no fraction."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        times = {n: int(s) for n, s in summary.items() if n.endswith("At") and s is not None}
        return summary | times


class ExtraMember(Misreporting):
    """A summary has a member that the model does not know."""

    def misreport(self, job: ListedJob, summary: dict[str, Any]) -> dict[str, Any]:
        return summary | {"internalVersion": 7}
