"""The smallest plans that could show what a larger one showed, smallest first.

Taking a counterexample apart costs a world for each step. Most failures show in a world of one job
or two, built from the values that the query names: these are tried before anything is taken apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from listjobs_conformance.model import GROUP, THING, Job, Population, Query

from .populations import ID_STYLES
from .queries import ATTRIBUTES, Ask

NAMES = ID_STYLES[0]

BESIDE = 2
"""The most that is taken of what the larger plan accused."""


def populations(
    whole: Population, queries: Sequence[Query], amiss: Mapping[str, str]
) -> Iterator[Population]:
    """Worlds of up to three jobs, for what was asked of ``whole`` and was wrong there: job id to
    what was wrong with it, as a violation names it. Groups that a query names stay."""
    groups = [name for query in queries for name in query.group_names]
    if not {group.name for group in whole.groups}.issuperset(groups):
        return
    faults = set(amiss.values())
    accused = [job for job in whole.jobs if job.id in amiss][:BESIDE]
    alike = [matching(NAMES[place], queries[:1]) for place in range(3)]
    plain = [Job(NAMES[place]) for place in range(3)]
    worlds: list[Sequence[Job]] = []
    if not faults or "phantom" in faults:
        worlds.append(())
    if "misfiltered" in faults:
        halves = [(matching(NAMES[0], [half]),) for query in queries for half in halves_of(query)]
        worlds += [plain[:1], *halves, accused[:1], (alike[0], plain[1])]
    else:
        worlds += [alike[:1], plain[:1]] if "duplicated" not in faults else []
        worlds += [alike[:2], accused[:1], (alike[0], plain[1])]
    if len(queries) > 1:
        worlds.append((alike[0], matching(NAMES[1], queries[1:])))
    worlds += [(*accused[:1], alike[1]), (alike[0], *accused[:1]), accused, alike]
    seen = dict.fromkeys(_of(whole, jobs, groups) for jobs in worlds)
    yield from sorted(seen, key=lambda population: population.size)


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


def halves_of(query: Query) -> list[Query]:
    """A query of several filters without one of them: what it lists, the whole must not."""
    given = [name for name in ATTRIBUTES if getattr(query, name) is not None]
    return [replace(query, **{name: None}) for name in given] if len(given) > 1 else []


def _of(whole: Population, jobs: Sequence[Job], groups: Sequence[str]) -> Population:
    named = {*groups, *(name for job in jobs for name in job.groups)}
    return Population(tuple(jobs), tuple(group for group in whole.groups if group.name in named))


def asked(
    whole: Population, asks: Sequence[Ask], amiss: Mapping[str, str]
) -> Iterator[tuple[Population, tuple[Ask, ...]]]:
    """The worlds with the plainest ways to ask them the same, all asks together."""
    for population in populations(whole, [ask.query for ask in asks], amiss):
        ways = [tuple(_plainer(ask, population.size)) for ask in asks]
        most = max(map(len, ways))
        for turn in range(most):
            yield population, tuple(way[min(turn, len(way) - 1)] for way in ways)


def _plainer(ask: Ask, jobs: int) -> Iterator[Ask]:
    plain = replace(ask, split=0, order=None, widest_only=None)
    yield plain
    if ask.order is not None:
        yield replace(plain, order=ask.order)
    if ask.split and jobs > 2:
        yield replace(plain, split=1)
