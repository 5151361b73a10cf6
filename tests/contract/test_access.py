"""Who may ask: what is made of the answers to requests without good credentials."""

from __future__ import annotations

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.evidence_kinds import Answer, Unauthorised
from listjobs_conformance.engine.evaluation import Evaluation, Evaluator
from listjobs_conformance.evidence import Exchange, Page, Request
from listjobs_conformance.model import World

from ..conftest import Run

KINDS = ("unsigned", "bad-signature", "unknown-key")
ACCESS = {f"access/{kind}" for kind in KINDS}


def test_a_server_that_takes_every_signature_breaks_conventions_and_no_more(run: Run) -> None:
    report = run("reference", check_access=True)
    failed = {r.id: r.level for r in report.results if r.verdict == "fail"}
    assert failed == dict.fromkeys(ACCESS, "convention")
    assert report.status == 0
    for result in report.results:
        if result.violation is not None:
            assert result.violation.repeats
            assert "was accepted" in result.violation.message


# What is made of an answer.


ASKED = Request("GET", "/jobs")
LISTED = Exchange(
    ASKED,
    200,
    {"content-type": "application/json", "x-amzn-requestid": "1"},
    b'{"jobs":[]}',
)


def judged(kind: str, answer: Exchange, control: Exchange = LISTED) -> Evaluation:
    page = Page(control) if control.ok else None
    part = Unauthorised(kind, answer, Answer(World(), control, page))
    return Evaluator(CATALOGUE).evaluate([part])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 404, 429, 500, 503])
def test_any_other_status_than_403_breaks_it(kind: str, status: int) -> None:
    assert set(judged(kind, Exchange(ASKED, status)).violations) == {f"access/{kind}"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"message":"no"}', b'{"jobs":[]}', b'{"jobs":null}', b"[]"]
)
def test_a_403_of_any_form_keeps_it(kind: str, body: bytes) -> None:
    evaluation = judged(kind, Exchange(ASKED, 403, body=body))
    assert evaluation.violations == {}
    assert evaluation.exercised[f"access/{kind}"] == [kind]


@pytest.mark.parametrize("body", [b'{"jobs":[{"jobId":"a"}]}', b'{"message":"no","jobs":[1,2]}'])
def test_a_403_that_holds_jobs_breaks_it(body: bytes) -> None:
    evaluation = judged("unsigned", Exchange(ASKED, 403, body=body))
    assert set(evaluation.violations) == {"access/unsigned"}
    assert "HTTP 403 and" in evaluation.violations["access/unsigned"].actual


def test_without_an_answer_nothing_is_said() -> None:
    lost = Exchange(ASKED, failure="connection refused")
    for evaluation in (judged("unsigned", lost), judged("unsigned", Exchange(ASKED, 403), lost)):
        assert evaluation.violations == {}
        assert evaluation.unanswered["access/unsigned"] == "connection refused"


def test_where_a_good_signature_is_refused_too_a_refusal_says_nothing() -> None:
    denied = Exchange(
        ASKED,
        403,
        {"content-type": "application/json", "x-amzn-errortype": "AccessDeniedException"},
        b'{"message":"no"}',
    )
    for answer in (Exchange(ASKED, 403), Exchange(ASKED, 200)):
        evaluation = judged("unsigned", answer, denied)
        assert "access/unsigned" not in evaluation.violations.keys() | evaluation.exercised.keys()


def test_a_control_that_breaks_the_documentation_masks() -> None:
    crashed = Exchange(ASKED, 500)
    evaluation = judged("unsigned", Exchange(ASKED, 200), crashed)
    assert "access/unsigned" not in evaluation.violations
    assert evaluation.masked["access/unsigned"] == {"error/documented"}
