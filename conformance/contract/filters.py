"""``filter/``: a filter lists the jobs that match it, all and only.

A filter is judged on the widest walk and against the target's own unfiltered listing: a job
that is hidden there is ``listing/complete``'s to blame. Filters together are judged only where
each of them alone was right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet

from ..evidence import Ending, Exchange, Walk
from ..model import MUST, SELECTIONS, STATUSES, Expectation, Job, matches
from .evidence_kinds import Filtered
from .job_faults import amiss, names
from .listing import EACH_FILTER, WALKABLE
from .requirement import (
    CONVENTION,
    DOCUMENTED,
    OBSERVED,
    Exercised,
    Finding,
    JobFault,
    Violation,
    requirement,
)

KNOWN = frozenset((*STATUSES, *SELECTIONS))


def expectation(filtered: Filtered) -> Expectation:
    """What the walk must and may hold, by the model and by what the unfiltered listing shows.

    A namespaced job may hide where no namespace is named, but one that the target's own
    unfiltered listing shows does not hide. Under its namespace it is missed only if such jobs
    are not hidden one by one.
    """
    world, query, base = filtered.world, filtered.query, filtered.baseline.id_set
    model = world.expect(query)
    must = model.must & base
    namespaced = [job for job in world.jobs if job.namespace is not None]
    if query.namespace_id is None:
        must |= {job.id for job in namespaced if job.id in base and matches(job, query) == MUST}
    elif hides_namespaced(filtered):
        plain = {_apart_from_names(job) for job in world.jobs if job.namespace is None}
        must |= {j.id for j in namespaced if j.id in model.must and _apart_from_names(j) in plain}
    must -= world.changing
    return Expectation(must, (model.may | model.must) - must)


def hides_namespaced(filtered: Filtered) -> bool:
    """Whether the unfiltered listing shows every other job, but none of several namespaced ones.

    That is allowed, and then a namespace must still show its jobs: those at least that are like
    a job without one in everything else, and so are not hidden for another reason.
    """
    base, jobs = filtered.baseline.id_set, filtered.world.jobs
    plain = {job.id for job in jobs if job.namespace is None}
    namespaced = {job.id for job in jobs if job.namespace is not None}
    return bool(plain) and plain <= base and len(namespaced) > 1 and not namespaced & base


def _apart_from_names(job: Job) -> tuple[object, ...]:
    return job.status, job.selection, job.targets


def contradicts(filtered: Filtered) -> Callable[[str], bool]:
    """Whether a listed job that the run did not make contradicts the filter by its own summary.

    A foreign job is no phantom. Its summary shows status and target selection, so these must
    agree with the filters; the groups and namespace of a foreign job are not known.
    """
    query, truths = filtered.query, filtered.world.truths
    summaries = {s["jobId"]: s for page in filtered.walk.pages for s in page.summaries}

    def credible(name: str) -> bool:
        """Whether summaries say of the run's own jobs what is true: else they show nothing."""
        known = truths[name]
        walks = (filtered.baseline, filtered.walk)
        shown = [s for w in walks for page in w.pages for s in page.summaries]
        return all(known.get(s["jobId"]) in (None, s.get(name)) for s in shown)

    checked = [
        name
        for name in ("status", "targetSelection")
        if query.value(name) is not None and credible(name)
    ]

    def contradiction(job_id: str) -> bool:
        shown = [(summaries[job_id].get(name), query.value(name)) for name in checked]
        # A value that the API does not know contradicts nothing.
        return any(said in KNOWN and said != asked for said, asked in shown)

    return contradiction


def verdict(
    filtered: Filtered,
    expected: Expectation,
    label: str,
    excused: AbstractSet[str] = frozenset(),
) -> Iterator[Violation]:
    """All and only: what single filters and their combinations have in common.

    What is ``excused`` is another's fault where it is listed though it does not match.
    """
    world, walk = filtered.world, filtered.walk
    contradiction = (lambda _: False) if world.exclusive else contradicts(filtered)

    def misfiltered(job_id: str) -> bool:
        return expected.forbids(job_id) if job_id in world.by_id else contradiction(job_id)

    def phantom(job_id: str) -> bool:
        unknown = job_id not in world.by_id and world.exclusive
        return unknown and job_id not in filtered.baseline.id_set

    wrong = amiss(walk, "misfiltered", misfiltered) + amiss(walk, "phantom", phantom)
    wrong = tuple(fault for fault in wrong if fault.job_id not in excused)
    # What no first page shows is the fault of the pages after it.
    first = {i for other in filtered.others if other.pages for i in other.pages[0].ids}
    if not any(fault.page == 1 or fault.job_id in first for fault in wrong):
        wrong = ()
    lost = [] if walk.broken_off else sorted(expected.must - filtered.listed)
    if len(walk.pages) > 1 and not filtered.others:
        lost = []  # A job missing from several pages may be the pages' fault: one walk cannot tell.
    if not lost and not wrong:
        return
    refused = walk.ending is Ending.REFUSED
    kinds = {fault.fault for fault in wrong} | ({"lost"} if lost else set())
    yield Violation(
        _sentence(label, lost, wrong, walk),
        expected=names(sorted(expected.must)),
        actual=str(walk.last) if refused else names(walk.ids),
        decisive=_page(walk, wrong[0]) if wrong and not refused else walk.last,
        jobs=(*(JobFault(job_id, "lost") for job_id in lost), *wrong),
        shown=(*filtered.baseline.exchanges, *walk.exchanges),
        trait="refused" if refused else "+".join(sorted(kinds)),
    )


def _page(walk: Walk, fault: JobFault) -> Exchange:
    return walk.pages[(fault.page or 1) - 1].exchange


def _sentence(label: str, lost: list[str], wrong: tuple[JobFault, ...], walk: Walk) -> str:
    if walk.ending is Ending.REFUSED:
        return f"{label} was refused: {walk.last}"
    parts = []
    if wrong:
        parts.append(f"{names([f.job_id for f in wrong])} listed, though not matching")
    if lost:
        parts.append(f"{names(lost)} not listed, though matching")
    return f"{label}: " + "; ".join(parts)


def leaves_out(filtered: Filtered, expected: Expectation, listed: Iterable[str]) -> bool:
    """Whether some job of the world that is listed elsewhere must not be listed here."""
    return any(i in filtered.world.by_id and expected.forbids(i) for i in listed)


def single(filtered: Filtered, name: str) -> Iterator[Finding]:
    """One filter alone, if it is the one in question."""
    if filtered.query.filters != (name,):
        return
    expected = expectation(filtered)
    label = f"{name}={filtered.query.value(name)}"
    if expected.must and leaves_out(filtered, expected, filtered.baseline.id_set):
        yield Exercised(label)
    yield from verdict(filtered, expected, label)


@requirement(
    "filter/status",
    level=DOCUMENTED,
    source="API: status",
    exercised_by="several statuses, each of which kept some jobs and left some out",
    common_mistakes="the parameter is ignored; compared in the wrong case or with a stale copy; "
    "mapped to the states of executions",
    presupposes=WALKABLE,
    examples=3,
    labels=2,
)
def status(filtered: Filtered) -> Iterator[Finding]:
    """The filter ``status`` lists the jobs that have this status, all and only."""
    yield from single(filtered, "status")


@requirement(
    "filter/target-selection",
    level=DOCUMENTED,
    source="API: targetSelection",
    exercised_by="both values, each of which kept some jobs and left some out",
    common_mistakes="the parameter is ignored; the default SNAPSHOT is not stored and so not found",
    presupposes=WALKABLE,
    examples=3,
    labels=2,
)
def target_selection(filtered: Filtered) -> Iterator[Finding]:
    """The filter ``targetSelection`` lists the jobs that have this value, all and only."""
    yield from single(filtered, "targetSelection")


@requirement(
    "filter/thing-group-name",
    level=DOCUMENTED,
    source="API: thingGroupName",
    exercised_by="several groups, each of which kept some jobs and left some out",
    common_mistakes="the parameter is ignored; names match by prefix or in any case; only a job's "
    "first target counts; the name is compared with an ARN",
    presupposes=WALKABLE,
    examples=3,
    labels=2,
)
def thing_group_name(filtered: Filtered) -> Iterator[Finding]:
    """The filter ``thingGroupName`` lists the jobs that target the group, all and only."""
    yield from single(filtered, "thingGroupName")


@requirement(
    "filter/thing-group-id",
    level=DOCUMENTED,
    source="API: thingGroupId",
    exercised_by="several groups, each of which kept some jobs and left some out",
    common_mistakes="the parameter is ignored, or compared with the group's name",
    presupposes=WALKABLE,
    examples=3,
    labels=2,
)
def thing_group_id(filtered: Filtered) -> Iterator[Finding]:
    """The filter ``thingGroupId`` lists the jobs that target the group, all and only."""
    yield from single(filtered, "thingGroupId")


@requirement(
    "filter/namespace-id",
    level=CONVENTION,
    source="API: namespaceId (a parameter; no text calls it a filter)",
    exercised_by="several namespaces, each of which kept some jobs and left some out",
    common_mistakes="the parameter is ignored; the namespace is not stored",
    presupposes=WALKABLE,
    examples=3,
    labels=2,
)
def namespace_id(filtered: Filtered) -> Iterator[Finding]:
    """The filter ``namespaceId`` lists the jobs of this namespace, all and only."""
    yield from single(filtered, "namespaceId")


@requirement(
    "filter/thing-group-scheduled",
    level=OBSERVED,
    source="API: thingGroupName; the real service was seen to leave such jobs out (aws-cli 8924)",
    exercised_by="a group that a SCHEDULED job targets, beside a job with the same targets",
    common_mistakes="a group's jobs are found through executions, which a scheduled job does not "
    "have yet",
    presupposes=(*WALKABLE, "filter/thing-group-name", "filter/thing-group-id"),
)
def thing_group_scheduled(filtered: Filtered) -> Iterator[Finding]:
    """A group filter lists the SCHEDULED jobs that target the group, too."""
    if filtered.query.filters not in (("thingGroupName",), ("thingGroupId",)):
        return
    (group,) = filtered.query.group_names
    jobs = [job for job in filtered.world.jobs if job.id in filtered.baseline.id_set]
    # Only where a job with the same targets is listed is it the status that keeps a job out.
    listed = {job.targets for job in jobs if job.id in filtered.walk.id_set}
    scheduled = {
        job.id
        for job in jobs
        if job.status == "SCHEDULED" and group in job.groups and job.targets in listed
    }
    if not scheduled:
        return
    yield Exercised(group)
    lost = sorted(scheduled - filtered.listed)
    if lost:
        yield Violation(
            f"{names(lost)} not listed under {filtered.query.filters[0]}={group}, though SCHEDULED "
            "and targeting the group",
            expected=names(sorted(scheduled)),
            actual=names(filtered.walk.ids),
            decisive=filtered.walk.last,
            jobs=tuple(JobFault(job_id, "lost") for job_id in lost),
            shown=(*filtered.baseline.exchanges, *filtered.walk.exchanges),
            trait="lost",
        )


@requirement(
    "filter/conjunction",
    level=DOCUMENTED,
    source="API: status, targetSelection, thingGroupName, thingGroupId: each limits the listing",
    exercised_by="several pairs of filters that kept some jobs and left out some that one of the "
    "filters alone lists",
    common_mistakes="filters joined by OR; an index for one filter that forgets the others; the "
    "last filter wins",
    presupposes=(
        *WALKABLE,
        *EACH_FILTER,
    ),
    examples=6,
    labels=3,
)
def conjunction(filtered: Filtered) -> Iterator[Finding]:
    """Filters together list the jobs that match all of them, all and only."""
    query = filtered.query
    if len(query.filters) < 2:
        return
    expected = expectation(filtered)
    # A job that one of the filters alone does not show is that filter's affair.
    alone = [one.listed for one in filtered.singles]
    in_each = frozenset.intersection(*alone)
    expected = Expectation(expected.must & in_each, expected.may | (expected.must - in_each))
    if expected.must and leaves_out(filtered, expected, frozenset.union(*alone)):
        yield Exercised("+".join(query.filters))
    label = " + ".join(f"{name}={query.value(name)}" for name in query.filters)
    changing = [job for job in filtered.world.jobs if job.id in filtered.world.changing]
    for one in filtered.singles:
        if any(matches(job, one.query) == MUST and job.id not in one.listed for job in changing):
            return  # Late, or lost by this filter: it clears nothing.
    astray = frozenset[str]().union(*(_astray(one) for one in filtered.singles))
    yield from verdict(filtered, expected, label, astray)


def _astray(filtered: Filtered) -> AbstractSet[str]:
    """The jobs that are listed, and must not be."""
    expected, world = expectation(filtered), filtered.world
    return {job_id for job_id in filtered.walk.id_set if world.knows_better(job_id, expected)}
