"""Cases: what is written of a failure, what is read again, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from hypothesis import given, settings

from listjobs_conformance.cases.case import CaseError, read_case, read_cases
from listjobs_conformance.cases.plans import NoSuchPlan, action_document, action_of
from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.model import EVERYTHING
from listjobs_conformance.run import REPLAY
from listjobs_conformance.scenarios import SCENARIOS, Plan, Scenario, Source, scenario_named
from listjobs_conformance.schemas import CASE, load, validator
from listjobs_conformance.worlds.provisioning import EXISTING, SHARED

from .conftest import Run

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


# Plans.


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


# What a run writes.


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run writes that finds two failures: of a filter, and of walks that change."""
    folder = tmp_path_factory.mktemp("out")
    run(
        "reference:status-ignored+offset-in-token",
        keeps_cases=folder,
    )
    return folder


@pytest.fixture(scope="module")
def case_file(folder: Path) -> Path:
    return folder / "cases" / "filter.status.listjobs.json"


def test_each_failure_gets_a_case_that_the_report_names(run: Run, tmp_path: Path) -> None:
    stale = tmp_path / "cases" / "listing.complete.listjobs.json"
    other = tmp_path / "cases" / "notes.json"
    stale.parent.mkdir()
    stale.write_text("{}")
    other.write_text("{}")
    report = run("reference:status-ignored", keeps_cases=tmp_path)
    assert {r.id: r.case for r in report.results if r.case} == {
        "filter/status": "cases/filter.status.listjobs.json"
    }
    names = {path.name for path in (tmp_path / "cases").iterdir()}
    assert names == {"filter.status.listjobs.json", "notes.json"}


def test_a_case_is_valid_and_says_all_that_a_person_needs(case_file: Path) -> None:
    document = json.loads(case_file.read_text())
    jsonschema.validate(document, load(CASE))
    assert document["scenario"] == "listing"
    assert document["doing"] == [
        {"query": {"status": document["doing"][0]["query"]["status"]}, "split": 0}
    ]
    assert len(document["world"]["jobs"]) == 1
    assert [request["decisive"] for request in document["requests"]] == [False, True]
    decisive = document["requests"][1]["answer"]
    assert decisive["jobs"] == [document["world"]["jobs"][0]["jobId"]]
    assert decisive["form"]["contentType"] == "application/json"
    assert "Time" not in case_file.read_text()


def test_a_case_reads_back_as_it_was_written(folder: Path, tmp_path: Path) -> None:
    for case in read_cases([folder]):
        case.write(tmp_path / case.name)
        assert read_case(tmp_path / case.name) == case


def test_tokens_and_changes_stand_in_a_case_in_the_order_of_time(folder: Path) -> None:
    (case,) = read_cases([folder / "cases" / "lifecycle.survivors-once.listjobs.json"])
    sent = [(request["method"], request["target"]) for request in case.requests]
    assert sent[0] == ("GET", "/jobs?maxResults=1")
    assert sent[1][0] == "DELETE"
    assert sent[2] == ("GET", "/jobs?maxResults=1&nextToken=TOKEN_OF_ANSWER_1")
    assert case.requests[0]["answer"]["nextToken"] == "TOKEN_OF_ANSWER_1"


def test_the_same_run_writes_the_same_cases(run: Run, folder: Path, tmp_path: Path) -> None:
    run("reference:status-ignored+offset-in-token", keeps_cases=tmp_path)

    def written(folder: Path) -> dict[str, str]:
        return {path.name: path.read_text() for path in (folder / "cases").iterdir()}

    assert written(tmp_path) == written(folder)


def test_a_case_of_a_shared_world_names_nothing_of_that_run(run: Run, tmp_path: Path) -> None:
    run(
        "reference:status-ignored+offset-in-token",
        world=SHARED,
        allow_writes=True,
        keeps_cases=tmp_path,
    )
    texts = [path.read_text() for path in (tmp_path / "cases").iterdir()]
    assert len(texts) == 2
    assert all("lj" not in text for text in texts)


def test_of_an_account_that_was_found_there_are_no_cases(run: Run, tmp_path: Path) -> None:
    report = run("reference:no-request-id", world=EXISTING, keeps_cases=tmp_path, strict=True)
    assert any(result.verdict == "fail" for result in report.results)
    assert not any(result.case for result in report.results)
    assert not (tmp_path / "cases").exists()


def test_a_run_begins_with_stored_cases_and_may_end_with_them(run: Run, folder: Path) -> None:
    cases = tuple(read_cases([folder]))
    report = run("reference:status-ignored", stored=cases, mode=REPLAY)
    assert {r.id for r in report.results if r.verdict == "fail"} == {"filter/status"}
    assert report.examples == len(cases)
    whole = run("reference", stored=cases)
    assert whole.examples == run("reference").examples + len(cases)
    assert whole.status == 0


def test_a_stored_case_that_a_target_cannot_hold_changes_nothing(run: Run, folder: Path) -> None:
    cases = tuple(read_cases([folder]))
    shared = run("reference", stored=cases, world=SHARED, allow_writes=True)
    assert shared.status == 0


# What is no case.


def broken(text: str) -> Iterator[tuple[str, str, str]]:
    good = json.loads(text)

    def changed(words: str, **changes: Any) -> tuple[str, str, str]:
        return words, json.dumps({**good, **changes}), words

    yield "no JSON", "{", "is no JSON"
    yield "no object", "[]", "is not of type 'object'"
    yield "empty", "{}", "required property"
    yield "deep", "[" * 1000 + "]" * 1000, "is no case"
    yield (
        "deep doing",
        json.dumps({**good, "doing": 0}).replace('"doing": 0', '"doing": ' + "[" * 900 + "]" * 900),
        "is no case",
    )
    yield changed("its version is 2", version=2)
    yield changed("no scenario 'listin': did you mean listing?", scenario="listin")
    yield changed(
        "no requirement 'filter/stats': did you mean filter/status?", requirement="filter/stats"
    )
    yield changed("at requests", requests=[])
    yield changed("at fingerprint", fingerprint="x")
    yield changed("at doing", doing=[])
    yield changed(
        "at doing/what",
        scenario="tokens",
        doing={
            "what": "explode",
            "ask": {"query": {}, "split": 0},
            "other": {"query": {}, "split": 0},
        },
    )
    yield changed("world", world={"jobs": [{"jobId": "a b"}]})
    yield changed(
        "beside the group that is missing",
        scenario="missing",
        doing={"by": "thing_group_name", "name": "g"},
    )
    yield changed("more", more=1)


def test_what_is_no_case_is_refused_with_the_file_and_the_place(
    case_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "broken.listjobs.json"
    for name, text, words in broken(case_file.read_text()):
        path.write_text(text)
        with pytest.raises(CaseError) as refused:
            read_case(path)
        assert words in str(refused.value), name
        assert str(path) in str(refused.value)
        assert "\n" not in str(refused.value)
    with pytest.raises(CaseError, match="cannot read"):
        read_case(tmp_path / "none.listjobs.json")
    (tmp_path / "nothing").mkdir()
    with pytest.raises(CaseError, match="holds no case"):
        read_cases([tmp_path / "nothing"])


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listjobs_conformance.cases.case.LARGEST", 100)
    path = tmp_path / "large.listjobs.json"
    path.write_text(" " * 101)
    with pytest.raises(CaseError, match="larger than 100 bytes"):
        read_case(path)


def test_requirements_of_every_family_can_be_named() -> None:
    pattern = load(CASE)["properties"]["requirement"]["pattern"]
    for requirement in CATALOGUE:
        jsonschema.validate(requirement.id, {"pattern": pattern})
