"""The smallest plans that could show what a larger one showed, smallest first.

Taking a counterexample apart costs a world for each step. Most failures show in a world of one job
or two, built from the values that the query names: these are tried before anything is taken apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from listjobs_conformance.model import GROUP, THING, Job, Population, Query

from .populations import ID_STYLES
from .queries import Ask

NAMES = ID_STYLES[0]

BESIDE = 2
"""The most that is taken of what the larger plan accused."""


def populations(
    whole: Population, queries: Sequence[Query], amiss: Mapping[str, str], least: int = 0
) -> Iterator[Population]:
    """Worlds of up to three jobs, for what was asked of ``whole`` and was wrong there: job id to
    what was wrong with it, as a violation names it. Groups that a query names stay."""
    groups = [name for query in queries for name in query.group_names]
    if not {group.name for group in whole.groups}.issuperset(groups):
        return
    of = _foreign if FOREIGN & {*amiss.values()} else _own
    worlds = of(whole, queries, amiss)
    seen = dict.fromkeys(_of(whole, jobs, groups) for jobs in worlds)
    yield from sorted((one for one in seen if one.size >= least), key=lambda one: one.size)


FOREIGN = frozenset({"misfiltered", "phantom"})
"""Faults of jobs that should not have been listed."""


def _own(
    whole: Population, queries: Sequence[Query], amiss: Mapping[str, str]
) -> list[Sequence[Job]]:
    """Jobs that the queries list, and one that was accused."""
    accused = _accused(whole, queries, amiss)
    alike = [matching(name, queries[:1]) for name in NAMES[:3]]
    few: list[Sequence[Job]] = [alike[:1], [Job(NAMES[0])], accused[:1], alike[:2]]
    if not amiss:
        few.insert(0, [])
    few += [[*alike[:1], Job(NAMES[1])], [*accused[:1], *alike[1:2]], accused, alike]
    if accused:
        few.append([*accused[:1], *_alike(whole, accused[0])])
    if len(queries) > 1:
        few += [[matching(name, queries) for name in NAMES[:count]] for count in (2, 3, 4)]
        few.append([matching(name, [queries[place % 2]]) for place, name in enumerate(NAMES[:4])])
    return few


def _alike(whole: Population, one: Job) -> list[Job]:
    """A job whose id may be taken for that of another."""
    ids = [job for job in whole.jobs if job.id != one.id and job.id.lower() == one.id.lower()]
    return ids[:1]


def _foreign(
    whole: Population, queries: Sequence[Query], amiss: Mapping[str, str]
) -> list[Sequence[Job]]:
    """Jobs that the queries do not list, alone and beside some that they do, on either side."""
    accused, alike = (
        _accused(whole, queries, amiss)[:1],
        [matching(name, queries) for name in NAMES[:2]],
    )
    others = [job for query in queries for job in differing(NAMES[2], query)] or [Job(NAMES[2])]
    alone: list[Sequence[Job]] = [[replace(job, id=NAMES[0])] for job in others]
    whole_one = [job for job in whole.jobs if job.id in amiss][:1]
    few: list[Sequence[Job]] = [[], *alone, alike[:1], accused, whole_one, alike]
    return [*few, *([*alike, job] for job in others), *([job, *alike] for job in others)]


def _accused(whole: Population, queries: Sequence[Query], amiss: Mapping[str, str]) -> list[Job]:
    named = {GROUP + name for query in queries for name in query.group_names}
    accused = [job for job in whole.jobs if job.id in amiss][:BESIDE]
    return [replace(job, targets=_few(job.targets, named)) for job in accused]


def _few(targets: tuple[str, ...], named: set[str]) -> tuple[str, ...]:
    """Two targets, and those that are asked for: each takes a request to make."""
    return tuple(one for place, one in enumerate(targets) if place < BESIDE or one in named)


def matching(job_id: str, queries: Iterable[Query]) -> Job:
    """The plainest job that a query lists."""
    job = Job(job_id)
    for query in queries:
        groups = tuple(GROUP + name for name in dict.fromkeys(query.group_names))
        job = replace(
            job,
            status=query.status or job.status,
            selection=query.target_selection or ("CONTINUOUS" if groups else job.selection),
            namespace=query.namespace_id,
        )
        if groups:
            # Whether a snapshot of a group alone ends at once is not known: it has a thing, too.
            things = (THING + "t",) if job.selection == "SNAPSHOT" else ()
            job = replace(job, targets=(*things, *groups))
    return job


def differing(job_id: str, query: Query) -> Iterator[Job]:
    """Jobs that a query does not list, each because of one filter alone."""
    if query.status is not None:
        other = "IN_PROGRESS" if query.status != "IN_PROGRESS" else "CANCELED"
        yield matching(job_id, [replace(query, status=other)])
    if query.target_selection is not None:
        other = "SNAPSHOT" if query.target_selection != "SNAPSHOT" else "CONTINUOUS"
        yield matching(job_id, [replace(query, target_selection=other)])
    if query.group_names:
        yield matching(job_id, [replace(query, thing_group_name=None, thing_group_id=None)])
    if query.namespace_id is not None:
        yield matching(job_id, [replace(query, namespace_id=None)])


def _of(whole: Population, jobs: Sequence[Job], groups: Sequence[str]) -> Population:
    named = {*groups, *(name for job in jobs for name in job.groups)}
    return Population(tuple(jobs), tuple(group for group in whole.groups if group.name in named))


def asked(
    whole: Population, asks: Sequence[Ask], amiss: Mapping[str, str], least: int = 0
) -> Iterator[tuple[Population, tuple[Ask, ...]]]:
    """The worlds, of so many jobs at least, asked the same, all asks together: in the plainest way,
    in the order of parameters that it was, and at last in pages of two."""
    worlds = [*populations(whole, [ask.query for ask in asks], amiss, least)]
    # Where there are two, their page sizes differ.
    splits = [ask.split if len(asks) > 1 else 0 for ask in asks]
    plain = tuple(
        replace(ask, split=split, order=None, widest_only=None)
        for ask, split in zip(asks, splits, strict=True)
    )
    pairs = zip(plain, asks, strict=True)
    ordered = tuple(replace(one, order=ask.order) for one, ask in pairs)
    for population in worlds:
        yield population, plain
        if ordered != plain:
            yield population, ordered
    if len(asks) == 1 and asks[0].split:
        in_twos = tuple(replace(ask, split=1) for ask in plain)
        yield from ((population, in_twos) for population in worlds if population.size > 2)
