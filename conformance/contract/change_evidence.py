"""The kinds of evidence about jobs that change, and about walks side by side.

What was done and what was listed stand in the order in which they happened. A history cannot be
had twice: a check judges the one that was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any

from ..evidence import Ending, Evidence, Exchange, Walk
from ..model import VERBS, World
from .evidence_kinds import Filtered, Listing, Paged, Walked


@dataclass(frozen=True, eq=False)
class Change:
    """Something that was done to a job while it could be listed."""

    what: str
    job_id: str
    done: Exchange
    described: Exchange | None
    """What DescribeJob then answered, where the target describes jobs."""
    before_page: int = 1
    """The number of the page that was asked for next, where it was done during a walk."""
    settled: bool = False
    """Whether a listing made since shows it."""
    group: str | None = None
    """The name of the thing group that the job was given, where it was given one."""

    @property
    def operation(self) -> str:
        return VERBS[self.what].operation

    @property
    def known(self) -> bool:
        """Whether the job exists now, as far as anybody says."""
        return self.done.ok and (self.described is None or self.described.ok)

    @property
    def gone(self) -> bool:
        """Whether DescribeJob no longer knows the job."""
        described = self.described
        deleted = self.what == "delete" and self.done.ok
        return deleted and described is not None and described.status == 404

    @property
    def status(self) -> str | None:
        """The status that DescribeJob shows."""
        status = self._shown("status")
        return status if isinstance(status, str) else None

    @property
    def created(self) -> float | None:
        """When it was made, as DescribeJob shows it."""
        created = self._shown("createdAt")
        return created if isinstance(created, float | int) else None

    def targets(self, arn: str | None) -> bool:
        """Whether DescribeJob shows the ARN among the targets of the job."""
        shown = self._shown("targets")
        return arn is not None and isinstance(shown, list) and arn in shown

    def _shown(self, member: str) -> object:
        body = self.described.json if self.described is not None and self.described.ok else None
        job = body.get("job") if isinstance(body, dict) else None
        return job.get(member) if isinstance(job, dict) else None


@dataclass(frozen=True, eq=False)
class ChangeEffect(Evidence, proves=False, writes=True):
    """One change of one job, and what was listed before it and once it had time to show."""

    world: World
    change: Change
    before: Walk
    unfiltered: Walk
    by_status: Mapping[str, Walk]
    """The listings under each status that the target holds, where they may have changed."""
    controls: tuple[Evidence, ...]
    """The same listings before."""
    by_group: Walk | None
    """The listing by the thing group that the job was given."""
    after: World
    """What is known since: of the job itself, nothing that the change may have changed."""
    others: tuple[Filtered, ...]
    """The listings under other filters since."""

    @cached_property
    def listings(self) -> Mapping[str, Walk]:
        """Every listing since, under what it is called in a sentence."""
        filtered = {f"status={status}": walk for status, walk in self.by_status.items()}
        for one in self.others:
            query = one.query
            filtered[" + ".join(f"{name}={query.value(name)}" for name in query.filters)] = one.walk
        listed = {f"the listing by {told}": walk for told, walk in filtered.items()}
        return {"the listing": self.unfiltered} | listed

    @cached_property
    def shown(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The job's summary before and after; an empty one where it was not listed."""
        return self._summary(self.before), self._summary(self.unfiltered)

    @cached_property
    def times(self) -> tuple[float | None, float | None]:
        """The job's lastUpdatedAt before and after."""
        before, after = (summary.get("lastUpdatedAt") for summary in self.shown)
        return (
            before if type(before) in (int, float) else None,
            after if type(after) in (int, float) else None,
        )

    def _summary(self, walk: Walk) -> Mapping[str, Any]:
        for page in walk.pages:
            for summary in page.summaries:
                if summary["jobId"] == self.change.job_id:
                    return summary
        return {}

    @property
    def within(self) -> tuple[Evidence, ...]:
        by_group = (self.by_group,) if self.by_group is not None else ()
        walks = (*self.by_status.values(), *by_group)
        return (
            *self.controls,
            Listing(self.after, (self.unfiltered,)),
            *(Filtered(self.after, self.unfiltered, walk) for walk in walks),
            *self.others,
        )


@dataclass(frozen=True, eq=False)
class ChangeInterleaving(Evidence, proves=False, writes=True):
    """A walk during which jobs changed. ``control`` is the same walk while none did."""

    world: World
    """What stood before."""
    control: Paged
    walk: Walk
    changes: tuple[Change, ...]
    anew: Walk | None = None
    """The same walk once more, from its beginning, where this one was broken off or missed
    something."""

    @cached_property
    def between(self) -> tuple[Change, ...]:
        """The changes that were accepted, and that a page came after."""
        return tuple(c for c in self.changes if c.done.ok and c.before_page > 1)

    @cached_property
    def touched(self) -> frozenset[str]:
        """The jobs that something was done to, or was tried to be."""
        return frozenset(change.job_id for change in self.changes)

    @cached_property
    def timeline(self) -> tuple[Exchange, ...]:
        """Pages and changes, in the order in which they happened."""
        events: list[Exchange] = []
        for number, exchange in enumerate(self.walk.exchanges, 1):
            events += [c.done for c in self.changes if c.before_page == number]
            events.append(exchange)
        return tuple(events)

    @cached_property
    def token_lost(self) -> Change | None:
        """The deletion after which the next page was refused, or the server failed, where a walk
        from the beginning does not end so: its token had led to the job, or from it."""
        walk, anew = self.walk, self.anew
        broken = walk.ending in (Ending.REFUSED, Ending.SERVER_FAULT)
        if not broken or not walk.pages or anew is None or anew.ending is not Ending.COMPLETE:
            return None
        before = (c for c in self.between if c.before_page == len(walk.pages) + 1)
        return next((change for change in before if change.what == "delete"), None)

    def at_boundary(self, change: Change) -> bool:
        """Whether the last job of a page was deleted, or the first of the next."""
        if change.what != "delete":
            return False
        page, ids = self.walk.pages[change.before_page - 2], self.control.walk.ids
        following = ids[ids.index(page.ids[-1]) + 1 :][:1] if {*page.ids[-1:]} & {*ids} else ()
        return change.job_id in (*page.ids[-1:], *following)

    @property
    def within(self) -> tuple[Evidence, ...]:
        nothing, walk = World(exclusive=False), self.walk
        if self.token_lost is not None:
            # What a dead token is answered with is not what a valid request is answered with.
            walk = replace(walk, last=walk.pages[-1].exchange)
        return (self.control, Walked(nothing, walk))


@dataclass(frozen=True, eq=False)
class WalkInterleaving(Evidence, proves=False, writes=False):
    """Two walks, page by page in turn. ``controls`` are the same walks, one after the other."""

    world: World
    controls: tuple[Paged, ...]
    walks: tuple[Walk, ...]

    @cached_property
    def timeline(self) -> tuple[Exchange, ...]:
        """The pages of both walks, in the order in which they were asked for."""
        turns = zip_longest(*(walk.exchanges for walk in self.walks))
        return tuple(exchange for turn in turns for exchange in turn if exchange is not None)

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (*self.controls, *(Walked(self.world, walk) for walk in self.walks))


@dataclass(frozen=True, slots=True)
class TimedWalk:
    """A walk, and when each of its pages was asked for, by ``time.monotonic``."""

    walk: Walk
    sent: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TimedChange:
    """A change, when it was asked for, and when it and DescribeJob had been answered."""

    change: Change
    sent: float
    answered: float


@dataclass(frozen=True, eq=False)
class Race(Evidence, proves=False, writes=True):
    """Walks in threads, several after each other in each, and what a writer did meanwhile."""

    world: World
    controls: tuple[Paged, ...]
    """The same walks, alone: one for each thread."""
    walks: tuple[tuple[TimedWalk, ...], ...]
    changes: tuple[TimedChange, ...]
    settle: float
    """How long, in seconds, a change may take to show."""
    anew: tuple[Walk, ...] = ()
    """The walks of the controls once more, after all that was done."""

    @cached_property
    def kept(self) -> frozenset[str]:
        """The jobs that are listed since: what is not is not lost on the way of a walk."""
        return frozenset().union(*(walk.id_set for walk in self.anew))

    @property
    def each(self) -> Iterator[tuple[Paged, TimedWalk]]:
        """Every walk with its control."""
        for control, walks in zip(self.controls, self.walks, strict=True):
            for walk in walks:
                yield control, walk

    @property
    def within(self) -> tuple[Evidence, ...]:
        # Of the jobs that the writer made, nothing is known.
        nothing = World(exclusive=False)
        return (*self.controls, *(Walked(nothing, self._judged(t.walk)) for _, t in self.each))

    def _judged(self, walk: Walk) -> Walk:
        """What of a walk is judged by itself: not a page that was refused, or failed, while jobs
        changed, where none is since."""
        broken = walk.ending in (Ending.REFUSED, Ending.SERVER_FAULT) and walk.pages
        whole = self.anew and all(anew.ending is Ending.COMPLETE for anew in self.anew)
        return replace(walk, last=walk.pages[-1].exchange) if broken and whole else walk
