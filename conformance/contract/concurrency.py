"""``concurrency/``: walks that go on at the same time."""

from __future__ import annotations

from collections.abc import Iterator

from ..evidence import Ending
from ..model import Query
from .faults import at, names
from .listing import EACH_FILTER
from .pagination import STEADY, size_of
from .parts import Interleaved
from .requirement import CONVENTION, Finding, JobFault, Seen, Violation, requirement


@requirement(
    "concurrency/walks-independent",
    level=CONVENTION,
    source="Smithy, @paginated: a token stands for one walk",
    exercised_by="two walks of several pages each, under different filters, page by page in turn",
    breaks="a cursor for each client, account or connection; the filters of the last first page",
    undisturbed=True,
    presupposes=(*STEADY, *EACH_FILTER),
    examples=3,
)
def walks_independent(interleaved: Interleaved) -> Iterator[Finding]:
    """Walks side by side under different filters do not disturb each other."""
    own = interleaved.world.own
    pairs = tuple(zip(interleaved.controls, interleaved.walks, strict=True))
    if all(walk.filled > 1 or walk.ending is not Ending.COMPLETE for _, walk in pairs):
        yield Seen("side by side")
    for control, walk in pairs:
        lost = sorted(own(control.walk.id_set) - walk.id_set)
        foreign = sorted(own(walk.id_set) - control.walk.id_set)
        twice = sorted(own({job_id for job_id in walk.ids if walk.ids.count(job_id) > 1}))
        if not lost and not foreign and not twice:
            continue
        told = ((lost, "lost"), (foreign, "of the other walk"), (twice, "twice"))
        refused = f" ({walk.last})" if walk.ending is Ending.REFUSED else ""
        yield Violation(
            f"with another walk beside it, a walk of {_filters(walk.query)} with {size_of(walk)}: "
            + "; ".join(f"{names(ids)} {how}" for ids, how in told if ids)
            + refused,
            expected=names(control.walk.ids),
            actual=names(walk.ids),
            decisive=walk.last,
            jobs=(
                *(JobFault(job_id, "lost") for job_id in lost),
                *(at(walk, job_id, "misfiltered") for job_id in foreign),
                *(at(walk, job_id, "duplicated") for job_id in twice),
            ),
            shown=interleaved.timeline,
            trait="refused" if refused else "mixed",
        )
        return


def _filters(query: Query) -> str:
    return " + ".join(query.filters) or "everything"
