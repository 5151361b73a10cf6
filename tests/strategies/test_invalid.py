"""Mistakes: wrong only where they are meant to be."""

from __future__ import annotations

import re
from typing import Any

import botocore.session
import pytest
from hypothesis import given

from listjobs_conformance.api import FILTERS
from listjobs_conformance.model import EVERYTHING, STATUSES
from listjobs_conformance.strategies import invalid
from listjobs_conformance.strategies.population_space import covering

MEMBERS: Any = (
    botocore.session.get_session()
    .get_service_model("iot")
    .operation_model("ListJobs")
    .input_shape.members
)


def breaks_the_model(parameter: str, value: str) -> bool:
    """Whether the service model forbids this value."""
    shape = MEMBERS[parameter]
    if parameter == "maxResults":
        return not re.fullmatch(r"-?\d+", value) or not 1 <= int(value) <= 250
    if getattr(shape, "enum", None):
        return value not in shape.enum
    too_long = len(value) > shape.metadata.get("max", len(value))
    return too_long or not re.fullmatch(shape.metadata.get("pattern", ".*"), value, re.ASCII)


@given(invalid.DRAWN)
def test_a_mistake_breaks_the_service_model(mistake: invalid.Mistake) -> None:
    assert len(mistake.value) < 1000
    if mistake.parameter != "nextToken":
        assert breaks_the_model(mistake.parameter, mistake.value)
        assert mistake.value != ""


@pytest.mark.parametrize("mistake", invalid.MISTAKES, ids=lambda m: f"{m.kind}:{m.value[:20]!r}")
def test_a_curated_mistake_is_one_beyond_doubt(mistake: invalid.Mistake) -> None:
    if mistake.parameter == "nextToken":
        assert mistake.plausible or len(mistake.value) >= 40
    else:
        assert breaks_the_model(mistake.parameter, mistake.value)
        # Enumerations in another case are not known to be refused.
        assert mistake.value.upper() not in (*STATUSES, "SNAPSHOT", "CONTINUOUS")


def test_each_kind_of_mistake_is_made_beside_everything_else_that_a_request_can_hold() -> None:
    made = list(invalid.in_context(covering(EVERYTHING)))
    for kind, (parameter, _) in invalid.CURATED.items():
        beside = [m.beside for m in made if m.kind == kind and m.beside is not None]
        filters = {name for one in beside for name in one.query.filters}
        assert filters == {*FILTERS.values()} - {parameter}
        others = {one.other for one in beside if one.other is not None}
        assert others == {k for k, (p, _) in invalid.CURATED.items() if p != parameter}
        assert any(one.size for one in beside) or parameter == "maxResults"
        assert any(one.token for one in beside) or parameter == "nextToken"
        assert any(one.unknown for one in beside)
        assert {bool(one.first) for one in beside} == {True, False}


def test_beside_a_parameter_that_nobody_knows_only_a_server_fault_is_wrong() -> None:
    for mistake in invalid.in_context(covering(EVERYTHING)):
        assert mistake.beside is not None
        assert bool(mistake.beside.unknown) is mistake.plausible


def test_a_mistake_is_made_simpler_until_it_stands_alone() -> None:
    mistake = invalid.Mistake("status", "*", "status", beside=invalid.Beside(size=2))
    alone = next(invalid.simpler(mistake))
    assert alone.beside is None
    assert invalid.weight(alone) < invalid.weight(mistake)
    plainest = next(invalid.simpler(alone))
    assert plainest == invalid.plainest("status")
    assert not list(invalid.simpler(plainest))
