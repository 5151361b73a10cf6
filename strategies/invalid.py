"""Invalid requests: values that break a documented constraint, what boto3 refuses included.

Each is wrong beyond doubt. Empty strings, other-case enumeration values and numbers with blanks
are left out: what the real service does with them is not known. Nothing is longer than a proxy
lets pass.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st


@dataclass(frozen=True, slots=True)
class Mistake:
    """A parameter, a value that it may not have, and what is wrong: ``error/`` and ``kind``."""

    parameter: str
    value: str
    kind: str
    plausible: bool = False
    """Whether the value could be something that the target gave: only a server fault is wrong."""


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
        ("BOGUS", "QUEUED", "SUCCEEDED", "CANCELLED", "ACTIVE", "IN_PROGRESS,CANCELED", "*"),
    ),
    "target-selection": (
        "targetSelection",
        ("BOGUS", "STATIC", "DYNAMIC", "CONTINUOUS,SNAPSHOT", "SNAPSHOT "),
    ),
    "thing-group-name": (
        "thingGroupName",
        ("a b", "a/b", "*", "a.b", "a\n", "é", "%", "a" * 129, "g:" * 64 + "g"),
    ),
    "thing-group-id": (
        "thingGroupId",
        ("a_b", "a:b", "a b", "a/b", "a\n", "é", "a" * 129, "a-" * 64 + "b"),
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
    """How plain a mistake is: its place among the curated ones, before all others."""
    known = _PLACES.get(mistake)
    return known if known is not None else len(MISTAKES) + len(mistake.value)


_PLACES = {mistake: place for place, mistake in enumerate(MISTAKES)}
