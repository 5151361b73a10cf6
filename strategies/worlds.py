"""Large worlds to be loaded beforehand: every pair of attribute values, and then some more."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from listjobs_conformance.model import EVERYTHING, JobCapabilities, Population

from .population_space import COVERING_GROUPS, covering
from .populations import build, job_shapes


def world(count: int, seed: int, capabilities: JobCapabilities = EVERYTHING) -> Population:
    """So many jobs, the same for the same seed: a covering world first, as far as there is room.

    The jobs after those are drawn from all kinds alike, under plain names that do not come in
    the order of the alphabet.
    """
    first = covering(capabilities)
    random = Random(seed)
    more = max(0, count - len(first.jobs))
    numbers = random.sample(range(10 * more + 10), more)
    drawn = build(
        random.choices(job_shapes(capabilities), k=more),
        [f"job-{number:0{len(str(10 * more))}}" for number in numbers],
        COVERING_GROUPS,
    )
    jobs = (*first.jobs, *drawn.jobs)[:count]
    return replace(first, jobs=jobs)
