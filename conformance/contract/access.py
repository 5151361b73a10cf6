"""``access/``: a request without good credentials is refused, and told nothing.

Most mocks take every signature, and mean to. So these are asked for by ``--check-access``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..evidence import Exchange
from .evidence_kinds import Unauthorised
from .requirement import CONVENTION, Exercised, Finding, Violation, requirement

EXERCISED_BY = "--check-access, and success for the same request where it is well signed"


def refusal(asked: Unauthorised, kind: str, what: str) -> Iterator[Finding]:
    """Whether the request was answered with HTTP 403 and no jobs, where well signed it succeeds."""
    answer = asked.exchange
    if asked.kind != kind or not asked.control.exchange.ok:
        return
    yield Exercised(kind)
    listed = _jobs(answer)
    if answer.status == 403 and not listed:
        return
    said = str(answer)
    if listed:
        said = f"HTTP {answer.status} and {'a job' if listed == 1 else f'{listed} jobs'}"
    yield Violation(
        f"a request {what} was " + ("accepted" if answer.ok else f"answered with {said}"),
        expected="HTTP 403, and no jobs",
        actual=said,
        decisive=answer,
        shown=(answer,),
        trait=f"{answer.status} {'jobs' if listed else answer.error_type or ''}".strip(),
    )


def _jobs(answer: Exchange) -> int:
    """How many entries ``jobs`` has in the body, whatever the status says."""
    jobs = answer.json.get("jobs") if isinstance(answer.json, dict) else None
    return len(jobs) if isinstance(jobs, list) else 0


@requirement(
    "access/unsigned",
    level=CONVENTION,
    source="AWS common errors: MissingAuthenticationToken, HTTP 403",
    exercised_by=EXERCISED_BY,
    common_mistakes="signatures are not looked at; 401, or a page to log in on, as web "
    "applications have it; the status says no and the body lists the jobs",
    presupposes=("error/documented",),
)
def unsigned(asked: Unauthorised) -> Iterator[Finding]:
    """A request without a signature is refused with HTTP 403 and lists nothing."""
    return refusal(asked, "unsigned", "without a signature")


@requirement(
    "access/bad-signature",
    level=CONVENTION,
    source="AWS common errors: InvalidSignatureException, HTTP 403",
    exercised_by=EXERCISED_BY,
    common_mistakes="the access key is looked up and the signature is not compared, or not to its "
    "end; 400",
    presupposes=("error/documented",),
)
def bad_signature(asked: Unauthorised) -> Iterator[Finding]:
    """A request with a wrong signature is refused with HTTP 403 and lists nothing."""
    return refusal(asked, "bad-signature", "with a wrong signature")


@requirement(
    "access/unknown-key",
    level=CONVENTION,
    source="AWS common errors: UnrecognizedClientException, HTTP 403",
    exercised_by=EXERCISED_BY,
    common_mistakes="a key without a secret is not checked; an unknown key gets an account of its "
    "own, or the default one; the lookup raises, so a 500; the key is a resource that is not found",
    presupposes=("error/documented",),
)
def unknown_key(asked: Unauthorised) -> Iterator[Finding]:
    """A request well signed with an access key that nobody has is refused with HTTP 403 and lists
    nothing."""
    return refusal(asked, "unknown-key", "signed with an access key that nobody has")
