"""``error/``: invalid requests are refused as documented, valid ones fail only as documented."""

from __future__ import annotations

from collections.abc import Iterator

from listjobs_conformance.schemas import ERROR, complaints

from ..evidence import Ending, Exchange
from .faults import amiss, names
from .listing import WALKABLE
from .parts import Answer, Invalid, Unknown
from .requirement import CONVENTION, DOCUMENTED, Finding, Seen, Violation, requirement

MODELLED = {
    "InvalidRequestException": (400,),
    "ResourceNotFoundException": (404,),
    "ThrottlingException": (400, 429),
    "ServiceUnavailableException": (503,),
}
"""The exceptions that the service model names for ListJobs, and their HTTP status.

The model gave ThrottlingException 429 before 2020 and gives it 400 since.
"""

COMMON = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "OptInRequired",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "Throttling",
        "TooManyRequestsException",
        "UnauthorizedException",
        "UnrecognizedClientException",
    }
)
"""Types that any AWS operation may answer (common errors)."""


def rejection(
    invalid: Invalid, kind: str, types: tuple[str, ...] = ("InvalidRequestException",)
) -> Iterator[Finding]:
    """Whether the request was answered with one of the types and HTTP 400."""
    if invalid.kind != kind:
        return
    answer = invalid.exchange
    if invalid.plausible and not answer.server_fault:
        return
    yield Seen(invalid.value)
    if answer.status != 400 or answer.error_type not in types:
        shown = f"{invalid.parameter}={invalid.value}"
        yield Violation(
            f"{shown if len(shown) <= 60 else shown[:57] + '…'} was "
            + ("accepted" if answer.ok else f"answered with {answer}"),
            expected="HTTP 400 " + " or ".join(types),
            actual=str(answer),
            decisive=answer,
            shown=(answer,),
            trait=f"{answer.status} {answer.error_type or ''}".strip(),
        )


def _constraint(
    kind: str,
    source: str,
    what: str,
    breaks: str,
    types: tuple[str, ...] | None = None,
    masks: tuple[str, ...] = (),
) -> None:
    """Enter the requirement that a value breaking a constraint is refused."""

    def check(invalid: Invalid) -> Iterator[Finding]:
        return rejection(invalid, kind, types or ("InvalidRequestException",))

    check.__doc__ = f"{what} is refused with {' or '.join(types or ('InvalidRequestException',))}"
    check.__doc__ += " and HTTP 400."
    requirement(
        f"error/{kind}",
        level=CONVENTION if types else DOCUMENTED,
        source=source,
        exercised_by="several such values, each answered",
        breaks=breaks,
        presupposes=("error/shape", "error/documented", *masks),
        examples=2,
        labels=2,
    )(check)


_constraint(
    "max-results-low",
    source="API: maxResults, minimum 1",
    what="A maxResults below 1",
    breaks="no validation; zero taken for none; a negative number used as a slice",
)
_constraint(
    "max-results-high",
    source="API: maxResults, maximum 250",
    what="A maxResults above 250",
    breaks="no validation; the value is silently cut to 250",
)
_constraint(
    "max-results-not-integer",
    source="Smithy, restJson1 protocol tests: malformed integers",
    what="A maxResults that is no integer",
    breaks="int() without a guard, so a 500; the value is ignored",
    types=("InvalidRequestException", "SerializationException"),
    masks=("error/max-results-high",),
)
_constraint(
    "status",
    source="API: status, valid values",
    what="A status outside the enumeration",
    breaks="compared without validation, so that nothing matches; ignored",
)
_constraint(
    "target-selection",
    source="API: targetSelection, valid values",
    what="A targetSelection outside the enumeration",
    breaks="compared without validation, so that nothing matches; ignored",
)
_constraint(
    "thing-group-name",
    source="service model: ThingGroupName, 1 to 128 of [a-zA-Z0-9:_-]",
    what="A thingGroupName that breaks the pattern or is longer than 128 characters",
    breaks="looked up without validation and so not found; a pattern that is not anchored",
)
_constraint(
    "thing-group-id",
    source="service model: ThingGroupId, 1 to 128 of [a-zA-Z0-9-]",
    what="A thingGroupId that breaks the pattern or is longer than 128 characters",
    breaks="looked up without validation and so not found; the pattern of names used for ids",
)
_constraint(
    "namespace-id",
    source="service model: NamespaceId, [a-zA-Z0-9_-]",
    what="A namespaceId that breaks the pattern",
    breaks="no validation; a pattern that is not anchored",
)


@requirement(
    "error/next-token",
    level=DOCUMENTED,
    source="API: InvalidRequestException, the request is not valid",
    exercised_by="several tokens that the target never gave, each answered",
    breaks="a token that cannot be decoded starts from the first page, ends the listing or "
    "raises inside the server; an undocumented exception of a shared pagination helper",
    presupposes=("error/shape", "error/documented"),
    examples=2,
    labels=2,
)
def next_token(invalid: Invalid) -> Iterator[Finding]:
    """A nextToken that the target never gave is refused with InvalidRequestException and HTTP
    400."""
    return rejection(invalid, "next-token")


@requirement(
    "error/thing-group-missing",
    level=DOCUMENTED,
    source="API: thingGroupName, thingGroupId: limits the jobs to those for the group",
    exercised_by="a group that does not exist, by name and by id, beside one that does",
    breaks="an unknown group leaves the filter out, so that every job is listed",
    presupposes=(*WALKABLE, "filter/thing-group-name", "filter/thing-group-id"),
    examples=2,
    labels=2,
)
def thing_group_missing(unknown: Unknown) -> Iterator[Finding]:
    """A group that does not exist gets an empty listing or a documented exception, never jobs."""
    walk = unknown.walk
    (name,) = walk.query.filters
    if walk.ending in (Ending.COMPLETE, Ending.REFUSED):
        yield Seen(name)
    if walk.ids:
        yield Violation(
            f"jobs listed under a {name} that does not exist",
            expected="no jobs, or ResourceNotFoundException",
            actual=names(walk.ids),
            decisive=walk.pages[0].exchange,
            jobs=amiss(walk, "misfiltered", lambda _: True),
            shown=walk.exchanges[:2],
            trait="misfiltered",
        )


@requirement(
    "error/documented",
    level=DOCUMENTED,
    source="API: errors of ListJobs; common errors",
    exercised_by="valid requests of every kind",
    breaks="an exception inside the server; an exception of another operation; a wrong status",
    presupposes=("error/shape",),
    examples=10,
)
def documented(answer: Answer) -> Iterator[Finding]:
    """A valid request fails, if at all, with a documented exception under its HTTP status."""
    exchange = answer.exchange
    yield Seen("answered")
    if exchange.ok:
        return
    kind = exchange.error_type or ""
    if exchange.status in MODELLED.get(kind, ()) or (
        kind in COMMON and 400 <= exchange.status < 500
    ):
        return
    yield Violation(
        f"a valid request was answered with {exchange}",
        expected="HTTP 200, or a documented exception under its HTTP status",
        actual=str(exchange),
        decisive=exchange,
        shown=(exchange,),
        trait=f"{exchange.status} {kind}".strip(),
    )


@requirement(
    "error/shape",
    level=DOCUMENTED,
    source="service model: protocol restJson1; Smithy, restJson1: operation error serialization",
    exercised_by="refusals (HTTP 4xx) of several kinds",
    breaks="an HTML page or plain text; the type under another name; no message",
    examples=2,
)
def shape(answer: Answer | Invalid) -> Iterator[Finding]:
    """An error is JSON with a text message, and its type stands where restJson1 clients look."""
    exchange: Exchange = answer.exchange
    if not 400 <= exchange.status < 500:
        return
    yield Seen(str(exchange.status))
    missing = []
    if exchange.error_type is None:
        missing.append("no type in X-Amzn-ErrorType, __type or code")
    if exchange.json is None:
        missing.append("the body is not JSON")
    else:
        missing += [c.message for c in complaints(ERROR, exchange)][:1]
    if missing:
        yield Violation(
            f"the error of HTTP {exchange.status} cannot be read: {'; '.join(missing)}",
            expected="a JSON object with message, and the type in X-Amzn-ErrorType, __type or code",
            actual=f"{exchange.headers.get('content-type', 'no content type')}: "
            + repr(exchange.body[:100].decode("utf-8", "replace")),
            decisive=exchange,
            shown=(exchange,),
            trait="; ".join(missing)[:60],
        )
