"""What an account holds that nobody made for this run: listed, described in part, listed again.

Others may write to the account meanwhile. So the whole is listed before an example and after it,
and only the jobs that both show, alike in every member, are known to have stood in between.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ..evidence import Evidence, Walk
from ..model import GROUP, SELECTIONS, STATUSES, THING, Job, Population, ThingGroup, World
from ..targets.target import Target
from .control import describe_group
from .seeding import SeedingError, as_described, describe

SAMPLE = 24
"""How many jobs are described: some of each kind that the listing shows."""

GROUPS = 3
"""How many of the groups that they target are asked for."""

Summaries = Mapping[str, Mapping[str, Any]]


@dataclass
class Survey:
    """What is known of the account besides its listing."""

    described: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Job id to the ``job`` member of DescribeJob's answer."""
    when_described: Summaries = field(default_factory=dict)
    """The summaries of the listing that came before."""
    groups: dict[str, str] = field(default_factory=dict)
    """Thing group name to id."""
    missing: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, target: Target, walk: Walk) -> Survey:
        """Describe some of the jobs that the walk lists, and the groups that these target."""
        survey = cls(when_described=summaries(walk))
        for job_id in sample(survey.when_described):
            try:
                survey.described[job_id] = describe(target, job_id)
            except SeedingError as error:
                if error.exchange.status != 404 or not survey.described:
                    survey.missing["DescribeJob"] = str(error)
                    break
        targeted = (
            name for id, job in survey.described.items() for name in _with(id, job, None).groups
        )
        for name in list(dict.fromkeys(targeted))[:GROUPS]:
            answer = target.send(describe_group(name))
            body = answer.json if answer.ok else None
            if isinstance(body, dict) and isinstance(body.get("thingGroupId"), str):
                survey.groups[name] = body["thingGroupId"]
            else:
                survey.missing[f"the id of group {name}"] = f"DescribeThingGroup: {answer}"
        return survey

    def world(self, before: Walk, after: Walk) -> World:
        """What stood between two listings of the whole."""
        first, last = summaries(before), summaries(after)
        stable = [id for id, summary in first.items() if last.get(id) == summary]
        valid = {
            id: job
            for id, job in self.described.items()
            if id in last and self.when_described.get(id) == last[id]
        }
        credible = {
            name: all(first[id].get(name) == job.get(name) for id, job in valid.items())
            for name in ("status", "targetSelection")
        }
        # Where summaries are wrong about the jobs that were described, they tell of no other.
        told = {
            id: {name: first[id].get(name) for name in credible if credible[name]} for id in stable
        }
        return World(
            jobs=tuple(_with(id, valid.get(id), told[id]) for id in stable),
            groups=self.groups,
            arns={
                id: job["jobArn"] for id, job in valid.items() if isinstance(job.get("jobArn"), str)
            },
            described=valid,
            exclusive=False,
            surveyed=True,
        )

    def population(self, world: World) -> Population:
        """What plans are made around: the jobs that are known best, groups whose id is known."""
        known = [job for job in world.jobs if not job.partial]
        rest = [job for job in world.jobs if job.partial][:SAMPLE]
        return Population((*known, *rest), tuple(ThingGroup(name) for name in self.groups))


def summaries(walk: Walk) -> Summaries:
    """Job id to summary; of a job that is listed twice, the last."""
    return {s["jobId"]: s for page in walk.pages for s in page.summaries}


def sample(listed: Summaries) -> list[str]:
    """Job ids: of each status and selection in turn, as long as there are some and room."""
    kinds: dict[str, list[str]] = {}
    for id, summary in listed.items():
        kind = repr((summary.get("status"), summary.get("targetSelection")))
        kinds.setdefault(kind, []).append(id)
    chosen: list[str] = []
    while kinds and len(chosen) < SAMPLE:
        for kind in list(kinds):
            chosen.append(kinds[kind].pop(0))
            if not kinds[kind]:
                del kinds[kind]
    return chosen[:SAMPLE]


def _with(id: str, described: Mapping[str, Any] | None, summary: Mapping[str, Any] | None) -> Job:
    """The job by what DescribeJob says or, where that is not known, by its summary."""
    said = summary or {}
    status, selection = said.get("status"), said.get("targetSelection")
    job = Job(
        id,
        status if status in STATUSES else None,
        selection if selection in SELECTIONS else None,
        targets=(),
        partial=True,
    )
    if described is None:
        return job
    arns = described.get("targets")
    targets = [_resource(arn) for arn in arns] if isinstance(arns, list) else []
    known = bool(targets) and None not in targets
    return as_described(
        replace(job, targets=tuple(t for t in targets if t is not None), partial=not known),
        described,
    )


def _resource(arn: object) -> str | None:
    """``thing/NAME`` or ``thinggroup/NAME`` of an ARN; None for what is neither."""
    resource = arn.split(":", 5)[-1] if isinstance(arn, str) and arn.count(":") >= 5 else ""
    return resource if resource.startswith((THING, GROUP)) else None


P = TypeVar("P")


def standing_in(part: P, world: World) -> P:
    """The part, and everything within it, about this world instead of the one it was made in."""
    changes: dict[str, Any] = {}
    if not dataclasses.is_dataclass(part) or isinstance(part, type):
        return part
    for one in dataclasses.fields(part):
        value = getattr(part, one.name)
        if isinstance(value, World):
            changes[one.name] = world
        elif _is_part(value):
            changes[one.name] = standing_in(value, world)
        elif isinstance(value, tuple) and any(map(_is_part, value)):
            changes[one.name] = tuple(standing_in(inner, world) for inner in value)
    return replace(part, **changes) if changes else part


def _is_part(value: object) -> bool:
    return dataclasses.is_dataclass(value) and hasattr(value, "within")


def all_standing_in(parts: Iterable[Evidence], world: World) -> tuple[Evidence, ...]:
    return tuple(standing_in(part, world) for part in parts)
