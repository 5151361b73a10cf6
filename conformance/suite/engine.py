"""What the pytest plugin does once the suite is wanted: choices, the run, its report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from listjobs_conformance.reports import terminal
from listjobs_conformance.reports.record import Report, Result

from ..cases import CaseError
from ..check import Settings, check
from ..choices import Choices, choose
from ..crew import Alone, Team
from ..options import OPTIONS, ConfigurationError
from ..selection import UsageError
from ..stacks import on_its_own_stack
from ..targets.kinds import target_of
from ..targets.target import TargetError
from ..waivers import WaiverError
from ..worldfile import WorldError

WRONG = (CaseError, ConfigurationError, UsageError, TargetError, WaiverError, WorldError)

PARAMETER = "requirement"


def choices(config: pytest.Config) -> Choices:
    """What was chosen: by option, else by ini, else in ``pyproject.toml``, else by variable."""
    given: dict[str, Any] = {}
    for option in OPTIONS.values():
        name = f"listjobs_{option.attribute}"
        value = config.getoption(name)
        if value is None:
            said = config.getini(name)
            value = option.read(said, name) if said not in (None, "", []) else None
        given[option.attribute] = value
    return choose(given, config.rootpath)


def settings(config: pytest.Config) -> Settings:
    """The settings of the run; raises what pytest shows as one line where they cannot be."""
    try:
        return choices(config).settings()
    except WRONG as error:
        raise pytest.Collector.CollectError(f"listjobs-conformance: {error}") from None


def report(session: pytest.Session, target: object, shared: str | None) -> Report:
    """Check the target for what is selected; as one of a team where workers share a folder."""
    config = session.config
    crew = Team(Path(shared)) if shared else Alone()
    chosen = settings(config)
    selected = _selected(session) or chosen.selected
    chosen = replace(
        chosen,
        selected=selected,
        required=chosen.required & selected,
        seed=crew.once("seed", lambda: chosen.seed),
    )
    try:
        opened = target_of(target, choices(config).reaching)
        # Where workers share targets of their own, nothing is left behind by an interrupt.
        found = (
            on_its_own_stack(lambda: check(opened, chosen, crew=crew))
            if shared and opened.own
            else check(opened, chosen, crew=crew)
        )
    except WRONG as error:
        pytest.fail(f"listjobs-conformance: {error}", pytrace=False)
    if found.interrupted:
        raise KeyboardInterrupt
    return found


def _selected(session: pytest.Session) -> frozenset[str]:
    """The ids of the requirements that tests are left of, after ``-k``, ``-m`` and so on."""
    return frozenset(
        str(item.callspec.params[PARAMETER])
        for item in session.items
        if isinstance(item, pytest.Function)
        and hasattr(item, "callspec")
        and PARAMETER in item.callspec.params
    )


def decide(found: Report, result: Result) -> None:
    """Pass, fail or skip, as the verdict says."""
    if result.verdict == "pass":
        return
    gating = found.gating(result)
    if result.verdict == "unexpected-pass" or (result.verdict == "inconclusive" and gating):
        pytest.fail(f"{result.verdict}: {result.reason}", pytrace=False)
    if result.verdict == "waived":
        pytest.xfail(f"waived: {result.waiver}")
    if result.verdict == "fail" and gating:
        pytest.fail(terminal.in_text(found, result), pytrace=False)
    said = result.violation.message if result.violation is not None else result.reason
    pytest.skip(f"{terminal.verdict(found, result)}: {said}")


def finish(found: Report, config: pytest.Config) -> str:
    """Write what is wanted of a report; the sum of it, for the terminal."""
    chosen = choices(config)
    lines = [terminal.sum_of(found).plain]
    if chosen.output is not None:
        from listjobs_conformance.reports import files  # No worker writes any.

        chosen.folder.mkdir(parents=True, exist_ok=True)
        lines.append(f"report: {files.write(found, chosen.folder)}")
    return "\n".join(lines)
