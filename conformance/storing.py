"""Makes a case of each failure that a run reports, and keeps them in a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from listjobs_conformance.reports.record import Report, Result

from .cases import SUFFIX, Case
from .evidence import Exchange, Page, Request
from .forms import form
from .outcome import Found, Kind, Outcome
from .session import Session
from .verdicts import Aliases

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


def store(report: Report, outcome: Outcome, session: Session, folder: Path | None) -> Report:
    """Write a case for each failure into ``cases`` below the folder; the report names them.

    Case files that an earlier run left there are removed. Raises ``OSError``.
    """
    if folder is None:
        return report
    cases = {
        result.id: case
        for result in report.results
        if (case := _case_of_result(result, report, outcome, session)) is not None
    }
    place = folder / FOLDER
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
            replace(result, case=f"{FOLDER}/{cases[result.id].name}")
            if result.id in cases
            else result
            for result in report.results
        ),
    )


def _case_of_result(
    result: Result, report: Report, outcome: Outcome, session: Session
) -> Case | None:
    if result.violation is None or result.fingerprint is None:
        return None
    kind = Kind(result.id, result.fingerprint)
    found = outcome.shown.get(result.id) or outcome.found[kind]
    return case_of(found, kind, session, report.tool)


def case_of(found: Found, kind: Kind, session: Session, tool: str) -> Case | None:
    """The case of a violation that was found on the session; None where it cannot be one.

    What was found among other people's jobs cannot be made again.
    """
    population = found.plan.population
    if session.survey is not None or len(population.jobs) > MOST_JOBS:
        return None
    violation, target = found.violation, session.target
    names = _Names(found, session)
    return Case(
        kind.id,
        kind.fingerprint,
        names(violation.message),
        names(violation.expected),
        names(violation.actual),
        target.name,
        target.implementation,
        tool,
        found.unit.scenario,
        found.plan.doing,
        population,
        tuple(names.request(exchange) for exchange in names.kept),
    )


class _Names:
    """Writes what was sent and answered under names that do not differ from run to run."""

    def __init__(self, found: Found, session: Session) -> None:
        violation = found.violation
        shown = list({id(e): e for e in (*violation.shown, violation.decisive)}.values())
        self._decisive = violation.decisive
        self.kept = shown[:MOST_REQUESTS]
        if len(shown) > MOST_REQUESTS and all(e is not self._decisive for e in self.kept):
            self.kept[-1] = self._decisive
        self._alias = Aliases.of(session.prefix, found.groups, shown)
        self._tokens: dict[str, str] = {}
        for number, exchange in enumerate(shown, 1):
            token = _token(exchange)
            if token is not None:
                self._tokens.setdefault(token, f"TOKEN_OF_ANSWER_{number}")
        self._staged = _staged(session.prefix if found.scenario.adds else "")

    def __call__(self, text: str) -> str:
        return self._alias(self._staged(text))

    def request(self, exchange: Exchange) -> dict[str, Any]:
        request = exchange.request
        decisive = exchange is self._decisive
        document: dict[str, Any] = {
            "method": request.method,
            "target": self._target(request),
            "service": request.service,
        }
        if request.credentials:
            document["credentials"] = request.credentials
        if request.body:
            document["body"] = self(request.body.decode("utf-8", "replace"))
        document["answer"] = self._answer(exchange, decisive)
        document["decisive"] = decisive
        return document

    def _target(self, request: Request) -> str:
        """Path and query; a token is known whatever its length, where it stands for itself."""
        path = self(request.path)
        if not request.query:
            return path
        return path + "?" + "&".join(map(self._parameter, request.query.split("&")))

    def _parameter(self, written: str) -> str:
        name, _, value = written.partition("=")
        if name == "nextToken" and unquote(value) in self._tokens:
            return f"{name}={self._tokens[unquote(value)]}"
        return self(written)

    def _answer(self, exchange: Exchange, decisive: bool) -> Mapping[str, Any]:
        listing = exchange.request.method == "GET" and exchange.request.path == "/jobs"
        page = Page(exchange) if listing and exchange.ok else None
        ids: Sequence[str] | None = page.ids[:MOST_IDS] if page and page.readable else None
        token = _token(exchange) if listing else None
        answer: dict[str, Any] = {
            "status": exchange.status,
            "jobs": None if ids is None else [self(id)[:LONGEST_ID] for id in ids],
            "nextToken": self._tokens.get(token) if token is not None else None,
            "error": _text(exchange.error_type if not exchange.ok else None),
            "failure": _text(exchange.failure),
        }
        if decisive:
            answer |= self._form(exchange)
        return answer

    def _form(self, exchange: Exchange) -> Mapping[str, Any]:
        """The form of an answer, unless it is one that nobody would read."""
        try:
            written = {
                "contentType": exchange.headers.get("content-type"),
                "requestId": "x-amzn-requestid" in exchange.headers,
                "body": form(_renamed(exchange.json, self)),
            }
            return {"form": written} if len(repr(written)) <= MOST_FORM else {}
        except RecursionError:
            return {}


def _token(exchange: Exchange) -> str | None:
    return Page(exchange).token if exchange.ok else None


def _text(text: str | None) -> str | None:
    return None if text is None else text[:LONGEST_ID]


def _renamed(value: Any, alias: Callable[[str], str]) -> Any:
    """JSON with every text in it under stable names."""
    if isinstance(value, dict):
        return {alias(name): _renamed(inner, alias) for name, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, alias) for inner in value]
    return alias(value) if isinstance(value, str) else value


def _staged(prefix: str) -> Callable[[str], str]:
    """Takes away the number of the example from names that were made beside a shared world."""
    if not prefix:
        return lambda text: text
    numbered = re.compile(re.escape(prefix) + r"\d+-")
    return lambda text: numbered.sub("", text)
