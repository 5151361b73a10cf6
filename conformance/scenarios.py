"""What is done to a target to get evidence. A scenario sends and records; it never judges.

Each has a strategy of plans and a few fixed plans that a run begins with. A plan is a frozen
value that says everything, so that the same plan twice is the same example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from listjobs_conformance.strategies import invalid, queries, simplify
from listjobs_conformance.strategies.populations import (
    Holdable,
    covering,
    populations,
    uniform,
)
from listjobs_conformance.strategies.queries import Ask

from .contract.parts import (
    Answer,
    Defaulted,
    Encoded,
    Filtered,
    Invalid,
    Listing,
    Paged,
    Part,
    Refiltered,
    Repeated,
    Replayed,
    Resized,
    Scoped,
    Unknown,
    Walked,
)
from .evidence import Page, Walk
from .model import GROUP, THING, Job, Population, Query, ThingGroup, World, combinations
from .session import Inconclusive, Session
from .targets.seeding import Seeder, SeedingError, prefixed
from .wire import query_string


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

    @classmethod
    def fresh(cls, holdable: Holdable) -> Source:
        """A new population for each plan."""
        return cls(holdable, populations(holdable), covering(holdable))

    @classmethod
    def shared(cls, holdable: Holdable) -> Source:
        """The same population for every plan."""
        population = covering(holdable)
        return cls(holdable, st.just(population), population)


Plans = Callable[[Source], st.SearchStrategy[Plan]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A way to get evidence."""

    name: str
    what: str
    """What it does, for people, while it runs."""
    perform: Callable[[Session, Plan], Iterator[Part]]
    plans: Plans
    fixed: Callable[[Source], Iterator[Plan]]
    """What a run begins with."""
    simpler: Callable[[Plan], Iterator[Plan]]
    """Plans a step simpler than one that broke something, the boldest step first."""
    share: float = 1.0
    """How many of a budget's examples it gets, as a factor."""
    exclusive: bool = False
    """Whether it needs worlds of its own, which a shared target cannot give."""
    large: bool = False
    """Whether it takes more requests than a quick look may."""
    weight: Callable[[Any], int] = lambda doing: len(repr(doing))
    """How much a reader has to take in of what is done: of two examples, the lighter is shown."""


# --- listings -----------------------------------------------------------------------------------


def filtered(session: Session, world: World, query: Query) -> Filtered:
    """The widest walk of the query, with the filters alone beside it where it has several."""
    baseline = session.widest(Query())
    singles = combinations(query) if len(query.filters) > 1 else ()
    return Filtered(
        world,
        baseline,
        session.widest(query),
        tuple(Filtered(world, baseline, session.widest(one)) for one in singles),
    )


def list_jobs(session: Session, plan: Plan) -> Iterator[Part]:
    """List the population in each way: widest, in small pages, and in default pages."""
    world = session.world(plan.population)
    baseline = session.widest(Query())
    unfiltered = [baseline]
    for ask in plan.doing:
        query = session.local(ask.query)
        widest = session.widest(query)
        small = session.walk(query, (page_size(ask.split, widest),))
        default = session.walk(query, (None,))
        if not query.filters:
            unfiltered += [small, default]
        else:
            yield filtered(session, world, query)
        yield Paged(world, widest, small)
        yield Defaulted(world, widest, default, _control(session, default))
    yield Listing(world, tuple(dict.fromkeys(unfiltered)))


def page_size(split: int, widest: Walk) -> int:
    """1 + split, modulo the number of jobs listed."""
    return 1 + split % max(1, len(widest.id_set))


def _control(session: Session, default: Walk) -> Walk | None:
    """A walk that asks for the page size which the default turned out to be."""
    size = len(default.pages[0].ids) if default.pages else 0
    return session.walk(default.query, (min(size, 250),)) if size else None


def _listing_plans(source: Source) -> st.SearchStrategy[Plan]:
    some_asks = st.lists(queries.DRAWN, min_size=1, max_size=3)
    return st.tuples(source.drawn, some_asks).map(
        lambda drawn: Plan(drawn[0], tuple(queries.asks(drawn[0], ask) for ask in drawn[1]))
    )


def _covering_plans(source: Source) -> Iterator[Plan]:
    population = source.covering
    for ask in queries.grid(population):
        yield Plan(population, (ask,))


# --- large worlds -------------------------------------------------------------------------------

LARGE = 260
"""More jobs than the largest page, and than the default pages that are in use."""

LARGE_ASKS = (
    Ask(Query(), 99),
    Ask(Query(), 248),
    Ask(Query(), 49),
    Ask(Query(status="IN_PROGRESS"), 249),
    Ask(Query(target_selection="SNAPSHOT"), 63),
    Ask(Query(status="CANCELED"), 0),
)
"""Pages of 100, 249, 50, 250 and 64 jobs: near the sizes that implementations have in mind."""


def _large_plans(_: Source) -> st.SearchStrategy[Plan]:
    counts = st.integers(0, LARGE)
    return st.tuples(counts, st.sampled_from(LARGE_ASKS)).map(
        lambda drawn: Plan(uniform(drawn[0]), (drawn[1],))
    )


def _large_world(source: Source) -> Iterator[Plan]:
    if source.holdable.kinds:
        population = uniform(LARGE)
        yield from (Plan(population, (ask,)) for ask in LARGE_ASKS)


# --- simpler plans ------------------------------------------------------------------------------


def as_it_is(plan: Plan) -> Iterator[Plan]:
    """No simpler plan: the population is as small as it can be."""
    return iter(())


def simpler_listing(plan: Plan) -> Iterator[Plan]:
    """One ask instead of several; then a simpler population; then a simpler ask."""
    if len(plan.doing) > 1:
        yield from (Plan(plan.population, (ask,)) for ask in plan.doing)
    named = {name for ask in plan.doing for name in ask.query.group_names}
    for population in simplify.populations(plan.population, named):
        yield Plan(population, plan.doing)
    for index, ask in enumerate(plan.doing):
        for simpler in simplify.asks(ask):
            yield Plan(plan.population, (*plan.doing[:index], simpler, *plan.doing[index + 1 :]))
    renamed, names = simplify.renamed(plan.population)
    yield Plan(renamed, tuple(simplify.renamed_ask(ask, names) for ask in plan.doing))


def _simpler_tokens(plan: Plan) -> Iterator[Plan]:
    use: TokenUse = plan.doing
    for part in simpler_listing(Plan(plan.population, (use.ask, use.other))):
        if len(part.doing) == 2:
            yield Plan(part.population, TokenUse(use.what, *part.doing))


# --- invalid requests ---------------------------------------------------------------------------

ONE_JOB = Population((Job("a"),))


def send_invalid(session: Session, plan: Plan) -> Iterator[Part]:
    """Send one invalid request, and the same without the mistake."""
    mistake: invalid.Mistake = plan.doing
    world = session.world(plan.population)
    valid = session.ask("")
    control = Answer(world, valid, Page(valid) if valid.ok else None)
    exchange = session.ask(query_string([(mistake.parameter, mistake.value)]))
    yield Invalid(
        mistake.parameter, mistake.value, mistake.kind, mistake.plausible, exchange, control
    )


def _one_job(source: Source) -> Population:
    return ONE_JOB if source.holdable.kinds else Population()


def _invalid_plans(source: Source) -> st.SearchStrategy[Plan]:
    population = _one_job(source)
    return invalid.DRAWN.map(lambda mistake: Plan(population, mistake))


def _invalid_fixed(source: Source) -> Iterator[Plan]:
    population = _one_job(source)
    yield from (Plan(population, mistake) for mistake in invalid.MISTAKES)


# --- tokens -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TokenUse:
    """What to do with tokens: ``replay``, ``resize`` or ``refilter``."""

    what: str
    ask: Ask
    other: Ask
    """Its split is the second page size; its query the filters that a token is taken to."""


def use_tokens(session: Session, plan: Plan) -> Iterator[Part]:
    """Use a token twice, with another page size, or under other filters."""
    use: TokenUse = plan.doing
    world = session.world(plan.population)
    query = session.local(use.ask.query)
    widest = session.widest(query)
    size = page_size(use.ask.split, widest)
    paged = Paged(world, widest, session.walk(query, (size,)))
    token = paged.walk.pages[0].token if paged.walk.pages else None
    if token is None:
        return
    filters = session.filters(query)
    if use.what == "replay":
        again = _with_token(filters, size, token)
        yield Replayed(world, token, paged, session.ask(again), session.send_raw(again))
    elif use.what == "resize":
        second = page_size(use.other.split, widest)
        if second != size:
            steady = (paged, Paged(world, widest, session.walk(query, (second,))))
            yield Resized(world, (size, second), session.walk(query, (size, second)), steady)
    else:
        other = session.local(use.other.query)
        if other == query:
            return
        exchange = session.ask(_with_token(session.filters(other), size, token))
        controls = [filtered(session, world, q) for q in (query, other) if q.filters]
        yield Refiltered(world, exchange, query, other, paged, tuple(controls))


def _with_token(filters: str, size: int, token: str) -> str:
    return "&".join(
        part for part in (filters, f"maxResults={size}", query_string([("nextToken", token)])) if part
    )


TOKEN_USES = ("replay", "resize", "refilter")


def _token_plans(source: Source) -> st.SearchStrategy[Plan]:
    return st.tuples(
        source.drawn, st.sampled_from(TOKEN_USES), queries.DRAWN, queries.DRAWN
    ).map(
        lambda d: Plan(d[0], TokenUse(d[1], queries.asks(d[0], d[2]), queries.asks(d[0], d[3])))
    )


def _token_fixed(source: Source) -> Iterator[Plan]:
    population = source.covering
    status = Ask(Query(status="IN_PROGRESS"), 0)
    for ask in (Ask(Query(), 1), Ask(Query(), 2), status):
        yield Plan(population, TokenUse("replay", ask, ask))
        for split in (2, 0, 4):
            yield Plan(population, TokenUse("resize", ask, replace(ask, split=split)))
    for other in (Query(), Query(status="CANCELED"), Query(target_selection="SNAPSHOT")):
        yield Plan(population, TokenUse("refilter", status, Ask(other)))
    yield Plan(population, TokenUse("refilter", Ask(Query()), status))


# --- query strings ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Writing:
    """A way to write a query string: ``what`` names it."""

    what: str
    parameter: str
    values: tuple[str, ...]
    """One value to write in two ways, or two values to give one after the other."""


TWO_JOBS = Population(
    (
        Job("a", "IN_PROGRESS", "CONTINUOUS", (GROUP + "g:1",)),
        Job("b", "CANCELED", "SNAPSHOT", (THING + "t",)),
    ),
    (ThingGroup("g:1"),),
)

WRITINGS = (
    Writing("with lower-case escapes", "thingGroupName", ("g:1",)),
    Writing("with needless escapes", "status", ("IN_PROGRESS",)),
    Writing("with a literal colon", "thingGroupName", ("g:1",)),
    Writing("escaped twice", "thingGroupName", ("g:1",)),
    Writing("repeated", "status", ("IN_PROGRESS", "CANCELED")),
    Writing("repeated", "status", ("CANCELED", "IN_PROGRESS")),
    Writing("repeated", "targetSelection", ("CONTINUOUS", "SNAPSHOT")),
    Writing("repeated", "targetSelection", ("SNAPSHOT", "CONTINUOUS")),
    Writing("repeated", "maxResults", ("1", "2")),
)


def _write(writing: Writing, value: str) -> str:
    name, plain = writing.parameter, quote(value, safe="-_.~")
    if writing.what == "with needless escapes":
        return f"{name}=" + "".join(f"%{byte:02X}" for byte in value.encode())
    if writing.what == "with a literal colon":
        return f"{name}={quote(value, safe='-_.~:')}"
    if writing.what == "with lower-case escapes":
        return f"{name}={plain.replace('%3A', '%3a')}"
    if writing.what == "escaped twice":
        return f"{name}={quote(plain, safe='-_.~')}"
    return f"{name}={plain}"


def write_queries(session: Session, plan: Plan) -> Iterator[Part]:
    """Send the same parameter in two writings, or two values of one parameter."""
    writing: Writing = plan.doing
    world = session.world(plan.population)
    field = {"status": "status", "targetSelection": "target_selection"}.get(writing.parameter)
    if writing.what != "repeated":
        name = writing.values[0]
        query = Query(status=name) if field else session.local(Query(thing_group_name=name))
        value = query.value(writing.parameter) or ""
        plain = session.widest(query)
        other = session.walk_with(_write(writing, value), query)
        same = writing.what != "escaped twice"
        control = filtered(session, world, query)
        yield Encoded(world, plain, other, same, f"{writing.parameter} {writing.what}", control)
        return
    one, two = writing.values
    if field is None:
        walks = [session.walk(Query(), (int(value),)) for value in (one, two)]
        both = session.walk_with(f"maxResults={one}&maxResults={two}", Query(), None)
        controls: tuple[Part, ...] = tuple(Walked(world, walk) for walk in walks)
    else:
        first, second = Query(**{field: one}), Query(**{field: two})
        walks = [session.widest(first), session.widest(second)]
        written = query_string([(writing.parameter, one), (writing.parameter, two)])
        both = session.walk_with(written, first)
        controls = tuple(filtered(session, world, query) for query in (first, second))
    yield Repeated(world, writing.parameter, (one, two), both, walks[0], walks[1], controls)


def _two_jobs(source: Source) -> Population:
    held = tuple(
        job
        for job in TWO_JOBS.jobs
        if (job.status, job.selection, bool(job.groups)) in source.holdable.kinds
    )
    return Population(held, TWO_JOBS.groups if source.holdable.groups else ())


def _writing_fixed(source: Source) -> Iterator[Plan]:
    population = _two_jobs(source)
    for writing in WRITINGS:
        if writing.parameter != "thingGroupName" or source.holdable.groups:
            yield Plan(population, writing)


# --- missing groups -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Missing:
    """A group that does not exist: by name, or by the id of none."""

    by: str
    name: str


MISSING = (
    Missing("thing_group_name", "no-such-group"),
    Missing("thing_group_id", "00000000-0000-4000-8000-000000000000"),
    Missing("thing_group_name", "g"),
    Missing("thing_group_name", "G:1"),
    Missing("thing_group_name", "a"),
    Missing("thing_group_id", "g-1"),
)


def ask_for_missing(session: Session, plan: Plan) -> Iterator[Part]:
    """List the jobs of a group that does not exist, and those of one that does."""
    missing: Missing = plan.doing
    world = session.world(plan.population)
    existing = session.local(Query(**{missing.by: TWO_JOBS.groups[0].name}))
    query = session.local(Query(**{missing.by: missing.name}))
    if set(query.group_names) & world.groups.keys():
        return
    yield Unknown(world, session.widest(query), filtered(session, world, existing))


def _missing_fixed(source: Source) -> Iterator[Plan]:
    if source.holdable.groups:
        yield from (Plan(_two_jobs(source), missing) for missing in MISSING)


# --- regions ------------------------------------------------------------------------------------

ELSEWHERE = ("eu-west-1", "us-west-2")


def list_regions(session: Session, plan: Plan) -> Iterator[Part]:
    """Make a job in another region, and list this one."""
    world = session.world(plan.population)
    region = session.target.region
    elsewhere = next(name for name in ELSEWHERE if name != region)
    seeder = Seeder(session.target, describes=False)
    try:
        population = prefixed(Population((Job("elsewhere"),)), session.prefix)
        there = seeder.seed(population, exclusive=False, region=elsewhere)
    except SeedingError as error:
        raise Inconclusive(f"no job could be made in {elsewhere}: {error}") from None
    here, away = (next(iter(w.arns.values()), "") for w in (world, there))
    yield Scoped(region, here, away, session.widest(Query()), world)


def _region_fixed(source: Source) -> Iterator[Plan]:
    if source.holdable.kinds:
        yield Plan(Population((Job("here"),)), None)


# --- the list -----------------------------------------------------------------------------------


def _only_fixed(fixed: Callable[[Source], Iterator[Plan]]) -> Plans:
    def plans(source: Source) -> st.SearchStrategy[Plan]:
        known = tuple(fixed(source))
        return st.sampled_from(known) if known else st.nothing()

    return plans


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "listing",
        "listing populations under filters and in pages",
        list_jobs,
        _listing_plans,
        _covering_plans,
        simpler_listing,
    ),
    Scenario(
        "invalid",
        "sending invalid requests",
        send_invalid,
        _invalid_plans,
        _invalid_fixed,
        as_it_is,
        share=0.5,
        weight=invalid.weight,
    ),
    Scenario(
        "missing",
        "asking for groups that do not exist",
        ask_for_missing,
        _only_fixed(_missing_fixed),
        _missing_fixed,
        as_it_is,
        share=0,
    ),
    Scenario(
        "tokens",
        "using tokens again, in other pages and under other filters",
        use_tokens,
        _token_plans,
        _token_fixed,
        _simpler_tokens,
        share=0.3,
    ),
    Scenario(
        "writing",
        "writing the same query in several ways",
        write_queries,
        _only_fixed(_writing_fixed),
        _writing_fixed,
        as_it_is,
        share=0,
    ),
    Scenario(
        "regions",
        "looking into another region",
        list_regions,
        _only_fixed(_region_fixed),
        _region_fixed,
        as_it_is,
        share=0,
    ),
    Scenario(
        "large",
        f"listing {LARGE} jobs",
        list_jobs,
        _large_plans,
        _large_world,
        simpler_listing,
        share=0,
        exclusive=True,
        large=True,
    ),
)
