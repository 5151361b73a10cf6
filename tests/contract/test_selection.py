"""Requirements are chosen by globs."""

from __future__ import annotations

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.selection import required, select
from listjobs_conformance.errors import UsageError


def test_globs_select_and_a_glob_that_matches_nothing_is_an_error() -> None:
    assert select(["filter/*"], ["filter/s*"]) == {
        r.id for r in CATALOGUE if r.family == "filter" and r.id != "filter/status"
    }
    with pytest.raises(UsageError, match="did you mean filter/status"):
        select(["filter/statuses"])
    with pytest.raises(UsageError, match="did you mean pagination/terminates"):
        select(["terminate"])
    with pytest.raises(UsageError, match="--skip takes away"):
        select(["filter/status"], ["filter/*"])


def test_a_glob_demands_what_can_fail_the_run_and_an_id_what_it_names() -> None:
    observed, convention = "filter/thing-group-scheduled", "filter/namespace-id"
    demanded = required(["filter/*"], (), ())
    assert "filter/status" in demanded
    assert not {observed, convention} & demanded
    assert required(["filter/*"], (), (), strict=True) == demanded | {convention}
    assert required(["filter/*", observed], (), ()) == demanded | {observed}
    with pytest.raises(UsageError, match="can fail the run: name it by its id"):
        required(["filter/*-scheduled"], (), ())
