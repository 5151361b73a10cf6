"""Plans: what a case says of them reads back as it was, or is refused."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings

from listjobs_conformance.cases.plans import NoSuchPlan, action_document, action_of
from listjobs_conformance.model import EVERYTHING
from listjobs_conformance.scenarios import SCENARIOS, Plan, Scenario, Source, scenario_named
from listjobs_conformance.schemas import CASE, load, validator

FRESH = Source.fresh(EVERYTHING, large=260)


def stored_action(scenario: Scenario, action: Any) -> dict[str, Any]:
    """A case that does this, and of which nothing else matters."""
    return {
        "version": 1,
        "requirement": "filter/status",
        "fingerprint": "0" * 12,
        "message": "",
        "expected": "",
        "actual": "",
        "target": {"name": "moto", "implementation": "moto"},
        "tool": "",
        "scenario": scenario.name,
        "doing": action,
        "world": {"jobs": []},
        "requests": [
            {
                "method": "GET",
                "target": "/jobs",
                "service": "iot",
                "answer": {
                    "status": 200,
                    "jobs": [],
                    "nextToken": None,
                    "error": None,
                    "failure": None,
                },
                "decisive": True,
            }
        ],
    }


def round_trips(scenario: Scenario, plan: Plan) -> None:
    document = orjson.loads(orjson.dumps(action_document(scenario, plan.action)))
    assert action_of(scenario, document) == plan.action
    broken = [e.message for e in validator(CASE).iter_errors(stored_action(scenario, document))]
    assert not broken


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_what_a_run_begins_with_reads_back_as_it_was(scenario: Scenario) -> None:
    plans = list(scenario.fixed(FRESH))
    assert plans
    for plan in plans:
        round_trips(scenario, plan)


DRAWN = [scenario for scenario in SCENARIOS if scenario.drawn is not None]


@pytest.mark.parametrize("scenario", DRAWN, ids=lambda scenario: scenario.name)
def test_what_is_drawn_reads_back_as_it_was(scenario: Scenario) -> None:
    assert scenario.drawn is not None

    @settings(max_examples=50, database=None, deadline=None)
    @given(scenario.drawn(FRESH))
    def each(plan: Plan) -> None:
        round_trips(scenario, plan)

    each()


def test_every_scenario_has_its_place_in_the_schema() -> None:
    named: set[str] = set()
    for rule in load(CASE)["allOf"]:
        said = rule["if"]["properties"]["scenario"]
        named.update(said.get("enum", [said.get("const")]))
    assert named == {scenario.name for scenario in SCENARIOS}


@pytest.mark.parametrize(
    ("scenario", "document"),
    [
        ("listing", [{"query": {"status": 5}, "split": 0}]),
        ("listing", [{"query": {}, "split": "0"}]),
        ("listing", [{"query": {}, "split": True}]),
        ("listing", [{"query": {}, "split": 0, "more": 1}]),
        ("listing", 5),
        ("side-by-side", [{"query": {}, "split": 0}]),
        ("tampering", [{"query": {}, "split": 0}]),
        ("racing", 5),
        ("motion", None),
    ],
)
def test_what_a_scenario_cannot_do_is_refused_with_the_place(scenario: str, document: Any) -> None:
    with pytest.raises(NoSuchPlan, match="doing"):
        action_of(scenario_named(scenario), document)
