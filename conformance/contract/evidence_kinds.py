"""The kinds of evidence that checks are about.

Each holds the recorded walks and exchanges that one check needs, with the controls that clear
other requirements of suspicion. Evidence nests: what a requirement presupposes is evaluated on
the evidence within the evidence that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from listjobs_conformance.schemas import RESPONSE, Complaint, complaints

from ..evidence import Ending, Evidence, Exchange, Page, Walk
from ..model import Query, World


@dataclass(frozen=True, eq=False)
class Answer(Evidence, proves=True, writes=False):
    """What a valid ListJobs request was answered with."""

    world: World
    exchange: Exchange
    page: Page | None
    """The page, where the answer was a success."""
    walk: Walk | None = None
    """The walk that it came on, where it came on one."""

    @property
    def before(self) -> tuple[Exchange, ...]:
        """The exchanges that led to it, where it came on a walk."""
        exchanges = self.walk.exchanges if self.walk is not None else ()
        return tuple(takewhile(lambda exchange: exchange is not self.exchange, exchanges))

    @property
    def identity(self) -> int:
        return id(self.exchange)

    @property
    def answers(self) -> Iterator[Exchange]:
        yield self.exchange

    def unanswered(self, within: str | None) -> str | None:
        return self.exchange.failure

    @cached_property
    def complaints(self) -> Sequence[Complaint]:
        """What breaks the schema of a successful answer, place by place."""
        return complaints(RESPONSE, self.exchange) if self.page is not None else ()


@dataclass(frozen=True, eq=False)
class Walked(Evidence, proves=True, writes=False):
    """One walk from its first page to its end."""

    world: World
    walk: Walk

    @property
    def identity(self) -> int:
        return id(self.walk)

    @property
    def within(self) -> tuple[Evidence, ...]:
        pages = {id(page.exchange): page for page in self.walk.pages}
        return tuple(
            Answer(self.world, e, pages.get(id(e)), self.walk) for e in self.walk.exchanges
        )


@dataclass(frozen=True, eq=False)
class Listing(Evidence, proves=True, writes=False):
    """The listing without filters: every walk of it that was made, the widest first."""

    world: World
    walks: tuple[Walk, ...]

    @property
    def within(self) -> tuple[Evidence, ...]:
        return tuple(Walked(self.world, walk) for walk in self.walks)


@dataclass(frozen=True, eq=False)
class Filtered(Evidence, proves=True, writes=False):
    """The widest walk under one or more filters, beside the unfiltered one.

    ``singles`` holds the same for each of several filters alone: their control.
    """

    world: World
    baseline: Walk
    walk: Walk
    singles: tuple[Filtered, ...] = ()
    others: tuple[Walk, ...] = ()
    """Other walks of the same query: what several pages miss may be the pages' fault."""

    @cached_property
    def listed(self) -> frozenset[str]:
        """The jobs that the walk lists or, where it takes several pages, any walk does."""
        if len(self.walk.pages) < 2:
            return self.walk.id_set
        return self.walk.id_set.union(*(walk.id_set for walk in self.others))

    @property
    def query(self) -> Query:
        return self.walk.query

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (Walked(self.world, self.baseline), Walked(self.world, self.walk), *self.singles)


@dataclass(frozen=True, eq=False)
class Paged(Evidence, proves=False, writes=False):
    """A walk in pages of a given size, beside the widest walk of the same query."""

    world: World
    widest: Walk
    walk: Walk

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (Walked(self.world, self.widest), Walked(self.world, self.walk))

    @property
    def coverage(self) -> Iterator[tuple[str, str]]:
        filters = self.walk.query.filters
        if 1 <= len(filters) <= 2:
            yield "+".join(filters), "one page"
            if self.walk.page_size and self.walk.page_size < len(self.widest.id_set):
                yield "+".join(filters), "several pages"


@dataclass(frozen=True, eq=False)
class Defaulted(Evidence, proves=False, writes=False):
    """A walk without ``maxResults``. ``control`` asked for the size that its first page had."""

    world: World
    widest: Walk
    walk: Walk
    control: Walk | None

    @property
    def within(self) -> tuple[Evidence, ...]:
        paged = (Paged(self.world, self.widest, self.control),) if self.control else ()
        return (Walked(self.world, self.widest), Walked(self.world, self.walk), *paged)


@dataclass(frozen=True, eq=False)
class Replayed(Evidence, proves=False, writes=False):
    """One token, used twice."""

    world: World
    token: str
    paged: Paged
    first: Exchange
    again: Exchange

    @property
    def within(self) -> tuple[Evidence, ...]:
        used = (self.first, self.again)
        answers = (Answer(self.world, e, Page(e) if e.ok else None) for e in used)
        return (self.paged, *answers)


@dataclass(frozen=True, eq=False)
class Resized(Evidence, proves=False, writes=False):
    """A walk whose page size changed on the way. ``steady`` walks kept to one of the sizes."""

    world: World
    sizes: tuple[int, ...]
    walk: Walk
    steady: tuple[Paged, ...]

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (Walked(self.world, self.walk), *self.steady)


@dataclass(frozen=True, eq=False)
class Invalid(Evidence, proves=True, writes=False):
    """An invalid request and its answer, beside the answer to the same request made valid."""

    parameter: str
    value: str
    kind: str
    """What is wrong with the value; the suffix of the requirement's id."""
    plausible: bool
    """Whether the value could be valid after all: then only a server fault is wrong."""
    exchange: Exchange
    controls: tuple[Evidence, ...]
    """A valid request, and where the mistake is a worse case of another, that one."""
    other: str | None = None
    """The kind of another mistake in the same request."""

    @property
    def within(self) -> tuple[Evidence, ...]:
        return self.controls

    def unanswered(self, within: str | None) -> str | None:
        return self.exchange.failure


@dataclass(frozen=True, eq=False)
class Unauthorised(Evidence, proves=True, writes=False):
    """A request without good credentials and its answer, beside that to it well signed."""

    kind: str
    """What is wrong with the credentials; the suffix of the requirement's id."""
    exchange: Exchange
    control: Answer

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (self.control,)

    def unanswered(self, within: str | None) -> str | None:
        # A refusal tells nothing where the control was not answered.
        return self.exchange.failure or within


@dataclass(frozen=True, eq=False)
class Refiltered(Evidence, proves=True, writes=False):
    """A token given under one filter, presented with another. Both filters alone are controls."""

    world: World
    exchange: Exchange
    given_under: Query
    presented_with: Query
    paged: Paged
    filters: tuple[Filtered, ...]
    garbage: Invalid
    """A token that was never given, presented with the same filters."""

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (self.paged, self.garbage, *self.filters)


@dataclass(frozen=True, eq=False)
class Tampered(Evidence, proves=True, writes=True):
    """A token that was changed, presented under the filters that it was given for."""

    world: World
    how: str
    exchange: Exchange
    widest: Walk
    """Everything that these filters list."""
    controls: tuple[Evidence, ...]

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (Walked(self.world, self.widest), *self.controls)


@dataclass(frozen=True, eq=False)
class Unknown(Evidence, proves=True, writes=False):
    """A request that names a group which does not exist."""

    world: World
    walk: Walk
    control: Filtered
    """The same filter with a group that exists."""

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (Walked(self.world, self.walk), self.control)


@dataclass(frozen=True, eq=False)
class Encoded(Evidence, proves=False, writes=False):
    """The same query written in two encodings that mean the same, or that must not."""

    world: World
    plain: Walk
    encoded: Walk
    same: bool
    """Whether both mean the same."""
    what: str
    control: Filtered

    @property
    def within(self) -> tuple[Evidence, ...]:
        # What is not meant to be understood may be answered in any way; and where the other
        # writing is refused, it is the writing that is not understood.
        judged = self.same and self.encoded.ending is not Ending.REFUSED
        walked = (Walked(self.world, self.encoded),) if judged else ()
        return (self.control, *walked)

    def unanswered(self, within: str | None) -> str | None:
        return within or self.encoded.untold


@dataclass(frozen=True, eq=False)
class Tokens(Evidence, proves=False, writes=False):
    """Tokens of many first pages, each used once: the ones that hold a plus and the others."""

    world: World
    uses: tuple[tuple[str, Exchange], ...]
    """Each token, and what it led to."""

    @property
    def within(self) -> tuple[Evidence, ...]:
        return tuple(Answer(self.world, e, Page(e) if e.ok else None) for _, e in self.uses)


@dataclass(frozen=True, eq=False)
class Repeated(Evidence, proves=False, writes=False):
    """A parameter given twice, beside each of its values given once."""

    world: World
    name: str
    values: tuple[str, str]
    walk: Walk
    first: Walk
    second: Walk
    controls: tuple[Evidence, ...]

    @property
    def within(self) -> tuple[Evidence, ...]:
        return self.controls

    def unanswered(self, within: str | None) -> str | None:
        return within or self.walk.untold


@dataclass(frozen=True, eq=False)
class Scoped(Evidence, proves=False, writes=True):
    """Jobs made in two regions, and what is listed in one of them."""

    region: str
    """The region that was listed."""
    own: tuple[str, ...]
    """The ARNs of the jobs made there."""
    foreign: tuple[str, ...]
    """The ARNs of the jobs made in another region."""
    answer: Answer
    expected: frozenset[str] = frozenset()
    """The jobs that it must show: they are listed there, and match the filter asked for."""
    controls: tuple[Evidence, ...] = ()
    """The same filter, before another region had anything that it could be mistaken for."""

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (self.answer, *self.controls)


@dataclass(frozen=True, slots=True)
class Collected:
    """What a client collected of one listing, by requests of its own making."""

    call: str
    """How it was called, without credentials."""
    ids: tuple[str, ...] = ()
    """Job ids in the order they came, repetitions included."""
    exchanges: tuple[Exchange, ...] = ()
    """Its requests, as far as they are seen."""
    error: str | None = None
    """What it raised, or complained of, instead of coming to an end."""
    unanswered: str | None = None
    """Why it is not known what it would have collected."""


@dataclass(frozen=True, eq=False)
class ByBoto3(Evidence, proves=False, writes=False):
    """A listing by boto3's paginator, beside the same by this suite's own requests."""

    world: World
    what: str
    """Which use of the paginator it is."""
    collected: Collected
    control: Paged | Defaulted
    again: Walk
    """The control's walk once more, after boto3's: a token may be used up, and jobs may change."""

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (self.control,)

    def unanswered(self, within: str | None) -> str | None:
        return self.collected.unanswered or within


@dataclass(frozen=True, eq=False)
class ByAwsCli(Evidence, proves=False, writes=False):
    """A listing by the aws command, beside the same by boto3, which it is made of."""

    world: World
    collected: Collected
    boto3: ByBoto3

    @property
    def within(self) -> tuple[Evidence, ...]:
        return (self.boto3,)

    def unanswered(self, within: str | None) -> str | None:
        return self.collected.unanswered or within
