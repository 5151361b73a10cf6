"""Invalid requests: values that break a documented constraint, what boto3 refuses included.

Each is wrong beyond doubt. Empty strings, other-case enumeration values and numbers with blanks
are left out: what the real service does with them is not known. Nothing is longer than a proxy
lets pass.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random

from hypothesis import strategies as st

from listjobs_conformance.api import FILTERS
from listjobs_conformance.model import Population, Query

from .queries import ATTRIBUTES, UNFILTERED, values_of


@dataclass(frozen=True, slots=True)
class Beside:
    """What a request with a mistake asks for besides, which is valid unless it says otherwise."""

    query: Query = UNFILTERED
    size: int | None = None
    token: bool | None = None
    """Whether it goes on where the first page, of one job, of the query ended."""
    other: str | None = None
    """The kind of another mistake: the plainest value of it."""
    unknown: bool | None = None
    """Whether there is a parameter that no operation has."""
    first: bool | None = None
    """Whether the mistake comes before all that; otherwise it comes after."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A parameter, a value that it may not have, and what is wrong: ``error/`` and ``kind``."""

    parameter: str
    value: str
    kind: str
    plausible: bool = False
    """Whether the value could be something that the target gave: only a server fault is wrong."""
    beside: Beside | None = None


def _garbage(seed: int) -> str:
    return b64encode(Random(seed).randbytes(60)).decode()


CURATED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "max-results-low": ("maxResults", ("0", "-1", "-250", "-2147483648")),
    "max-results-high": ("maxResults", ("251", "252", "1000", "2147483647")),
    "max-results-not-integer": (
        "maxResults",
        ("abc", "1.5", "1e2", "0x10", "1_0", "true", "NaN", "1,5", "99999999999999999999999"),
    ),
    "status": (
        "status",
        (
            *("BOGUS", "QUEUED", "SUCCEEDED", "CANCELLED", "ACTIVE", "IN_PROGRESS,CANCELED", "*"),
            *("IN_PROG", "IN_PROGRESS "),
        ),
    ),
    "target-selection": (
        "targetSelection",
        ("BOGUS", "STATIC", "DYNAMIC", "CONTINUOUS,SNAPSHOT", "SNAPSHOT ", "SNAP", "*"),
    ),
    "thing-group-name": (
        "thingGroupName",
        ("a b", "a/b", "*", "a.b", "a\n", "é", "%", "a" * 129, "g:" * 64 + "g"),
    ),
    "thing-group-id": (
        "thingGroupId",
        ("a_b", "a:b", "a b", "a/b", "a\n", "é", "a" * 129, "a-" * 64 + "b", "*"),
    ),
    "namespace-id": ("namespaceId", ("a b", "a:b", "a/b", "a.b", "a\n", "é", "*")),
    "next-token": (
        "nextToken",
        (
            _garbage(1),
            _garbage(2).rstrip("="),
            "".join(f"{byte:02x}" for byte in Random(3).randbytes(48)),
            "this is not a token that any implementation of pagination would have given out",
            _garbage(4).replace("+", "-").replace("/", "_"),
            "🜁" * 20 + "not-a-token-that-was-ever-given-by-anyone",
        ),
    ),
}
"""Kind of mistake to the parameter and values that make it."""

PLAUSIBLE = ("MTIz", "bnVsbA==", "e30=", "0", "1", "-1", "null", "a")
"""Tokens that a target might have given: base64 of 123, of null and of {}, numbers, a job id.

Nothing is asked of the answer but that it is no server fault.
"""

MISTAKES: tuple[Mistake, ...] = (
    *(
        Mistake(parameter, value, kind)
        for kind, (parameter, values) in CURATED.items()
        for value in values
    ),
    *(Mistake("nextToken", value, "next-token", plausible=True) for value in PLAUSIBLE),
)
"""Every curated mistake, the plainest of its kind first."""

TOO_MUCH = next(m for m in MISTAKES if m.kind == "max-results-high")
"""A page size just above the largest."""

GARBAGE = next(m for m in MISTAKES if m.kind == "next-token")
"""A token that no target ever gave."""

UNKNOWN = ("unknownParameter", "x")
"""A parameter that no operation has. What comes of it is not known, but that the server stands."""


def plainest(kind: str) -> Mistake:
    """The plainest mistake of a kind."""
    parameter, values = CURATED[kind]
    return Mistake(parameter, values[0], kind)


def of_each_kind() -> Iterator[Mistake]:
    """The plainest mistake of each kind."""
    yield from map(plainest, CURATED)


def in_context(population: Population) -> Iterator[Mistake]:
    """Each kind of mistake beside each other thing that a request can hold, another mistake
    included: a check that is skipped when something else is there is found nowhere else.

    The values take turns, so that each of them comes in several contexts.
    """
    filters = []
    for name in ATTRIBUTES:
        values = values_of(population, name)
        filters += [Query(**{name: value}) for value in values[:2]]
    values_of_first = {name: values_of(population, name)[:1] for name in ATTRIBUTES}
    pairs = [
        Query(**{name: values_of_first[name][0] for name in both})
        for both in combinations(ATTRIBUTES, 2)
        if all(values_of_first[name] for name in both)
    ]
    statuses = [Query(status=status) for status in ("CANCELED", "COMPLETED", "SCHEDULED")]
    contexts = [
        *(Beside(query) for query in filters),
        *(Beside(query, first=True) for query in filters[::2]),
        *(Beside(query) for query in statuses),
        *(Beside(query) for query in pairs),
        Beside(size=2),
        Beside(token=True),
        Beside(size=1, token=True, first=True),
        Beside(filters[0] if filters else UNFILTERED, size=1, token=True),
        *(Beside(other=kind) for kind in CURATED),
    ]
    turn = 0
    for kind, (parameter, values) in CURATED.items():
        for beside in contexts:
            other = beside.other and CURATED[beside.other][0]
            taken = {FILTERS[name] for name in ATTRIBUTES if getattr(beside.query, name)}
            taken |= {other} if other else set()
            taken |= {"maxResults"} if beside.size else set()
            taken |= {"nextToken"} if beside.token else set()
            if parameter not in taken:
                yield Mistake(parameter, values[turn % len(values)], kind, beside=beside)
                turn += 1
        beside = Beside(unknown=True)
        yield Mistake(parameter, values[0], kind, plausible=True, beside=beside)


def one_of_each_context(mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """Of each kind the first beside a filter, beside two, beside a size, a token, another mistake,
    and so on."""
    seen = set[tuple[object, ...]]()
    for mistake in mistakes:
        beside = mistake.beside or Beside()
        size, other = beside.size is not None, beside.other is not None
        context = (len(beside.query.filters), size, beside.token, other, beside.unknown)
        if (mistake.kind, *context) not in seen:
            seen.add((mistake.kind, *context))
            yield mistake


_OUTSIDE = st.sampled_from(" !\"#$%&'()*+,./;<=>?@[\\]^`{|}~\t\n\x7fÄß漢𝄞")
_WORD = st.text("aZ09", max_size=6)


def _around(kind: str, parameter: str) -> st.SearchStrategy[Mistake]:
    return st.tuples(_WORD, _OUTSIDE, _WORD).map(
        lambda drawn: Mistake(parameter, "".join(drawn), kind)
    )


DRAWN: st.SearchStrategy[Mistake] = st.one_of(
    st.sampled_from(MISTAKES),
    st.integers(-(2**31), 0).map(lambda n: Mistake("maxResults", str(n), "max-results-low")),
    st.integers(251, 2**31 - 1).map(lambda n: Mistake("maxResults", str(n), "max-results-high")),
    st.tuples(st.integers(0, 300), st.sampled_from(["x", ".0", "e0", "/1", "%"])).map(
        lambda d: Mistake("maxResults", f"{d[0]}{d[1]}", "max-results-not-integer")
    ),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", min_size=12, max_size=18).map(
        lambda text: Mistake("status", f"X{text}", "status")
    ),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", min_size=1, max_size=18).map(
        lambda text: Mistake("targetSelection", f"X{text}", "target-selection")
    ),
    _around("thing-group-name", "thingGroupName"),
    _around("thing-group-id", "thingGroupId"),
    _around("namespace-id", "namespaceId"),
    st.integers(129, 160).map(lambda n: Mistake("thingGroupName", "a" * n, "thing-group-name")),
    st.integers(129, 160).map(lambda n: Mistake("thingGroupId", "a" * n, "thing-group-id")),
)
"""Curated mistakes and random ones around them."""


def weight(mistake: Mistake) -> int:
    """How plain a mistake is: its place among the curated ones, before all others; and nothing
    beside it, before something."""
    known = _PLACES.get(replace(mistake, plausible=False, beside=None)) or _PLACES.get(
        replace(mistake, plausible=True, beside=None)
    )
    plain = known if known is not None else len(MISTAKES) + len(mistake.value)
    return plain + (2000 if mistake.beside else 0)


def simpler(mistake: Mistake) -> Iterator[Mistake]:
    """The mistake alone; then the plainest of its kind in its place."""
    if mistake.beside is not None and not mistake.beside.unknown:
        yield replace(mistake, beside=None)
    parameter, values = CURATED.get(mistake.kind, (mistake.parameter, ()))
    for value in values[:1]:
        if value != mistake.value:
            yield replace(mistake, parameter=parameter, value=value)


_PLACES = {mistake: place for place, mistake in enumerate(MISTAKES)}
