"""The requirement: an id, a level, a sentence, a source, and one pure check over evidence."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Any, TypeVar, get_args, get_type_hints

from ..evidence import Evidence, Exchange, Page


class Level(Enum):
    """How surely the contract says it, strongest first."""

    DOCUMENTED = "documented"
    CONVENTION = "convention"
    OBSERVED = "observed"

    def gates(self, strict: bool) -> bool:
        """Whether a failure at this level fails the run."""
        return self is Level.DOCUMENTED or (strict and self is Level.CONVENTION)


DOCUMENTED, CONVENTION, OBSERVED = Level


@dataclass(frozen=True, slots=True)
class JobFault:
    """What is wrong with one job in a listing, and on which page (from 1)."""

    job_id: str
    fault: str
    """``lost``, ``duplicated``, ``phantom``, ``misfiltered`` or ``misreported``."""
    page: int | None = None
    token: str | None = None
    """The token that the page was asked for with."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which evidence breaks a requirement."""

    message: str
    expected: str
    actual: str
    decisive: Exchange
    """The exchange that shows it: what a person would repeat."""
    jobs: tuple[JobFault, ...] = ()
    shown: tuple[Exchange, ...] = ()
    """The exchanges that a reader needs to follow, in order; the decisive one among them."""
    blocks: bool = True
    """Whether what presupposes this requirement cannot be judged on the same evidence."""
    trait: str = ""
    """What kind of violation it is: part of its fingerprint."""

    @property
    def names_items(self) -> bool:
        """Whether it says of what is listed which items are wrong."""
        return bool(self.jobs)

    @property
    def amiss(self) -> Mapping[str, str]:
        """What is wrong with which job: id to fault."""
        return {job.job_id: job.fault for job in self.jobs}

    @property
    def repetition(self) -> bool:
        """Whether it is that things came again, and nothing else."""
        return bool(self.jobs) and all(job.fault == "duplicated" for job in self.jobs)

    @property
    def absence(self) -> bool:
        """Whether it is that something is missing: that proves nothing where answers change."""
        return any(job.fault == "lost" for job in self.jobs)

    @property
    def listed_before(self) -> bool:
        """Whether an earlier answer to the same query lists what is missing, all of it: then it
        was there, and got lost."""
        missing = {job.job_id for job in self.jobs if job.fault == "lost"}
        asked, came = self.decisive.request.selection, self.decisive.number
        for exchange in self.shown:
            if exchange.number < came and exchange.ok and exchange.request.selection == asked:
                missing.difference_update(Page(exchange).ids)
        return self.absence and not missing


@dataclass(frozen=True, slots=True)
class Exercised:
    """Evidence that exercised the requirement; ``label`` says with what."""

    label: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """Evidence that does not say whether it breaks the requirement, and why: nothing that
    presupposes it can be judged there either."""

    reason: str


Finding = Exercised | Violation | Undecided
Check = Callable[[Any], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that an implementation must hold to."""

    id: str
    level: Level
    sentence: str
    source: str
    exercised_by: str
    """What evidence exercises it, for people."""
    common_mistakes: str
    """Which mistakes in an implementation usually break it."""
    check: Check
    about: type | UnionType
    """The annotation of what the check takes."""
    presupposes: tuple[str, ...] = ()
    """What must hold on the same evidence for this to be judged."""
    presupposes_in_run: tuple[str, ...] = ()
    """What must hold in the whole run, because no control on the same evidence could clear it."""
    sensitive_to_writes: bool = False
    """Whether it compares walks of several pages, which somebody else's writes may disturb."""
    requires_operation: str | None = None
    """The operation, besides the usual ones, that the target must have."""
    examples: int = 1
    """How many pieces of evidence must have exercised it for a pass."""
    labels: int = 1
    """How many different labels they must carry."""
    always_exercised: bool = True
    """Whether evidence of its kind is enough for a stored case to pass; otherwise the case must
    exercise it again."""
    repetition_proves: bool = False
    """Whether one walk that lists something twice proves, on a target that nobody else writes to,
    that it is broken, even if it will not show again."""
    about_form: bool = False
    """Whether it is about more of an answer than jobs, token and error."""
    about_times_with: str | None = None
    """What a violation's ``expected`` names where it is about times, which differ whenever the
    same is done; the empty text where it always is."""

    def undone_by(self, failed: Container[str]) -> list[str]:
        """What it rests on and what failed: then its own failure tells nothing."""
        return [id for id in self.presupposes_in_run if id in failed]

    @property
    def compares(self) -> bool:
        """Whether it takes a comparison, of answers that came at different times, to break it."""
        return not all(kind.proves for kind in self.kinds)

    @property
    def kinds(self) -> tuple[type[Evidence], ...]:
        """The kinds of evidence that the check takes."""
        return get_args(self.about) if isinstance(self.about, UnionType) else (self.about,)

    @property
    def family(self) -> str:
        return self.id.split("/", 1)[0]

    def __repr__(self) -> str:
        return f"<{self.id}>"


F = TypeVar("F", bound=Check)


class Catalogue:
    """The requirements in the order in which they were written down."""

    def __init__(self) -> None:
        self._by_id: dict[str, Requirement] = {}

    def requirement(
        self,
        id: str,
        *,
        level: Level,
        source: str,
        exercised_by: str,
        common_mistakes: str,
        presupposes: tuple[str, ...] = (),
        presupposes_in_run: tuple[str, ...] = (),
        sensitive_to_writes: bool = False,
        requires_operation: str | None = None,
        examples: int = 1,
        labels: int = 1,
        always_exercised: bool = True,
        repetition_proves: bool = False,
        about_form: bool = False,
        about_times_with: str | None = None,
    ) -> Callable[[F], F]:
        """Enter the decorated check: its docstring is the sentence, its parameter's type the
        kind of evidence."""

        def enter(check: F) -> F:
            (parameter,) = inspect.signature(check).parameters
            assert id not in self._by_id, f"{id} is defined twice"
            self._by_id[id] = Requirement(
                id=id,
                level=level,
                sentence=" ".join((check.__doc__ or "").replace("``", "").split()),
                source=source,
                exercised_by=exercised_by,
                common_mistakes=common_mistakes,
                check=check,
                about=get_type_hints(check)[parameter],
                presupposes=presupposes,
                presupposes_in_run=presupposes_in_run,
                sensitive_to_writes=sensitive_to_writes,
                requires_operation=requires_operation,
                examples=examples,
                labels=labels,
                always_exercised=always_exercised,
                repetition_proves=repetition_proves,
                about_form=about_form,
                about_times_with=about_times_with,
            )
            return check

        return enter

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __getitem__(self, id: str) -> Requirement:
        return self._by_id[id]

    def __contains__(self, id: object) -> bool:
        return id in self._by_id


CATALOGUE = Catalogue()
requirement = CATALOGUE.requirement
