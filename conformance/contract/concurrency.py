"""``concurrency/``: walks that go on at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from ..evidence import Ending, Exchange, Walk
from ..model import Query
from .change_evidence import Race, WalkInterleaving
from .evidence_kinds import Paged
from .job_faults import at, names
from .listing import EACH_FILTER
from .pagination import STEADY, size_of
from .requirement import CONVENTION, Exercised, Finding, JobFault, Violation, requirement


@requirement(
    "concurrency/walks-independent",
    level=CONVENTION,
    source="Smithy, @paginated: a token stands for one walk",
    exercised_by="walks of several pages, under different filters, page by page in turn and in "
    "threads",
    common_mistakes="a cursor for each client, account or connection; the filters of the last "
    "first page",
    sensitive_to_writes=True,
    presupposes=(*STEADY, *EACH_FILTER),
    # What becomes of a token may differ from token to token.
    presupposes_in_run=(
        "pagination/complete",
        "pagination/no-duplicates",
        "pagination/no-phantoms",
        "pagination/terminates",
    ),
    examples=3,
)
def walks_independent(together: WalkInterleaving | Race) -> Iterator[Finding]:
    """Walks side by side under different filters do not disturb each other."""
    if isinstance(together, Race):
        pairs = [(control, timed.walk, timed.walk.exchanges) for control, timed in together.each]
        if together.changes:
            return
    else:
        walks = zip(together.controls, together.walks, strict=True)
        pairs = [(control, walk, together.timeline) for control, walk in walks]
    if all(walk.filled > 1 or walk.ending is not Ending.COMPLETE for _, walk, _ in pairs):
        yield Exercised("in threads" if isinstance(together, Race) else "page by page")
    own = together.world.own
    for control, walk, shown in pairs:
        told = disturbed(own(control.walk.id_set), own(walk.id_set), walk)
        if told is not None:
            yield _violation(control, walk, shown, told)
            return


Told = tuple[list[str], list[str], list[str]]


def disturbed(expected: AbstractSet[str], listed: AbstractSet[str], walk: Walk) -> Told | None:
    """The jobs that a walk lost, has of another walk, or has twice; None where there are none."""
    lost, foreign = sorted(expected - listed), sorted(listed - expected)
    twice = sorted(job_id for job_id in expected & listed if walk.ids.count(job_id) > 1)
    return (lost, foreign, twice) if lost or foreign or twice else None


def _violation(control: Paged, walk: Walk, shown: tuple[Exchange, ...], told: Told) -> Violation:
    lost, foreign, twice = told
    words = ((lost, "lost"), (foreign, "of the other walk"), (twice, "twice"))
    refused = f" ({walk.last})" if walk.ending is Ending.REFUSED else ""
    return Violation(
        f"with another walk beside it, a walk of {_filters(walk.query)} with {size_of(walk)}: "
        + "; ".join(f"{names(ids)} {how}" for ids, how in words if ids)
        + refused,
        expected=names(control.walk.ids),
        actual=names(walk.ids),
        decisive=walk.last,
        jobs=(
            *(JobFault(job_id, "lost") for job_id in lost),
            *(at(walk, job_id, "misfiltered") for job_id in foreign),
            *(at(walk, job_id, "duplicated") for job_id in twice),
        ),
        shown=shown,
        trait="refused" if refused else "mixed",
    )


def _filters(query: Query) -> str:
    return " + ".join(query.filters) or "everything"
