"""Faults of the whole listing: jobs left out, made up, repeated, or shown from elsewhere.

What is left out or made up here is so in every listing, filtered or not and whatever the page size.
"""

from ..algebra import pair_as_fault
from ..behaviour import fault
from ..exchange import Scope
from ..listing import Condition, Query
from ..service import Service
from ..store import LISTED_COLUMNS, ListedJob
from ..tokens import Position

ALL_COLUMNS = f"account, region, {LISTED_COLUMNS}"


ScheduledJobsHidden = pair_as_fault(
    "scheduled-jobs-hidden",
    "lose@job=SCHEDULED",
    "Only jobs that have started are listed: a scheduled one does not count as a job yet.",
)


UnderscoreJobsHidden = pair_as_fault(
    "underscore-jobs-hidden",
    "lose@id=underscore",
    "A job whose id has an underscore in it is taken for an internal one and kept back.",
)


NumericIdsHidden = pair_as_fault(
    "numeric-ids-hidden",
    "lose@id=numeric",
    "A job whose id is a number is dropped: the id comes back from the store as an integer.",
)


LongestIdsHidden = pair_as_fault(
    "longest-ids-hidden",
    "lose@id=longest",
    "The column for ids is one character short, so a job with an id of 64 is not listed.",
)


@fault("listing/complete")
class CaseTwinsMerged(Service):
    """The store compares ids without case: of ``a`` and ``A``, only the older job is listed."""

    def source(self) -> str:
        return (
            "(SELECT * FROM jobs WHERE pk IN "
            "(SELECT MIN(pk) FROM jobs GROUP BY account, region, lower(id)))"
        )


JobsOfManyTargetsHidden = pair_as_fault(
    "jobs-of-many-targets-hidden",
    "lose@target=several",
    "Only the jobs with a single target are listed: the target is kept in the job's own row.",
)


@fault("listing/complete", needs_jobs=101)
class HundredJobsAtMost(Service):
    """The index behind the listing is asked for its default of 100 hits, and never for more."""

    def source(self) -> str:
        return first_jobs(100)


@fault("listing/complete", needs_jobs=251)
class QuarterThousandJobsAtMost(Service):
    """Everything is read with one query of at most 250 rows, and paged from there."""

    def source(self) -> str:
        return first_jobs(250)


def first_jobs(count: int) -> str:
    """Return the subquery of the oldest jobs of each scope."""
    return (
        f"(SELECT {ALL_COLUMNS} FROM (SELECT *, ROW_NUMBER() OVER "
        "(PARTITION BY account, region ORDER BY created, id) AS place FROM jobs) "
        f"WHERE place <= {count})"
    )


@fault("listing/no-phantoms")
class SampleJobListed(Service):
    """Every account shows a sample job, meant for demonstrations, that no operation knows."""

    def source(self) -> str:
        return (
            f"(SELECT {ALL_COLUMNS} FROM jobs UNION ALL SELECT account, region, -1, 'sample-job', "
            "substr(arn, 1, length(arn) - length(id)) || 'sample-job', 'SNAPSHOT', 'IN_PROGRESS', "
            "NULL, 1700000000, 1700000000, NULL FROM jobs GROUP BY account, region)"
        )


@fault("listing/no-phantoms")
class RolloutsListedAsJobs(Service):
    """A continuous job is kept as a job and its rollout, and the listing shows both as jobs."""

    def source(self) -> str:
        rollout = LISTED_COLUMNS.replace("pk, id, arn", "-pk, id || '-1', arn || '-1'")
        return (
            f"(SELECT {ALL_COLUMNS} FROM jobs UNION ALL SELECT account, region, {rollout} "
            "FROM jobs WHERE selection = 'CONTINUOUS' AND length(id) < 63)"
        )


@fault("listing/no-duplicates")
class JobListedOncePerTarget(Service):
    """Jobs are joined with their targets, so one with two targets comes twice."""

    def source(self) -> str:
        return "(SELECT jobs.* FROM jobs JOIN targets ON job = pk)"


@fault("listing/no-duplicates")
class LastJobRepeatedOnShortPage(Service):
    """The loop over a page that is not full runs once too often and repeats its last job."""

    def cut(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> tuple[list[ListedJob], Position | None]:
        jobs, following = super().cut(query, rows, size, position)
        if jobs and len(jobs) < size:
            jobs = [*jobs, jobs[-1]]
        return jobs, following


@fault("pagination/no-duplicates", needs_jobs=251)
class FullPageRepeatsItsLastJob(Service):
    """After the largest page the next begins with the job before: 250 is taken for 249 and one."""

    def cut(
        self, query: Query, rows: list[ListedJob], size: int, position: Position | None
    ) -> tuple[list[ListedJob], Position | None]:
        jobs, following = super().cut(query, rows, size, position)
        if following is not None and size == self.largest_page:
            following = self.position(jobs[-2])
        return jobs, following


@fault("listing/scope")
class RegionsShareJobs(Service):
    """Jobs are kept by account alone, so every region lists those of all regions."""

    def where_scope(self, scope: Scope) -> Condition:
        return "account = ?", (scope.account,)


@fault("listing/scope")
class HomeRegionShownEverywhere(Service):
    """The home region's jobs are treated as global: every other region lists them too."""

    def where_scope(self, scope: Scope) -> Condition:
        return "account = ? AND region IN (?, 'us-east-1')", (scope.account, scope.region)


@fault("listing/scope")
class SiblingRegionsShareJobs(Service):
    """Jobs are kept by the first part of the region's name: one list for all of ``us-``."""

    def where_scope(self, scope: Scope) -> Condition:
        continent = scope.region.partition("-")[0]
        return "account = ? AND region LIKE ?", (scope.account, f"{continent}-%")


@fault("listing/scope")
class GroupLookedUpInAllRegions(Service):
    """A group is looked up by its name in all regions, and the first that is found is taken."""

    def group_id(self, scope: Scope, name: str) -> str | None:
        row = self.store.row(
            "SELECT id FROM thing_groups WHERE account = ? AND name = ? ORDER BY region",
            scope.account,
            name,
        )
        return row and str(row[0])


@fault("listing/scope")
class GroupNameSpansRegions(Service):
    """With a group's name, the jobs of every region's group of that name are listed."""

    def where(self, query: Query) -> dict[str, Condition]:
        conditions = super().where(query)
        if query.thing_group_name is not None:
            conditions["scope"] = ("account = ?", (query.scope.account,))
        return conditions

    def where_thing_group_name(self, scope: Scope, name: str) -> Condition:
        if self.group_id(scope, name) is None:
            return self.unknown_group(name)
        return (
            "pk IN (SELECT job FROM targets JOIN thing_groups ON id = group_id "
            "WHERE account = ? AND name = ?)",
            (scope.account, name),
        )
