"""Stored cases as tests: each ``*.listjobs.json`` in a project is one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from listjobs_conformance.reports import failure

from ..cases.case import Case, CaseError, read_case
from ..cases.replay import NOT_JUDGED, PASSES, replay
from ..contract import CATALOGUE
from ..engine.findings import FailureKind
from ..errors import UserError
from ..results.waivers import applying
from ..run import SUITE
from ..targets.kinds import target_of
from .engine import choices, settings
from .gate import EXERCISED
from .once import fail_once


def module(parent: pytest.Collector, path: Path) -> pytest.Module:
    """The test module that a stored case stands for."""
    collected = pytest.Module.from_parent(parent, path=path)
    collected.obj = ModuleType(path.name)
    collected.obj.test_case = _test_of(path)
    return collected


def _test_of(path: Path) -> object:
    try:
        case = read_case(path)
    except CaseError as error:
        raise pytest.Collector.CollectError(f"listjobs-conformance: {error}") from None

    @pytest.mark.listjobs
    @pytest.mark.parametrize("case", [case], ids=[case.requirement])
    def test_case(case: Case, listjobs_target: object, request: pytest.FixtureRequest) -> None:
        _replay(case, listjobs_target, request.node)

    return test_case


def _replay(case: Case, target: object, item: pytest.Item) -> None:
    """Carry the case out; fail where it shows again what it showed."""
    config = item.config
    try:
        chosen = settings(config)
        opened = target_of(target, choices(config).reaching)
        (replayed,) = replay(SUITE, opened, [case], chosen)
        today = datetime.now(UTC).date()
        waivers = applying(chosen.waivers, opened.name, opened.implementation, today)
    except UserError as error:
        fail_once(config, f"listjobs-conformance: {error}")
    item.stash[EXERCISED] = replayed.verdict != NOT_JUDGED
    if replayed.verdict == PASSES:
        return
    if replayed.verdict == NOT_JUDGED:
        pytest.skip(f"{NOT_JUDGED}: {replayed.reason}")
    result = replayed.result
    assert result is not None
    waiver = waivers.waives(FailureKind(result.id, result.fingerprint or ""))
    if waiver is not None:
        pytest.xfail(f"waived: {waiver}")
    if not CATALOGUE[result.id].level.gates(chosen.strict):
        pytest.skip(f"note: {replayed.verdict}, and a {result.level} does not gate")
    pytest.fail(failure.as_text(replayed.verdict, result), pytrace=False)
