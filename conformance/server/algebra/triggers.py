"""Triggers: when a lie is told. Each is a predicate over the request, the jobs or their history.

Those of one dimension exclude each other; a trigger joins at most one of each. A predicate about a
*job* picks the jobs that are lied about, any other decides whether this answer lies at all.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ..store import ListedJob
from .moment import FILTERS, Moment


@dataclass(frozen=True, slots=True)
class Predicate:
    """One condition, under its name ``DIMENSION=VALUE``."""

    dimension: str
    value: str
    about: str
    """``request``, ``page``, ``population``, ``job``, ``history`` (of a job) or ``mistake``."""
    test: Callable[..., bool]
    """Takes the moment and, where it is about a job, the job."""
    needs_jobs: int = 0
    """How many jobs it takes, where a few will not do."""

    @property
    def name(self) -> str:
        return f"{self.dimension}={self.value}"

    @property
    def of_a_job(self) -> bool:
        """Whether it picks jobs."""
        return self.about in ("job", "history")


STATUSES = ("IN_PROGRESS", "CANCELED", "COMPLETED", "SCHEDULED")
"""Those that a job can be brought into on purpose."""
SELECTIONS = ("SNAPSHOT", "CONTINUOUS")


def _filters() -> dict[str, Callable[[Moment], bool]]:
    tests: dict[str, Callable[[Moment], bool]] = {"none": lambda m: not m.filters}
    for name in FILTERS:
        tests[name] = lambda m, name=name: name in m.filters  # type: ignore[misc]
    for one, other in combinations(FILTERS, 2):
        tests[f"{one},{other}"] = (
            lambda m, both=frozenset((one, other)): both <= set(m.filters)  # type: ignore[misc]
        )
    return tests


def _page(number: int) -> Callable[[Moment], bool]:
    return lambda moment: moment.page == number


def _size(size: int | None) -> Callable[[Moment], bool]:
    return lambda moment: moment.size == size


def _asked(name: str, value: str) -> Callable[[Moment], bool]:
    return lambda moment: moment.parameters.get(name) == value


RESERVED = frozenset({"null", "true", "false", "none", "undefined", "NaN", "nil"})
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

CLASSES: Mapping[str, Callable[[str], bool]] = {
    "numeric": str.isdigit,
    "leading-zeros": lambda text: text.isdigit() and len(text) > 1 and text[0] == "0",
    "single": lambda text: len(text) == 1,
    "dash": lambda text: "-" in text and not UUID.fullmatch(text),
    "underscore": lambda text: "_" in text,
    "dash-first": lambda text: text.startswith("-"),
    "upper-case": lambda text: text.lower() != text,
    "reserved": lambda text: text in RESERVED,
    "uuid": lambda text: UUID.fullmatch(text) is not None,
}
"""Classes of names, whatever they are names of."""


def _text(moment: Moment) -> list[str]:
    """The names that were asked for."""
    found = [moment.parameters.get(name) for name in ("thingGroupName", "namespaceId")]
    return [text for text in found if text]


def _value(test: Callable[[str], bool]) -> Callable[[Moment], bool]:
    return lambda moment: any(map(test, _text(moment)))


def _prefix_asked(moment: Moment) -> bool:
    name = moment.parameters.get("thingGroupName")
    return bool(name) and any(g != name and g.startswith(str(name)) for g in moment.groups)


def _before(moment: Moment, one: str, others: tuple[str, ...]) -> bool:
    """Whether one parameter came before all of some others, of which there is one at least."""
    names = moment.names
    places = [names.index(other) for other in others if other in names]
    return one in names and bool(places) and names.index(one) < min(places)


def _reversed(moment: Moment) -> bool:
    given = [name for name in moment.names if name in FILTERS]
    return len(given) > 1 and given != sorted(given, key=FILTERS.index)


def _divides(moment: Moment) -> bool:
    size = moment.size
    return bool(size) and moment.remaining > 0 and moment.remaining % int(size or 1) == 0


def _count(what: str, low: int, high: int | None = None) -> Callable[[Moment], bool]:
    def test(moment: Moment) -> bool:
        number: int = getattr(moment, what)
        return number >= low and (high is None or number <= high)

    return test


def _id(test: Callable[[str], bool]) -> Callable[[Moment, ListedJob], bool]:
    return lambda moment, job: test(job.id)


def _prefix(moment: Moment, job: ListedJob) -> bool:
    return any(other != job.id and other.startswith(job.id) for other in moment.ids)


def _twin(moment: Moment, job: ListedJob) -> bool:
    return any(o != job.id and o.lower() == job.id.lower() for o in moment.ids)


def _targets(test: Callable[[list[tuple[str, str]]], bool]) -> Callable[[Moment, ListedJob], bool]:
    return lambda moment, job: test(moment.targets(job))


def _alike(targets: list[tuple[str, str]]) -> bool:
    kinds: dict[str, set[str]] = {}
    for kind, name in targets:
        kinds.setdefault(name, set()).add(kind)
    return any(len(which) > 1 for which in kinds.values())


def _column(name: str, value: Any) -> Callable[[Moment, ListedJob], bool]:
    return lambda moment, job: getattr(job, name) == value


def _done(what: str) -> Callable[[Moment, ListedJob], bool]:
    return lambda moment, job: what in moment.done(job)


def _deleted(moment: Moment) -> bool:
    scope = (moment.scope.account, moment.scope.region)
    return any(key[:2] == scope for key in moment.service.gone)


def _remade(moment: Moment) -> bool:
    name = moment.parameters.get("thingGroupName", "")
    return (moment.scope.account, moment.scope.region, name) in moment.service.remade


def _mistake(kind: str) -> Callable[[Moment], bool]:
    return lambda moment: kind in moment.mistakes


MISTAKES = (
    "status",
    "targetSelection",
    "maxResults-low",
    "maxResults-high",
    "maxResults-text",
    "thingGroupName",
    "thingGroupId",
    "namespaceId",
    "nextToken",
)


def _known_only(moment: Moment) -> bool:
    known = {*FILTERS, "maxResults", "nextToken"}
    return any(name not in known for name in moment.names)


def _wrong(name: str, test: Callable[[str], bool]) -> Callable[[Moment], bool]:
    def holds(moment: Moment) -> bool:
        for parameter in MISTAKEN.get(name, ()):
            value = moment.parameters.get(parameter)
            if value is not None and test(value):
                return True
        return False

    return holds


TEXTS = ("status", "targetSelection", "thingGroupName", "thingGroupId", "namespaceId")
MISTAKEN = {"long": TEXTS[2:4], "truncated": TEXTS[:2], "blank": TEXTS, "star": TEXTS}
WRONGS: Mapping[str, Callable[[str], bool]] = {
    "long": lambda text: len(text) > 128,
    "truncated": lambda text: any(
        whole.startswith(text) and whole != text
        for whole in ("IN_PROGRESS", "CANCELED", "COMPLETED", "SCHEDULED", "CONTINUOUS", "SNAPSHOT")
    ),
    "blank": lambda text: " " in text,
    "star": lambda text: "*" in text,
}


def _all() -> list[Predicate]:
    found: list[Predicate] = []

    def add(
        about: str, dimension: str, tests: Mapping[str, Callable[..., bool]], **needs: int
    ) -> None:
        found.extend(Predicate(dimension, v, about, t, needs.get(v, 0)) for v, t in tests.items())

    add("request", "filter", _filters())
    asked = {value: _asked("status", value) for value in STATUSES}
    asked |= {value: _asked("targetSelection", value) for value in SELECTIONS}
    add("request", "asked", asked)
    values = {name: _value(test) for name, test in CLASSES.items()}
    values["colon"] = _value(lambda text: ":" in text)
    values["longest"] = _value(lambda text: len(text) in (64, 128))
    values["prefix"] = _prefix_asked
    add("request", "value", values)
    later = {"first": _page(1), "second": _page(2), "third": _page(3)}
    later["later"] = lambda moment: moment.page > 1
    later["last"] = lambda moment: moment.page > 1 and moment.last
    add("page", "page", later)
    sizes = {"1": _size(1), "2": _size(2), "250": _size(250), "none": _size(None)}
    sizes["divides"] = _divides
    add("page", "size", sizes)
    orders: dict[str, Callable[[Moment], bool]] = {
        "size-first": lambda m: _before(m, "maxResults", FILTERS),
        "token-first": lambda m: _before(m, "nextToken", ("maxResults", *FILTERS)),
        "filters-reversed": _reversed,
    }
    add("request", "order", orders)
    add("request", "parameter", {"unknown": _known_only})
    jobs = {f">{n}": _count("jobs", n + 1) for n in (50, 100, 250, 251, 1000)}
    needs = {f">{n}": n + 1 for n in (50, 100, 250, 251, 1000)}
    add(
        "population",
        "jobs",
        {"0": _count("jobs", 0, 0), "1": _count("jobs", 1, 1), **jobs},
        **needs,
    )
    matching = {f">{n}": _count("matching", n + 1) for n in (50, 100, 250)}
    one = {"0": _count("matching", 0, 0), "1": _count("matching", 1, 1)}
    add("population", "matching", one | matching, **needs)
    ids: dict[str, Callable[..., bool]] = {name: _id(test) for name, test in CLASSES.items()}
    ids["longest"] = _id(lambda text: len(text) == 64)
    ids["prefix"], ids["twin"] = _prefix, _twin
    add("job", "id", ids)
    targets = {
        "thing": _targets(lambda ts: {k for k, _ in ts} == {"thing"}),
        "group": _targets(lambda ts: {k for k, _ in ts} == {"thinggroup"}),
        "several": _targets(lambda ts: len(ts) > 1),
        "mixed": _targets(lambda ts: len({k for k, _ in ts}) > 1),
        "namesakes": _targets(_alike),
    }
    add("job", "target", targets)
    shapes = {value: _column("status", value) for value in STATUSES}
    shapes |= {value: _column("selection", value) for value in SELECTIONS}
    shapes["namespaced"] = lambda moment, job: job.namespace is not None
    add("job", "job", shapes)
    verbs = ("cancelled", "cancelled-scheduled", "completed", "associated", "reused", "late")
    add("history", "history", {verb: _done(verb) for verb in verbs})
    add("request", "after", {"deletion": _deleted, "group-remade": _remade})
    turns: dict[str, Callable[[Moment], bool]] = {
        "tenth": lambda moment: moment.service.listings % 10 == 0,
        "beside": lambda m: m.page > 1 and m.service.previous != m.subject,
    }
    add("request", "turn", turns)
    add("mistake", "mistake", {kind: _mistake(kind) for kind in MISTAKES})
    add("mistake", "wrong", {name: _wrong(name, test) for name, test in WRONGS.items()})
    beside: dict[str, Callable[[Moment], bool]] = {
        "size": lambda m: "maxResults" in m.parameters and not m.mistakes & SIZES,
        "token": lambda m: "nextToken" in m.parameters and "nextToken" not in m.mistakes,
        "mistake": lambda m: len(m.mistakes) > 1,
        "filter": lambda m: any(
            name in m.parameters and name not in m.mistakes for name in FILTERS
        ),
        "nothing": lambda m: len(m.parameters) == 1,
    }
    add("mistake", "beside", beside)
    return found


SIZES = frozenset({"maxResults-low", "maxResults-high", "maxResults-text"})

PREDICATES: Mapping[str, Predicate] = {one.name: one for one in _all()}
"""Every predicate by its name."""


ENUMERATED: Mapping[str, str] = {
    **dict.fromkeys(STATUSES, "status"),
    **dict.fromkeys(SELECTIONS, "targetSelection"),
}
"""Values of enumerations, and the filter that takes each."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """Predicates that must all hold, at most one of each dimension."""

    predicates: tuple[Predicate, ...]

    @property
    def name(self) -> str:
        return "+".join(one.name for one in self.predicates)

    @property
    def picks(self) -> bool:
        """Whether it says which jobs are lied about."""
        return any(one.of_a_job for one in self.predicates)

    @property
    def needs_jobs(self) -> int:
        return max((one.needs_jobs for one in self.predicates), default=0)

    def value(self, dimension: str) -> str | None:
        """The value that it has in a dimension, if any."""
        found = (one.value for one in self.predicates if one.dimension == dimension)
        return next(found, None)

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters that must have been given; none stands for any or for none."""
        value = self.value("filter")
        if value is None and (asked := self.value("asked")):
            return (ENUMERATED[asked],)
        return tuple(value.split(",")) if value and value != "none" else ()

    def about(self, *kinds: str) -> bool:
        """Whether some predicate is about one of these."""
        return any(one.about in kinds for one in self.predicates)

    def holds(self, moment: Moment) -> bool:
        """Whether this answer lies."""
        return all(one.test(moment) for one in self.predicates if not one.of_a_job)

    def picked(self, moment: Moment, job: ListedJob) -> bool:
        """Whether this job is lied about."""
        return all(one.test(moment, job) for one in self.predicates if one.of_a_job)
