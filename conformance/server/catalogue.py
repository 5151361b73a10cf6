"""All behaviours by name, and the service that has some of them."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType

from .algebra import parse_pair
from .behaviour import Behaviour, collect
from .faults import (
    access,
    clients,
    continuation,
    error_forms,
    error_names,
    errors,
    filters,
    lifecycle,
    listing,
    orders,
    pagination,
    protocol,
    summaries,
    unsteady,
)
from .service import Service
from .variations import answers, paging, selection, signing, timing

FAULTS: Mapping[str, Behaviour] = MappingProxyType(
    dict(
        collect(
            (
                listing,
                filters,
                pagination,
                continuation,
                orders,
                summaries,
                errors,
                error_names,
                error_forms,
                protocol,
                access,
                lifecycle,
                clients,
                unsteady,
            )
        )
    )
)
VARIATIONS: Mapping[str, Behaviour] = MappingProxyType(
    dict(collect((paging, selection, answers, timing, signing)))
)


class UnknownBehaviour(ValueError):
    """There is no fault and no variation of this name. ``nearest`` is the likely one, or None."""

    def __init__(self, name: str) -> None:
        near = get_close_matches(name, [*FAULTS, *VARIATIONS], 1, 0.6)
        self.name = name
        self.nearest = near[0] if near else None
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        super().__init__(f"no fault or variation is called {name!r}{hint}")


class ConflictingBehaviours(ValueError):
    """Two variations decide the same thing in different ways."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"the variations {one!r} and {other!r} exclude each other")


def split_names(text: str) -> tuple[str, ...]:
    """Return the names in ``one+other``; the conditions of a pair stay with its lie."""
    names: list[str] = []
    for part in filter(None, text.split("+")):
        if names and "@" in names[-1] and "=" in part and "@" not in part:
            names[-1] += "+" + part
        else:
            names.append(part)
    return tuple(names)


def behaviour(name: str) -> Behaviour:
    """Return the fault, the variation or the pair of a lie and a trigger of this name.

    Raises UnknownBehaviour where there is none, and ValueError for a pair that makes no sense.
    """
    found = FAULTS.get(name) or VARIATIONS.get(name)
    if found is None and (pair := parse_pair(name)) is not None:
        found = pair.behaviour()
    if found is None:
        raise UnknownBehaviour(name)
    return found


def build_service(names: Sequence[str]) -> Service:
    """Return a service with these behaviours.

    Raises UnknownBehaviour, and ConflictingBehaviours where two exclude each other.
    """
    chosen = [behaviour(name) for name in dict.fromkeys(names)]
    for place, one in enumerate(chosen):
        for other in chosen[place + 1 :]:
            if other.name in one.excludes:
                raise ConflictingBehaviours(one.name, other.name)
    # A fault comes before the variations, so that it has the last word.
    chosen.sort(key=lambda one: not one.is_fault)
    mixins = tuple(one.mixin for one in chosen)
    service: Service = type("ChosenService", (*mixins, Service), {})()
    return service
