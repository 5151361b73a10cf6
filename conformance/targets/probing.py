"""Whether a target is there at all, and is what it is taken for: asked before anything else.

What it says decides nothing about a requirement. A target that only lists badly is judged: it is a
stranger only where nothing answers to CreateJob either.
"""

from __future__ import annotations

import secrets
import time
from enum import Enum

from ..api import METHOD, PATH, PROBE
from ..evidence import Exchange, Request, listing, start_of
from .naming import name
from .operations import UNKNOWN, UNKNOWN_TYPES, unknown
from .target import Target

AGAIN = 0.1
"""Seconds between two tries to reach a target that is only just starting."""

NOBODYS = "/listjobs-conformance-no-such-path"
"""A path that no API has."""

REFUSED = "connection refused"
"""How a failure begins where nobody listens at the port."""

OWN_TYPES = (
    "InvalidRequestException",
    "ResourceNotFoundException",
    "ThrottlingException",
    "InternalFailureException",
    "ServiceUnavailableException",
    "ValidationException",
)
"""The errors that an IoT Jobs API answers with (API: ListJobs, CreateJob; AWS common errors)."""


class Filled(Enum):
    """How the target is filled, which says what it may be asked and must have."""

    BY_API = "CreateJob makes the jobs"
    BY_SEEDER = "something else makes them, when the run begins"
    BEFORE = "they are there, and nothing may be written"


def reach(target: Target, filled: Filled = Filled.BEFORE) -> str | None:
    """Why the target cannot be judged, if nothing answers there or something else does.

    It is waited for as long as ``target.wait`` says.
    """
    sent, deadline = target.requests, time.monotonic() + target.wait
    while True:
        exchange = target.send(listing(PROBE))
        # What ended at once left its port to somebody else, whose answer would be taken for its.
        over = target.started.ended() if target.started is not None else None
        if over is not None:
            return over
        if exchange.failure is None:
            break
        if time.monotonic() >= deadline:
            waited = f" within {target.wait:g} s" if target.wait else ""
            printed = target.started.printed() if target.started is not None else ""
            return (
                f"no usable answer from {target.name}{waited}: {exchange.failure}{printed}"
                + _advice(target, exchange.failure)
            )
        time.sleep(AGAIN)
    target.requests = sent + 1  # How often it was tried says nothing of the target.
    if not _strange(exchange) or not _lacks_jobs(target, exchange, filled):
        name(target)
        return None
    return (
        f"this does not look like the IoT Jobs API: {METHOD} {PATH} answered {_said(exchange)}; "
        "check host and port, and give the path where the API stands below another one, as in "
        "http://HOST:PORT/PATH"
    )


def _advice(target: Target, failure: str) -> str:
    """What to do where nobody listens."""
    if target.wait or target.started is not None or not failure.startswith(REFUSED):
        return ""
    return "; is it running? --wait SECONDS waits for one that is still starting"


def _strange(exchange: Exchange) -> bool:
    """Whether it is neither a listing nor an error that a listing may answer with."""
    if exchange.server_fault and exchange.status not in UNKNOWN:
        return False
    if exchange.ok:
        return not isinstance(exchange.json, dict)
    if exchange.error_type is not None:
        return exchange.error_type not in OWN_TYPES and exchange.status not in (401, 403)
    return True


def _lacks_jobs(target: Target, listed: Exchange, filled: Filled) -> bool:
    """Whether the target is sure to have no IoT jobs: it takes the listing for a path that nobody
    has, and CreateJob is as unknown there."""
    if not _alike(listed, target.send(Request("GET", NOBODYS))):
        return False
    if filled is Filled.BY_API:
        return _no_creation(target)
    # What may not be written, or has no CreateJob, can only be looked at. Before a seeder has made
    # anything, a listing that is broken while there is no job may answer 404.
    if filled is Filled.BY_SEEDER and listed.status == 404:
        return listed.error_type in UNKNOWN_TYPES
    described = target.send(Request("GET", f"{PATH}/{NOBODYS[1:]}"))
    return _nobodys(described)


def _no_creation(target: Target) -> bool:
    """Whether nothing answers to CreateJob.

    The request could make no job: its id is malformed, and it has no targets. Where it is taken
    all the same, the job is deleted at once.
    """
    job = f"{PATH}/%3A{secrets.token_hex(6)}"
    exchange = target.send(Request("PUT", job))
    if exchange.ok and not _markup(exchange):
        target.send(Request("DELETE", job, "force=true"))
        return False
    return _nobodys(exchange)


def _nobodys(exchange: Exchange) -> bool:
    """Whether no operation gave this answer."""
    if exchange.failure is not None or exchange.error_type in OWN_TYPES:
        return False
    if unknown(exchange) or 300 <= exchange.status < 400:
        return True
    return _markup(exchange) and not exchange.server_fault


def _alike(one: Exchange, other: Exchange) -> bool:
    return (one.status, one.error_type, _markup(one)) == (
        other.status,
        other.error_type,
        _markup(other),
    )


def _markup(exchange: Exchange) -> bool:
    """Whether the body is a page of HTML, or XML: no answer of the API is."""
    return exchange.body.lstrip()[:1] == b"<"


def _said(exchange: Exchange) -> str:
    """The status and the type or, of an answer without, how its body begins."""
    if not exchange.ok:
        return str(exchange)
    return f"{exchange} {start_of(exchange.body)}"
