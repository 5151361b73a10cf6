"""``summary/``: the times of a job, in the form and with the values that they must have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..evidence import Page
from .evidence_kinds import Answer
from .requirement import CONVENTION, DOCUMENTED, Exercised, Finding
from .summary import READABLE, SECOND, as_known, broken_schema, misreported, numeric, summary

MILLISECONDS = 100_000_000_000
"""Larger than any time in seconds that a clock could show by mistake: the year 5138."""

TIMES = ("createdAt", "lastUpdatedAt", "completedAt")


def times(answer: Answer, page: Page, member: str) -> list[float]:
    """The numbers that summaries show under a member that holds a time."""
    column = page.column(member)
    if not answer.complaints:
        return list(filter(None, column))  # Numbers or nothing: the schema has seen to it.
    return [time for time in column if type(time) in (int, float)]


@summary(
    "timestamps",
    level=DOCUMENTED,
    source="API: seconds since the epoch; Smithy restJson1: a JSON number",
    exercised_by="summaries that show a time",
    common_mistakes="milliseconds; ISO 8601 text; numbers in quotes",
    presupposes=READABLE,
    examples=3,
)
def timestamps(answer: Answer, page: Page) -> Iterator[Finding]:
    """Times are JSON numbers, in seconds since the epoch."""
    shown = {name: times(answer, page, name) for name in TIMES}
    if any(shown.values()):
        yield Exercised("times")
    yield from broken_schema(answer, "summary/timestamps", "a number of seconds since the epoch")
    for name, values in shown.items():
        if max(values, default=0) >= MILLISECONDS:
            yield from misreported(answer, page, name, partial(_too_large, name))


def _too_large(name: str, summary: Mapping[str, Any]) -> str | None:
    time = summary.get(name)
    too_large = numeric(time) and time >= MILLISECONDS
    return "seconds since the epoch, not a fraction of them" if too_large else None


def _off(name: str, known: Mapping[str, Any], summary: Mapping[str, Any]) -> str | None:
    time, true = summary.get(name), known.get(summary["jobId"])
    if numeric(time) and numeric(true) and true < MILLISECONDS and abs(time - true) > SECOND:
        return f"{name}: {true}, as DescribeJob says"
    return None


@summary(
    "chronology",
    level=CONVENTION,
    source="API: createdAt, lastUpdatedAt; DescribeJob names the same times",
    exercised_by="summaries with both times, of jobs that DescribeJob shows",
    common_mistakes="the members swapped; the time of the request instead of the job's",
    presupposes=(*READABLE, "summary/timestamps", "summary/completed-at"),
    examples=3,
    about_times_with="",
)
def chronology(answer: Answer, page: Page) -> Iterator[Finding]:
    """A job is not updated before it is created, and its times agree with DescribeJob within a
    second."""
    for name in TIMES:
        if not as_known(answer, page, name):
            yield from misreported(
                answer, page, name, partial(_off, name, answer.world.truths[name])
            )

    def reversed_times(summary: Mapping[str, Any]) -> str | None:
        created, updated = summary.get("createdAt"), summary.get("lastUpdatedAt")
        if numeric(created) and numeric(updated) and created > updated + SECOND:
            return f"lastUpdatedAt: not before createdAt, {created}"
        return None

    created, updated = page.column("createdAt"), page.column("lastUpdatedAt")
    if any(created) and any(updated):
        yield Exercised("times")
        if created != updated:
            yield from misreported(answer, page, "lastUpdatedAt", reversed_times)


@summary(
    "completed-at",
    level=CONVENTION,
    source="API: completedAt, when the job completed",
    exercised_by="summaries of jobs that have ended and of jobs that have not",
    common_mistakes="filled for every job; zero for those that have not ended",
    presupposes=(*READABLE, "summary/timestamps"),
    examples=3,
    about_times_with="createdAt",
)
def completed_at(answer: Answer, page: Page) -> Iterator[Finding]:
    """``completedAt`` is there only for a job that has ended, and not before ``createdAt``."""
    by_id = answer.world.by_id

    def wrong(summary: Mapping[str, Any]) -> str | None:
        completed, created = summary.get("completedAt"), summary.get("createdAt")
        job = by_id.get(summary["jobId"])
        if completed is None or job is None:
            return None
        if job.status in ("IN_PROGRESS", "SCHEDULED"):
            return f"no completedAt: the job is {job.status}"
        if numeric(completed) and numeric(created) and completed < created - SECOND:
            return f"completedAt: not before createdAt, {created}"
        return None

    if not by_id.keys().isdisjoint(page.ids):
        yield Exercised("summary")
    if any(page.column("completedAt")):
        yield from misreported(answer, page, "completedAt", wrong)
