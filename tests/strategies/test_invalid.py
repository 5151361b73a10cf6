"""Mistakes: wrong only where they are meant to be."""

from __future__ import annotations

import re
from typing import Any

import botocore.session
import pytest
from hypothesis import given

from listjobs_conformance.model import STATUSES
from listjobs_conformance.strategies import invalid

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
