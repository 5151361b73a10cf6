"""What a job, a population and a query are, and what a listing of them must hold.

Pure values and pure functions: nothing here talks to a target or knows how one answers.
The facts are those of the IoT API reference (``API_ListJobs``) and the service model; where
they leave a question open the answer is *may*, and *may* can never be violated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from string import ascii_lowercase
from typing import Any

from .api import FILTERS

STATUSES = ("IN_PROGRESS", "CANCELED", "COMPLETED", "DELETION_IN_PROGRESS", "SCHEDULED")
"""The values of a job's status (API: status)."""

SELECTIONS = ("SNAPSHOT", "CONTINUOUS")
"""The values of a job's target selection (API: targetSelection)."""

THING = "thing/"
GROUP = "thinggroup/"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was asked for, or as the target then describes it.

    ``targets`` are the resource parts of ARNs, in the order CreateJob gets them:
    ``thing/NAME`` or ``thinggroup/NAME``. A status or selection of ``None`` is unknown.
    """

    id: str
    status: str | None = "IN_PROGRESS"
    selection: str | None = "SNAPSHOT"
    targets: tuple[str, ...] = (THING + "t",)
    namespace: str | None = None
    partial: bool = False
    """Whether the targets and the namespace are not known, as of a job that was only listed."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of the thing groups that the job targets."""
        return tuple(t.removeprefix(GROUP) for t in self.targets if t.startswith(GROUP))

    @property
    def things(self) -> tuple[str, ...]:
        """The names of the things that the job targets directly."""
        return tuple(t.removeprefix(THING) for t in self.targets if t.startswith(THING))

    @property
    def unusual(self) -> int:
        """How many of its attributes, its name included, are not the plainest."""
        plain = Job(self.id)
        return (
            (self.status != plain.status)
            + (self.selection != plain.selection)
            + (self.namespace != plain.namespace)
            + (self.id not in ascii_lowercase)
        )


@dataclass(frozen=True, slots=True)
class ThingGroup:
    """A static thing group without members: what a job may target."""

    name: str


@dataclass(frozen=True, slots=True)
class Population:
    """Jobs, in the order of their creation, and the groups that exist beside them."""

    jobs: tuple[Job, ...] = ()
    groups: tuple[ThingGroup, ...] = ()

    @property
    def size(self) -> int:
        """How many jobs there are."""
        return len(self.jobs)

    @property
    def complexity(self) -> tuple[int, ...]:
        """How much of it a person has to read besides the number of its jobs."""
        return (
            len(self.groups),
            sum(len(job.targets) + len(job.id) + len(job.groups) for job in self.jobs),
            sum(job.unusual for job in self.jobs),
        )

    @property
    def cost(self) -> int:
        """How many requests it takes, about, to make and describe it, and to come to its pages."""
        return 3 * len(self.jobs) + len(self.groups) + len(self.things)

    def holds(self, ids: Iterable[str]) -> bool:
        """Whether some of these jobs are among its own."""
        return not {job.id for job in self.jobs}.isdisjoint(ids)

    @property
    def things(self) -> tuple[str, ...]:
        """The names of all things that some job targets, each once."""
        return tuple(dict.fromkeys(name for job in self.jobs for name in job.things))

    def of(self, jobs: Iterable[Job], also: Iterable[str] = ()) -> Population:
        """A part of this population: some of its jobs, with their groups and ``also``."""
        kept = tuple(jobs)
        names = {name for job in kept for name in job.groups} | set(also)
        return Population(kept, tuple(g for g in self.groups if g.name in names))


@dataclass(frozen=True, slots=True)
class JobCapabilities:
    """What jobs a target can hold."""

    kinds: frozenset[tuple[str, str, bool]]
    """Status, target selection, and whether the job may target groups."""
    groups: bool = True
    several_targets: bool = True
    namespaces: bool = True
    names: bool = True
    """Whether unusual names (long, punctuated, twins) are accepted."""
    associates: bool = True
    """Whether a job can be given a group once it is there."""

    @classmethod
    def shown_by(cls, population: Population) -> JobCapabilities:
        """What a population shows that its target can hold."""
        jobs = population.jobs
        return cls(
            frozenset(
                (job.status, job.selection, bool(job.groups))
                for job in jobs
                if job.status is not None and job.selection is not None
            ),
            groups=bool(population.groups),
            several_targets=any(len(job.targets) > 1 for job in jobs),
            namespaces=any(job.namespace for job in jobs),
        )

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that some job can have, in the order of the API reference."""
        held = {status for status, _, _ in self.kinds}
        return tuple(status for status in STATUSES if status in held)

    def lacks(self, population: Population) -> str | None:
        """What of the population cannot be held, if there is anything."""
        if population.groups and not self.groups:
            return "the target holds no thing groups"
        return next(filter(None, map(self._lacks, population.jobs)), None)

    def _lacks(self, job: Job) -> str | None:
        if (job.status, job.selection, bool(job.groups)) not in self.kinds:
            of_group = " of a group" if job.groups else ""
            return f"the target holds no {job.status} {job.selection} jobs{of_group}"
        if len(job.targets) > 1 and not self.several_targets:
            return "the target holds no jobs of several targets"
        if job.namespace is not None and not self.namespaces:
            return "the target holds no namespaces"
        if not self.names and not all(map(PLAIN_NAME.fullmatch, (job.id, *job.groups))):
            return "the target holds no jobs of unusual names"
        return None


PLAIN_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
"""What a target that refuses unusual names can be asked to hold."""

EVERYTHING = JobCapabilities(
    frozenset(
        (status, selection, grouped)
        for status, selection, grouped in product(
            ("IN_PROGRESS", "CANCELED", "COMPLETED", "SCHEDULED"), SELECTIONS, (False, True)
        )
        if (status, selection) != ("COMPLETED", "CONTINUOUS")
    )
)
"""All that can be made on purpose."""


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done to a job once it is there, or to make it be there."""

    operation: str
    """What does it, for people."""
    leads_to: str | None = None
    """The status of the job afterwards, where it is known."""


VERBS: Mapping[str, Verb] = {
    "delete": Verb("DeleteJob"),
    "cancel": Verb("CancelJob", "CANCELED"),
    "create": Verb("CreateJob", "IN_PROGRESS"),
    "complete": Verb("completing", "COMPLETED"),
    "associate": Verb("AssociateTargetsWithJob"),
}
"""The verbs that change a job, the plainest first: those of every plan, report and script.

To associate is to give a job a group that it did not target.
"""


@dataclass(frozen=True)
class Query:
    """The filters of one listing. ``thing_group_id`` names the *group*: the world knows its id."""

    status: str | None = None
    target_selection: str | None = None
    thing_group_name: str | None = None
    thing_group_id: str | None = None
    namespace_id: str | None = None

    @cached_property
    def filters(self) -> tuple[str, ...]:
        """The wire names of the filters that are set, in the order of the API reference."""
        return tuple(wire for name, wire in FILTERS.items() if getattr(self, name) is not None)

    def value(self, wire_name: str) -> str | None:
        """The value of the filter with this wire name."""
        value: str | None = getattr(self, _ATTRIBUTES[wire_name])
        return value

    def only(self, wire_name: str) -> Query:
        """This query with all other filters taken away."""
        return Query(**{_ATTRIBUTES[wire_name]: self.value(wire_name)})

    @property
    def group_names(self) -> tuple[str, ...]:
        """The groups that the query names, by name or by id."""
        return tuple(g for g in (self.thing_group_name, self.thing_group_id) if g is not None)


_ATTRIBUTES = {wire: name for name, wire in FILTERS.items()}


@dataclass(frozen=True, eq=False)
class World:
    """A population as it stands on a target: what was asked for and what the target says of it.

    ``jobs`` carry the attributes that DescribeJob gave, or where it gives none, those asked for.
    ``exclusive`` means that nothing else exists beside it, so that an unknown job is a phantom.
    """

    jobs: tuple[Job, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    """Thing group name to id."""
    arns: Mapping[str, str] = field(default_factory=dict)
    """Job id to the ARN that CreateJob returned."""
    group_arns: Mapping[str, str] = field(default_factory=dict)
    """Thing group name to the ARN that CreateThingGroup returned."""
    described: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Job id to the ``job`` member of DescribeJob's answer."""
    exclusive: bool = True
    changing: frozenset[str] = frozenset()
    """Jobs that were just made or deleted: where a listing should hold them, it may not yet, or
    still."""
    surveyed: bool = False
    """Whether it is known from listings of the target alone, and so shows nothing about them."""
    _expected: dict[Query, Expectation] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, Job]:
        return {job.id: job for job in self.jobs}

    def own(self, job_ids: AbstractSet[str]) -> AbstractSet[str]:
        """Those that the world answers for: others may come and go at any time."""
        return job_ids if self.exclusive else job_ids & self.by_id.keys()

    def expect(self, query: Query) -> Expectation:
        """What a complete listing of it under ``query`` holds."""
        expected = self._expected.get(query)
        if expected is None:
            expected = expect(self.jobs, query)
            changing = expected.must & self.changing
            expected = Expectation(expected.must - changing, expected.may | changing)
            self._expected[query] = expected
        return expected

    def changed(
        self,
        job: Job,
        arn: str | None = None,
        moot: bool = False,
        created: float | None = None,
    ) -> World:
        """This world once something was done to one of its jobs, or a new one was made.

        What was done to it has its own requirements. Where it is ``moot`` whether listings hold
        the job, only the others are known. When it was ``created`` never changes.
        """
        others = tuple(one for one in self.jobs if one.id != job.id)
        arns = {id: known for id, known in self.arns.items() if id != job.id}
        described = {id: known for id, known in self.described.items() if id != job.id}
        return replace(
            self,
            jobs=(*others, job),
            arns=arns | ({job.id: arn} if arn is not None else {}),
            described=described | ({job.id: {"createdAt": created}} if created else {}),
            changing=self.changing | ({job.id} if moot else set()),
        )

    def knows_better(self, job_id: str, expected: Expectation) -> bool:
        """Whether a job that is listed cannot be: there is none, or not under these filters."""
        if job_id not in self.by_id:
            return self.exclusive and not self.surveyed
        return expected.forbids(job_id)

    @cached_property
    def truths(self) -> Mapping[str, Mapping[str, Any]]:
        """For each member of a summary, what is known of it: job id to value."""
        truths: dict[str, Mapping[str, Any]] = {
            member: {id: job[member] for id, job in self.described.items() if member in job}
            for member in ("createdAt", "lastUpdatedAt", "completedAt")
        }
        truths["status"] = {job.id: job.status for job in self.jobs if job.status in STATUSES}
        truths["targetSelection"] = {job.id: job.selection for job in self.jobs if job.selection}
        truths["jobArn"] = self.arns
        return truths


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a listing must hold and what it may hold; everything else it must not."""

    must: frozenset[str]
    may: frozenset[str]

    def forbids(self, job_id: str) -> bool:
        """Whether a known job must not be listed."""
        return job_id not in self.must and job_id not in self.may


MUST_NOT, MAY, MUST = 0, 1, 2


def _by_status(job: Job, value: str) -> int:
    if job.status not in STATUSES:
        # A status that the API does not know says nothing about which listing holds the job,
        # except that a listing by another status that was reached on purpose is not it.
        return MAY if value == "IN_PROGRESS" else MUST_NOT if job.status is not None else MAY
    return MUST if job.status == value else MUST_NOT


def _by_selection(job: Job, value: str) -> int:
    if job.selection is None:
        return MAY
    return MUST if job.selection == value else MUST_NOT


def _by_group(job: Job, value: str) -> int:
    if value not in job.groups:
        return MAY if job.partial else MUST_NOT
    # The real service was seen to leave SCHEDULED jobs out of a group's listing.
    return MAY if job.status == "SCHEDULED" else MUST


def _by_namespace(job: Job, value: str) -> int:
    if job.partial:
        return MAY
    return MUST if job.namespace == value else MUST_NOT


_MATCHERS = {
    "status": _by_status,
    "targetSelection": _by_selection,
    "thingGroupName": _by_group,
    "thingGroupId": _by_group,
    "namespaceId": _by_namespace,
}


def matches(job: Job, query: Query) -> int:
    """How surely a listing under ``query`` holds ``job``: MUST, MAY or MUST_NOT.

    Whether a namespaced job shows in a listing that names no namespace is left to the caller
    (:func:`expect`), since the target's own unfiltered listing tells.
    """
    names = query.group_names
    if len(set(names)) > 1:
        return MAY
    certainty = MUST
    for wire_name in query.filters:
        value = query.value(wire_name)
        assert value is not None
        certainty = min(certainty, _MATCHERS[wire_name](job, value))
    if certainty == MUST and job.status == "DELETION_IN_PROGRESS":
        return MAY
    return certainty


def expect(jobs: Iterable[Job], query: Query) -> Expectation:
    """What a complete listing under ``query`` holds. One pass: linear in the number of jobs.

    A namespaced job may hide from any listing that names no namespace.
    """
    must: set[str] = set()
    may: set[str] = set()
    for job in jobs:
        certainty = matches(job, query)
        if certainty == MUST and job.namespace is not None and query.namespace_id is None:
            certainty = MAY
        if certainty == MUST:
            must.add(job.id)
        elif certainty == MAY:
            may.add(job.id)
    return Expectation(frozenset(must), frozenset(may))


def combinations(query: Query) -> Iterator[Query]:
    """Each filter of ``query`` alone."""
    for wire_name in query.filters:
        yield query.only(wire_name)
