"""What a scenario is, and what all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from listjobs_conformance.strategies.populations import Holdable, covering, populations

from ..contract.parts import Filtered, Part
from ..evidence import Walk
from ..model import Population, Query, World, combinations
from ..session import Session


@dataclass(frozen=True, slots=True)
class Plan:
    """One example before it is carried out: a population, and what to do with it."""

    population: Population
    doing: Any
    """A frozen value that the scenario understands."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where plans get their populations from."""

    holdable: Holdable
    drawn: st.SearchStrategy[Population]
    covering: Population
    """A world that shows every pair of attribute values: what a run begins with."""
    fixed: bool = False
    """Whether that is the only world there is."""
    large: int = 0
    """How many jobs a world of more than a page holds; none where there is to be none."""

    @classmethod
    def fresh(cls, holdable: Holdable, large: int = 0) -> Source:
        """A new population for each plan."""
        return cls(holdable, populations(holdable), covering(holdable), large=large)

    @classmethod
    def standing(cls, holdable: Holdable, population: Population) -> Source:
        """The same population for every plan."""
        return cls(holdable, st.just(population), population, fixed=True)


def as_it_is(plan: Plan) -> Iterator[Plan]:
    """No simpler plan: the population is as small as it can be."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Scenario:
    """A way to get evidence."""

    name: str
    what: str
    """What it does, for people, while it runs."""
    perform: Callable[[Session, Plan], Iterator[Part]]
    fixed: Callable[[Source], Iterator[Plan]]
    """What a run begins with."""
    doing: Any = field(kw_only=True)
    """The type of what its plans do, as an annotation has it."""
    drawn: Callable[[Source], st.SearchStrategy[Plan]] | None = None
    """What Hypothesis draws after that."""
    share: float = 0.0
    """How many of a budget's examples are drawn, as a factor."""
    simpler: Callable[[Plan], Iterator[Plan]] = as_it_is
    """Plans a step simpler than one that broke something, the boldest step first."""
    exclusive: bool = False
    """Whether it needs worlds of its own, which a shared target cannot give."""
    large: bool = False
    """Whether it takes more requests than a quick look may."""
    whole: bool = False
    """Whether its examples cannot be made smaller: shown where no other shows the same."""
    by_chance: bool = False
    """Whether what it shows may not show again, as with threads: one history must do."""
    adds: bool = False
    """Whether it makes jobs itself, by the operations of the API, beside the world."""
    access: bool = False
    """Whether it asks without credentials that are good: only where ``--check-access`` says so."""
    weight: Callable[[Any], int] = lambda doing: len(repr(doing))
    """How much a reader has to take in of what is done: of two examples, the lighter is shown."""


def filtered(
    session: Session, world: World, query: Query, others: tuple[Walk, ...] = ()
) -> Filtered:
    """The widest walk of the query, with the filters alone beside it where it has several."""
    baseline = session.widest(Query())
    singles = combinations(query) if len(query.filters) > 1 else ()
    return Filtered(
        world,
        baseline,
        session.widest(query),
        tuple(Filtered(world, baseline, session.widest(one)) for one in singles),
        others,
    )
