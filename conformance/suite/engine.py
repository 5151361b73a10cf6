"""What the pytest plugin does once the suite is wanted: choices, the run, its report."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from filelock import FileLock, Timeout

from listjobs_conformance.reports import document, failure, terminal
from listjobs_conformance.reports.record import Report, Result
from listjobs_conformance.reports.text import harmless, lacking, narrow

from ..config.choices import Choices, choose
from ..config.options import OPTIONS
from ..errors import UserError
from ..run import Settings, check
from ..targets.kinds import target_of
from .interrupts import GRACE, Until, on_its_own_stack
from .once import fail_once

PARAMETER = "requirement"

FLAGS = "--listjobs-"
"""What the options begin with under pytest."""

NO_TARGET = (
    "no target is named: give --listjobs-target, target in pyproject.toml or LISTJOBS_TARGET, or "
    "a fixture listjobs_target in the conftest.py of the root folder"
)

LOCK, HALT = "report.lock", "halt"
"""In the folder that workers share: who does the run holds this, and ends once that is there."""


def choices(config: pytest.Config) -> Choices:
    """What was chosen: by option, else by ini, else in ``pyproject.toml``, else by variable."""
    given: dict[str, Any] = {}
    places: dict[str, str] = {}
    for option in OPTIONS.values():
        name = f"listjobs_{option.attribute}"
        value = config.getoption(name)
        if value is None:
            said = config.getini(name)
            if said not in (None, "", []):
                places[option.attribute] = f"{name} in pytest's ini"
                value = option.read(said, places[option.attribute])
        given[option.attribute] = value
    return choose(given, config.rootpath, FLAGS, places)


def settings(config: pytest.Config) -> Settings:
    """The settings of the run; raises what pytest shows as one line where they cannot be."""
    try:
        return choices(config).settings()
    except UserError as error:
        raise pytest.Collector.CollectError(f"listjobs-conformance: {error}") from None


def named_target(config: pytest.Config) -> str:
    """The name of the target; fails the test that asks for it where there is none."""
    try:
        name = choices(config).target
    except UserError as error:
        pytest.fail(f"listjobs-conformance: {error}", pytrace=False)
    if name is None:
        pytest.fail(f"listjobs-conformance: {NO_TARGET}", pytrace=False)
    return name


def report(session: pytest.Session, target: object, shared: Path | None) -> Report:
    """Check the target for what is selected.

    Raises ``UserError`` where it is none. Of the workers of pytest-xdist, which share a folder, one
    does it and the others read what it found: the first that comes takes the lock, and a worker
    that dies lets go of it.
    """
    if shared is None:
        return _checked(session, target, lambda: False)
    with FileLock(shared / LOCK):
        if not (shared / document.NAME).exists():
            document.write(_checked(session, target, (shared / HALT).exists), shared)
    return document.read(shared / document.NAME)


def let_end(shared: Path) -> None:
    """Tell the worker that does it to end, and wait until it has said what it found."""
    (shared / HALT).touch()
    if (shared / LOCK).exists():
        # No longer than is good, or until the next interrupt: then there is nothing to say.
        with suppress(Timeout, KeyboardInterrupt), FileLock(shared / LOCK, timeout=GRACE):
            pass


def _checked(session: pytest.Session, target: object, halted: Callable[[], bool]) -> Report:
    config = session.config
    chosen = settings(config)
    selected = _selected(session) or chosen.selected
    chosen = replace(chosen, selected=selected, required=chosen.required & selected)
    interrupted = Event()
    told = Until(lambda: interrupted.is_set() or halted())
    said = choices(config)
    try:
        opened = target_of(target, said.reaching)
        # Of a target of its own, nothing is left behind by an interrupt.
        if opened.own:
            return on_its_own_stack(lambda: check(opened, chosen, told), interrupted.set)
        return check(opened, chosen, told)
    except UserError as error:
        error.args = (said.in_place(str(error)),)
        raise


def _selected(session: pytest.Session) -> frozenset[str]:
    """The ids of the requirements that tests are left of, after ``-k``, ``-m`` and so on."""
    return frozenset(
        str(item.callspec.params[PARAMETER])
        for item in session.items
        if isinstance(item, pytest.Function)
        and hasattr(item, "callspec")
        and PARAMETER in item.callspec.params
    )


def judged(found: Report | str, config: pytest.Config) -> Report:
    """The report; fails one test, and skips the others, where nothing at all could be judged."""
    reason = found if isinstance(found, str) else _one_reason(found)
    if reason is not None:
        fail_once(config, reason)
    assert isinstance(found, Report)
    return found


def _one_reason(found: Report) -> str | None:
    """Why nothing at all was judged, where there is one reason for it."""
    why = {(result.verdict, result.reason) for result in found.results}
    verdict, reason = why.pop() if len(why) == 1 else ("", None)
    return reason if verdict == "inconclusive" else None


def exercised(result: Result) -> bool:
    """Whether anything was seen that the requirement is about."""
    return result.verdict not in ("unexercised", "inconclusive")


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
        pytest.fail(failure.in_text(found, result), pytrace=False)
    said = result.violation.message if result.violation is not None else result.reason
    pytest.skip(f"{found.called(result)}: {said}")


def finish(found: Report, config: pytest.Config) -> str:
    """Write what is wanted of a report; the sum of it, for the terminal."""
    chosen = choices(config)
    lacks = [harmless(said) for said in (lacking(found), narrow(found)) if said is not None]
    lines = [*lacks, terminal.sum_of(found).plain]
    if chosen.output is not None:
        from listjobs_conformance.reports import files

        chosen.folder.mkdir(parents=True, exist_ok=True)
        path = files.write(found, chosen.folder, chosen.commands(chosen.said))
        lines.append(f"report: {path}")
    return "\n".join(lines)
