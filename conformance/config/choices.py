"""What a user chose, wherever it was said, and the run that follows from it."""

from __future__ import annotations

import re
import secrets
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from math import isfinite
from pathlib import Path
from typing import Any

from listjobs_conformance.reports.commands import Commands

from ..cases.case import read_cases
from ..contract.selection import required, select
from ..engine.allowance import Allowance
from ..engine.budgets import BUDGETS
from ..engine.generation import Databases
from ..errors import UsageError, UserError, nearest
from ..results.waivers import read_waivers
from ..run import EXPLORE, MODES, REPLAY, Settings
from ..targets.kinds import Options, open_target
from ..targets.loading import load
from ..targets.target import Seed, Target, TargetError
from ..wire import Bounds
from ..worlds.provisioning import EXISTING, FRESH, GIVEN, SHARED
from ..worlds.worldfile import read_world
from .options import OPTIONS, said_elsewhere

WORLDS = (FRESH, SHARED, EXISTING)

TIMEOUT = 10.0
"""Seconds for each request, unless the user says so."""

GATE_SEED = 0

OUTPUT = "listjobs-report"

REPEATED = frozenset(
    {
        *("target", "region", "profile", "ca_bundle", "timeout", "max_rps"),
        *("world", "reset", "seeder", "settle", "allow_writes", "check_access", "output"),
    }
)
"""What ``replay`` takes as ``run`` does."""

LOADED = frozenset({"budget", "seed"})
"""What ``run`` takes besides to do the same again in a world that is loaded."""

KEPT = Path(".listjobs", "examples")
"""Where Hypothesis keeps, below the current folder, what showed something while exploring."""


FLAG = re.compile(r"(?<![\w-])--([a-z]+(?:-[a-z]+)*)")
"""An option as sentences name it."""


class NoTarget(UsageError):
    """Nobody said what to check."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The values of ``options.OPTIONS``, under the same names."""

    target: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    strict: bool = False
    check_access: bool = False
    budget: str = "standard"
    mode: str = "gate"
    no_shrink: bool = False
    max_failures: int | None = None
    max_requests: int | None = None
    deadline: float | None = None
    seed: int | None = None
    region: str | None = None
    profile: str | None = None
    ca_bundle: str | None = None
    timeout: float = TIMEOUT
    wait: float | None = None
    label: str | None = None
    target_version: str | None = None
    max_rps: float | None = None
    world: str | None = None
    reset: str | None = None
    seeder: str | None = None
    settle: float | None = None
    allow_writes: bool = False
    waivers: str | None = None
    cases: str | None = None
    output: str | None = None
    flags: str = "--"
    """What the options begin with on the command line."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Where a value was said, by its name, unless on the command line."""

    @classmethod
    def names(cls) -> frozenset[str]:
        return frozenset(field.name for field in fields(cls)) - {"flags", "places"}

    def where(self, name: str) -> str:
        """Where an option was said, or can be."""
        return self.places.get(name.replace("-", "_"), f"{self.flags}{name}")

    def in_place(self, sentence: str, about: str | None = None) -> str:
        """The sentence with each option called as it was said.

        Where it names none that was, it is put after the place of what it is ``about``.
        """
        named = FLAG.sub(
            lambda flag: self.where(flag[1]) if flag[1] in OPTIONS else flag[0], sentence
        )
        place = self.places.get(about) if about else None
        if place is not None and place not in named:
            return f"{place}: {named}"
        return named

    @contextmanager
    def _saying_where(self, about: str) -> Iterator[None]:
        try:
            yield
        except UserError as error:
            error.args = (self.in_place(str(error), about),)
            raise

    @property
    def folder(self) -> Path:
        """Where reports go, and the ledgers of what is made."""
        return Path(self.output or OUTPUT)

    @property
    def reaching(self) -> Options:
        """How the target is reached."""
        return Options(
            self.region,
            self.reset,
            Bounds(self.timeout),
            self.profile,
            self.ca_bundle,
            self.max_rps,
            self.wait,
            self.label,
            self.target_version,
        )

    @property
    def said(self) -> Mapping[str, Any]:
        """What was said, wherever that was, and is not the default."""
        defaults = {field.name: field.default for field in fields(self)} | {"output": OUTPUT}
        values = {option.attribute: getattr(self, option.attribute) for option in OPTIONS.values()}
        return {name: value for name, value in values.items() if value != defaults[name]}

    def commands(self, given: Mapping[str, Any]) -> Commands:
        """What does a failure again, with what of that which was given it takes to reach the
        target as well. The rest it finds where it was said."""
        loaded = self.world not in (None, *WORLDS)
        known = REPEATED | LOADED if loaded else REPEATED
        said: list[str] = []
        for name, value in given.items():
            if name not in known or value in (None, False):
                continue
            if name == "world" and value == EXISTING:
                continue  # Nothing that replays a case writes nothing.
            if name == "target" and loaded:
                said.insert(0, str(value))
                continue
            said += [f"--{name.replace('_', '-')}"] + [str(value)] * (value is not True)
        return Commands(shlex.join(said), loaded)

    def settings(self) -> Settings:
        """What the run is to do; raises ``UserError`` for what it cannot be."""
        self._check()
        with self._saying_where("world"):
            world = self._world()
        with self._saying_where("waivers"):
            waivers = read_waivers(Path(self.waivers)) if self.waivers else ()
        with self._saying_where("cases"):
            stored = tuple(read_cases([Path(self.cases)])) if self.cases else ()
        selected, required = self._selected()
        return Settings(
            selected=selected,
            budget=self.budget,
            mode=self.mode,
            seed=self._seed(),
            strict=self.strict,
            required=required,
            smallest=not self.no_shrink,
            max_failures=self.max_failures,
            allowance=Allowance(self.max_requests, self.deadline),
            settle=self.settle,
            allow_writes=self.allow_writes,
            check_access=self.check_access,
            ledgers=self.folder,
            waivers=waivers,
            databases=Databases(KEPT if self.mode == EXPLORE else None),
            stored=stored,
            keeps_cases=Path(self.output) if self.output else None,
            **world,
        )

    def open(self) -> Target:
        """The target; raises ``TargetError``, and :class:`NoTarget` where none is named."""
        if self.target is None:
            raise NoTarget(
                "no target is named: give one here, as target in pyproject.toml, or as "
                "LISTJOBS_TARGET"
            )
        with self._saying_where("target"):
            return open_target(self.target, self.reaching)

    def opened(self) -> tuple[Target, Settings]:
        """The target and the settings; raises ``UserError``. What each process begins with."""
        settings = self.settings()  # First: what is opened must be closed.
        return self.open(), settings

    def _check(self) -> None:
        for name, value, known in (
            ("budget", self.budget, tuple(BUDGETS)),
            ("mode", self.mode, MODES),
        ):
            if value not in known:
                near = nearest(value, known, 0.7)
                raise UsageError(
                    f"{self.where(name)} {value!r} is none of {', '.join(known)}{near}"
                )
        if self.mode == REPLAY and not self.cases:
            raise UsageError(
                f"mode replay carries out stored cases: say where they are, {self.where('cases')}"
            )
        for name, number, least in (
            ("timeout", self.timeout, 0.1),
            ("max-rps", self.max_rps, 0.01),
            ("settle", self.settle, 0.0),
            ("max-failures", self.max_failures, 1),
            ("max-requests", self.max_requests, 1),
            ("deadline", self.deadline, 0.1),
            ("wait", self.wait, 0.0),
        ):
            if number is not None and not (isfinite(number) and number >= least):
                raise UsageError(f"{self.where(name)} is at least {least:g}, not {number:g}")

    def _selected(self) -> tuple[frozenset[str], frozenset[str]]:
        """The ids that are judged, and those of them that must have been exercised."""
        # Most mocks do not look at signatures.
        unasked = not self.check_access and not self.only
        skip = [*self.skip, "access/*"] if unasked else self.skip
        with self._saying_where("only"):
            select(self.only)
        with self._saying_where("skip"):
            selected = select(self.only, skip)
        with self._saying_where("require"):
            return selected, required(self.require, self.only, skip, self.strict)

    def _seed(self) -> int:
        if self.seed is not None:
            return self.seed
        return secrets.randbelow(1 << 32) if self.mode == EXPLORE else GATE_SEED

    def _world(self) -> dict[str, Any]:
        world, seeder = self.world, self.seeder
        if world == EXISTING and self.reset is not None:
            raise UsageError(
                "--world existing writes nothing, and empties nothing: leave out --reset"
            )
        if world is None or world in WORLDS:
            if seeder is not None and world == EXISTING:
                raise UsageError("--world existing makes nothing: leave out --seeder")
            return {"world": world, "seeder": _seeder(seeder)}
        if seeder is not None:
            raise UsageError("a world file says what is there: leave out --seeder")
        if not Path(world).exists() and not world.endswith(".json"):
            known, near = ", ".join(WORLDS), nearest(world, WORLDS, 0.7)
            raise UsageError(f"--world {world!r} is neither a file nor one of {known}{near}")
        return {"world": GIVEN, "document": read_world(Path(world))}


def choose(
    given: Mapping[str, Any],
    folder: Path,
    flags: str = "--",
    places: Mapping[str, str] | None = None,
) -> Choices:
    """What was given, and for the rest what ``pyproject.toml`` and the environment say.

    ``places`` says where some of what was given was said, if not as an option; options begin
    with ``flags``. Raises ``ConfigurationError``.
    """
    elsewhere = said_elsewhere(folder)
    said = {name: value for name, value in given.items() if value not in (None, [], ())}
    lists = {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
    values = {name: value for name, (value, _) in elsewhere.items()}
    where = {name: place for name, (_, place) in elsewhere.items() if name not in said}
    return Choices(**{**values, **said, **lists}, flags=flags, places={**where, **(places or {})})


def _seeder(name: str | None) -> Seed | None:
    if name is None:
        return None
    function: Seed = load(name, "--seeder")
    if not callable(function):
        raise TargetError(f"--seeder {name} is no function: it cannot be called")
    return function
