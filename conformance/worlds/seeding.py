"""Makes a population on a target through the control plane, and records what is true of it.

ListJobs is never used here. What is true of a job is what was asked for and what DescribeJob
then says; where DescribeJob is missing, what was asked for.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ..evidence import Exchange, Request
from ..model import GROUP, THING, Job, Population, Query, World
from ..targets.target import Target
from . import control
from .ledger import Entry, Ledger


class SeedingError(Exception):
    """A step of making a population failed; ``failure`` says so where no answer came."""

    def __init__(self, step: str, exchange: Exchange) -> None:
        said = exchange.error_message
        super().__init__(f"{step}: {exchange}" + (f", {said[:120]}" if said else ""))
        self.step, self.exchange = step, exchange

    @property
    def setback(self) -> bool:
        """Whether it may go better another time: nothing was refused."""
        return self.exchange.failure is not None or self.exchange.server_fault


class Maker(Protocol):
    """Makes populations on a target."""

    describes: bool
    """Whether DescribeJob is asked what a job then is."""
    completes_by: str | None
    """``update`` (the data plane's UpdateJobExecution) or ``cancel`` (CancelJobExecution)."""

    @property
    def by_api(self) -> Seeder | None:
        """Itself, where it makes jobs by the API's own operations: then it can change them."""
        ...

    def seed(self, population: Population, exclusive: bool) -> World:
        """Make the population; raises :class:`SeedingError` at the first step that fails."""
        ...


SETTLE_PAUSE = 0.02
"""Seconds between two looks at something that has not settled."""

CREATIONS = {"thing": "CreateThing", "thing-group": "CreateThingGroup", "job": "CreateJob"}
"""The operation that makes each kind of thing."""


def prefixed(population: Population, prefix: str) -> Population:
    """The same population under names that begin with the prefix, cut to what a name may hold."""
    if not prefix:
        return population
    jobs = tuple(
        replace(
            job,
            id=(prefix + job.id)[:64],
            targets=tuple(
                kind + "/" + (prefix + name)[:128]
                for kind, _, name in (target.partition("/") for target in job.targets)
            ),
        )
        for job in population.jobs
    )
    return Population(
        jobs, tuple(replace(g, name=(prefix + g.name)[:128]) for g in population.groups)
    )


def prefixed_query(query: Query, prefix: str) -> Query:
    """The same query about groups under the prefix."""
    name, id = query.thing_group_name, query.thing_group_id
    return replace(
        query,
        thing_group_name=None if name is None else (prefix + name)[:128],
        thing_group_id=None if id is None else (prefix + id)[:128],
    )


@dataclass
class Seeder:
    """Makes populations through the control plane of one target.

    ``ledger`` notes what is made, where there is no other way to be rid of it.
    """

    target: Target
    completes_by: str | None = "update"
    describes: bool = True
    ledger: Ledger | None = None
    settle: float = 0.0
    """How long, in seconds, a change may take to show in DescribeJob."""
    worked: set[str] = field(default_factory=set)
    """The operations that have done what they were asked for."""

    @property
    def by_api(self) -> Seeder:
        return self

    def seed(self, population: Population, exclusive: bool, region: str | None = None) -> World:
        """Make the population; raises :class:`SeedingError` at the first step that fails."""
        arns: dict[str, str] = {}
        for name in population.things:
            arns[THING + name] = self._thing(name, region)
        groups: dict[str, str] = {}
        group_arns: dict[str, str] = {}
        for group in population.groups:
            answer = self._make("thing-group", group.name, control.create_group(group.name), region)
            look = control.describe_group(group.name)
            group_arns[group.name] = self._said(answer, "thingGroupArn", look, region)
            arns[GROUP + group.name] = group_arns[group.name]
            groups[group.name] = self._said(answer, "thingGroupId", look, region)
        created = {job.id: self._create(job, arns, region) for job in population.jobs}
        job_arns = {job_id: arn for job_id, arn in created.items() if arn is not None}
        described = {}
        if self.describes:
            described = {
                job.id: describe_settled(self.target, job, self.settle)
                for job in _telling(population)
            }
            self.worked.update(["DescribeJob"] if described else [])
        return World(
            jobs=tuple(as_described(job, described.get(job.id, {})) for job in population.jobs),
            groups=groups,
            arns=job_arns,
            group_arns=group_arns,
            described=described,
            exclusive=exclusive,
        )

    def create(self, job_id: str, thing: str) -> Exchange:
        """Make a plain job of a thing, and return what CreateJob answered."""
        try:
            creation = control.create_job(job_id, [self._thing(thing, None)])
            return self._make("job", job_id, creation, None)
        except SeedingError as error:
            return error.exchange

    def associate(self, job_id: str, groups: Sequence[str]) -> None:
        """Give a job the groups with these ARNs; raises :class:`SeedingError`."""
        self._do("AssociateTargetsWithJob", control.associate_targets(job_id, groups))

    def delete(self, job_id: str) -> None:
        """Delete a job; raises :class:`SeedingError`."""
        self._do("DeleteJob", control.delete_job(job_id))

    def _thing(self, name: str, region: str | None) -> str:
        """Make a thing; its ARN."""
        answer = self._make("thing", name, control.create_thing(name), region)
        return self._said(answer, "thingArn", control.describe_thing(name), region)

    def _create(self, job: Job, arns: Mapping[str, str], region: str | None) -> str | None:
        """Make a job; its ARN, where the answer has it: no member of one is required."""
        creation = control.create_job(
            job.id,
            [arns[target] for target in job.targets],
            job.selection,
            job.namespace,
            scheduled=job.status == "SCHEDULED",
        )
        answer = self._make("job", job.id, creation, region)
        if job.status == "CANCELED":
            self._do("CancelJob", control.cancel_job(job.id), region)
        elif job.status == "COMPLETED":
            for thing in job.things:
                if self.completes_by == "cancel":
                    step = control.cancel_execution(job.id, thing)
                    self._do("CancelJobExecution", step, region)
                else:
                    step = control.succeed_execution(job.id, thing)
                    self._do("UpdateJobExecution", step, region)
        return _text(answer, "jobArn")

    def _said(self, made: Exchange, member: str, look: Request, region: str | None) -> str:
        """What the answer to a creation says or, where it says little, what looking shows."""
        said = _text(made, member) or _text(self.target.send(look, region), member)
        if said is None:
            raise SeedingError(f"no {member} in the answer to {made.request.path}", made)
        return said

    def _make(self, kind: str, name: str, creation: Request, region: str | None) -> Exchange:
        """Enter it in the ledger, and only then ask for it."""
        ledger, entry = self.ledger, Entry(kind, name, region or self.target.region)
        if ledger is None or entry in ledger.entries:
            return self._do(CREATIONS[kind], creation, region)
        ledger.enter(entry)
        exchange = self.target.send(creation, region)
        ledger.answered(entry, exchange)
        if not exchange.ok:
            raise SeedingError(CREATIONS[kind], exchange)
        self.worked.add(CREATIONS[kind])
        return exchange

    def _do(self, step: str, request: Request, region: str | None = None) -> Exchange:
        exchange = self.target.send(request, region)
        if not exchange.ok:
            raise SeedingError(step, exchange)
        self.worked.add(step)
        return exchange


def describe(target: Target, job_id: str) -> Mapping[str, Any]:
    """What DescribeJob says of the job: its ``job`` member; raises :class:`SeedingError`."""
    answer = target.send(control.describe_job(job_id))
    if not answer.ok:
        raise SeedingError("DescribeJob", answer)
    job = answer.json.get("job") if isinstance(answer.json, dict) else None
    return job if isinstance(job, dict) else {}


def describe_settled(target: Target, job: Job, settle: float) -> Mapping[str, Any]:
    """What DescribeJob says of a job that was just made, asked anew until it is there in the
    status that it was made for, for the settle time at most; raises :class:`SeedingError`."""
    deadline = time.monotonic() + settle
    while True:
        late = time.monotonic() >= deadline
        try:
            described = describe(target, job.id)
        except SeedingError as error:
            if late or error.exchange.status != 404:
                raise
        else:
            if late or described.get("status") in (None, job.status):
                return described
        time.sleep(SETTLE_PAUSE)


def as_described(job: Job, described: Mapping[str, Any]) -> Job:
    """The job with what DescribeJob says of it in place of what was asked for."""
    status, selection = described.get("status"), described.get("targetSelection")
    namespace = described.get("namespaceId")
    return replace(
        job,
        status=status if isinstance(status, str) else job.status,
        selection=selection if isinstance(selection, str) else job.selection,
        namespace=namespace if isinstance(namespace, str) and namespace else job.namespace,
    )


DESCRIBED = 60
"""Of more jobs than this, only so many are described, and the last: the others are alike."""


def _telling(population: Population) -> Sequence[Job]:
    jobs = population.jobs
    return jobs if len(jobs) <= DESCRIBED else (*jobs[:DESCRIBED], jobs[-1])


def _text(exchange: Exchange, member: str) -> str | None:
    """A member of a body, where it is there and a text."""
    body = exchange.json
    value = body.get(member) if isinstance(body, dict) else None
    return value if isinstance(value, str) else None
