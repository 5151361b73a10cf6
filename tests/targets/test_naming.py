"""What a target is called: as it says, or as the user does, and never guessed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from listjobs_conformance.evidence import Exchange, Request
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.naming import name
from listjobs_conformance.wire import Signs

URL = "http://127.0.0.1:4566"


class Tells:
    """Answers at some paths, and notes what was asked."""

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        self.answers, self.asked = answers, list[Request]()

    def send(self, request: Request, signer: Signs) -> Exchange:
        self.asked.append(request)
        body = self.answers.get(request.path)
        return Exchange(request, 404) if body is None else Exchange(request, 200, body=body)

    def close(self) -> None:
        return None


def named(answers: Mapping[str, bytes], **more: str) -> tuple[str, list[str]]:
    target = open_target(URL, Options(**more))  # type: ignore[arg-type]
    target.transport = tells = Tells(answers)
    name(target)
    assert all(asked.method == "GET" and asked.credentials for asked in tells.asked)
    return target.implementation, [asked.path for asked in tells.asked]


LOCALSTACK, MINISTACK = "/_localstack/health", "/_ministack/health"
TOLD = b'{"services": {}, "version": "1.5.33"}'


@pytest.mark.parametrize(
    ("answers", "more", "implementation", "asked"),
    [
        ({}, {}, "unknown", [MINISTACK, LOCALSTACK]),
        ({MINISTACK: TOLD, LOCALSTACK: TOLD}, {}, "ministack 1.5.33", [MINISTACK]),
        # Others than localstack answer there, too.
        ({LOCALSTACK: TOLD}, {}, f"{URL} 1.5.33", [MINISTACK, LOCALSTACK]),
        ({LOCALSTACK: TOLD}, {"reset": "localstack"}, "localstack 1.5.33", [LOCALSTACK]),
        ({LOCALSTACK: TOLD}, {"reset": "moto"}, "unknown", []),
        ({LOCALSTACK: TOLD}, {"label": "mine"}, "mine 1.5.33", [MINISTACK, LOCALSTACK]),
        ({}, {"label": "mine"}, "mine", [MINISTACK, LOCALSTACK]),
        ({LOCALSTACK: TOLD}, {"label": "mine", "version": "2"}, "mine 2", []),
        ({LOCALSTACK: TOLD}, {"version": "2"}, f"{URL} 2", []),
    ],
)
def test_a_target_is_called_what_is_known(
    answers: Mapping[str, bytes], more: Mapping[str, str], implementation: str, asked: list[str]
) -> None:
    assert named(answers, **more) == (implementation, asked)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"<html>",
        b'{"version": 1}',
        b'{"version": ""}',
        b'{"version": "1\\u001b[31m"}',
        b'{"version": "' + b"1" * 41 + b'"}',
        b'{"version": "1 2"}',
    ],
)
def test_what_is_no_version_is_none(body: bytes) -> None:
    assert named({MINISTACK: body})[0] == "unknown"


def test_what_is_in_this_process_says_itself_what_it_is() -> None:
    target = open_target("moto", Options(label="mine", version="7"))
    target.transport = tells = Tells({})
    name(target)
    assert target.implementation == "mine 7"
    assert tells.asked == []
