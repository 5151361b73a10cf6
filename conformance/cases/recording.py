"""Makes a case of each failure that a run reports, and keeps them in a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from listjobs_conformance.reports.record import Report, Result

from ..engine.findings import Counterexample, FailureKind, Findings
from ..engine.suite import Suite
from ..evidence import Exchange, Page
from ..results.aliases import Aliases
from ..results.wording import exchanges_of, shown_of
from ..worlds.session import Session
from .case import SUFFIX, Case, CaseError, read_case
from .form import form
from .script import NoScript, script

FOLDER = "cases"
"""Where the cases of a run are, below its output folder."""

MOST_REQUESTS = 60
"""How many requests a case holds; the decisive one is always among them."""

MOST_JOBS = 2000
"""The largest world that a case holds."""

MOST_IDS, LONGEST_ID = 500, 200
"""How many job ids of one answer are written down, and how many characters of each."""

MOST_FORM = 20_000
"""Characters of the form of an answer that are written down; a longer one is left out."""


def store(
    suite: Suite, report: Report, findings: Findings, session: Session, folder: Path | None
) -> Report:
    """Write a case for each failure into ``cases`` below the folder; the report names them.

    Case files that an earlier run left there are removed, but for the smaller ones of what is
    waived. Raises ``OSError``.
    """
    if folder is None:
        return report
    place = folder / FOLDER
    cases = {
        result.id: _smaller(case, place) if result.verdict == "waived" else case
        for result in report.results
        if (case := _case_of_result(suite, result, report, findings, session)) is not None
    }
    names = {case.name for case in cases.values()}
    for stale in place.glob(f"*{SUFFIX}"):
        if stale.name not in names:
            stale.unlink(missing_ok=True)
    if cases:
        place.mkdir(parents=True, exist_ok=True)
    for case in cases.values():
        case.write(place / case.name)
    return replace(
        report,
        results=tuple(
            _with_case(result, cases[result.id]) if result.id in cases else result
            for result in report.results
        ),
    )


def _smaller(case: Case, place: Path) -> Case:
    """The case, or a smaller one of the same failure on the same target that an earlier run left.

    What is waived is not shrunk: what was found before it was waived says more.
    """
    try:
        there = read_case(place / case.name)
    except CaseError:
        return case
    same = (there.fingerprint, there.target) == (case.fingerprint, case.target)
    return there if same and there.size < case.size else case


def _with_case(result: Result, case: Case) -> Result:
    try:
        script(case)
        scripted = True
    except NoScript:
        scripted = False
    return replace(result, case=f"{FOLDER}/{case.name}", scripted=scripted)


def _case_of_result(
    suite: Suite, result: Result, report: Report, findings: Findings, session: Session
) -> Case | None:
    if result.violation is None or result.fingerprint is None:
        return None
    kind = FailureKind(result.id, result.fingerprint)
    found = findings.shown.get(result.id) or findings.found[kind]
    return case_of(suite, found, kind, session, report.tool)


def case_of(
    suite: Suite, found: Counterexample, kind: FailureKind, session: Session, tool: str
) -> Case | None:
    """The case of a violation that was found on the session; None where it cannot be one.

    What was found among other people's jobs cannot be made again.
    """
    population = found.plan.population
    if session.survey is not None or population.size > MOST_JOBS:
        return None
    violation, target = found.violation, session.target
    alias = Aliases.of(
        session.prefix,
        found.names,
        exchanges_of(found),
        suite.scenario(found.unit.scenario).writes,
    )
    return Case(
        kind.id,
        kind.fingerprint,
        alias(violation.message),
        alias(violation.expected),
        alias(violation.actual),
        target.name,
        target.implementation,
        tool,
        found.unit.scenario,
        found.plan.action,
        population,
        tuple(
            _request(exchange, alias, exchange is violation.decisive)
            for exchange in shown_of(found, MOST_REQUESTS)
        ),
    )


def _request(exchange: Exchange, alias: Aliases, decisive: bool) -> dict[str, Any]:
    request = exchange.request
    document: dict[str, Any] = {
        "method": request.method,
        "target": alias.target(request),
        "service": request.service,
    }
    if request.credentials:
        document["credentials"] = request.credentials
    if request.body:
        document["body"] = alias(request.body.decode("utf-8", "replace"))
    document["answer"] = _answer(exchange, alias, decisive)
    document["decisive"] = decisive
    return document


def _answer(exchange: Exchange, alias: Aliases, decisive: bool) -> Mapping[str, Any]:
    page = Page(exchange) if exchange.request.lists and exchange.ok else None
    ids: Sequence[str] | None = page.ids[:MOST_IDS] if page and page.readable else None
    token = page.token if page is not None else None
    answer: dict[str, Any] = {
        "status": exchange.status,
        "jobs": None if ids is None else [alias(id)[:LONGEST_ID] for id in ids],
        "nextToken": alias.token(token) if token is not None else None,
        "error": _text(exchange.error_type if not exchange.ok else None),
        "failure": _text(exchange.failure),
    }
    if decisive:
        answer |= _form(exchange, alias)
    return answer


def _form(exchange: Exchange, alias: Aliases) -> Mapping[str, Any]:
    """The form of an answer, unless it is one that nobody would read."""
    try:
        written = {
            "contentType": exchange.headers.get("content-type"),
            "requestId": "x-amzn-requestid" in exchange.headers,
            "body": form(_renamed(exchange.json, alias)),
        }
        return {"form": written} if len(repr(written)) <= MOST_FORM else {}
    except RecursionError:
        return {}


def _text(text: str | None) -> str | None:
    return None if text is None else text[:LONGEST_ID]


def _renamed(value: Any, alias: Callable[[str], str]) -> Any:
    """JSON with every text in it under stable names."""
    if isinstance(value, dict):
        return {alias(name): _renamed(inner, alias) for name, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, alias) for inner in value]
    return alias(value) if isinstance(value, str) else value
