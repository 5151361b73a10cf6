"""Who may ask: what is sent without good credentials, when, and what is made of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.evidence_kinds import Answer, Unauthorised
from listjobs_conformance.contract.selection import select
from listjobs_conformance.engine.evaluation import Evaluation, Evaluator
from listjobs_conformance.evidence import Exchange, Page, Request
from listjobs_conformance.model import World
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings, check
from listjobs_conformance.scenarios.access import WRONG
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.targets.target import Target
from listjobs_conformance.wire import WsgiTransport
from listjobs_conformance.wire.signing import CREDENTIALS, OFFLINE_KEYS, Signer

from .conftest import Run

KINDS = ("unsigned", "bad-signature", "unknown-key")
ACCESS = {f"access/{kind}" for kind in KINDS}

Start = Callable[..., object]


class Recorder:
    """Passes requests on to a server that checks signatures, and notes how they were answered."""

    def __init__(self, read_only: bool = False) -> None:
        self.app = ReferenceServer(["checks-signatures"])
        self.read_only = read_only
        self.answered: list[tuple[str, str]] = []

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"

        def noted(status: str, headers: list[tuple[str, str]]) -> object:
            self.answered.append((asked, status))
            return start(status, headers)

        if self.read_only and asked != "GET /jobs":
            noted("501 Not Implemented", [])
            return []
        return self.app(environ, noted)

    @property
    def forbidden(self) -> list[str]:
        return [asked for asked, status in self.answered if status.startswith("403")]

    def run(self, **settings: Any) -> Report:
        target = Target(
            "recorded", WsgiTransport(self), reset_with=Request("POST", "/_listjobs/reset")
        )
        chosen = {"selected": select(), "budget": "quick", **settings}
        return check(target, Settings(**chosen))


def verdicts(report: Report) -> dict[str, str]:
    return {r.id: r.verdict for r in report.results if r.id in ACCESS}


def test_unless_asked_for_nothing_is_sent_without_a_good_signature() -> None:
    recorder = Recorder()
    report = recorder.run()
    assert verdicts(report) == dict.fromkeys(ACCESS, "unexercised")
    assert all("--check-access" in str(r.reason) for r in report.results if r.id in ACCESS)
    assert len(recorder.answered) > 100
    assert recorder.forbidden == []


def test_where_asked_for_one_request_of_each_kind_is_sent_and_it_only_reads() -> None:
    recorder = Recorder()
    report = recorder.run(check_access=True)
    assert verdicts(report) == dict.fromkeys(ACCESS, "pass")
    assert recorder.forbidden == ["GET /jobs"] * len(KINDS)


def test_it_takes_nothing_but_the_right_to_list() -> None:
    recorder = Recorder(read_only=True)
    report = recorder.run(check_access=True, world="shared", selected=select(["access/*"]))
    assert verdicts(report) == dict.fromkeys(ACCESS, "pass")


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


# What is sent.


def authorization(kind: str) -> str | None:
    target = Target("none", WsgiTransport(ReferenceServer()), region="eu-west-1")
    sent = CREDENTIALS[kind].signer(target.region, target.credentials).headers(ASKED, "localhost")
    assert sent["Host"] == "localhost"
    return sent.get("Authorization")


def test_there_is_a_way_to_ask_for_every_requirement() -> None:
    assert {f"access/{kind}" for kind in WRONG} == ACCESS
    assert {r.id for r in CATALOGUE if r.family == "access"} == ACCESS


def test_an_unsigned_request_has_no_credentials_at_all() -> None:
    assert authorization("unsigned") is None


def test_a_wrong_signature_differs_from_the_right_one_in_its_last_digits_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.strftime", lambda *_: "20250101T000000Z")
    right = Signer("eu-west-1", OFFLINE_KEYS).headers(ASKED, "localhost")["Authorization"]
    wrong = authorization("bad-signature")
    assert wrong is not None
    assert wrong[:-8] == right[:-8]
    assert all(a != b for a, b in zip(wrong[-8:], right[-8:], strict=True))
    assert len(bytes.fromhex(wrong[-64:])) == 32


def test_the_key_that_nobody_has_looks_like_one_of_aws() -> None:
    sent = authorization("unknown-key")
    assert sent is not None
    key, *_, region = sent.partition("Credential=")[2].split("/")[:3]
    assert len(key) == 20
    assert key.startswith("AKIA")
    assert key.isalpha()
    assert key.isupper()
    assert region == "eu-west-1"
