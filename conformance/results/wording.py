"""A violation in words: what a report shows of the example that it was seen in."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from listjobs_conformance.reports.record import JobRecord, RequestRecord, ViolationRecord

from ..engine.findings import Counterexample
from ..evidence import Exchange, Page, Request
from ..model import Job
from ..targets.target import Target
from ..wire.signing import CREDENTIALS, OFFLINE_KEYS
from ..worlds.session import Session
from .aliases import Aliases

MOST_SHOWN = 8
"""How many requests of an example are written down; the decisive one is always among them."""

MOST_OF_A_HISTORY = 24
"""How many where jobs were changed: all of it, if that can be."""

MOST_JOBS = 300
"""How many jobs of an example are written down."""


def violation_record(found: Counterexample, session: Session) -> ViolationRecord:
    """What a report holds of a counterexample, under stable names."""
    violation = found.violation
    alias = Aliases.of(session.prefix, found.names, exchanges_of(found))
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
            for e in shown_of(found, MOST_OF_A_HISTORY if found.history else MOST_SHOWN)
        ),
        curl=_curl(found, session.target, alias),
        repeats=found.repeats,
    )


def _worth_showing(found: Counterexample) -> Sequence[Job]:
    """The jobs of the example; of a large world first those that something is wrong with."""
    jobs = found.plan.population.jobs
    if len(jobs) <= MOST_JOBS:
        return jobs
    wrong = {job.job_id for job in found.violation.jobs}
    return sorted(jobs, key=lambda job: job.id not in wrong)[:MOST_JOBS]


def exchanges_of(found: Counterexample) -> list[Exchange]:
    """The exchanges that show it, each once, in order; the decisive one among them."""
    shown = found.history or found.violation.shown
    return list({id(e): e for e in (*shown, found.violation.decisive)}.values())


def shown_of(found: Counterexample, most: int) -> list[Exchange]:
    """The first of its exchanges, no more than so many; the decisive one always among them."""
    unique = exchanges_of(found)
    if len(unique) <= most:
        return unique
    decisive, first = found.violation.decisive, unique[: most - 1]
    return first if any(e is decisive for e in first) else [*first, decisive]


def request_in_words(request: Request) -> str:
    """A request in one line."""
    what = f"{request.method} {request.target}"
    return f"{what} ({request.credentials})" if request.credentials else what


def answer_in_words(exchange: Exchange) -> str:
    """An answer in one line: the jobs listed and whether a token came, or what came instead."""
    if not exchange.ok or not exchange.request.lists:
        return str(exchange)
    page = Page(exchange)
    if not page.readable:
        return f"HTTP {exchange.status}, a body that cannot be read"
    token = f", nextToken {page.token}" if page.token else ", no nextToken"
    count = "1 job" if len(page.ids) == 1 else f"{len(page.ids)} jobs"
    return count + (f": {page.listed}" if page.ids else "") + token


def _curl(found: Counterexample, target: Target, alias: Aliases) -> str | None:
    """A shell line that sends the request again; None where that takes more than one request."""
    exchange, population = found.violation.decisive, found.plan.population
    alone = not population.jobs and not population.groups and not found.history
    alone = alone and len(exchanges_of(found)) == 1
    if (
        target.address is None
        or not alone
        or alias(exchange.request.target) != exchange.request.target
    ):
        return None
    url = shlex.quote(target.address.rstrip("/") + exchange.request.target)
    user = CREDENTIALS[exchange.request.credentials].curl_user
    if not user:
        return f"curl -sS {url}"
    if target.credentials is OFFLINE_KEYS and not exchange.request.credentials:
        user = f"{OFFLINE_KEYS.access_key}:{OFFLINE_KEYS.secret_key}"
    return (
        f"curl -sS --aws-sigv4 aws:amz:{target.region}:{exchange.request.service} "
        f'--user "{user}" {url}'
    )
