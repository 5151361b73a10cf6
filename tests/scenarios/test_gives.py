"""What a scenario says of itself: the kinds of evidence that it gives, and who needs them."""

from __future__ import annotations

from itertools import islice

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.selection import select
from listjobs_conformance.engine.suite import Suite
from listjobs_conformance.evidence import flatten
from listjobs_conformance.progress import Progress
from listjobs_conformance.run import SUITE, Settings, provisioning
from listjobs_conformance.scenarios import SCENARIOS, scenario_named
from listjobs_conformance.scenarios.scenario import Source
from listjobs_conformance.targets.kinds import Options, open_target

from ..conftest import Run
from ..test_selftest import EVERYDAY, FAULTS, failures

LARGE = 255


@pytest.mark.parametrize("name", [one.name for one in SCENARIOS if one.name != "aws-cli"])
def test_a_scenario_gives_the_kinds_of_evidence_that_it_says(name: str) -> None:
    scenario = scenario_named(name)
    target = open_target("reference", Options())
    session = provisioning(target, Settings(select(), check_access=True), Progress()).set_up()
    given = set[type]()
    # Half of them show all kinds; the rest of the lifecycles is more of the same.
    for plan in islice(scenario.fixed(Source.of(session, LARGE)), 40):
        session.begin()
        evidence = session.finish(scenario.perform(session, plan))
        given |= {type(piece) for outer in evidence for piece in flatten(outer)}
    assert given == set(scenario.gives)


def test_every_scenario_is_of_use_to_somebody() -> None:
    assert set(SUITE.needed_for(requirement.id for requirement in CATALOGUE)) == set(SCENARIOS)


def test_what_must_hold_in_the_whole_run_is_looked_at_too() -> None:
    suite: Suite = SUITE
    needed = {scenario.name for scenario in suite.needed_for(["concurrency/walks-independent"])}
    assert {"side-by-side", "racing", "listing"} <= needed
    assert "invalid" not in needed


def test_one_requirement_takes_a_tenth_of_the_requests_of_all(run: Run) -> None:
    whole = run("reference")
    one = run("reference", selected=select(["listing/scope"]))
    assert one.totals["pass"] == 1
    assert one.requests <= whole.requests / 10


ONE_OF_EACH_FAMILY = {FAULTS[name].breaks[0].split("/")[0]: name for name in sorted(EVERYDAY)}


@pytest.mark.matrix
@pytest.mark.parametrize("name", sorted(ONE_OF_EACH_FAMILY.values()))
def test_alone_a_requirement_fails_as_among_all(name: str, run: Run) -> None:
    fault = FAULTS[name]
    selected = select(fault.breaks)
    budget = "standard" if fault.needs_jobs else "quick"
    report = run(
        f"reference:{name}", budget=budget, selected=selected, check_access=fault.checks_access
    )
    assert failures(report).keys() == set(fault.breaks)
