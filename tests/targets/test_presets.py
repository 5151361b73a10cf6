"""Emulators that are known, and how they are reset."""

from __future__ import annotations

import pytest

from listjobs_conformance.evidence import Request
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.presets import PRESETS


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_preset_resets_only_where_it_is_asked_for(preset: str) -> None:
    url = PRESETS[preset].url
    assert open_target(url, Options()).reset_with is None
    assert open_target(url, Options(reset=preset)).reset_with == Request(
        "POST", PRESETS[preset].reset
    )
