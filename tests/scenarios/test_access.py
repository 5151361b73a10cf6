"""Who may ask: what is sent without good credentials, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.selection import select
from listjobs_conformance.evidence import Request
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings, check
from listjobs_conformance.scenarios.access import WRONG
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.targets.target import Target
from listjobs_conformance.wire import WsgiTransport
from listjobs_conformance.wire.signing import CREDENTIALS, OFFLINE_KEYS, Signer

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


@pytest.mark.matrix
def test_it_takes_nothing_but_the_right_to_list() -> None:
    recorder = Recorder(read_only=True)
    report = recorder.run(check_access=True, world="shared", selected=select(["access/*"]))
    assert verdicts(report) == dict.fromkeys(ACCESS, "pass")


# What is sent.

ASKED = Request("GET", "/jobs")


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
