"""A backend that has no regions."""

from __future__ import annotations

import re
from typing import Any

from listjobs_conformance.contract.selection import select
from listjobs_conformance.evidence import Request
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.targets.target import Target
from listjobs_conformance.wire.wsgi import WsgiTransport

from ..helpers.runs import failures


class OneRegion:
    """The reference server, for which every request is one to the same region."""

    def __init__(self) -> None:
        self.server = ReferenceServer(())

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        signed = environ.get("HTTP_AUTHORIZATION", "")
        here = re.sub(r"(Credential=[^/]*/[^/]*/)[^/]*", r"\1us-east-1", signed)
        return self.server(environ | {"HTTP_AUTHORIZATION": here}, start_response)


def test_who_has_one_region_only_is_not_accused_of_its_tokens() -> None:
    target = Target(
        "one region",
        WsgiTransport(OneRegion()),
        own=True,
        reset_with=Request("POST", "/_listjobs/reset"),
    )
    found = check(target, Settings(select(), budget="quick", shrinking=False))
    assert failures(found) == set()
    verdicts = {result.id: result.verdict for result in found.results}
    assert verdicts["listing/scope"] == "unexercised"
    assert verdicts["pagination/token-tampered"] == "pass"
