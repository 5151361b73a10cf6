"""Steps from an example to a simpler one.

Hypothesis shrinks what it drew, but it cannot take a job away and keep the query that was drawn
around it, and what was not drawn it cannot shrink. These steps can be taken from any example.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from listjobs_conformance.model import GROUP, THING, Job, Population, ThingGroup

from .populations import GROUP_STYLES, ID_STYLES
from .queries import ATTRIBUTES, Ask

MANY = 20
"""Jobs that are too many to look at one by one: only their number is made smaller."""


def populations(population: Population, named: Set[str]) -> Iterator[Population]:
    """Fewer jobs, then simpler ones. Groups that a query names stay."""
    jobs = population.jobs
    step = len(jobs) // 2
    if len(jobs) > MANY:
        while step:
            yield population.of(jobs[: len(jobs) - step], named)
            yield population.of(jobs[step:], named)
            step //= 2
        return
    while step:
        for start in range(0, len(jobs), step):
            yield population.of(jobs[:start] + jobs[start + step :], named)
        step //= 2
    smaller = population.of(jobs, named)
    if smaller != population:
        yield smaller
    for index, job in enumerate(jobs):
        for simpler in _jobs(job):
            yield population.of((*jobs[:index], simpler, *jobs[index + 1 :]), named)


def _jobs(job: Job) -> Iterator[Job]:
    plain = Job(job.id)
    if job != plain:
        yield plain
    for one in ("status", "selection", "namespace", "targets"):
        value = getattr(plain, one)
        if getattr(job, one) != value:
            yield replace(job, **{one: value})
    half = len(job.targets) // 2
    if half > 1:
        yield replace(job, targets=job.targets[:half])
        yield replace(job, targets=job.targets[half:])
    if len(job.targets) > 1:
        for index in range(len(job.targets)):
            yield replace(job, targets=job.targets[:index] + job.targets[index + 1 :])


def asks(ask: Ask) -> Iterator[Ask]:
    """The usual order of parameters; fewer filters; then smaller pages."""
    if ask.order is not None:
        yield replace(ask, order=None)
    for name in ATTRIBUTES:
        if getattr(ask.query, name) is not None:
            yield replace(ask, query=replace(ask.query, **{name: None}))
    yield from (replace(ask, split=split) for split in range(min(ask.split, 3)))


def renamed(population: Population) -> tuple[Population, Mapping[str, str]]:
    """The population under plain names, and the new name of each group.

    Names that matter to a violation do not survive this, and then it is not taken.
    """
    groups = dict(zip((group.name for group in population.groups), GROUP_STYLES[0], strict=False))
    things = {name: "tu"[index % 2] for index, name in enumerate(population.things)}

    def target(old: str) -> str:
        kind, _, name = old.partition("/")
        return GROUP + groups.get(name, name) if kind + "/" == GROUP else THING + things[name]

    ids = ID_STYLES[0] if len(population.jobs) <= len(ID_STYLES[0]) else None
    jobs = tuple(
        replace(job, id=ids[n] if ids else job.id, targets=tuple(map(target, job.targets)))
        for n, job in enumerate(population.jobs)
    )
    named = tuple(ThingGroup(groups.get(g.name, g.name)) for g in population.groups)
    return Population(jobs, named), groups


def renamed_ask(ask: Ask, groups: Mapping[str, str]) -> Ask:
    """The ask about renamed groups."""
    name, id = ask.query.thing_group_name, ask.query.thing_group_id
    query = replace(
        ask.query,
        thing_group_name=None if name is None else groups.get(name, name),
        thing_group_id=None if id is None else groups.get(id, id),
    )
    return replace(ask, query=query)
