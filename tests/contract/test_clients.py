"""AWS's own clients: what they are compared with, and what is not held against them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.evidence_kinds import ByAwsCli, ByBoto3, Collected, Paged
from listjobs_conformance.engine.evaluation import Evaluation, Evaluator
from listjobs_conformance.evidence import Ending, Exchange, Page, Request, Walk
from listjobs_conformance.model import Job, Query, World

BOTO3, COMMAND = "client/boto3-paginator", "client/aws-cli"


OTHERS = "somebody-elses"


def page(*job_ids: str) -> Exchange:
    jobs = [{"jobId": id} for id in job_ids]
    request = Request("GET", "/jobs", "maxResults=250")
    named = {"content-type": "application/json", "x-amzn-requestid": "1"}
    return Exchange(request, 200, named, json.dumps({"jobs": jobs}).encode())


def walk(*job_ids: str) -> Walk:
    exchange = page(*job_ids)
    return Walk(Query(), 250, (Page(exchange),), Ending.COMPLETE, exchange)


def judged(
    collected: Collected, *, exclusive: bool = False, again: Walk | None = None
) -> Evaluation:
    world = World((Job("a"), Job("b")), exclusive=exclusive)
    listed = walk("a", "b", OTHERS)
    paged = Paged(world, listed, listed)
    return Evaluator(CATALOGUE).evaluate(
        [ByBoto3(world, "plain", collected, paged, again or listed)]
    )


def collected(*job_ids: str, **more: Any) -> Collected:
    return Collected("boto3", job_ids, (page(*job_ids),), **more)


@pytest.mark.parametrize(
    ("job_ids", "faults"),
    [
        (("a", "b", OTHERS), set()),
        (("b", "a"), set()),
        (("a", "b", OTHERS, OTHERS, "another"), set()),
        (("a", OTHERS), {("b", "lost")}),
        (("a", "b", "a"), {("a", "duplicated")}),
    ],
)
def test_only_jobs_that_the_world_answers_for_are_compared(
    job_ids: tuple[str, ...], faults: set[tuple[str, str]]
) -> None:
    violation = judged(collected(*job_ids)).violations.get(BOTO3)
    assert {(job.job_id, job.fault) for job in (violation.jobs if violation else ())} == faults


def test_in_a_world_of_its_own_every_job_is_compared() -> None:
    violation = judged(collected("a", "b", "c"), exclusive=True).violations[BOTO3]
    assert {(job.job_id, job.fault) for job in violation.jobs} == {
        ("c", "phantom"),
        (OTHERS, "lost"),
    }


def test_where_the_listing_changed_meanwhile_nothing_is_said() -> None:
    assert BOTO3 not in judged(collected("a"), again=walk("a", OTHERS)).violations
    assert BOTO3 in judged(collected("a"), again=walk("a", "b")).violations


def test_what_was_not_answered_is_inconclusive() -> None:
    evaluation = judged(collected("a", unanswered="timed out"))
    assert BOTO3 not in evaluation.violations
    assert evaluation.unanswered[BOTO3] == "timed out"


def test_what_boto3_cannot_do_is_not_held_against_the_command() -> None:
    world, listed = World((Job("a"),)), walk("a")
    refused = ByBoto3(
        world, "plain", collected(error="E: no"), Paged(world, listed, listed), listed
    )
    evaluation = Evaluator(CATALOGUE).evaluate([ByAwsCli(world, collected(error="no"), refused)])
    assert BOTO3 in evaluation.violations
    assert COMMAND not in evaluation.violations
    assert evaluation.masked[COMMAND] == {BOTO3}
