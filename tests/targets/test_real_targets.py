"""Real implementations over a socket: what was measured of them by hand is what comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from listjobs_conformance.contract.selection import select
from listjobs_conformance.run import Settings, check
from listjobs_conformance.targets.kinds import Options, open_target

from ..helpers.servers import MINISTACK, MOTO, OLD_MOTO, Emulator, running

pytestmark = pytest.mark.matrix

MOST_JOBS, MOST_REQUESTS = 2, 3
"""In a smallest example, of any of these."""


@pytest.mark.parametrize("emulator", [MOTO, OLD_MOTO, MINISTACK], ids=lambda e: e.name)
def test_a_real_server_breaks_exactly_what_was_measured(emulator: Emulator, tmp_path: Path) -> None:
    with running(emulator, tmp_path) as server:
        target = open_target(server.url, Options(reset=emulator.distribution))
        report = check(target, Settings(select(), budget="quick"))
    results = {result.id: result for result in report.results}
    failed = {id for id, result in results.items() if result.verdict == "fail"}
    assert failed == emulator.breaks
    assert report.status == 1
    assert not [id for id, result in results.items() if result.verdict == "inconclusive"]
    for id in emulator.masked:
        assert results[id].verdict == "unexercised"
        assert str(results[id].reason).startswith(("masked by pagination/", "masked by error/"))
    for id in failed:
        violation = results[id].violation
        assert violation is not None
        assert violation.repeats, id
        assert len(violation.population) <= MOST_JOBS, id
        assert len(violation.requests) <= MOST_REQUESTS, id
        assert sum(request.decisive for request in violation.requests) == 1, id
