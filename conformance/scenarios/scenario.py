"""What a scenario is, and a plan of one: a new scenario is one value of this type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from listjobs_conformance.strategies.population_space import covering, large
from listjobs_conformance.strategies.populations import populations

from ..contract.requirement import Violation
from ..evidence import Evidence
from ..model import JobCapabilities, Population
from ..worlds.session import Session


@dataclass(frozen=True, slots=True)
class Plan:
    """One example before it is carried out: a population, and what to do with it."""

    population: Population
    action: Action
    """A frozen value that the scenario understands."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where plans get their populations from."""

    capabilities: JobCapabilities
    drawn: st.SearchStrategy[Population]
    covering: Population
    """A world that shows every pair of attribute values: what a run begins with."""
    fixed: bool = False
    """Whether that is the only world there is."""
    large: int = 0
    """How many jobs a world of more than a page holds; none where there is to be none."""
    brief: bool = False
    """Whether only those plans are wanted that show most for their requests."""

    @property
    def many(self) -> Population | None:
        """A world of more jobs than a page holds, where there is to be one."""
        if not self.capabilities.kinds or not self.large:
            return None
        return large(self.large, self.capabilities)

    @classmethod
    def of(cls, session: Session, large: int, brief: bool = False) -> Source:
        """What the session can make, or has."""
        capabilities = session.capabilities.jobs
        if session.shared is not None:
            source = cls.standing(capabilities, session.shared)
        else:
            source = cls.fresh(capabilities, large)
        return replace(source, brief=brief)

    @classmethod
    def fresh(cls, capabilities: JobCapabilities, large: int = 0) -> Source:
        """A new population for each plan."""
        return cls(capabilities, populations(capabilities), covering(capabilities), large=large)

    @classmethod
    def standing(cls, capabilities: JobCapabilities, population: Population) -> Source:
        """The same population for every plan."""
        return cls(capabilities, st.just(population), population, fixed=True)


def nothing_smaller(plan: Plan, violation: Violation) -> Iterator[Plan]:
    """No plan but those that a larger one is taken apart into."""
    return iter(())


def as_it_is(plan: Plan) -> Iterator[Plan]:
    """No simpler plan: the population is as small as it can be."""
    return iter(())


Action = Any
"""What a plan does with its population: a frozen value whose type its scenario names."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A way to get evidence. What the engine must know of it stands here, and nowhere else."""

    name: str
    what: str
    """What it does, for people, while it runs."""
    perform: Callable[[Session, Plan], Iterator[Evidence]]
    fixed: Callable[[Source], Iterator[Plan]]
    """What a run begins with."""
    gives: tuple[type[Evidence], ...] = field(kw_only=True)
    """The kinds of evidence that may come of it, those within others too."""
    action: Any = field(kw_only=True)
    """The type of what its plans do, as an annotation has it."""
    drawn: Callable[[Source], st.SearchStrategy[Plan]] | None = None
    """What Hypothesis draws after that."""
    share: float = 0.0
    """How many of a budget's examples are drawn, as a factor."""
    smallest: Callable[[Plan, Violation], Iterator[Plan]] = nothing_smaller
    """The smallest plans that could show what a plan showed, smallest first: tried before any is
    taken apart."""
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
    writes: bool = False
    """Whether it makes jobs itself, by the operations of the API, beside the world."""
    writes_elsewhere: Callable[[], Iterable[Population]] = tuple
    """What it makes besides its plans' populations, such as in other regions."""
    access: bool = False
    """Whether it asks without credentials that are good: only where ``--check-access`` says so."""
    weight: Callable[[Action], int] = lambda action: len(repr(action))
    """How much a reader has to take in of what is done: of two examples, the lighter is shown."""
    unfit: Callable[[Population], str | None] = lambda population: None
    """Why a stored plan with this population cannot be carried out, if it cannot."""
    unscripted: str | None = None
    """Why no list of requests tells what it does, if none does."""
    prelude: Callable[[Action], Sequence[tuple[str, str]]] | None = None
    """What was done before the first request that an example shows: verbs, each with the job's
    id. None where an example shows all that was done."""

    @property
    def looks_at_what_stands(self) -> bool:
        """Whether it is about the world that stands, and not about one made beside that."""
        return not self.writes or self.writes_elsewhere is not tuple

    def obstacle(self, session: Session) -> str | None:
        """Why it cannot be carried out on this session, if it cannot."""
        if self.exclusive and not session.exclusive:
            return "it needs a target that can be emptied: --reset"
        if self.writes and session.by_api is None:
            return "jobs are not made by the operations of the API here"
        if self.access and not session.check_access:
            return "requests without good credentials were not asked for: --check-access"
        return None

    def obstacle_to(self, plan: Plan, session: Session) -> str | None:
        """Why a plan made for another target cannot be carried out on this session.

        What is made beside other people's jobs was announced before: nothing else may be.
        """
        if not session.exclusive and (self.writes or plan.population != session.shared):
            return "it needs a world of its own"
        return self.obstacle(session) or session.capabilities.jobs.lacks(plan.population)
