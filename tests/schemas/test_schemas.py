"""The schemas say what the installed service model says, and name existing requirements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.session
import orjson
import pytest

from listjobs_conformance.api import FILTERS, WIDEST
from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.errors import MODELLED
from listjobs_conformance.evidence import Exchange, Request
from listjobs_conformance.model import SELECTIONS, STATUSES
from listjobs_conformance.schemas import ERROR, RESPONSE, complaints, load, validator


@pytest.fixture(scope="module")
def model() -> Any:
    """botocore's model of the operation."""
    return botocore.session.get_session().get_service_model("iot").operation_model("ListJobs")


def drift(what: str, ours: object, theirs: object) -> str:
    return f"botocore's service model has changed: {what} is {theirs}, the schema says {ours}"


def test_the_members_of_a_summary_are_the_modelled_ones(model: Any) -> None:
    summary = model.output_shape.members["jobs"].member
    properties = load(RESPONSE)["properties"]["jobs"]["items"]["properties"]
    modelled = set(summary.members)
    assert set(properties) == modelled, drift("JobSummary", set(properties), modelled)
    for name, shape in summary.members.items():
        ours, theirs = _json_types(properties[name]), _modelled_type(shape)
        assert ours == {theirs, "null"}, drift(name, ours, theirs)


def test_the_members_of_the_response_are_the_modelled_ones(model: Any) -> None:
    members = model.output_shape.members
    properties = load(RESPONSE)["properties"]
    assert set(properties) == set(members), drift("ListJobsResponse", properties, members)
    assert not model.output_shape.required_members
    assert not members["jobs"].member.required_members


def test_the_enumerations_are_the_modelled_ones(model: Any) -> None:
    summary = model.output_shape.members["jobs"].member
    properties = load(RESPONSE)["properties"]["jobs"]["items"]["properties"]
    for name, known in (("status", STATUSES), ("targetSelection", SELECTIONS)):
        ours = {value for value in properties[name]["enum"] if value is not None}
        theirs = set(summary.members[name].enum)
        assert ours == theirs, drift(name, ours, theirs)
        assert set(known) == theirs, drift(name, known, theirs)


def test_lengths_and_patterns_are_the_modelled_ones(model: Any) -> None:
    summary = model.output_shape.members["jobs"].member
    properties = load(RESPONSE)["properties"]["jobs"]["items"]["properties"]
    for name in ("jobId", "thingGroupId"):
        theirs = summary.members[name].metadata
        ours = {**properties[name], **properties[name].get("allOf", [{}])[0]}
        assert (ours["minLength"], ours["maxLength"]) == (theirs["min"], theirs["max"])
        assert ours["pattern"].strip("^$").replace("\\", "") == theirs["pattern"].replace("\\", "")


def test_the_parameters_are_the_modelled_ones(model: Any) -> None:
    members = model.input_shape.members
    assert set(members) == {*FILTERS.values(), "maxResults", "nextToken"}
    assert (members["maxResults"].metadata["min"], members["maxResults"].metadata["max"]) == (
        1,
        WIDEST,
    )
    for name in members:
        assert members[name].serialization == {"location": "querystring", "name": name}
    assert (model.http["method"], model.http["requestUri"]) == ("GET", "/jobs")


def test_the_documented_exceptions_are_the_modelled_ones(model: Any) -> None:
    theirs = {shape.name: shape.metadata["error"]["httpStatusCode"] for shape in model.error_shapes}
    assert set(MODELLED) == set(theirs), drift("errors", set(MODELLED), set(theirs))
    for name, status in theirs.items():
        assert status in MODELLED[name], drift(name, MODELLED[name], status)


def test_every_requirement_that_a_schema_names_exists() -> None:
    named = set(_named(load(RESPONSE))) | set(_named(load(ERROR)))
    assert named
    assert named <= {requirement.id for requirement in CATALOGUE}


def _named(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "x-requirement":
                yield value
            else:
                yield from _named(value)


def _json_types(property: Any) -> set[str]:
    if "enum" in property:
        return {"null" if value is None else "string" for value in property["enum"]}
    return set(property["type"])


def _modelled_type(shape: Any) -> str:
    names = {"timestamp": "number", "boolean": "boolean", "string": "string"}
    return names[shape.type_name]


def body(document: object) -> Exchange:
    return Exchange(Request("GET", "/jobs"), 200, {}, orjson.dumps(document))


@pytest.mark.parametrize(
    ("summary", "requirement", "place"),
    [
        ({"jobId": "a", "status": "QUEUED"}, "summary/status", "jobs/0/status"),
        ({"jobId": "a", "status": 1}, "summary/status", "jobs/0/status"),
        ({"jobId": "a", "targetSelection": "x"}, "summary/target-selection", None),
        ({"jobId": "a", "createdAt": "2020"}, "summary/timestamps", "jobs/0/createdAt"),
        ({"jobId": "a", "isConcurrent": "true"}, "summary/is-concurrent", None),
        ({"jobId": "a b"}, "summary/identity", "jobs/0/jobId"),
        ({"jobId": "a\n"}, "summary/identity", "jobs/0/jobId"),
        ({"jobId": "a", "thingGroupId": 5}, "summary/schema", "jobs/0/thingGroupId"),
        ({"jobId": "a", "thingGroupId": "g:1"}, "summary/thing-group-id", "jobs/0/thingGroupId"),
        ("a", "summary/schema", "jobs/0"),
    ],
)
def test_a_wrong_place_names_its_requirement(
    summary: object, requirement: str, place: str | None
) -> None:
    (complaint,) = complaints(RESPONSE, body({"jobs": [summary]}))
    assert complaint.requirement == requirement
    assert place in (None, complaint.place)
    assert complaint.message


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"jobs": [], "nextToken": None},
        {"jobs": None},
        {"jobs": [{}], "nextToken": "t", "more": 1},
        {"jobs": [{"jobId": "a", "createdAt": 1.5, "completedAt": None, "isConcurrent": None}]},
    ],
)
def test_what_the_contract_allows_is_valid(document: object) -> None:
    assert not complaints(RESPONSE, body(document))


def test_every_schema_is_a_valid_schema() -> None:
    import jsonschema

    for name in (RESPONSE, ERROR, "report"):
        jsonschema.Draft202012Validator.check_schema(load(name))
        assert validator(name) is validator(name)
