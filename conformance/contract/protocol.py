"""``protocol/``: what restJson1 and HTTP ask of every answer and of every query string."""

from __future__ import annotations

from collections.abc import Iterator

from ..evidence import Ending
from .evidence_kinds import Answer, Encoded, Invalid, Repeated, Tokens
from .job_faults import names
from .listing import EACH_FILTER, WALKABLE
from .requirement import (
    CONVENTION,
    DOCUMENTED,
    OBSERVED,
    Exercised,
    Finding,
    Violation,
    requirement,
)


@requirement(
    "protocol/content-type",
    level=DOCUMENTED,
    source="Smithy, restJson1: content type",
    exercised_by="answers with a JSON body",
    common_mistakes="a framework's default type; the type of another AWS protocol",
    examples=3,
    about_form=True,
)
def content_type(answer: Answer | Invalid) -> Iterator[Finding]:
    """A JSON body is labelled ``application/json``."""
    exchange = answer.exchange
    if exchange.json is None or exchange.server_fault or exchange.request.strange:
        return
    said = exchange.headers.get("content-type", "")
    yield Exercised("JSON")
    if said.split(";", 1)[0].strip().lower() != "application/json":
        yield Violation(
            f"a JSON body is labelled {said!r}" if said else "a JSON body has no Content-Type",
            expected="Content-Type: application/json",
            actual=f"Content-Type: {said}" if said else "none",
            decisive=exchange,
            shown=(exchange,),
            trait=said,
        )


@requirement(
    "protocol/request-id",
    level=OBSERVED,
    source="seen on the real service (aws-cli 7965): x-amzn-RequestId",
    exercised_by="answers",
    common_mistakes="the header is not sent",
    examples=3,
    about_form=True,
)
def request_id(answer: Answer | Invalid) -> Iterator[Finding]:
    """Every answer carries ``x-amzn-RequestId``."""
    exchange = answer.exchange
    if exchange.server_fault or exchange.request.strange:
        return
    yield Exercised("answered")
    if not exchange.headers.get("x-amzn-requestid"):
        yield Violation(
            "no x-amzn-RequestId",
            expected="x-amzn-RequestId",
            actual=names(sorted(exchange.headers), most=12),
            decisive=exchange,
            shown=(exchange,),
            trait="missing",
        )


@requirement(
    "protocol/parameter-encoding",
    level=CONVENTION,
    source="Smithy, HTTP bindings: query values are percent-encoded",
    exercised_by="filters and tokens whose characters are percent-encoded",
    common_mistakes="the query string is split but not decoded, decoded twice, or + read as a "
    "space after decoding",
    presupposes=(
        *WALKABLE,
        *EACH_FILTER,
    ),
    examples=2,
    labels=2,
)
def parameter_encoding(encoded: Encoded | Tokens) -> Iterator[Finding]:
    """Percent-encoded values are decoded, once, and ``+`` is not confused with ``%2B``."""
    if isinstance(encoded, Tokens):
        yield from _plus_in_tokens(encoded)
        return
    plain, other = encoded.plain, encoded.encoded
    meant, listed = encoded.world.own(plain.id_set), encoded.world.own(other.id_set)
    if plain.ending is not Ending.COMPLETE or not meant or other.last.status == 403:
        return
    yield Exercised(encoded.what)
    if (listed == meant) is not encoded.same:
        yield Violation(
            f"{encoded.what} is read wrongly",
            expected=names(plain.ids) if encoded.same else f"not {names(plain.ids)}",
            actual=names(other.ids) if other.pages else str(other.last),
            decisive=other.last,
            shown=(*plain.exchanges, *other.exchanges),
            trait=encoded.what,
        )


def _plus_in_tokens(tokens: Tokens) -> Iterator[Finding]:
    """Whether tokens are refused just where they hold a plus, which is sent as %2B."""
    with_plus = [exchange for token, exchange in tokens.uses if "+" in token]
    without = [exchange for token, exchange in tokens.uses if "+" not in token]
    if with_plus:
        yield Exercised("tokens with +")
    all_refused = len(with_plus) > 1 and not any(exchange.ok for exchange in with_plus)
    if all_refused and without and all(exchange.ok for exchange in without):
        yield Violation(
            f"all {len(with_plus)} tokens with + were refused, all {len(without)} others accepted",
            expected="%2B means +",
            actual=str(with_plus[0]),
            decisive=with_plus[0],
            shown=(without[0], with_plus[0]),
            trait="plus",
        )


@requirement(
    "protocol/duplicate-parameter",
    level=CONVENTION,
    source="Smithy, HTTP bindings: the first of repeated values should be used",
    exercised_by="a parameter given twice, whose values each give another listing",
    common_mistakes="a framework that keeps the last value, or joins them",
    presupposes=(
        *WALKABLE,
        "filter/status",
        "filter/target-selection",
        "pagination/page-bound",
    ),
)
def duplicate_parameter(repeated: Repeated) -> Iterator[Finding]:
    """Of a parameter given twice, the first value counts."""
    first, second, both = repeated.first, repeated.second, repeated.walk
    if repeated.name == "maxResults":
        bound = int(repeated.values[0])
        distinct = any(len(page.ids) > bound for page in second.pages)
        wrong = any(len(page.ids) > bound for page in both.pages)
    else:
        own = repeated.world.own
        distinct = own(first.id_set) != own(second.id_set)
        wrong = own(both.id_set) != own(first.id_set)
    if not distinct:
        return
    yield Exercised(repeated.name)
    if wrong or not both.pages:
        yield Violation(
            f"{repeated.name}={repeated.values[0]} and then {repeated.values[1]}: "
            "the first does not count",
            expected=" | ".join(names(page.ids) for page in first.pages[:3]),
            actual=" | ".join(names(page.ids) for page in both.pages[:3]) or str(both.last),
            decisive=both.exchanges[0],
            shown=(*first.exchanges[:2], *both.exchanges[:2]),
            trait=repeated.name,
        )
