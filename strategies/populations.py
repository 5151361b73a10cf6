"""Populations: jobs of every kind that the target can hold, under names that break things.

A job is one choice out of all combinations of its attributes, and the names of a whole
population are one more: that draws several times as fast as a choice for each attribute, and
finds a job lost at a page boundary in a third of the requests. Simpler combinations come first,
so that shrinking an index simplifies the job.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from string import ascii_lowercase

from hypothesis import strategies as st

from listjobs_conformance.model import (
    GROUP,
    THING,
    Job,
    JobCapabilities,
    Population,
    ThingGroup,
)

NAMESPACES = (None, "n", "nn")
"""None, and two of which one begins with the other."""
MOST = 8
"""The largest population that is drawn; larger ones are a campaign of their own."""


@dataclass(frozen=True, slots=True)
class JobShape:
    """A job without its names. A target is ``t`` or ``u``, a thing, or the index of a group."""

    status: str
    selection: str
    targets: tuple[str | int, ...]
    namespace: str | None


ONE_THING: tuple[tuple[str | int, ...], ...] = (("t",),)
TWO_THINGS: tuple[tuple[str | int, ...], ...] = (("t", "u"),)
WITH_GROUP: tuple[tuple[str | int, ...], ...] = ((0, "t"), ("t", 0), (1, "t"), ("t", 1))
WITH_GROUPS: tuple[tuple[str | int, ...], ...] = ((0, 1, "t"), (1, "t", 0), ("t", 0, 1))
GROUPS_ONLY: tuple[tuple[str | int, ...], ...] = ((0,), (1,), (1, 0), (0, 1))


def job_shapes(capabilities: JobCapabilities) -> tuple[JobShape, ...]:
    """Every combination of attributes that the target holds, the simplest first."""
    found: list[JobShape] = []
    for status, selection, grouped in capabilities.kinds:
        targets = ONE_THING if not grouped else ()
        if grouped and capabilities.groups:
            # Whether a snapshot of an empty group completes is not known: it has a thing, too.
            if selection == "CONTINUOUS":
                targets += GROUPS_ONLY if capabilities.several_targets else GROUPS_ONLY[:2]
            if capabilities.several_targets:
                targets += WITH_GROUP + WITH_GROUPS
        elif not grouped and capabilities.several_targets:
            targets += TWO_THINGS
        namespaces = NAMESPACES if capabilities.namespaces else NAMESPACES[:1]
        found += [
            JobShape(status, selection, which, namespace)
            for which, namespace in product(targets, namespaces)
        ]
    return tuple(sorted(found, key=_complexity))


def _complexity(kind: JobShape) -> tuple[int, str]:
    unusual = (
        (kind.status != "IN_PROGRESS")
        + (kind.selection != "SNAPSHOT")
        + (kind.namespace is not None)
        + len(kind.targets)
    )
    return unusual, repr(kind)


def _letters(count: int) -> list[str]:
    return [ascii_lowercase[i] for i in range(count)]


ID_STYLES: tuple[tuple[str, ...], ...] = (
    tuple(_letters(16)),
    tuple(reversed(_letters(16))),
    tuple("a" * n for n in range(1, 17)),
    tuple(letter for pair in ascii_lowercase[:8] for letter in (pair, pair.upper())),
    tuple("j" * 63 + letter for letter in _letters(16)),
    (
        "_",
        "-",
        "--",
        "__",
        "-_",
        "_-",
        "a-",
        "a_",
        "-a",
        "_a",
        "a-b",
        "a_b",
        "0-",
        "0_",
        "-0",
        "_0",
    ),
    tuple(str(n) for n in range(16)),
    tuple(f"{'Zz-_09aA'[n % 8]}{n}" for n in range(16)),
)
"""Ids in the order of creation: plain, against the alphabet, prefixes of each other, twins in
another case, 64 characters long, punctuation, numbers, and every kind of character first."""

GROUP_STYLES: tuple[tuple[str, str, str], ...] = (
    ("g", "h", "i"),
    ("g", "gg", "g-g"),
    ("gg", "g", "ggg"),
    ("g", "G", "gG"),
    ("g:1", "g:2", "g"),
    ("_", "-", ":"),
    ("g" * 128, "g" * 127, "g" * 127 + "h"),
)
"""Names of two groups that jobs target and of one that none does."""


def build(
    kinds_of_jobs: Iterable[JobShape],
    ids: Sequence[str] = ID_STYLES[0],
    groups: Sequence[str] = GROUP_STYLES[0],
    spare: bool = False,
) -> Population:
    """The population of these kinds of jobs under these names; ``spare`` adds an empty group."""
    used: set[int] = {2} if spare else set()
    jobs = []
    for job_id, kind in zip(ids, kinds_of_jobs, strict=False):
        used |= {target for target in kind.targets if isinstance(target, int)}
        targets = tuple(
            GROUP + groups[target] if isinstance(target, int) else THING + target
            for target in kind.targets
        )
        jobs.append(Job(job_id, kind.status, kind.selection, targets, kind.namespace))
    return Population(tuple(jobs), tuple(ThingGroup(groups[i]) for i in sorted(used)))


def populations(capabilities: JobCapabilities, least: int = 0) -> st.SearchStrategy[Population]:
    """Populations of up to eight jobs. Shrinks to fewer, simpler, plainly named jobs."""
    choices = job_shapes(capabilities)
    if not choices:
        return st.just(Population())
    return st.tuples(
        st.lists(st.sampled_from(choices), min_size=least, max_size=MOST),
        st.sampled_from(ID_STYLES if capabilities.names else ID_STYLES[:1]),
        st.sampled_from(GROUP_STYLES if capabilities.names else GROUP_STYLES[:1]),
        st.booleans() if capabilities.groups else st.just(False),
    ).map(lambda drawn: build(*drawn))


def uniform(count: int) -> Population:
    """So many jobs of the simplest kind, numbered in the order of their creation."""
    return Population(tuple(Job(f"job-{number:03}") for number in range(count)))
