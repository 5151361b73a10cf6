"""Finds out what a target can hold, by trying one job of each kind.

A population is then drawn only from what was held, and the report names the rest with the
reason: a requirement that needs a SCHEDULED job is unexercised where there can be none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from listjobs_conformance.strategies.population_space import RESERVED
from listjobs_conformance.strategies.populations import GROUP_STYLES, ID_STYLES

from ..model import (
    EVERYTHING,
    GROUP,
    STATUSES,
    THING,
    Job,
    JobCapabilities,
    Population,
    ThingGroup,
    World,
)
from ..targets.operations import BY_NAME
from .seeding import Maker, SeedingError, describe, prefixed

ANY_JOB = "any job"
"""What is missing of a target that does not hold the simplest job."""

SETBACKS = 3
"""How many tries that came to nothing are made again: by a lost connection, or a failing server."""

AT_ONCE = "at-once-"
"""What the names of these tries begin with: those that follow have other names."""

LONGEST = "g" * 128
"""The longest name that a group may have."""

TRY = "t"
"""What the names of a try begin with, before its number."""


@dataclass
class Capabilities:
    """What a target can hold, and why not the rest."""

    jobs: JobCapabilities
    completes_by: str | None
    describes: bool
    missing: dict[str, str] = field(default_factory=dict)
    """What it cannot, in words, and the reason."""
    lacks: dict[str, str] = field(default_factory=dict)
    """The operations that never did what they were asked for, and what they answered."""
    left: tuple[str, ...] = ()
    """The ids of the jobs that were made to find that out, and are still there."""

    @property
    def statuses(self) -> tuple[str, ...]:
        return self.jobs.statuses

    def record(self) -> dict[str, object]:
        """For the report."""
        selections = sorted({selection for _, selection, _ in self.jobs.kinds})
        return {
            "statuses": list(self.statuses),
            "targetSelections": selections,
            "thingGroups": self.jobs.groups,
            "severalTargets": self.jobs.several_targets,
            "namespaces": self.jobs.namespaces,
            "unusualNames": self.jobs.names,
            "associatesTargets": self.jobs.associates,
            "describeJob": self.describes,
            "missing": dict(sorted(self.missing.items())),
        }


def calibrate(maker: Maker, prefix: str = "") -> Capabilities:
    """Try one job of each kind. Jobs are left behind: an exclusive target is reset afterwards."""
    return _Calibration(maker, prefix).run()


def calibrate_at_once(
    maker: Maker, richest: Population, emptied: Callable[[Capabilities], None]
) -> tuple[Capabilities, World] | None:
    """What a target can hold that holds the richest world, and this world, which stands then; None
    where it does not, or another than was asked for: then one job of each kind tells more.

    ``emptied`` is called in between, with what must be gone. It saves making a hundred jobs.
    """
    return _Calibration(maker, AT_ONCE).at_once(richest, emptied)


class _Calibration:
    def __init__(self, maker: Maker, prefix: str) -> None:
        self.maker = maker
        self.prefix = prefix
        self.missing: dict[str, str] = {}
        self.failed: dict[str, str] = {}
        self.made: list[str] = []
        self.numbers = count()
        self.setbacks = 0

    def run(self) -> Capabilities:
        simplest = Job("a")
        reason = self._try(simplest)
        if reason is not None and reason.startswith("DescribeJob"):
            self.missing["DescribeJob"] = reason
            self.maker.describes = False
            reason = self._try(simplest)
        if reason is not None:
            self.missing[ANY_JOB] = reason
            nothing = JobCapabilities(frozenset(), False, False, False, False, False)
            return self._found(nothing, None)
        groups = self._note(
            "thing groups as targets", self._try(Job("a", selection="CONTINUOUS", targets=_G))
        )
        several = self._note("several targets", self._try(Job("a", targets=(THING + "t", *_G))))
        namespaces = self._note("namespaces", self._try(Job("a", namespace="n")))
        names = self._note("unusual names", self._unusual_names(groups))
        completes_by = self._completion()
        kinds = frozenset(self._kinds(groups, several, completes_by))
        held = {("IN_PROGRESS", "CONTINUOUS", grouped) for grouped in (False, True)}
        associates = held <= kinds and self._note("AssociateTargetsWithJob", self._association())
        # Where jobs are not made by the operations of the API, they are not changed either.
        associates = associates and self.maker.by_api is not None
        self._note("DeleteJob", self._deletion())
        capabilities = JobCapabilities(kinds, groups, several, namespaces, names, associates)
        return self._found(capabilities, completes_by)

    def at_once(
        self, richest: Population, emptied: Callable[[Capabilities], None]
    ) -> tuple[Capabilities, World] | None:
        # Of the names, those that the richest world has not: its own are shorter.
        longest = Job("a", selection="CONTINUOUS", targets=(GROUP + LONGEST,))
        tried = (self._try(Job("a")), self._try(longest, ("_",)), self._association())
        if any(reason is not None for reason in tried) or self._deletion() is not None:
            return None
        self.maker.completes_by = "update"
        capabilities = self._found(EVERYTHING, "update")
        emptied(capabilities)
        try:
            world = self.maker.seed(richest, exclusive=True)
        except SeedingError:
            return None
        made = zip(world.jobs, richest.jobs, strict=True)
        if any((one.status, one.selection) != (job.status, job.selection) for one, job in made):
            return None
        return capabilities, world

    def _found(self, held: JobCapabilities, completes_by: str | None) -> Capabilities:
        seeder = self.maker.by_api
        worked = seeder.worked if seeder is not None else frozenset[str]()
        lacks = {step: said for step, said in self.failed.items() if step not in worked}
        made = tuple(self.made)
        return Capabilities(held, completes_by, self.maker.describes, self.missing, lacks, made)

    def _note(self, what: str, reason: str | None) -> bool:
        if reason is not None:
            self.missing[what] = reason
        return reason is None

    def _make(self, job: Job, groups: tuple[str, ...] = ()) -> World:
        named = tuple(ThingGroup(name) for name in dict.fromkeys((*job.groups, *groups)))
        # Earlier tries are still there, and may be for a while once they are deleted: each gets
        # names of its own, which are none of what the run makes later.
        prefix = f"{self.prefix}{TRY}{next(self.numbers)}-"
        try:
            world = self.maker.seed(prefixed(Population((job,), named), prefix), exclusive=False)
        except SeedingError as error:
            self._remember(error)
            raise
        self.made += [made.id for made in world.jobs]
        return world

    def _remember(self, error: SeedingError) -> None:
        """Take note of an operation that failed; what got no answer says nothing of it."""
        if error.step in BY_NAME and error.exchange.failure is None:
            self.failed.setdefault(error.step, str(error.exchange))

    def _try(self, job: Job, groups: tuple[str, ...] = ()) -> str | None:
        """Make the job; the reason why it is not held, if it is not."""
        try:
            world = self._make(job, groups)
        except SeedingError as error:
            if error.setback and self.setbacks < SETBACKS:
                self.setbacks += 1
                return self._try(job, groups)
            return str(error)
        (held,) = world.jobs
        # A status outside the enumeration is a matter of the listing, not of what can be held.
        if held.status != job.status and (held.status in STATUSES or job.status != "IN_PROGRESS"):
            return f"DescribeJob says {held.status} of a job that should be {job.status}"
        if held.selection != job.selection:
            return f"DescribeJob says {held.selection} of a job that was made {job.selection}"
        return None

    def _unusual_names(self, groups: bool) -> str | None:
        longest = len(f"{self.prefix}{TRY}99-")
        for style in ID_STYLES:
            reason = self._try(Job(style[-1][longest:] or "a"))
            if reason is not None:
                return reason
        for names in GROUP_STYLES if groups else ():
            targets = (GROUP + names[0][longest:],) if names[0][longest:] else _G
            reason = self._try(Job("a", selection="CONTINUOUS", targets=targets))
            if reason is not None:
                return reason
        # What a parser takes for something else it does only where nothing stands before it; a
        # target that has other people's jobs gets no such names.
        return None if self.prefix else self._reserved_words()

    def _reserved_words(self) -> str | None:
        try:
            self.maker.seed(Population(tuple(map(Job, RESERVED))), exclusive=False)
        except SeedingError as error:
            return str(error)
        return None

    def _completion(self) -> str | None:
        reasons = []
        for way in ("update", "cancel"):
            self.maker.completes_by = way
            reason = self._try(Job("a", status="COMPLETED"))
            if reason is None:
                return way
            reasons.append(reason)
        self.missing["COMPLETED jobs"] = "; ".join(dict.fromkeys(reasons))
        return None

    def _association(self) -> str | None:
        """Give a job a group that it was not made for; the reason why it has not got it."""
        try:
            world = self._make(Job("a", selection="CONTINUOUS"), ("g",))
            seeder = self.maker.by_api
            if seeder is None:
                return None
            (job,), (arn,) = world.jobs, world.group_arns.values()
            seeder.associate(job.id, [arn])
            shown = describe(seeder.target, job.id) if seeder.describes else {}
        except SeedingError as error:
            self._remember(error)
            return str(error)
        targets = shown.get("targets")
        if self.maker.describes and not (isinstance(targets, list) and arn in targets):
            return "DescribeJob does not show the group among the targets"
        return None

    def _deletion(self) -> str | None:
        """Delete the last job of all; the reason why that is not done. The first one stays."""
        seeder = self.maker.by_api
        if seeder is None or len(self.made) < 2:
            return None
        try:
            seeder.delete(self.made.pop())
        except SeedingError as error:
            self._remember(error)
            return str(error)
        return None

    def _kinds(
        self, groups: bool, several: bool, completes_by: str | None
    ) -> list[tuple[str, str, bool]]:
        held = []
        for status, selection, grouped in sorted(EVERYTHING.kinds):
            if (grouped and not groups) or (status == "COMPLETED" and completes_by is None):
                continue
            targets = (THING + "t",) if not grouped else (*_G, THING + "t") if several else _G
            reason = self._try(Job("a", status, selection, targets))
            if reason is None:
                held.append((status, selection, grouped))
            else:
                what = f"{status} {selection} jobs" + (" of a group" if grouped else "")
                self.missing[what] = reason
        return held


_G = (GROUP + "g",)
