"""The input space of a history, by category partition: what is done to which job, and what is asked
about it then.

The categories are the verbs, and the attributes of the job that they are done to: an index may be
written where a job is made, and forgotten where it ends, by status, by group, by namespace. What
leads from which status to which is the developer guide's (jobs lifecycle).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from listjobs_conformance.model import (
    GROUP,
    THING,
    VERBS,
    Job,
    JobCapabilities,
    Population,
    Query,
    ThingGroup,
)

from .queries import ATTRIBUTES

A_FEW = 3
"""Jobs of a plain world."""

REMADE = ("delete", "create")
"""A job goes, and another comes under its id."""

LIVES = (
    ("create",),
    ("cancel",),
    ("complete",),
    ("delete",),
    REMADE,
    ("cancel", "delete"),
    ("complete", "delete"),
    ("associate",),
)
"""What is done to one job, in turn. A new job is a second one, unless it follows a deletion."""

SUBJECT, NEW = "a", "d"

BYSTANDERS = (Job("b", "CANCELED"), Job("c", "COMPLETED"))
"""Jobs that are in a status already: what shows that the listing by it is right."""

PLAIN = Job("aa")
"""A job beside the one that is changed, of the plainest kind, whose id begins with that one's."""

RICH = Job("r", "IN_PROGRESS", "CONTINUOUS", (THING + "t", GROUP + "g"), "n")
"""A job that every kind of filter can ask for."""

SUBJECTS = (
    (("cancel",), replace(RICH, id=SUBJECT)),
    (("cancel",), Job(SUBJECT, "SCHEDULED")),
    (("cancel",), replace(RICH, id=SUBJECT, status="SCHEDULED")),
    (("associate",), Job(SUBJECT, selection="CONTINUOUS", namespace="n")),
    (("complete",), Job(SUBJECT, "IN_PROGRESS", "SNAPSHOT", (THING + "t", GROUP + "g"), "n")),
    (("delete",), replace(RICH, id=SUBJECT)),
    (REMADE, replace(RICH, id=SUBJECT)),
)
"""The same, to a job of many attributes beside another of many."""

JOINING = Population(
    (
        Job(SUBJECT, selection="CONTINUOUS"),
        Job("b", selection="CONTINUOUS", targets=(THING + "t", GROUP + "g")),
    ),
    (ThingGroup("g"),),
)
"""A job that is given a group, beside one that has targeted it from the beginning."""


def lives(
    capabilities: JobCapabilities, brief: bool = False
) -> Iterator[tuple[Population, tuple[str, ...]]]:
    """Each life with the population that it is led in, the plainest first; in brief, each verb
    to a plain job, and to one of many attributes where that can be held."""
    every = [*_lives(capabilities)]
    if brief:
        single = [one for one in every if len(one[1]) == 1]
        plain = [one for one in single if one[0].size <= A_FEW]
        rich = {life: (population, life) for population, life in single}
        again = [one for one in every if one[1] == REMADE][:1]
        every = list(dict.fromkeys([*plain, *rich.values(), *again]))
    yield from every


def _lives(capabilities: JobCapabilities) -> Iterator[tuple[Population, tuple[str, ...]]]:
    held = {status for status, _, _ in capabilities.kinds}
    if not held:
        return
    possible = possible_in(capabilities)
    beside = tuple(job for job in BYSTANDERS if job.status in held)
    for life in LIVES:
        if possible.issuperset(life):
            joining = "associate" in life
            plain = Population((Job(SUBJECT), *beside))
            yield (_joining(capabilities) if joining else plain), life
    for life in LIVES[1:3]:
        if possible.issuperset(life):
            yield Population((Job(SUBJECT),)), life
    later = Population((Job(SUBJECT, "SCHEDULED"),))
    if "cancel" in possible and capabilities.lacks(later) is None:
        yield later, ("cancel",)
    two = Population((replace(RICH, id=SUBJECT), PLAIN), (ThingGroup("g"),))
    if capabilities.lacks(two) is None:
        yield two, ("delete",)
    for life, subject in SUBJECTS:
        # Two that are alike: every listing of them has pages.
        alike = (RICH, replace(RICH, id="s"))
        population = Population((subject, *alike, PLAIN, *beside), (ThingGroup("g"),))
        if possible.issuperset(life) and capabilities.lacks(population) is None:
            yield population, life


def possible_in(capabilities: JobCapabilities) -> set[str]:
    """The verbs that a target can do."""
    held = {status for status, _, _ in capabilities.kinds}
    joins = {"associate"} if capabilities.associates else set()
    leading = {name for name, verb in VERBS.items() if verb.leads_to in held}
    return {"create", "delete"} | joins | leading


AMONG_MANY = ("create", "cancel", "complete", "delete")
"""What is done where there are many jobs, each to a job of its own."""


def subjects_among(population: Population) -> dict[str, str]:
    """The ids of the jobs that it is done to: plain ones, the last of all; deleted is one of those
    that any filters list alike. None where there is no plain job."""
    plain = [job.id for job in population.jobs if replace(job, id="") == Job("")][-2:]
    if not plain:
        return {}
    return {"cancel": plain[0], "complete": plain[-1], "delete": _bulk(population).id}


def _bulk(population: Population) -> Job:
    return population.jobs[len(population.jobs) // 2]


def asked_of_many(population: Population) -> list[Query]:
    """What is asked once all that was done: everything, and each filter and some pairs for which
    nearly all jobs have the value."""
    bulk = _bulk(population)
    values = {
        "status": bulk.status,
        "target_selection": bulk.selection,
        "thing_group_name": next(iter(bulk.groups), None),
        "thing_group_id": next(iter(bulk.groups), None),
        "namespace_id": bulk.namespace,
    }
    known = [name for name in ATTRIBUTES if values[name] is not None]
    several = list(combinations(known, 2))[::3]
    return [Query()] + [
        Query(**{name: values[name] for name in names})
        for names in [*((name,) for name in known), *several]
    ]


def _joining(capabilities: JobCapabilities) -> Population:
    if capabilities.several_targets:
        return JOINING
    subject, beside = JOINING.jobs
    return replace(JOINING, jobs=(subject, replace(beside, targets=(GROUP + "g",))))


def concerned(population: Population) -> list[Query]:
    """What is asked after a change, besides everything and each status: each filter for which the
    job, or the one of many attributes beside it, has a value; and these in pairs."""
    rich = max(
        population.jobs,
        key=lambda job: (len(job.groups), job.namespace is not None),
        default=Job(SUBJECT),
    )
    plain = [
        Query(target_selection="SNAPSHOT"),
        Query(status="IN_PROGRESS", target_selection="SNAPSHOT"),
    ]
    if not rich.groups:
        return plain
    values = {
        "status": rich.status,
        "target_selection": rich.selection,
        "thing_group_name": rich.groups[0],
        "thing_group_id": rich.groups[0],
        "namespace_id": rich.namespace,
    }
    pairs = [dict.fromkeys(names) for names in combinations(ATTRIBUTES, 2)]
    asked = [{name: values[name]} for name in ATTRIBUTES[1:]]
    asked += [{name: values[name] for name in pair} for pair in pairs]
    return plain + [Query(**one) for one in asked if None not in one.values()]
