"""Pairs of a lie and a trigger: their names, which make sense, and what each breaks.

What a pair breaks follows from the contract and from the pair, and not from what a run finds: a
violation in a context (a second filter, a later page, a size, a change) that is not there without
it belongs to the requirement of that context. A pair that no sentence of the contract forbids is a
variation, and must raise no alarm.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from ..behaviour import Behaviour
from .lies import LIES, Lie, server_that_lies
from .sense import DIMENSIONS, GROUPS, LATER, makes_sense
from .triggers import PREDICATES, Predicate, Trigger

CHOOSING, MEASURED = "choosing", "measured"
"""The two parts of the algebra: plans may be chosen on the first, and are only measured on the
second."""

OF_FILTER = {
    "status": "filter/status",
    "targetSelection": "filter/target-selection",
    "thingGroupName": "filter/thing-group-name",
    "thingGroupId": "filter/thing-group-id",
    "namespaceId": "filter/namespace-id",
}
OF_MISTAKE = {
    "status": "error/status",
    "targetSelection": "error/target-selection",
    "maxResults-low": "error/max-results-low",
    "maxResults-high": "error/max-results-high",
    "maxResults-text": "error/max-results-not-integer",
    "thingGroupName": "error/thing-group-name",
    "thingGroupId": "error/thing-group-id",
    "namespaceId": "error/namespace-id",
    "nextToken": "error/next-token",
}
RARE = ("CANCELED", "COMPLETED", "SCHEDULED", "CONTINUOUS")
"""Values that a world of many jobs has few of: it takes more requests to make such jobs."""
MANY_OF_A_RARE_VALUE = 10_000
DEFAULT_PAGE, LARGEST_PAGE = 100, 250
PAGES_BEFORE = {"third": 2, **dict.fromkeys(("second", "later", "last"), 1)}

_PLACES = {name: place for place, name in enumerate(PREDICATES)}


@dataclass(frozen=True)
class Pair:
    """A lie, and when it is told."""

    lie: Lie
    trigger: Trigger

    @property
    def name(self) -> str:
        return f"{self.lie.name}@{self.trigger.name}"

    @cached_property
    def part(self) -> str:
        """The part of the algebra that it belongs to, by a hash of its name."""
        return CHOOSING if self.draw % 2 else MEASURED

    @cached_property
    def draw(self) -> int:
        """A number that nobody chose."""
        return int.from_bytes(hashlib.blake2b(self.name.encode(), digest_size=8).digest(), "big")

    @property
    def needs_jobs(self) -> int:
        """How many jobs the account must hold for the lie to be told."""
        pages = PAGES_BEFORE.get(self.trigger.value("page") or "", 0)
        if self.lie.kind in ("token", "size"):
            pages = max(pages, 1)
        size = {"none": DEFAULT_PAGE, "250": LARGEST_PAGE}.get(self.trigger.value("size") or "", 0)
        most = self.trigger.needs_jobs
        if most and self.trigger.value("matching") and self.trigger.value("asked") in RARE:
            most = MANY_OF_A_RARE_VALUE
        return max(most, pages * size + 1 if pages and size else 0)

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters that must have been given; none stands for any or for none."""
        return self.trigger.filters

    @cached_property
    def breaks(self) -> tuple[str, ...]:
        """The requirements that it breaks: one of them at least; none makes it a variation."""
        return _breaks(self)

    @cached_property
    def doubles(self) -> frozenset[str]:
        """What it may break besides, for the reason given where it is made."""
        return frozenset(_doubles(self))

    def behaviour(self) -> Behaviour:
        """The faulty server, or the variation."""
        return Behaviour(
            self.name,
            f"{self.lie.summary} When: {self.trigger.name.replace('+', ', ')}.",
            server_that_lies(self.lie, self.trigger),
            breaks=self.breaks,
            needs_jobs=self.needs_jobs,
        )


def _breaks(pair: Pair) -> tuple[str, ...]:
    lie, trigger = pair.lie, pair.trigger
    if lie.kind in ("allowed", "order", "allowed-mistake"):
        return ()
    if lie.kind == "mistake":
        if trigger.value("parameter") and lie.name != "crash-on":
            return ()  # Beside a parameter that nobody knows, all is allowed but a server fault.
        return (OF_MISTAKE[trigger.value("mistake") or ""],)
    if trigger.value("parameter"):
        return ("error/documented",) if lie.name == "crash-at" else ()
    if lie.requirement and lie.kind not in ("token", "filters"):
        return (lie.requirement,)
    if lie.kind == "change":
        done = "cancel" if trigger.value("history") == "cancelled" else "completion"
        return (f"lifecycle/{done}-moves-status",)
    return _in_context(pair)


def _in_context(pair: Pair) -> tuple[str, ...]:
    """The requirement of the context that the lie needs."""
    lie, trigger = pair.lie, pair.trigger
    size, page = trigger.value("size"), trigger.value("page")
    later = page in LATER or trigger.value("order") == "token-first"
    if lie.requirement == "pagination/terminates":
        return (lie.requirement,)
    if trigger.value("turn") == "beside":
        return ("concurrency/walks-independent",)
    if size == "none" and (lie.kind != "refusal" or later):
        return ("pagination/default-page",)
    if lie.kind == "refusal" and not later:
        return ("error/valid-refused",)
    of_pages = later or size in ("1", "2", "divides")
    if lie.kind == "token":
        of_pages = size != "250"
    if of_pages:
        return (_of_pages(lie),)
    if lie.kind == "loss":
        job = trigger.value("job")
        if trigger.value("history") in ("late", "reused"):
            return ("lifecycle/created-job-listed",)
        if trigger.value("history") == "associated" and set(pair.filters) & set(GROUPS):
            return ("lifecycle/associated-group-listed",)
        if job == "SCHEDULED" and set(pair.filters) & set(GROUPS):
            return ()  # Documentation and service disagree.
        if job == "namespaced" and not pair.filters:
            # They may hide from a listing that names no namespace, and not under their own.
            return () if trigger.value("filter") == "none" else ("filter/namespace-id",)
    return (_plain(pair),)


def _of_pages(lie: Lie) -> str:
    if lie.name == "overlap":
        return "pagination/no-duplicates"
    if lie.kind in ("addition", "misfilter", "filter", "filters"):
        return "pagination/no-phantoms"
    return "pagination/complete"


def _plain(pair: Pair) -> str:
    """The requirement of the listing itself."""
    if len(pair.filters) > 1:
        return "filter/conjunction"
    if pair.filters:
        return OF_FILTER[pair.filters[0]]
    return "listing/no-phantoms" if pair.lie.kind == "addition" else "listing/complete"


def _doubles(pair: Pair) -> Iterator[str]:
    trigger = pair.trigger
    if pair.lie.kind == "mistake":
        # Where two mistakes are accepted together, each should not have been.
        if trigger.value("beside") == "mistake":
            yield from OF_MISTAKE.values()
        yield from (OF_MISTAKE[name] for name in pair.filters)
    if pair.lie.kind in ("addition", "misfilter"):
        # It comes at the end of a walk: where more match than a page holds, on a later page.
        yield "pagination/no-phantoms"
    divides = trigger.value("size") == "divides"
    if pair.lie.kind == "refusal" and (divides or pair.needs_jobs > LARGEST_PAGE):
        # The job may be on a later page: what is refused then is a token.
        yield "pagination/complete"
        yield "pagination/default-page"
    if pair.lie.kind == "token" and trigger.value("size") is None:
        # More jobs than the largest page holds are lost in the largest pages, too.
        yield _plain(pair)


def parse_pair(name: str) -> Pair | None:
    """The pair of this name, or None where it names none. Raises ``ValueError``, which says why,
    where it is written as a pair and is none."""
    lie_name, at, trigger_name = name.partition("@")
    if not at:
        return None
    lie = LIES.get(lie_name)
    if lie is None:
        raise ValueError(f"no lie is called {lie_name!r}; there are {', '.join(LIES)}")
    predicates = []
    for part in trigger_name.split("+"):
        found = PREDICATES.get(part)
        if found is None:
            dimension = part.partition("=")[0]
            known = [one.name for one in PREDICATES.values() if one.dimension == dimension]
            known = known or sorted({one.dimension + "=…" for one in PREDICATES.values()})
            raise ValueError(f"no condition is called {part!r}; there are {', '.join(known)}")
        predicates.append(found)
    pair = Pair(lie, Trigger(tuple(sorted(predicates, key=_place))))
    dimensions = [one.dimension for one in predicates]
    if len(set(dimensions)) < len(dimensions) or not makes_sense(pair.lie, pair.trigger):
        raise ValueError(f"{name!r} makes no sense: there is nothing to lie about in this way then")
    return pair


def pair_as_fault(name: str, pair_name: str, summary: str) -> Behaviour:
    """A pair that implementers are known to get wrong, under a name of its own."""
    pair = parse_pair(pair_name)
    assert pair is not None
    return replace(pair.behaviour(), name=name, summary=summary)


def _place(predicate: Predicate) -> int:
    return _PLACES[predicate.name]


def pairs(most: int = 2) -> Iterator[Pair]:
    """Every pair that makes sense, with triggers of so many predicates at most."""
    for lie in LIES.values():
        usable = [p for p in PREDICATES.values() if p.dimension in DIMENSIONS[lie.kind]]
        for count in range(1, most + 1):
            for joined in combinations(usable, count):
                if len({one.dimension for one in joined}) == count:
                    pair = Pair(lie, Trigger(joined))
                    if makes_sense(pair.lie, pair.trigger):
                        yield pair
