"""Puts what a run found into a report: verdicts, reasons, and examples under stable names."""

from __future__ import annotations

import importlib.metadata
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from listjobs_conformance.reports.record import (
    JobRecord,
    Report,
    RequestRecord,
    Result,
    ViolationRecord,
)

from .contract import CATALOGUE, Requirement, Violation
from .evidence import Exchange, Page
from .runner import Budget, Found, Outcome, Tally, fingerprint
from .session import Session
from .signing import query_string
from .targets.target import Target

MOST_SHOWN = 8
"""How many requests of an example are written down; the decisive one is always among them."""

MOST_TEXT = 4000
"""How many characters of a text that holds words of the target's are written down."""


@dataclass
class Aliases:
    """Stable names for what differs from run to run: the prefix, group ids, tokens."""

    texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, prefix: str, groups: Mapping[str, str], shown: Sequence[Exchange]) -> Aliases:
        texts: dict[str, str] = {}
        for number, exchange in enumerate(shown, 1):
            token = Page(exchange).token if exchange.ok else None
            if token is not None:
                alias = f"TOKEN_OF_ANSWER_{number}"
                texts.setdefault(query_string([("", token)])[1:], alias)
                texts.setdefault(token, alias)
        for name, id in groups.items():
            texts[id] = f"ID_OF_{name}"
        if prefix:
            texts[prefix] = ""
        return cls(texts)

    def __call__(self, text: str) -> str:
        # The longest first: a short token may be part of a long one.
        for real in sorted(self.texts, key=len, reverse=True):
            if len(real) > 3:
                text = text.replace(real, self.texts[real])
        # An id or an error message may be as long as a body.
        return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "…"


def report(
    outcome: Outcome,
    session: Session,
    selected: frozenset[str],
    budget: Budget,
    seed: int,
    strict: bool,
    started: datetime,
) -> Report:
    """The report of a run that was carried out on a session."""
    target = session.target
    results = tuple(
        _result(CATALOGUE[id], outcome, session) for id in sorted(selected) if id in CATALOGUE
    )
    return _report(
        target,
        session.capabilities.record(),
        results,
        budget=budget.name,
        seed=seed,
        strict=strict,
        started=started,
        examples=outcome.examples,
        coverage={
            name: {"one_page": tried["one page"], "several_pages": tried["several pages"]}
            for name, tried in sorted(outcome.coverage.items())
        },
        interrupted=outcome.interrupted,
    )


def unreachable(
    target: Target,
    reason: str,
    selected: frozenset[str],
    budget: Budget,
    seed: int,
    strict: bool,
    started: datetime,
    interrupted: bool,
) -> Report:
    """The report of a run that could not begin."""
    results = tuple(_plain(CATALOGUE[id], "inconclusive", 0, reason) for id in sorted(selected))
    return _report(
        target,
        {},
        results,
        budget=budget.name,
        seed=seed,
        strict=strict,
        started=started,
        examples=0,
        coverage={},
        interrupted=interrupted,
    )


def _report(
    target: Target,
    capabilities: Mapping[str, object],
    results: tuple[Result, ...],
    *,
    budget: str,
    seed: int,
    strict: bool,
    started: datetime,
    examples: int,
    coverage: Mapping[str, Mapping[str, int]],
    interrupted: bool,
) -> Report:
    return Report(
        tool="listjobs-conformance " + importlib.metadata.version("listjobs-conformance"),
        target={
            "name": target.name,
            "url": target.url,
            "implementation": target.implementation,
            "region": target.region,
            "capabilities": capabilities,
        },
        started=started.isoformat(timespec="seconds"),
        duration_s=round((datetime.now(UTC) - started).total_seconds(), 3),
        seed=seed,
        budget=budget,
        requests=target.requests,
        examples=examples,
        strict=strict,
        results=results,
        coverage=coverage,
        interrupted=interrupted,
    )


def _plain(
    requirement: Requirement, verdict: str, exercised: int, reason: str | None = None
) -> Result:
    return Result(
        id=requirement.id,
        level=requirement.level.value,
        sentence=requirement.sentence,
        source=requirement.source,
        verdict=verdict,
        exercised=exercised,
        reason=reason,
    )


def _result(requirement: Requirement, outcome: Outcome, session: Session) -> Result:
    tally = outcome.tallies[requirement.id]
    found = outcome.found.get(requirement.id)
    undone = requirement.undone_by(outcome.found)
    if found is not None and undone:
        return _plain(requirement, "unexercised", 0, "masked by " + ", ".join(undone))
    if found is not None:
        return Result(
            id=requirement.id,
            level=requirement.level.value,
            sentence=requirement.sentence,
            source=requirement.source,
            verdict="fail",
            exercised=tally.examples,
            reason=None if found.repeats else "the example did not repeat: shown as it was seen",
            violation=_violation(found, session),
            fingerprint=fingerprint(requirement, found.violation),
        )
    verdict, reason = _without_violation(requirement, tally, outcome)
    return _plain(requirement, verdict, tally.examples, reason)


def _without_violation(
    requirement: Requirement, tally: Tally, outcome: Outcome
) -> tuple[str, str | None]:
    if tally.unanswered is not None:
        return "inconclusive", tally.unanswered
    if outcome.gone is not None:
        return "inconclusive", f"the target stopped answering: {outcome.gone}"
    if outcome.interrupted:
        return "inconclusive", "interrupted"
    if tally.examples >= requirement.examples and len(tally.labels) >= requirement.labels:
        return "pass", None
    if tally.masked_by:
        # What is masked itself may mask in turn: only what failed is worth naming, if anything.
        failed = tally.masked_by & outcome.found.keys()
        return "unexercised", "masked by " + ", ".join(sorted(failed or tally.masked_by))
    if outcome.inconclusive:
        return "inconclusive", next(iter(outcome.inconclusive.values()))
    needed = f"needs {requirement.exercised_by}"
    if tally.examples:
        needed += (
            f" ({requirement.examples} examples of {requirement.labels} kinds; "
            f"came: {tally.examples} of {len(tally.labels)})"
        )
    return "unexercised", needed


def _violation(found: Found, session: Session) -> ViolationRecord:
    violation = found.violation
    shown = _shown(violation)
    alias = Aliases.of(session.prefix, found.groups, violation.shown)
    return ViolationRecord(
        message=alias(violation.message),
        expected=alias(violation.expected),
        actual=alias(violation.actual),
        jobs=tuple(JobRecord(alias(job.job_id), job.fault, job.page) for job in violation.jobs),
        population=tuple(
            {
                "jobId": alias(job.id),
                "status": job.status,
                "targetSelection": job.selection,
                "targets": [alias(target) for target in job.targets],
                "namespaceId": job.namespace,
            }
            for job in found.plan.population.jobs
        ),
        requests=tuple(
            RequestRecord(
                f"{e.request.method} {alias(e.request.target)}",
                alias(answer_in_words(e)),
                decisive=e is violation.decisive,
            )
            for e in shown
        ),
        curl=alias(curl(violation.decisive, session.target)),
        repeats=found.repeats,
    )


def _shown(violation: Violation) -> list[Exchange]:
    """The exchanges to write down, each once, in order; the decisive one among them."""
    unique = list({id(e): e for e in (*violation.shown, violation.decisive)}.values())
    if len(unique) <= MOST_SHOWN:
        return unique
    first = unique[: MOST_SHOWN - 1]
    return first if any(e is violation.decisive for e in first) else [*first, violation.decisive]


def answer_in_words(exchange: Exchange) -> str:
    """An answer in one line: the jobs listed and whether a token came, or what came instead."""
    if not exchange.ok:
        return str(exchange)
    page = Page(exchange)
    if not page.readable:
        return f"HTTP {exchange.status}, a body that cannot be read"
    ids = ", ".join(page.ids[:8]) + (", …" if len(page.ids) > 8 else "")
    token = f", nextToken {page.token}" if page.token else ", no nextToken"
    count = "1 job" if len(page.ids) == 1 else f"{len(page.ids)} jobs"
    return count + (f": {ids}" if ids else "") + token


def curl(exchange: Exchange, target: Target) -> str:
    """A shell line that sends the request again, signed from environment variables."""
    base = target.url or "$ENDPOINT"
    url = base.rstrip("/") + exchange.request.target
    quoted = shlex.quote(url) if target.url else f'"{url}"'
    return (
        f"curl -sS --aws-sigv4 aws:amz:{target.region}:{exchange.request.service} "
        '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" '
        f"{quoted}"
    )
