"""Puts what a run found into a report: verdicts, reasons, and examples under stable names."""

from __future__ import annotations

import importlib.metadata
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from listjobs_conformance.reports.record import (
    JobRecord,
    Report,
    RequestRecord,
    Result,
    ViolationRecord,
)

from .budgets import Budget
from .contract import CATALOGUE, Requirement, Violation
from .evidence import Exchange, Page, Request
from .model import Job
from .outcome import Found, Kind, Outcome, Tally
from .session import Session
from .signing import NOBODYS_KEYS, query_string
from .targets.calibration import ANY_JOB
from .targets.target import Target
from .waivers import Waivers

MOST_SHOWN = 8
"""How many requests of an example are written down; the decisive one is always among them."""

MOST_JOBS = 300
"""How many jobs of an example are written down."""

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


@dataclass(frozen=True, slots=True)
class Terms:
    """What was to be judged, and what of it decides whether the target conforms."""

    selected: frozenset[str]
    budget: Budget
    seed: int
    strict: bool
    required: frozenset[str] = frozenset()
    waivers: Waivers = field(default_factory=Waivers)
    mode: str = "gate"


def report(outcome: Outcome, session: Session, terms: Terms, started: datetime) -> Report:
    """The report of a run that was carried out on a session."""
    results = tuple(
        _result(CATALOGUE[id], outcome, session, terms.waivers)
        for id in sorted(terms.selected)
        if id in CATALOGUE
    )
    coverage = {
        name: {"one_page": tried["one page"], "several_pages": tried["several pages"]}
        for name, tried in sorted(outcome.coverage.items())
    }
    told = written(session.target, session.capabilities.record(), results, terms, started)
    nothing = session.capabilities.missing.get(ANY_JOB)
    return replace(
        told,
        examples=outcome.examples,
        requests=outcome.requests,
        throttled=outcome.throttled,
        coverage=coverage,
        interrupted=outcome.interrupted,
        unjudged=f"there was no job to judge by: {nothing}" if nothing else None,
    )


def unreachable(target: Target, reason: str, terms: Terms, started: datetime) -> Report:
    """The report of a run that could not begin."""
    results = tuple(
        plain(CATALOGUE[id], "inconclusive", 0, reason) for id in sorted(terms.selected)
    )
    return written(target, {}, results, terms, started)


def written(
    target: Target,
    capabilities: Mapping[str, object],
    results: tuple[Result, ...],
    terms: Terms,
    started: datetime,
) -> Report:
    """A report with these results."""
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
        seed=terms.seed,
        budget=terms.budget.name,
        mode=terms.mode,
        requests=target.requests,
        throttled=target.throttled,
        examples=0,
        strict=terms.strict,
        required=tuple(sorted(terms.required)),
        results=results,
    )


def plain(
    requirement: Requirement, verdict: str, exercised: int, reason: str | None = None
) -> Result:
    """A result without a violation."""
    return Result(
        id=requirement.id,
        level=requirement.level.value,
        sentence=requirement.sentence,
        source=requirement.source,
        verdict=verdict,
        exercised=exercised,
        reason=reason,
    )


def _result(
    requirement: Requirement, outcome: Outcome, session: Session, waivers: Waivers
) -> Result:
    kinds = outcome.kinds(requirement.id)
    if kinds:
        return _failing(requirement, kinds, outcome, session, waivers)
    tally = outcome.tallies[requirement.id]
    missing = session.capabilities.missing.get(requirement.takes or "")
    verdict, reason = _without_violation(requirement, tally, outcome, missing)
    if verdict == "pass":
        verdict, reason = passing(requirement.id, waivers)
    return plain(requirement, verdict, tally.examples, reason)


def passing(id: str, waivers: Waivers) -> tuple[str, str | None]:
    """The verdict on what was exercised and kept, and what there is to say about it."""
    known = waivers.of(id)
    if not known:
        return "pass", None
    glob = known[0].requirement
    advice = "take the waiver away" if glob == id else f"narrow the waiver for {glob}"
    return "unexpected-pass", f"waived, and passes: {advice}: {known[0]}"


def _failing(
    requirement: Requirement,
    kinds: Sequence[Kind],
    outcome: Outcome,
    session: Session,
    waivers: Waivers,
) -> Result:
    undone = requirement.undone_by(outcome.failed)
    if undone:
        return plain(requirement, "unexercised", 0, "masked by " + ", ".join(undone))
    left = [kind for kind in kinds if waivers.waives(kind) is None]
    kind = next(iter(left or kinds))
    found = outcome.shown.get(requirement.id) or outcome.found[kind]
    kind = Kind.of(requirement.id, found.violation)
    told = plain(
        requirement,
        "fail" if left else "waived",
        outcome.tallies[requirement.id].examples,
        "; ".join(_said(requirement, kind, found, waivers)) or None,
    )
    return replace(
        told,
        violation=_violation(found, session),
        fingerprint=kind.fingerprint,
        fingerprints=tuple(sorted(kind.fingerprint for kind in kinds)),
        waiver=None if left else str(waivers.waives(kind)),
    )


def failure(requirement: Requirement, found: Found, session: Session) -> Result:
    """The result that shows one violation, and nothing else of a run."""
    fingerprint = Kind.of(requirement.id, found.violation).fingerprint
    return replace(
        plain(requirement, "fail", 1),
        violation=_violation(found, session),
        fingerprint=fingerprint,
        fingerprints=(fingerprint,),
    )


def _said(requirement: Requirement, kind: Kind, found: Found, waivers: Waivers) -> Iterator[str]:
    """What there is to say about a failure besides itself."""
    known, expired = waivers.of(requirement.id), waivers.expired(kind)
    if waivers.waives(kind) is not None:
        return
    if expired is not None:
        yield f"its waiver expired on {expired.expires}: {expired.reason}"
    elif known:
        waived = ", ".join(str(waiver.fingerprint) for waiver in known)
        yield f"it fails in another way ({kind.fingerprint}) than is waived ({waived})"
    if not found.repeats:
        yield "the example did not repeat: shown as it was seen"


def _without_violation(
    requirement: Requirement, tally: Tally, outcome: Outcome, missing: str | None
) -> tuple[str, str | None]:
    if tally.unanswered is not None:
        return "inconclusive", tally.unanswered
    if outcome.gone is not None:
        return "inconclusive", outcome.gone
    if outcome.interrupted:
        return "inconclusive", "interrupted"
    if tally.examples >= requirement.examples and len(tally.labels) >= requirement.labels:
        return "pass", None
    if tally.masked_by:
        # What is masked itself may mask in turn: only what failed is worth naming, if anything.
        failed = tally.masked_by & outcome.failed
        return "unexercised", "masked by " + ", ".join(sorted(failed or tally.masked_by))
    if outcome.inconclusive:
        return "inconclusive", next(iter(outcome.inconclusive.values()))
    if outcome.limited is not None:
        return "unexercised", outcome.limited
    if missing is not None:
        return "unexercised", f"the target does not have it: {missing}"
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
            for job in _worth_showing(found)
        ),
        requests=tuple(
            RequestRecord(
                alias(request_in_words(e.request)),
                alias(answer_in_words(e)),
                decisive=e is violation.decisive,
            )
            for e in shown
        ),
        curl=alias(curl(violation.decisive, session.target)),
        repeats=found.repeats,
    )


def _worth_showing(found: Found) -> Sequence[Job]:
    """The jobs of the example; of a large world first those that something is wrong with."""
    jobs = found.plan.population.jobs
    if len(jobs) <= MOST_JOBS:
        return jobs
    wrong = {job.job_id for job in found.violation.jobs}
    return sorted(jobs, key=lambda job: job.id not in wrong)[:MOST_JOBS]


def _shown(violation: Violation) -> list[Exchange]:
    """The exchanges to write down, each once, in order; the decisive one among them."""
    unique = list({id(e): e for e in (*violation.shown, violation.decisive)}.values())
    if len(unique) <= MOST_SHOWN:
        return unique
    first = unique[: MOST_SHOWN - 1]
    return first if any(e is violation.decisive for e in first) else [*first, violation.decisive]


def request_in_words(request: Request) -> str:
    """A request in one line."""
    what = f"{request.method} {request.target}"
    return f"{what} ({request.credentials})" if request.credentials else what


def answer_in_words(exchange: Exchange) -> str:
    """An answer in one line: the jobs listed and whether a token came, or what came instead."""
    listing = exchange.request.method == "GET" and exchange.request.path == "/jobs"
    if not exchange.ok or not listing:
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
    user = CURL_USERS[exchange.request.credentials]
    if not user:
        return f"curl -sS {quoted}"
    return (
        f"curl -sS --aws-sigv4 aws:amz:{target.region}:{exchange.request.service} "
        f'--user "{user}" {quoted}'
    )


CURL_USERS = {
    "": "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY",
    "unsigned": "",
    "bad-signature": "$AWS_ACCESS_KEY_ID:not-the-secret",
    "unknown-key": f"{NOBODYS_KEYS.access_key}:not-the-secret",
}
"""Who signs, by what is wrong with a request's credentials."""
