"""Writing the same query in several ways, and a parameter twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote

from ..api import FILTERS, query_string
from ..contract.evidence_kinds import Answer, Encoded, Filtered, Repeated, Walked
from ..evidence import Evidence
from ..model import GROUP, THING, Job, Population, Query, ThingGroup, World
from ..worlds.session import Session
from .controls import filtered
from .scenario import Plan, Scenario, Source


@dataclass(frozen=True, slots=True)
class Spelling:
    """A way to write a query string: ``what`` names it."""

    what: str
    parameter: str
    values: tuple[str, ...]
    """One value to write in two ways, or two values to give one after the other."""


TWO_JOBS = Population(
    (
        Job("a", "IN_PROGRESS", "CONTINUOUS", (GROUP + "g:1",), "n"),
        Job("b", "CANCELED", "SNAPSHOT", (THING + "t",)),
    ),
    (ThingGroup("g:1"),),
)

REPEATED = (
    Spelling("repeated", "status", ("IN_PROGRESS", "CANCELED")),
    Spelling("repeated", "status", ("CANCELED", "IN_PROGRESS")),
    Spelling("repeated", "targetSelection", ("CONTINUOUS", "SNAPSHOT")),
    Spelling("repeated", "targetSelection", ("SNAPSHOT", "CONTINUOUS")),
    Spelling("repeated", "maxResults", ("1", "2")),
)

ATTRIBUTES = {wire_name: name for name, wire_name in FILTERS.items()}


def _write(writing: Spelling, value: str) -> str:
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


def write_queries(session: Session, plan: Plan) -> Iterator[Evidence]:
    """Send the same parameter in two writings, or two values of one parameter."""
    writing: Spelling = plan.action
    world = session.world(plan.population)
    if writing.what == "repeated":
        yield _repeated(session, world, writing)
        return
    (value,) = writing.values
    query = session.local(Query(**{ATTRIBUTES[writing.parameter]: value}))
    plain = session.widest(query)
    real = parse_qsl(session.filters(query))[0][1]
    other = session.walk_with(_write(writing, real), query)
    same = writing.what != "escaped twice"
    control = filtered(session, world, query)
    yield Encoded(world, plain, other, same, f"{writing.parameter} {writing.what}", control)


def _repeated(session: Session, world: World, writing: Spelling) -> Repeated:
    one, two = writing.values
    if writing.parameter == "maxResults":
        walks = [session.walk(Query(), (int(value),)) for value in (one, two)]
        both = session.walk_with(f"maxResults={one}&maxResults={two}", Query(), None)
        controls: tuple[Evidence, ...] = tuple(Walked(world, walk) for walk in walks)
    else:
        name = ATTRIBUTES[writing.parameter]
        first, second = Query(**{name: one}), Query(**{name: two})
        walks = [session.widest(first), session.widest(second)]
        written = query_string([(writing.parameter, one), (writing.parameter, two)])
        both = session.walk_with(written, first)
        controls = tuple(filtered(session, world, query) for query in (first, second))
    return Repeated(world, writing.parameter, (one, two), both, walks[0], walks[1], controls)


def writings(population: Population) -> Iterator[Spelling]:
    """What to write, in values that occur in the population."""
    groups = sorted((group.name for group in population.groups), key=lambda name: ":" not in name)
    if groups:
        name = groups[0]
        if ":" in name:
            yield Spelling("with lower-case escapes", "thingGroupName", (name,))
            yield Spelling("with a literal colon", "thingGroupName", (name,))
            yield Spelling("escaped twice", "thingGroupName", (name,))
    yield Spelling("with needless escapes", "status", ("IN_PROGRESS",))
    yield Spelling("with needless escapes", "targetSelection", ("CONTINUOUS",))
    if groups:
        yield Spelling("with needless escapes", "thingGroupName", (name,))
        yield Spelling("with needless escapes", "thingGroupId", (name,))
    namespaces = sorted({job.namespace for job in population.jobs if job.namespace})
    yield Spelling("with needless escapes", "namespaceId", (namespaces[0] if namespaces else "n",))
    yield from REPEATED


def two_jobs(source: Source) -> Population:
    """The two jobs, as far as the target can hold them, or what stands there anyway."""
    if source.fixed:
        return source.covering
    held = tuple(
        job if source.capabilities.namespaces else replace(job, namespace=None)
        for job in TWO_JOBS.jobs
        if (job.status, job.selection, bool(job.groups)) in source.capabilities.kinds
    )
    return Population(held, TWO_JOBS.groups if source.capabilities.groups else ())


def _writing_fixed(source: Source) -> Iterator[Plan]:
    population = two_jobs(source)
    yield from (Plan(population, writing) for writing in writings(population))


WRITING = Scenario(
    "writing",
    "writing the same query in several ways",
    write_queries,
    _writing_fixed,
    gives=(Encoded, Repeated, Filtered, Walked, Answer),
    action=Spelling,
)
