"""``listing/``: the listing without filters holds what exists, all of it, once, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..evidence import Ending
from ..model import Query
from .evidence_kinds import Listing, Scoped, Walked
from .job_faults import amiss, count, names
from .requirement import DOCUMENTED, Exercised, Finding, JobFault, Violation, requirement

WALKABLE = (
    "error/documented",
    "error/valid-refused",
    "pagination/terminates",
    "summary/schema",
)
"""What every check of a whole walk presupposes: pages that came, could be read, and ended."""

EACH_FILTER = (
    "filter/status",
    "filter/target-selection",
    "filter/thing-group-name",
    "filter/thing-group-id",
    "filter/namespace-id",
)
"""What is presupposed where filters serve to show something else."""


MANY = 10
"""Jobs in one world that show as much as several small worlds."""


@requirement(
    "listing/complete",
    level=DOCUMENTED,
    source="API: ListJobs lists jobs; developer guide: one account and region",
    exercised_by="an unfiltered listing of a world with at least one job, walked to its end",
    common_mistakes="jobs hidden by a status, by a character in their id, by having several "
    "targets or none of a kind; an inner join that needs a group; a hard limit on rows",
    presupposes=WALKABLE,
    examples=3,
    labels=2,
)
def complete(listing: Listing) -> Iterator[Finding]:
    """Without filters, a walk in the largest pages lists every existing job."""
    widest = listing.walks[0]
    if listing.world.surveyed:
        return  # What exists is known from this very listing.
    if widest.broken_off or (len(widest.pages) > 1 and len(listing.walks) < 2):
        return  # A job missing from several pages may be the pages' fault: one walk cannot tell.
    expected = listing.world.expect(Query())
    listed = frozenset().union(*(walk.id_set for walk in listing.walks))
    lost = sorted(expected.must - listed)
    if expected.must and widest.pages:
        yield Exercised(f"{len(expected.must)} jobs")
        if len(listing.world.jobs) >= MANY:
            yield Exercised("many jobs")
    if lost:
        yield Violation(
            f"{names(lost)} not listed, though DescribeJob or CreateJob says it exists",
            expected=f"{count(len(expected.must), 'job')}: {names(sorted(expected.must))}",
            actual=f"{count(len(widest.id_set), 'job')}: {names(widest.ids)}"
            if widest.ending is Ending.COMPLETE
            else str(widest.last),
            decisive=widest.last,
            jobs=tuple(JobFault(job_id, "lost") for job_id in lost),
            shown=widest.exchanges,
            trait="lost",
        )


@requirement(
    "listing/no-phantoms",
    level=DOCUMENTED,
    source="API: ListJobs lists jobs",
    exercised_by="an unfiltered listing of a world that nobody else writes to",
    common_mistakes="deleted jobs left in an index; jobs of another account or of an earlier "
    "state; templates or executions mixed into the result",
    presupposes=("error/documented", "summary/schema"),
    examples=3,
)
def no_phantoms(listing: Listing) -> Iterator[Finding]:
    """An unfiltered listing holds no job that does not exist."""
    widest = listing.walks[0]
    if not listing.world.exclusive or not widest.pages:
        return
    phantoms = amiss(widest, "phantom", lambda job_id: job_id not in listing.world.by_id)
    if widest.ids:
        yield Exercised("listed")
    if phantoms:
        yield Violation(
            f"{names([f.job_id for f in phantoms])} listed, but no such job exists",
            expected=f"only {names([job.id for job in listing.world.jobs])}",
            actual=names(widest.ids),
            decisive=widest.last,
            jobs=phantoms,
            shown=widest.exchanges,
            trait="phantom",
        )


@requirement(
    "listing/no-duplicates",
    level=DOCUMENTED,
    source="API: ListJobs returns a list of jobs, one summary each",
    exercised_by="a page that holds at least two jobs",
    common_mistakes="a join over targets or groups without DISTINCT; two indexes read into one "
    "list",
    presupposes=("summary/schema",),
    examples=3,
)
def no_duplicates(walked: Walked) -> Iterator[Finding]:
    """No job comes twice on one page."""
    for number, page in enumerate(walked.walk.pages, 1):
        if len(page.ids) < 2:
            continue
        yield Exercised("a page of several")
        if len(set(page.ids)) < len(page.ids):
            twice = sorted({i for i in page.ids if page.ids.count(i) > 1})
            yield Violation(
                f"{names(twice)} listed more than once on page {number}",
                expected="each job once",
                actual=names(page.ids),
                decisive=page.exchange,
                jobs=tuple(JobFault(i, "duplicated", number) for i in twice),
                shown=walked.walk.exchanges,
                trait="duplicated",
            )
            return


@requirement(
    "listing/scope",
    level=DOCUMENTED,
    source="developer guide: a listing covers one account and one region",
    exercised_by="jobs made in two regions whose ARNs name different regions",
    common_mistakes="one store for all regions; a region read from a default instead of from the "
    "request; a group looked up by its name in all regions",
    presupposes=("error/documented", "summary/schema", "filter/thing-group-name"),
    examples=2,
)
def scope(scoped: Scoped) -> Iterator[Finding]:
    """A listing covers one region: it shows no job of another, and loses none to one."""
    page, own, foreign = scoped.answer.page, _regions(scoped.own), _regions(scoped.foreign)
    if page is None or own & foreign:
        return
    yield Exercised("two regions")
    phantoms = {
        str(summary["jobId"]): str(summary["jobArn"])
        for summary in page.summaries
        if summary.get("jobArn") in scoped.foreign
    }
    lost = sorted(scoped.expected.difference(page.ids)) if page.token is None else []
    if not phantoms and not lost:
        return
    if phantoms:
        message = f"a job of {names(sorted(_regions(phantoms.values())))} is listed"
    else:
        message = f"{names(lost)} not listed under a group's name that another region has, too,"
    yield Violation(
        f"{message} in {scoped.region}",
        expected=names(sorted(scoped.expected)) if lost else f"only jobs of {scoped.region}",
        actual=names([*phantoms.values()] or page.ids),
        decisive=page.exchange,
        jobs=(
            *(JobFault(job_id, "phantom", 1) for job_id in phantoms),
            *(JobFault(job_id, "lost") for job_id in lost),
        ),
        shown=(page.exchange,),
        trait="phantom" if phantoms else "lost",
    )


def _regions(arns: Iterable[str]) -> frozenset[str]:
    """The regions that the ARNs name."""
    return frozenset((arn.split(":") + [""] * 4)[3] for arn in arns)
