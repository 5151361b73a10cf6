"""``error/``: invalid requests are refused as documented, valid ones fail only as documented."""

from __future__ import annotations

import re
from collections.abc import Iterator

from listjobs_conformance.schemas import ERROR, complaints

from ..api import FILTERS, PAGE_SIZE, PARAMETERS, TOKEN, WIDEST
from ..evidence import Ending, Exchange
from ..model import SELECTIONS, STATUSES
from .evidence_kinds import Answer, Invalid, Unknown
from .job_faults import amiss, names
from .listing import WALKABLE
from .requirement import CONVENTION, DOCUMENTED, Exercised, Finding, Violation, requirement

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
    if invalid.other == "max-results-not-integer":
        types = (*types, "SerializationException")
    yield Exercised(invalid.value)
    if answer.status != 400 or answer.error_type not in types:
        shown, length = f"{invalid.parameter}={invalid.value}", len(invalid.value)
        yield Violation(
            f"{shown if len(shown) <= 60 else f'a {invalid.parameter} of {length} characters'} was "
            + ("accepted" if answer.ok else f"answered with {answer}"),
            expected="HTTP 400 " + " or ".join(types),
            actual=str(answer),
            decisive=answer,
            shown=(answer,),
            trait=f"{answer.status} {answer.error_type or ''}".strip(),
        )


VALUES = "several such values, each answered"

READABLE = ("error/shape", "error/documented", "error/valid-refused")
"""What must hold of the same request without the mistake, and of an error before it can be told
from another."""

MISTAKES = (
    "error/max-results-low",
    "error/max-results-high",
    "error/max-results-not-integer",
    "error/status",
    "error/target-selection",
    "error/thing-group-name",
    "error/thing-group-id",
    "error/namespace-id",
    "error/next-token",
)


def alone(id: str) -> tuple[str, ...]:
    """What is presupposed of a mistake: that any other beside it is refused where it is alone."""
    return (*READABLE, *(other for other in MISTAKES if other != id))


@requirement(
    "error/max-results-low",
    level=DOCUMENTED,
    source="API: maxResults, minimum 1",
    exercised_by=VALUES,
    common_mistakes="no validation; zero taken for none; a negative number used as a slice",
    presupposes=alone("error/max-results-low"),
    examples=2,
    labels=2,
)
def max_results_low(invalid: Invalid) -> Iterator[Finding]:
    """A maxResults below 1 is refused with InvalidRequestException and HTTP 400."""
    return rejection(invalid, "max-results-low")


@requirement(
    "error/max-results-high",
    level=DOCUMENTED,
    source="API: maxResults, maximum 250",
    exercised_by=VALUES,
    common_mistakes="no validation; the value is silently cut to 250",
    presupposes=alone("error/max-results-high"),
    examples=2,
    labels=2,
)
def max_results_high(invalid: Invalid) -> Iterator[Finding]:
    """A maxResults above 250 is refused with InvalidRequestException and HTTP 400."""
    return rejection(invalid, "max-results-high")


@requirement(
    "error/max-results-not-integer",
    level=CONVENTION,
    source="Smithy, restJson1 protocol tests: malformed integers",
    exercised_by=VALUES,
    common_mistakes="int() without a guard, so a 500; the value is ignored",
    presupposes=alone("error/max-results-not-integer"),
    examples=2,
    labels=2,
)
def max_results_not_integer(invalid: Invalid) -> Iterator[Finding]:
    """A maxResults that is no integer is refused with InvalidRequestException or
    SerializationException and HTTP 400."""
    return rejection(
        invalid, "max-results-not-integer", ("InvalidRequestException", "SerializationException")
    )


@requirement(
    "error/status",
    level=DOCUMENTED,
    source="API: status, valid values",
    exercised_by=VALUES,
    common_mistakes="compared without validation, so that nothing matches; ignored",
    presupposes=alone("error/status"),
    examples=2,
    labels=2,
)
def status(invalid: Invalid) -> Iterator[Finding]:
    """A status outside the enumeration is refused with InvalidRequestException and HTTP 400."""
    return rejection(invalid, "status")


@requirement(
    "error/target-selection",
    level=DOCUMENTED,
    source="API: targetSelection, valid values",
    exercised_by=VALUES,
    common_mistakes="compared without validation, so that nothing matches; ignored",
    presupposes=alone("error/target-selection"),
    examples=2,
    labels=2,
)
def target_selection(invalid: Invalid) -> Iterator[Finding]:
    """A targetSelection outside the enumeration is refused with InvalidRequestException and HTTP
    400."""
    return rejection(invalid, "target-selection")


@requirement(
    "error/thing-group-name",
    level=DOCUMENTED,
    source="service model: ThingGroupName, 1 to 128 of [a-zA-Z0-9:_-]",
    exercised_by=VALUES,
    common_mistakes="looked up without validation and so not found; a pattern that is not anchored",
    presupposes=alone("error/thing-group-name"),
    examples=2,
    labels=2,
)
def thing_group_name(invalid: Invalid) -> Iterator[Finding]:
    """A thingGroupName that breaks the pattern or is longer than 128 characters is refused with
    InvalidRequestException and HTTP 400."""
    return rejection(invalid, "thing-group-name")


@requirement(
    "error/thing-group-id",
    level=DOCUMENTED,
    source="service model: ThingGroupId, 1 to 128 of [a-zA-Z0-9-]",
    exercised_by=VALUES,
    common_mistakes="looked up without validation and so not found; the pattern of names used for "
    "ids",
    presupposes=alone("error/thing-group-id"),
    examples=2,
    labels=2,
)
def thing_group_id(invalid: Invalid) -> Iterator[Finding]:
    """A thingGroupId that breaks the pattern or is longer than 128 characters is refused with
    InvalidRequestException and HTTP 400."""
    return rejection(invalid, "thing-group-id")


@requirement(
    "error/namespace-id",
    level=DOCUMENTED,
    source="service model: NamespaceId, [a-zA-Z0-9_-]",
    exercised_by=VALUES,
    common_mistakes="no validation; a pattern that is not anchored",
    presupposes=alone("error/namespace-id"),
    examples=2,
    labels=2,
)
def namespace_id(invalid: Invalid) -> Iterator[Finding]:
    """A namespaceId that breaks the pattern is refused with InvalidRequestException and HTTP
    400."""
    return rejection(invalid, "namespace-id")


@requirement(
    "error/next-token",
    level=DOCUMENTED,
    source="API: InvalidRequestException, the request is not valid",
    exercised_by="several tokens that the target never gave, each answered",
    common_mistakes="a token that cannot be decoded starts from the first page, ends the listing "
    "or raises inside the server; an undocumented exception of a shared pagination helper",
    presupposes=alone("error/next-token"),
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
    common_mistakes="an unknown group leaves the filter out, so that every job is listed",
    presupposes=WALKABLE,
    # Who takes one group for another finds jobs under names that nobody gave.
    presupposes_in_run=("filter/thing-group-name", "filter/thing-group-id"),
    examples=2,
    labels=2,
)
def thing_group_missing(unknown: Unknown) -> Iterator[Finding]:
    """A group that does not exist gets an empty listing or a documented exception, never jobs."""
    walk = unknown.walk
    (name,) = walk.query.filters
    if walk.ending in (Ending.COMPLETE, Ending.REFUSED):
        yield Exercised(name)
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
    common_mistakes="an exception inside the server; an exception of another operation; a wrong "
    "status",
    presupposes=("error/shape",),
    examples=10,
)
def documented(answer: Answer) -> Iterator[Finding]:
    """A valid request fails, if at all, with a documented exception under its HTTP status."""
    exchange = answer.exchange
    strange = exchange.request.strange
    yield Exercised("beside an unknown parameter" if strange else "answered")
    if exchange.ok or (strange and not exchange.server_fault):
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


NAMESPACE = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""Namespaces that were valid before and after their limit of 64 characters was lifted."""

ENUMERATIONS = {FILTERS["status"]: STATUSES, FILTERS["target_selection"]: SELECTIONS}


def plainly_valid(answer: Answer) -> tuple[str, ...] | None:
    """What was asked for, in words, by a request that is valid beyond doubt; None by any other.

    A token may be used up or have expired, a group may not be known, and what two groups that
    disagree select, an empty value or an unknown parameter mean, is not documented.
    """
    parameters, world = answer.exchange.request.parameters, answer.world
    if not (world.exclusive or world.jobs):
        return None  # Asked beside others, or while jobs changed: that may be why.
    groups, asked = world.groups, dict(parameters)
    if len(asked) < len(parameters) or TOKEN in asked or not asked.keys() <= PARAMETERS:
        return None
    name, id = asked.get(FILTERS["thing_group_name"]), asked.get(FILTERS["thing_group_id"])
    size, namespace = asked.get(PAGE_SIZE, "1"), asked.get(FILTERS["namespace_id"], "n")
    if not (size.isascii() and size.isdigit() and size[0] != "0" and int(size[:4]) <= WIDEST):
        return None
    if not NAMESPACE.fullmatch(namespace):
        return None
    if any(asked.get(one, values[0]) not in values for one, values in ENUMERATIONS.items()):
        return None
    if world.surveyed and (name or id):
        return None  # Somebody else's group may be gone.
    if (name is not None and name not in groups) or (id is not None and id not in groups.values()):
        return None
    if name is not None and id is not None and groups[name] != id:
        return None
    return tuple(
        f"{one}={value}" if one in ENUMERATIONS or value == str(WIDEST) else one
        for one, value in asked.items()
    ) or ("nothing",)


@requirement(
    "error/valid-refused",
    level=DOCUMENTED,
    source="API: valid values of the parameters; InvalidRequestException, the request is not valid",
    exercised_by="first pages asked for with each parameter, every value of the enumerations and "
    "the largest maxResults among them",
    common_mistakes="an enumeration that lacks a value; a pattern that lacks a character; a bound "
    "that is one off",
    presupposes=("error/shape", "error/documented"),
    examples=20,
    labels=10,
)
def valid_refused(answer: Answer) -> Iterator[Finding]:
    """A valid request is not refused."""
    asked, exchange = plainly_valid(answer), answer.exchange
    # Who may ask is another question, and so is how often.
    if asked is None or exchange.status in (401, 403, 429) or exchange.error_type in COMMON:
        return
    yield from map(Exercised, asked)
    if exchange.refused:
        yield Violation(
            f"a valid request was refused: {exchange}",
            expected="HTTP 200",
            actual=str(exchange),
            decisive=exchange,
            shown=(exchange,),
            trait=f"{exchange.status} {exchange.error_type or ''}".strip(),
        )


@requirement(
    "error/shape",
    level=DOCUMENTED,
    source="service model: protocol restJson1; Smithy, restJson1: operation error serialization",
    exercised_by="refusals (HTTP 4xx) of several kinds",
    common_mistakes="an HTML page or plain text; the type under another name; no message",
    examples=2,
    about_form=True,
)
def shape(answer: Answer | Invalid) -> Iterator[Finding]:
    """An error is JSON with a text message, and its type stands where restJson1 clients look."""
    exchange: Exchange = answer.exchange
    if not 400 <= exchange.status < 500 or exchange.request.strange:
        return
    yield Exercised(str(exchange.status))
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
