"""The input space of a population, by category partition: what jobs, groups and namespaces may be.

The classes of names are what a name may be taken for: a number, a number whose zeros count, a word
that means nothing or truth to some parser, the beginning of another name, the same name in another
case, an id of another kind, an option or an operator. The lengths and characters are those of the
service model (JobId, ThingGroupName, NamespaceId); of a job's other attributes every pair of values
occurs (:func:`covering`).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle

from listjobs_conformance.model import (
    GROUP,
    SELECTIONS,
    THING,
    Job,
    JobCapabilities,
    Population,
    ThingGroup,
)

from .populations import GROUP_STYLES, JobShape, build, job_shapes

A_UUID = "6f2c8f0e-1b57-4c36-9d0a-3e5b7c9d1f24"

ANOTHER_UUID = "b0d9a7e2-3c41-4f58-8e6d-7a1f2c3b4d5e"

COVERING_IDS: tuple[str, ...] = (
    "a", "A", "aa", "0", "b", "a-a", "007", "_", "null", "c", A_UUID, "-", "9" * 64, "B", "true",
    "b_", "d", "42", "cc", "e", "d-1",
)  # fmt: skip
"""Ids of every class, mixed: letters and their twins in another case, beginnings of other ids,
punctuation, numbers, leading zeros, reserved words, UUIDs, the longest."""

ALIKE_IDS: tuple[str, ...] = ("0042", "false", ANOTHER_UUID, "x" * 64, "-y", "B_", "h")
"""One of each class once more, for jobs that any filters list alike."""

COVERING_GROUPS = ("g:1", "g", "G")


def covering(capabilities: JobCapabilities) -> Population:
    """A small world in which every pair of attribute values occurs, every kind of job, and each
    kind of name.

    Greedy: each job covers as many pairs as it can that no job before it covers.
    """
    choices = job_shapes(capabilities)
    missing = {pair for kind in choices for pair in _pairs(kind)}
    chosen: list[JobShape] = []
    while missing and len(chosen) < len(COVERING_IDS):
        best = max(choices, key=lambda kind: len(missing & _pairs(kind)))
        chosen.append(best)
        missing -= _pairs(best)
    shown = {_kind(shape) for shape in chosen}
    for shape in choices:
        if _kind(shape) not in shown and len(chosen) < len(COVERING_IDS):
            chosen.append(shape)
            shown.add(_kind(shape))
    # And some that match any filters alike, so that every pair of filters takes several pages, and
    # lists ids of every class.
    ids = [*COVERING_IDS[: len(chosen)], *ALIKE_IDS]
    alike = max(choices, key=lambda kind: (kind.namespace == "n", 0 in kind.targets), default=None)
    chosen += [alike] * len(ALIKE_IDS) if alike is not None else []
    if not capabilities.names:
        ids = [f"j{n}" for n in range(len(chosen))]
    groups = COVERING_GROUPS if capabilities.names else GROUP_STYLES[0]
    population = build(chosen, ids, groups, spare=capabilities.groups)
    return _with_namesakes(population, groups, capabilities)


def _kind(shape: JobShape) -> tuple[str, str, bool]:
    """The kind of job that a target can hold or not."""
    return shape.status, shape.selection, any(isinstance(one, int) for one in shape.targets)


def _with_namesakes(
    population: Population, groups: tuple[str, ...], capabilities: JobCapabilities
) -> Population:
    """The population with a job that targets a group and a thing of the same name."""
    last = population.jobs[-1] if population.jobs else None
    if last is None or not last.groups or not capabilities.several_targets:
        return population
    both = (GROUP + groups[1], THING + groups[1])
    return replace(
        population, jobs=(*population.jobs[:-1], replace(last, targets=(*last.targets, *both)))
    )


def _pairs(kind: JobShape) -> set[tuple[object, ...]]:
    """The pairs of attribute values that a job of this kind shows, as filters see them."""
    groups = frozenset(target for target in kind.targets if isinstance(target, int))
    values = [
        ("status", kind.status),
        ("selection", kind.selection),
        ("namespace", kind.namespace),
        ("groups", groups),
        ("targets", len(kind.targets)),
    ]
    return {(a, b) for i, a in enumerate(values) for b in values[i + 1 :]}


NAMES: tuple[str, ...] = (
    "n", "nn", "N", "0", "007", "null", "true", A_UUID, "-x", "_", "a-b", "aZ09_-",
)  # fmt: skip
"""Names of groups, and of namespaces, by the same classes."""

LONGEST_GROUP, LONGEST_NAMESPACE = "g" * 128, "n" * 64
"""A namespace could be as long as 64 characters when it had a limit, and may be longer since."""

OF_GROUPS_ALONE = ("a:b", "aZ09:_-", LONGEST_GROUP)


RESERVED = ("null", "true", "false", "none")


def ids_of_each_class(number: int) -> tuple[str, ...]:
    """An id of each class, others for each number from 0 to 3. Some begin another, or differ from
    it in case alone."""
    return (
        f"{number + 1}1",
        f"00{number + 1}",
        "pqrs"[number],
        f"k{number}",
        f"K{number}",
        f"k{number}-",
        f"-k{number}",
        f"k{number}_",
        RESERVED[number],
        A_UUID[:-1] + str(number),
        "j" * 63 + str(number),
    )


def named(capabilities: JobCapabilities, brief: bool = False) -> Population:
    """A world of names: ids of each class in each status, or in two in brief, and of each namespace
    and each group two jobs at least.

    Every job of a group is one of all of them: a name that is taken for another shows in the
    listing of a group that no job has, and in the one beside.
    """
    grouped = ("IN_PROGRESS", "CONTINUOUS", True) in capabilities.kinds
    groups = (*NAMES, *OF_GROUPS_ALONE) if grouped and capabilities.several_targets else ()
    spaces = cycle((*NAMES, LONGEST_NAMESPACE) if capabilities.namespaces else (None,))
    held = [s for s in capabilities.statuses if (s, "SNAPSHOT", False) in capabilities.kinds]
    held = held[: 2 if brief else 4]
    jobs: list[Job] = []
    for number, status in enumerate(held):
        for place, job_id in enumerate(ids_of_each_class(number)):
            of_all = bool(groups) and status == "IN_PROGRESS" and len(jobs) % 4 == 0
            targets = (THING + "t", *(GROUP + name for name in groups if of_all))
            selection = "CONTINUOUS" if of_all else "SNAPSHOT"
            # A job of a namespace may be hidden where none is asked for: one of each class is not.
            space = None if place % len(held) == number else next(spaces)
            jobs.append(Job(job_id, status, selection, targets, space))
    jobs += [Job(job_id, namespace=next(spaces)) for job_id in ("x", "y") if held]
    jobs.append(Job("z"))
    spare = ("nnn",) if groups else ()
    return Population(tuple(jobs), tuple(ThingGroup(name) for name in (*groups, *spare)))


def single(capabilities: JobCapabilities) -> Population:
    """A world of one job, which has all that a filter can ask for."""
    best = max(
        (shape for shape in job_shapes(capabilities) if shape.status == "IN_PROGRESS"),
        key=lambda shape: (bool(shape.namespace), 0 in shape.targets, -len(shape.targets)),
        default=None,
    )
    return Population() if best is None else build([best], ("a",), GROUP_STYLES[0])


def empty(capabilities: JobCapabilities) -> Population:
    """A world without jobs; there is a group to ask for."""
    return Population((), (ThingGroup("g"),) if capabilities.groups else ())


def large(count: int, capabilities: JobCapabilities) -> Population:
    """So many jobs: a rich world, and then jobs that any filters list alike, of the group ``g:1``
    and the namespace ``n``, as far as the target can hold them. The last have no namespace.

    Whoever counts to 50, 100 or 250 counts so far under every filter, alone or with another.
    """
    rich = covering(capabilities)
    groups = tuple(group.name for group in rich.groups)
    room = count - len(rich.jobs) - PLAIN_AT_END
    grouped = capabilities.several_targets and {
        ("IN_PROGRESS", selection, True) for selection in SELECTIONS
    } <= {*capabilities.kinds}
    targets = (THING + "t", GROUP + groups[0]) if grouped and groups else (THING + "t",)
    space = "n" if capabilities.namespaces else None
    alike = (
        Job(f"job-{number:04}", "IN_PROGRESS", "SNAPSHOT", targets, space)
        for number in range(max(0, room))
    )
    plain = (Job(f"last-{number}") for number in range(PLAIN_AT_END))
    return Population((*rich.jobs, *alike, *plain)[:count], rich.groups)


PLAIN_AT_END = 4
"""Enough that something can be done to some, and others stay."""
