"""What the pytest plugin does once the suite is wanted: choices, the run, its report."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import pytest
from filelock import FileLock

from listjobs_conformance.reports import document, failure, terminal
from listjobs_conformance.reports.record import Report, Result

from ..config.choices import Choices, choose
from ..config.options import OPTIONS
from ..errors import UserError
from ..run import Settings, check
from ..targets.kinds import target_of

PARAMETER = "requirement"

T = TypeVar("T")


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
    except UserError as error:
        raise pytest.Collector.CollectError(f"listjobs-conformance: {error}") from None


def report(session: pytest.Session, target: object, shared: Path | None) -> Report:
    """Check the target for what is selected.

    Of the workers of pytest-xdist, which share a folder, one does it and the others read what
    it found: the first that comes takes the lock, and a worker that dies lets go of it.
    """
    if shared is None:
        return _checked(session, target)
    with FileLock(shared / "report.lock"):
        if not (shared / document.NAME).exists():
            document.write(_checked(session, target), shared)
    return document.read(shared / document.NAME)


def _checked(session: pytest.Session, target: object) -> Report:
    config = session.config
    chosen = settings(config)
    selected = _selected(session) or chosen.selected
    chosen = replace(chosen, selected=selected, required=chosen.required & selected)
    try:
        opened = target_of(target, choices(config).reaching)
        # Of a target of its own, nothing is left behind by an interrupt.
        found = (
            on_its_own_stack(lambda: check(opened, chosen)) if opened.own else check(opened, chosen)
        )
    except UserError as error:
        pytest.fail(f"listjobs-conformance: {error}", pytrace=False)
    if found.interrupted:
        raise KeyboardInterrupt
    return found


def on_its_own_stack(do: Callable[[], T]) -> T:
    """What it returns or raises, done in a thread.

    pytest calls from so deep that CPython 3.11 asks the system for another piece of stack at
    nearly every call of what is called most, and gives it back: up to a third of the time. An
    interrupt ends the waiting and leaves the thread to itself: only for what may be cut short.
    """
    done: Future[T] = Future()

    def work() -> None:
        try:
            done.set_result(do())
        except BaseException as error:
            done.set_exception(error)

    Thread(target=work, daemon=True).start()
    return done.result()


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
        pytest.fail(failure.in_text(found, result), pytrace=False)
    said = result.violation.message if result.violation is not None else result.reason
    pytest.skip(f"{found.called(result)}: {said}")


def finish(found: Report, config: pytest.Config) -> str:
    """Write what is wanted of a report; the sum of it, for the terminal."""
    chosen = choices(config)
    lines = [terminal.sum_of(found).plain]
    if chosen.output is not None:
        from listjobs_conformance.reports import files

        chosen.folder.mkdir(parents=True, exist_ok=True)
        lines.append(f"report: {files.write(found, chosen.folder)}")
    return "\n".join(lines)
