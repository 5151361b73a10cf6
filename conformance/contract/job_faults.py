"""What checks share in naming the jobs that are wrong and where they stood."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..evidence import Walk
from .requirement import JobFault


def names(job_ids: Sequence[str], most: int = 6) -> str:
    """Job ids for a sentence: the first few, and how many more."""
    if not job_ids:
        return "nothing"
    shown = ", ".join(job_ids[:most])
    return shown if len(job_ids) <= most else f"{shown} and {len(job_ids) - most} more"


def count(number: int, what: str) -> str:
    """So many of something, in words."""
    return f"{number} {what}" + "s" * (number != 1)


def at(walk: Walk, job_id: str, fault: str) -> JobFault:
    """The fault of a job that stands on some page of the walk."""
    number = walk.page_of(job_id)
    if number is None:
        return JobFault(job_id, fault)
    return JobFault(job_id, fault, number, token_of(walk, number))


def token_of(walk: Walk, number: int) -> str | None:
    """The token that page ``number`` was asked for with."""
    return walk.pages[number - 2].token if number > 1 else None


def amiss(walk: Walk, fault: str, wrong: Callable[[str], bool]) -> tuple[JobFault, ...]:
    """The listed jobs for which ``wrong`` holds, each once, where they stood first."""
    return tuple(at(walk, job_id, fault) for job_id in dict.fromkeys(walk.ids) if wrong(job_id))
