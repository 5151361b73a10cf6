"""Makes a population on a target through the control plane, and records what is true of it.

ListJobs is never used here. What is true of a job is what was asked for and what DescribeJob
then says; where DescribeJob is missing, what was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..evidence import Exchange, Request
from ..model import GROUP, THING, Job, Population, Query, World
from . import control
from .target import Target


class SeedingError(Exception):
    """The target refused a step of making a population, or did not answer it."""

    def __init__(self, step: str, exchange: Exchange) -> None:
        said = exchange.error_message
        super().__init__(f"{step}: {exchange}" + (f", {said[:120]}" if said else ""))
        self.step = step
        self.exchange = exchange


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
    """Makes populations on one target. ``completes_by`` is the way that completes a job there."""

    target: Target
    completes_by: str | None = "update"
    """``update`` (the data plane's UpdateJobExecution) or ``cancel`` (CancelJobExecution)."""
    describes: bool = True

    def seed(self, population: Population, exclusive: bool, region: str | None = None) -> World:
        """Make the population; raises :class:`SeedingError` at the first step that fails."""
        arns: dict[str, str] = {}
        for name in population.things:
            self._will_make(control.delete_thing(name), region)
            answer = self._do("CreateThing", control.create_thing(name), region)
            arns[THING + name] = _text(answer, "thingArn")
        groups: dict[str, str] = {}
        for group in population.groups:
            self._will_make(control.delete_group(group.name), region)
            answer = self._do("CreateThingGroup", control.create_group(group.name), region)
            arns[GROUP + group.name] = _text(answer, "thingGroupArn")
            groups[group.name] = _text(answer, "thingGroupId")
        job_arns = {job.id: self._create(job, arns, region) for job in population.jobs}
        described = {}
        if self.describes:
            described = {job.id: self.describe(job.id, region) for job in population.jobs}
        return World(
            jobs=tuple(as_described(job, described.get(job.id, {})) for job in population.jobs),
            groups=groups,
            arns=job_arns,
            described=described,
            exclusive=exclusive,
        )

    def _create(self, job: Job, arns: Mapping[str, str], region: str | None) -> str:
        self._will_make(control.delete_job(job.id), region)
        answer = self._do(
            "CreateJob",
            control.create_job(
                job.id,
                [arns[target] for target in job.targets],
                job.selection,
                job.namespace,
                scheduled=job.status == "SCHEDULED",
            ),
            region,
        )
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

    def describe(self, job_id: str, region: str | None = None) -> Mapping[str, Any]:
        """What DescribeJob says of the job: its ``job`` member."""
        answer = self._do("DescribeJob", control.describe_job(job_id), region)
        job = answer.json.get("job") if isinstance(answer.json, dict) else None
        return job if isinstance(job, dict) else {}

    def _will_make(self, deletion: Request, region: str | None) -> None:
        """Note how to delete what is about to be made. A reset makes notes needless."""
        if self.target.reset_with is None:
            self.target.made.append((deletion, region))

    def _do(self, step: str, request: Request, region: str | None = None) -> Exchange:
        exchange = self.target.send(request, region)
        if not exchange.ok:
            raise SeedingError(step, exchange)
        return exchange


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


def _text(exchange: Exchange, member: str) -> str:
    body = exchange.json
    value = body.get(member) if isinstance(body, dict) else None
    if not isinstance(value, str):
        raise SeedingError(f"no {member} in the answer to {exchange.request.path}", exchange)
    return value
