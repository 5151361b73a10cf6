"""``summary/``: each job summary has the modelled types and says what is true of its job."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

from listjobs_conformance.schemas import known_members

from ..evidence import Page, start_of
from ..model import STATUSES
from .evidence_kinds import Answer
from .job_faults import names
from .requirement import (
    CONVENTION,
    DOCUMENTED,
    OBSERVED,
    Exercised,
    Finding,
    JobFault,
    Violation,
    requirement,
)

ARN = re.compile(r"arn:[a-z0-9-]+:iot:[a-z0-9-]+:[^:]+:job/(?P<id>[a-zA-Z0-9_-]{1,64})")
SECOND = 1.0
"""How far two readings of the same time may lie apart: one may be rounded to whole seconds."""

READABLE = ("summary/schema",)

AnswerCheck = Callable[[Answer, Page], Iterator[Finding]]
"""Looks at a successful answer, and at the page that it is."""


def summary(id: str, **more: Any) -> Callable[[AnswerCheck], AnswerCheck]:
    """Enter a requirement of this family: it is about the form of successful answers."""

    def enter(check: AnswerCheck) -> AnswerCheck:
        def of_success(answer: Answer) -> Iterator[Finding]:
            return iter(()) if answer.page is None else check(answer, answer.page)

        of_success.__doc__ = check.__doc__
        requirement(f"summary/{id}", about_form=True, **more)(of_success)
        return check

    return enter


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


def misreported(answer: Answer, page: Page, member: str, wrong: Wrong) -> Iterator[Violation]:
    """The violation that some summaries say what ``wrong`` objects to."""
    found = [(s, e) for s in page.summaries if (e := wrong(s)) is not None]
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


def as_known(answer: Answer, page: Page, member: str) -> bool:
    """Whether every summary says of this member just what is known of its job.

    This is the usual case, and to compare two columns is many times as fast as to look at each
    summary: what each check does where it does not hold.
    """
    known = answer.world.truths[member]
    return page.column(member) == list(map(known.get, page.ids))


def said(answer: Answer, page: Page, member: str) -> set[str]:
    """The texts that summaries of known jobs show under this member."""
    # What is known of a job from a listing alone cannot be held against a listing.
    known = (answer.world.described if answer.world.surveyed else answer.world.by_id).keys()
    if known >= set(page.ids):
        shown = set(map(str, page.column(member)))
    else:
        pairs = zip(page.ids, page.column(member), strict=True)
        shown = {str(value) for job_id, value in pairs if job_id in known}
    return shown - {"None"}


def numeric(value: Any) -> TypeGuard[float]:
    return type(value) in (int, float)


@summary(
    "schema",
    level=DOCUMENTED,
    source="service model: ListJobsResponse, JobSummary",
    exercised_by="answers that hold jobs",
    common_mistakes="another body than JSON; members of the wrong type; an HTML page",
    examples=3,
)
def schema(answer: Answer, page: Page) -> Iterator[Finding]:
    """Every body is a JSON document with members of the modelled types."""
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
        yield Exercised("jobs")
    for violation in broken_schema(answer, "summary/schema", "the modelled types"):
        yield Violation(
            violation.message,
            violation.expected,
            violation.actual,
            violation.decisive,
            violation.jobs,
            violation.shown,
            blocks=not page.readable,
            trait=violation.trait,
        )


@summary(
    "identity",
    level=DOCUMENTED,
    source="API: jobId, jobArn; service model: JobId",
    exercised_by="summaries of jobs, with the ARN that CreateJob returned where the run made them",
    common_mistakes="an ARN of another region, account or resource; an id that was cut or changed",
    presupposes=READABLE,
    examples=3,
)
def identity(answer: Answer, page: Page) -> Iterator[Finding]:
    """``jobId`` and ``jobArn`` are there, agree with each other and with what CreateJob
    returned."""
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

    if page.ids and not (arns and arns.keys().isdisjoint(page.ids)):
        yield Exercised("summary")
    yield from broken_schema(answer, "summary/identity", "a jobId of 1 to 64 of [a-zA-Z0-9_-]")
    if not (arns.keys() >= set(page.ids) and as_known(answer, page, "jobArn")):
        yield from misreported(answer, page, "jobArn", wrong)
    if not page.readable:
        return
    listed = answer.exchange.json.get("jobs") or ()
    if len(listed) == len(page.ids):
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


@summary(
    "status",
    level=DOCUMENTED,
    source="API: status of JobSummary; service model: JobStatus",
    exercised_by="summaries of jobs in several statuses",
    common_mistakes="the states of executions or of an internal queue shown; a stale copy; another "
    "case",
    presupposes=READABLE,
    examples=3,
    labels=2,
)
def status(answer: Answer, page: Page) -> Iterator[Finding]:
    """``status`` is one of the enumeration and agrees with DescribeJob."""
    by_id = answer.world.by_id

    def wrong(summary: Mapping[str, Any]) -> str | None:
        said = summary.get("status")
        job = by_id.get(summary["jobId"])
        if not isinstance(said, str) or job is None or job.status not in STATUSES:
            return None
        return None if said == job.status else f"status: {job.status!r}, as DescribeJob says"

    yield from map(Exercised, sorted(said(answer, page, "status")))
    yield from broken_schema(answer, "summary/status", "one of " + ", ".join(STATUSES))
    if not as_known(answer, page, "status"):
        yield from misreported(answer, page, "status", wrong)


@summary(
    "target-selection",
    level=DOCUMENTED,
    source="API: targetSelection of JobSummary; service model: TargetSelection",
    exercised_by="summaries of SNAPSHOT and of CONTINUOUS jobs",
    common_mistakes="a constant; the default shown for every job; another case",
    presupposes=READABLE,
    examples=3,
    labels=2,
)
def target_selection(answer: Answer, page: Page) -> Iterator[Finding]:
    """``targetSelection`` is one of the enumeration and agrees with DescribeJob."""
    by_id = answer.world.by_id

    def wrong(summary: Mapping[str, Any]) -> str | None:
        said = summary.get("targetSelection")
        job = by_id.get(summary["jobId"])
        if not isinstance(said, str) or job is None or job.selection is None:
            return None
        return None if said == job.selection else f"targetSelection: {job.selection!r}"

    yield from map(Exercised, sorted(said(answer, page, "targetSelection")))
    yield from broken_schema(answer, "summary/target-selection", "SNAPSHOT or CONTINUOUS")
    if not as_known(answer, page, "targetSelection"):
        yield from misreported(answer, page, "targetSelection", wrong)


@summary(
    "thing-group-id",
    level=CONVENTION,
    source="API: thingGroupId of JobSummary",
    exercised_by="summaries that show a thingGroupId of a job with known groups",
    common_mistakes="the group's name or ARN instead of its id; the id of the thing; any group's "
    "id",
    presupposes=READABLE,
)
def thing_group_id(answer: Answer, page: Page) -> Iterator[Finding]:
    """Where ``thingGroupId`` is shown, it is the id of a group that the job targets."""
    by_id, groups = answer.world.by_id, answer.world.groups
    if not any(page.column("thingGroupId")):
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

    if said(answer, page, "thingGroupId"):
        yield Exercised("shown")
        yield from broken_schema(answer, "summary/thing-group-id", "the id of a thing group")
        yield from misreported(answer, page, "thingGroupId", wrong)


@summary(
    "is-concurrent",
    level=DOCUMENTED,
    source="API: isConcurrent; developer guide, job limits",
    exercised_by="summaries that show isConcurrent",
    common_mistakes="text instead of a boolean; a constant true",
    presupposes=READABLE,
    examples=3,
)
def is_concurrent(answer: Answer, page: Page) -> Iterator[Finding]:
    """``isConcurrent`` is a boolean, and false for a SCHEDULED job."""
    scheduled = {job.id for job in answer.world.jobs if job.status == "SCHEDULED"}

    def wrong(summary: Mapping[str, Any]) -> str | None:
        concurrent = summary["jobId"] in scheduled and summary.get("isConcurrent") is True
        return "false: the job is SCHEDULED" if concurrent else None

    shown = set(map(str, page.column("isConcurrent"))) & {"True", "False"}
    yield from map(Exercised, sorted(shown))
    yield from broken_schema(answer, "summary/is-concurrent", "true or false")
    if scheduled:
        yield from misreported(answer, page, "isConcurrent", wrong)


@summary(
    "unknown-members",
    level=OBSERVED,
    source="service model: ListJobsResponse, JobSummary; clients ignore what they do not know",
    exercised_by="answers that hold jobs",
    common_mistakes="internal members serialized along with the modelled ones; DescribeJob's "
    "members shown",
    presupposes=READABLE,
    examples=3,
)
def unknown_members(answer: Answer, page: Page) -> Iterator[Finding]:
    """No member stands outside the service model."""
    top, inner = known_members()
    body = answer.exchange.json if page.readable else {}
    unknown = set(body) - top
    for members in {tuple(summary) for summary in page.summaries}:
        unknown |= set(members) - inner
    if page.summaries:
        yield Exercised("jobs")
    if unknown:
        yield Violation(
            f"unmodelled members: {names(sorted(unknown))}",
            expected="only " + ", ".join(sorted(inner)),
            actual=names(sorted(unknown)),
            decisive=answer.exchange,
            shown=(answer.exchange,),
            trait=names(sorted(unknown)),
        )
