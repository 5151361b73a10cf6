"""``summary/``: each job summary has the modelled types and says what is true of its job."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeGuard

from listjobs_conformance.schemas import known_members

from ..evidence import start_of
from ..model import STATUSES
from .faults import names
from .parts import Answer
from .requirement import (
    CONVENTION,
    DOCUMENTED,
    OBSERVED,
    Finding,
    JobFault,
    Seen,
    Violation,
    requirement,
)

MILLISECONDS = 100_000_000_000
"""Larger than any time in seconds that a clock could show by mistake: the year 5138."""

ARN = re.compile(r"arn:[a-z0-9-]+:iot:[a-z0-9-]+:[^:]+:job/(?P<id>[a-zA-Z0-9_-]{1,64})")
TIMES = ("createdAt", "lastUpdatedAt", "completedAt")
SECOND = 1.0
"""How far two readings of the same time may lie apart: one may be rounded to whole seconds."""

READABLE = ("summary/schema",)


def broken_schema(answer: Answer, requirement_id: str, expected: str) -> Iterator[Violation]:
    """The violation that some places break the schema under this requirement."""
    found = [c for c in answer.complaints if c.requirement == requirement_id]
    if found:
        yield Violation(
            "; ".join(f"{c.place}: {c.message}" for c in found[:3]),
            expected=expected,
            actual=found[0].actual,
            decisive=answer.exchange,
            jobs=tuple(JobFault(c.job_id, "misreported") for c in found if c.job_id),
            shown=(answer.exchange,),
            trait=re.sub(r"\d+", "*", found[0].place) + " " + found[0].keyword,
        )


Wrong = Callable[[Mapping[str, Any]], str | None]
"""Gives the value that was expected of a summary, or ``None`` where the summary is right."""


def misreported(answer: Answer, member: str, wrong: Wrong) -> Iterator[Violation]:
    """The violation that some summaries say what ``wrong`` objects to."""
    assert answer.page is not None
    found = [(s, e) for s in answer.page.summaries if (e := wrong(s)) is not None]
    if found:
        summary, expected = found[0]
        yield Violation(
            f"{member} of {names([s['jobId'] for s, _ in found])} is wrong",
            expected=expected,
            actual=f"{member}: {summary.get(member)!r}",
            decisive=answer.exchange,
            jobs=tuple(JobFault(s["jobId"], "misreported", 1) for s, _ in found),
            shown=(answer.exchange,),
            trait=member,
        )


def as_known(answer: Answer, member: str) -> bool:
    """Whether every summary says of this member just what is known of its job.

    This is the usual case, and to compare two columns is many times as fast as to look at each
    summary: what each check does where it does not hold.
    """
    assert answer.page is not None
    known = answer.world.truths[member]
    return answer.page.column(member) == list(map(known.get, answer.page.ids))


def said(answer: Answer, member: str) -> set[str]:
    """The texts that summaries of known jobs show under this member."""
    assert answer.page is not None
    # What is known of a job from a listing alone cannot be held against a listing.
    known = (answer.world.described if answer.world.surveyed else answer.world.by_id).keys()
    if known >= set(answer.page.ids):
        shown = set(map(str, answer.page.column(member)))
    else:
        pairs = zip(answer.page.ids, answer.page.column(member), strict=True)
        shown = {str(value) for job_id, value in pairs if job_id in known}
    return shown - {"None"}


def numeric(value: Any) -> TypeGuard[float]:
    return type(value) in (int, float)


def times(answer: Answer, member: str) -> list[float]:
    """The numbers that summaries show under a member that holds a time."""
    assert answer.page is not None
    column = answer.page.column(member)
    if not answer.complaints:
        return list(filter(None, column))  # Numbers or nothing: the schema has seen to it.
    return [time for time in column if type(time) in (int, float)]


@requirement(
    "summary/schema",
    level=DOCUMENTED,
    source="service model: ListJobsResponse, JobSummary",
    exercised_by="answers that hold jobs",
    breaks="another body than JSON; members of the wrong type; an HTML page",
    examples=3,
)
def schema(answer: Answer) -> Iterator[Finding]:
    """Every body is a JSON document with members of the modelled types."""
    if answer.page is None:
        return
    try:
        document = answer.exchange.document
    except ValueError as error:
        yield Violation(
            f"the body is not JSON: {error}",
            expected="a JSON object with jobs and nextToken",
            actual=start_of(answer.exchange.body),
            decisive=answer.exchange,
            shown=(answer.exchange,),
            trait="not JSON",
        )
        return
    if isinstance(document, dict) and document.get("jobs"):
        yield Seen("jobs")
    for violation in broken_schema(answer, "summary/schema", "the modelled types"):
        yield Violation(
            violation.message,
            violation.expected,
            violation.actual,
            violation.decisive,
            violation.jobs,
            violation.shown,
            blocks=not answer.page.readable,
            trait=violation.trait,
        )


@requirement(
    "summary/identity",
    level=DOCUMENTED,
    source="API: jobId, jobArn; service model: JobId",
    exercised_by="summaries of jobs, with the ARN that CreateJob returned where the run made them",
    breaks="an ARN of another region, account or resource; an id that was cut or changed",
    presupposes=READABLE,
    examples=3,
)
def identity(answer: Answer) -> Iterator[Finding]:
    """``jobId`` and ``jobArn`` are there, agree with each other and with what CreateJob
    returned."""
    if answer.page is None:
        return
    arns = answer.world.arns

    def wrong(summary: Mapping[str, Any]) -> str | None:
        job_id, arn = summary["jobId"], summary.get("jobArn")
        created = arns.get(job_id)
        if created is not None:
            return None if arn == created else created
        shape = ARN.fullmatch(arn) if isinstance(arn, str) else None
        if shape is None or shape["id"] != job_id:
            return f"arn:PARTITION:iot:REGION:ACCOUNT:job/{job_id}"
        return None

    if answer.page.ids and not (arns and arns.keys().isdisjoint(answer.page.ids)):
        yield Seen("summary")
    yield from broken_schema(answer, "summary/identity", "a jobId of 1 to 64 of [a-zA-Z0-9_-]")
    if not (arns.keys() >= set(answer.page.ids) and as_known(answer, "jobArn")):
        yield from misreported(answer, "jobArn", wrong)
    if not answer.page.readable:
        return
    listed = answer.exchange.json.get("jobs") or ()
    if len(listed) == len(answer.page.ids):
        return
    nameless = [s for s in listed if isinstance(s, dict) and s.get("jobId") is None]
    if nameless:
        yield Violation(
            "a summary has no jobId",
            expected="jobId",
            actual=", ".join(sorted(map(str, nameless[0]))) or "an empty object",
            decisive=answer.exchange,
            shown=(answer.exchange,),
            trait="no jobId",
        )


@requirement(
    "summary/status",
    level=DOCUMENTED,
    source="API: status of JobSummary; service model: JobStatus",
    exercised_by="summaries of jobs in several statuses",
    breaks="the states of executions or of an internal queue shown; a stale copy; another case",
    presupposes=READABLE,
    examples=3,
    labels=2,
)
def status(answer: Answer) -> Iterator[Finding]:
    """``status`` is one of the enumeration and agrees with DescribeJob."""
    if answer.page is None:
        return
    by_id = answer.world.by_id

    def wrong(summary: Mapping[str, Any]) -> str | None:
        said = summary.get("status")
        job = by_id.get(summary["jobId"])
        if not isinstance(said, str) or job is None or job.status not in STATUSES:
            return None
        return None if said == job.status else f"status: {job.status!r}, as DescribeJob says"

    yield from map(Seen, sorted(said(answer, "status")))
    yield from broken_schema(answer, "summary/status", "one of " + ", ".join(STATUSES))
    if not as_known(answer, "status"):
        yield from misreported(answer, "status", wrong)


@requirement(
    "summary/target-selection",
    level=DOCUMENTED,
    source="API: targetSelection of JobSummary; service model: TargetSelection",
    exercised_by="summaries of SNAPSHOT and of CONTINUOUS jobs",
    breaks="a constant; the default shown for every job; another case",
    presupposes=READABLE,
    examples=3,
    labels=2,
)
def target_selection(answer: Answer) -> Iterator[Finding]:
    """``targetSelection`` is one of the enumeration and agrees with DescribeJob."""
    if answer.page is None:
        return
    by_id = answer.world.by_id

    def wrong(summary: Mapping[str, Any]) -> str | None:
        said = summary.get("targetSelection")
        job = by_id.get(summary["jobId"])
        if not isinstance(said, str) or job is None or job.selection is None:
            return None
        return None if said == job.selection else f"targetSelection: {job.selection!r}"

    yield from map(Seen, sorted(said(answer, "targetSelection")))
    yield from broken_schema(answer, "summary/target-selection", "SNAPSHOT or CONTINUOUS")
    if not as_known(answer, "targetSelection"):
        yield from misreported(answer, "targetSelection", wrong)


@requirement(
    "summary/timestamps",
    level=DOCUMENTED,
    source="API: seconds since the epoch; Smithy restJson1: a JSON number",
    exercised_by="summaries that show a time",
    breaks="milliseconds; ISO 8601 text; numbers in quotes",
    presupposes=READABLE,
    examples=3,
)
def timestamps(answer: Answer) -> Iterator[Finding]:
    """Times are JSON numbers, in seconds since the epoch."""
    if answer.page is None:
        return
    shown = {name: times(answer, name) for name in TIMES}
    if any(shown.values()):
        yield Seen("times")
    yield from broken_schema(answer, "summary/timestamps", "a number of seconds since the epoch")
    for name, values in shown.items():
        if max(values, default=0) >= MILLISECONDS:
            yield from misreported(answer, name, partial(_too_large, name))


def _too_large(name: str, summary: Mapping[str, Any]) -> str | None:
    time = summary.get(name)
    too_large = numeric(time) and time >= MILLISECONDS
    return "seconds since the epoch, not a fraction of them" if too_large else None


def _off(name: str, known: Mapping[str, Any], summary: Mapping[str, Any]) -> str | None:
    time, true = summary.get(name), known.get(summary["jobId"])
    if numeric(time) and numeric(true) and true < MILLISECONDS and abs(time - true) > SECOND:
        return f"{name}: {true}, as DescribeJob says"
    return None


@requirement(
    "summary/chronology",
    level=CONVENTION,
    source="API: createdAt, lastUpdatedAt; DescribeJob names the same times",
    exercised_by="summaries with both times, of jobs that DescribeJob shows",
    breaks="the members swapped; the time of the request instead of the job's",
    presupposes=(*READABLE, "summary/timestamps", "summary/completed-at"),
    examples=3,
)
def chronology(answer: Answer) -> Iterator[Finding]:
    """A job is not updated before it is created, and its times agree with DescribeJob within a
    second."""
    if answer.page is None:
        return
    for name in TIMES:
        if not as_known(answer, name):
            yield from misreported(answer, name, partial(_off, name, answer.world.truths[name]))

    def reversed_times(summary: Mapping[str, Any]) -> str | None:
        created, updated = summary.get("createdAt"), summary.get("lastUpdatedAt")
        if numeric(created) and numeric(updated) and created > updated + SECOND:
            return f"lastUpdatedAt: not before createdAt, {created}"
        return None

    created, updated = answer.page.column("createdAt"), answer.page.column("lastUpdatedAt")
    if any(created) and any(updated):
        yield Seen("times")
        if created != updated:
            yield from misreported(answer, "lastUpdatedAt", reversed_times)


@requirement(
    "summary/completed-at",
    level=CONVENTION,
    source="API: completedAt, when the job completed",
    exercised_by="summaries of jobs that have ended and of jobs that have not",
    breaks="filled for every job; zero for those that have not ended",
    presupposes=(*READABLE, "summary/timestamps"),
    examples=3,
)
def completed_at(answer: Answer) -> Iterator[Finding]:
    """``completedAt`` is there only for a job that has ended, and not before ``createdAt``."""
    if answer.page is None:
        return
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

    if not by_id.keys().isdisjoint(answer.page.ids):
        yield Seen("summary")
    if any(answer.page.column("completedAt")):
        yield from misreported(answer, "completedAt", wrong)


@requirement(
    "summary/thing-group-id",
    level=CONVENTION,
    source="API: thingGroupId of JobSummary",
    exercised_by="summaries that show a thingGroupId of a job with known groups",
    breaks="the group's name or ARN instead of its id; the id of the thing; any group's id",
    presupposes=READABLE,
)
def thing_group_id(answer: Answer) -> Iterator[Finding]:
    """Where ``thingGroupId`` is shown, it is the id of a group that the job targets."""
    if answer.page is None:
        return
    by_id, groups = answer.world.by_id, answer.world.groups
    if not any(answer.page.column("thingGroupId")):
        return
    asked = {groups.get(value, value) for _, value in answer.exchange.request.parameters}

    def wrong(summary: Mapping[str, Any]) -> str | None:
        said, job = summary.get("thingGroupId"), by_id.get(summary["jobId"])
        if said is None or job is None or job.partial:
            return None
        if not all(name in groups for name in job.groups):
            return None
        if said in asked:
            return None  # Listed under a group that it does not target: the filter's fault.
        ids = [groups[name] for name in job.groups]
        return None if said in ids else f"one of {ids}" if ids else "none: it targets no group"

    if said(answer, "thingGroupId"):
        yield Seen("shown")
        yield from broken_schema(answer, "summary/thing-group-id", "the id of a thing group")
        yield from misreported(answer, "thingGroupId", wrong)


@requirement(
    "summary/is-concurrent",
    level=DOCUMENTED,
    source="API: isConcurrent; developer guide, job limits",
    exercised_by="summaries that show isConcurrent",
    breaks="text instead of a boolean; a constant true",
    presupposes=READABLE,
    examples=3,
)
def is_concurrent(answer: Answer) -> Iterator[Finding]:
    """``isConcurrent`` is a boolean, and false for a SCHEDULED job."""
    if answer.page is None:
        return
    scheduled = {job.id for job in answer.world.jobs if job.status == "SCHEDULED"}

    def wrong(summary: Mapping[str, Any]) -> str | None:
        concurrent = summary["jobId"] in scheduled and summary.get("isConcurrent") is True
        return "false: the job is SCHEDULED" if concurrent else None

    shown = set(map(str, answer.page.column("isConcurrent"))) & {"True", "False"}
    yield from map(Seen, sorted(shown))
    yield from broken_schema(answer, "summary/is-concurrent", "true or false")
    if scheduled:
        yield from misreported(answer, "isConcurrent", wrong)


@requirement(
    "summary/unknown-members",
    level=OBSERVED,
    source="service model: ListJobsResponse, JobSummary; clients ignore what they do not know",
    exercised_by="answers that hold jobs",
    breaks="internal members serialized along with the modelled ones; DescribeJob's members shown",
    presupposes=READABLE,
    examples=3,
)
def unknown_members(answer: Answer) -> Iterator[Finding]:
    """No member stands outside the service model."""
    if answer.page is None:
        return
    top, inner = known_members()
    body = answer.exchange.json if answer.page.readable else {}
    unknown = set(body) - top
    for members in {tuple(summary) for summary in answer.page.summaries}:
        unknown |= set(members) - inner
    if answer.page.summaries:
        yield Seen("jobs")
    if unknown:
        yield Violation(
            f"unmodelled members: {names(sorted(unknown))}",
            expected="only " + ", ".join(sorted(inner)),
            actual=names(sorted(unknown)),
            decisive=answer.exchange,
            shown=(answer.exchange,),
            trait=names(sorted(unknown)),
        )
