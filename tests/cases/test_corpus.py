"""What earlier releases wrote is still read, and still means the same.

``tests/corpus`` holds cases of every scenario, waivers and a report as the first release wrote
them. Nothing there is ever changed; what a later release writes in another form is added.
"""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from listjobs_conformance.cases.case import find_cases, read_case
from listjobs_conformance.cases.replay import FAILS, PASSES, replay
from listjobs_conformance.reports import document
from listjobs_conformance.results.waivers import read_waivers
from listjobs_conformance.run import SUITE
from listjobs_conformance.scenarios import SCENARIOS
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.worlds.provisioning import WorldOptions

from ..conftest import Run

CORPUS = Path(__file__).parents[1] / "corpus"
CASES = find_cases([CORPUS])


def test_every_scenario_that_a_case_can_be_of_is_there() -> None:
    # The aws command meets targets behind a URL alone.
    assert {read_case(path).scenario for path in CASES} == {s.name for s in SCENARIOS} - {"aws-cli"}


@pytest.mark.parametrize("path", CASES, ids=[path.name for path in CASES])
def test_a_case_is_read_and_written_as_it_was(path: Path) -> None:
    written = orjson.dumps(read_case(path).document())
    assert orjson.loads(written) == orjson.loads(path.read_bytes())


@pytest.mark.parametrize("path", CASES, ids=[path.name for path in CASES])
def test_a_case_still_shows_its_failure_and_accuses_nobody_else(path: Path) -> None:
    case = read_case(path)
    access = WorldOptions(check_access=case.scenario == "access")
    # A signature that nobody looks at is the reference's own way.
    seen_on = open_target(case.target, Options())
    (replayed,) = replay(SUITE, seen_on, [case], access)
    assert (replayed.verdict, replayed.reason) == (FAILS, None)
    good = open_target("reference:checks-signatures", Options())
    (replayed,) = replay(SUITE, good, [case], access)
    assert replayed.verdict == PASSES, replayed.reason


def test_waivers_still_hold_so_that_no_gate_turns_red(run: Run) -> None:
    waivers = read_waivers(CORPUS / "waivers.toml")
    report = run("moto", waivers=waivers)
    assert report.status == 0
    assert report.totals["waived"] == len({waiver.requirement for waiver in waivers})
    assert report.totals["unexpected-pass"] == 0


def test_a_report_of_before_is_read_and_written_with_all_it_says(tmp_path: Path) -> None:
    found = document.read(CORPUS / document.NAME)
    assert document.read(document.write(found, tmp_path)) == found
    before = orjson.loads((CORPUS / document.NAME).read_bytes())
    for old, new in zip(before["results"], found.document()["results"], strict=True):
        assert orjson.loads(orjson.dumps(new)).items() >= old.items()
