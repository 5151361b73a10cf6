"""``client/``: AWS's own clients collect from a target what this suite's own requests list.

A client writes other headers than this suite, and sometimes parameters in another order; nothing
else about its listings differs. So each stands beside the same listing by this suite's requests,
in the same pages: what both miss is the target's, and other requirements say so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from ..evidence import Ending, Exchange, Page, Walk
from ..model import World
from .evidence_kinds import ByAwsCli, ByBoto3, Collected
from .job_faults import names
from .pagination import STEADY
from .requirement import DOCUMENTED, Exercised, Finding, JobFault, Violation, requirement

READ_BY_CLIENTS = (*STEADY, "pagination/default-page", "summary/timestamps")
"""What must hold of a listing before a client can walk through it and read it.

boto3 makes dates of the times, and raises where one is none.
"""


@requirement(
    "client/boto3-paginator",
    level=DOCUMENTED,
    source="service model: ListJobs, paginated on nextToken",
    exercised_by="listings that boto3 made in several of these ways: plain, with a filter, in "
    "pages, and stopped and resumed",
    common_mistakes="a header of the SDK is refused, or taken for something else; the user agent "
    "decides what is answered",
    sensitive_to_writes=True,
    presupposes=READ_BY_CLIENTS,
    # A client may write the parameters in another order than the walk beside it.
    presupposes_in_run=(
        "pagination/complete",
        "pagination/no-duplicates",
        "pagination/no-phantoms",
        "pagination/terminates",
    ),
    examples=4,
    labels=3,
)
def boto3_paginator(listed: ByBoto3) -> Iterator[Finding]:
    """boto3's ``list_jobs`` paginator collects the same jobs as a walk, each once."""
    if comparable(listed):
        walk = listed.control.walk
        if walk.ids and (walk.page_size is None or walk.filled > 1):
            yield Exercised(listed.what)
        yield from differing(listed.world, listed.collected, walk)


@requirement(
    "client/aws-cli",
    level=DOCUMENTED,
    source="AWS CLI reference: aws iot list-jobs",
    exercised_by="the aws command (installed, or named by LISTJOBS_AWS_CLI), a target behind a "
    "URL, no --max-rps, and a larger budget than quick",
    common_mistakes="the command's User-Agent is refused, or taken for a person's who wants to see "
    "one page",
    sensitive_to_writes=True,
    presupposes=(*READ_BY_CLIENTS, "client/boto3-paginator"),
    examples=2,
    labels=2,
)
def aws_cli(listed: ByAwsCli) -> Iterator[Finding]:
    """``aws iot list-jobs`` prints the same jobs as a walk, each once."""
    if listed.collected.exchanges and comparable(listed.boto3):
        walk = listed.boto3.control.walk
        if walk.ids and (walk.page_size is None or walk.filled > 1):
            yield Exercised(listed.boto3.what)
        yield from differing(listed.world, listed.collected, walk)


def comparable(listed: ByBoto3) -> bool:
    """Whether the same requests had the same answers before boto3's, among them, and after them.

    Tokens need not work twice, and other people's jobs move the places where pages end. boto3
    uses a token twice in turn where ``MaxItems`` ends within a page: pages may be short.
    """
    walk, again, own = listed.control.walk, listed.again, listed.world.own
    if walk.ending is not Ending.COMPLETE or again.ending is not Ending.COMPLETE:
        return False
    if any(walk.ids.count(id) != again.ids.count(id) for id in own(walk.id_set | again.id_set)):
        return False
    return not any(
        sorted(first.request.parameters) == sorted(second.request.parameters)
        and _given(first) != _given(second)
        for first, second in pairwise(listed.collected.exchanges)
    )


def _given(exchange: Exchange) -> tuple[str, ...] | None:
    return Page(exchange).ids if exchange.ok else None


def differing(world: World, collected: Collected, walk: Walk) -> Iterator[Violation]:
    """The violation that a client collected other jobs than a walk lists, or raised."""
    got, wanted = Counter(collected.ids), Counter(walk.ids)
    known = sorted(world.own(got.keys() | wanted.keys()))
    wrong = {
        "lost": [id for id in known if got[id] < wanted[id]],
        "duplicated": [id for id in known if got[id] > wanted[id] > 0],
        "phantom": [id for id in known if got[id] and not wanted[id]],
    }
    found = [how for how, which in wrong.items() if which]
    if collected.error is None and not found:
        return
    said = collected.error or "; ".join(f"{names(wrong[how])} {how}" for how in found)
    yield Violation(
        f"{collected.call}: {said}",
        expected=names(walk.ids),
        actual=names(collected.ids),
        decisive=collected.exchanges[-1],
        jobs=tuple(JobFault(id, how) for how in found for id in wrong[how]),
        shown=(*walk.exchanges, *collected.exchanges),
        trait=_without_numbers(collected.error) if collected.error else " ".join(found),
    )


def _without_numbers(error: str) -> str:
    """What kind of error it is: the same however many jobs and requests there were."""
    return re.sub(r"\d+", "*", error.split(":", 1)[0])
