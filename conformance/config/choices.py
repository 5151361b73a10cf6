"""What a user chose, wherever it was said, and the run that follows from it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..cases.case import read_cases
from ..contract.selection import required, select
from ..engine.budgets import BUDGETS
from ..engine.generation import Databases
from ..errors import UsageError
from ..results.waivers import read_waivers
from ..run import EXPLORE, MODES, REPLAY, Settings
from ..targets.kinds import Options, open_target
from ..targets.loading import load
from ..targets.target import Seed, Target, TargetError
from ..wire import Bounds
from ..worlds.provisioning import EXISTING, FRESH, GIVEN, SHARED
from ..worlds.worldfile import read_world
from .options import said_elsewhere

WORLDS = (FRESH, SHARED, EXISTING)

TIMEOUT = 10.0
"""Seconds for each request, unless the user says so."""

GATE_SEED = 0

OUTPUT = "listjobs-report"

KEPT = Path(".listjobs", "examples")
"""Where Hypothesis keeps, below the current folder, what showed something while exploring."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The values of ``options.OPTIONS``, under the same names."""

    target: str = "moto"
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    strict: bool = False
    check_access: bool = False
    budget: str = "standard"
    mode: str = "gate"
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

    @classmethod
    def names(cls) -> frozenset[str]:
        return frozenset(field.name for field in fields(cls))

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

    def settings(self) -> Settings:
        """What the run is to do; raises ``UserError`` for what it cannot be."""
        self._check()
        # Most mocks do not look at signatures.
        unasked = not self.check_access and not self.only
        skip = [*self.skip, "access/*"] if unasked else self.skip
        return Settings(
            selected=select(self.only, skip),
            budget=self.budget,
            mode=self.mode,
            seed=self._seed(),
            strict=self.strict,
            required=required(self.require, self.only, skip),
            settle=self.settle,
            allow_writes=self.allow_writes,
            check_access=self.check_access,
            ledgers=self.folder,
            waivers=read_waivers(Path(self.waivers)) if self.waivers else (),
            databases=Databases(KEPT if self.mode == EXPLORE else None),
            stored=tuple(read_cases([Path(self.cases)])) if self.cases else (),
            keeps_cases=Path(self.output) if self.output else None,
            **self._world(),
        )

    def open(self) -> Target:
        """The target; raises ``TargetError``."""
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
                raise UsageError(f"--{name} {value!r} is none of {', '.join(known)}")
        if self.mode == REPLAY and not self.cases:
            raise UsageError("mode replay carries out stored cases: say where they are, --cases")
        for name, number, least in (
            ("timeout", self.timeout, 0.1),
            ("max-rps", self.max_rps, 0.01),
            ("settle", self.settle, 0.0),
            ("wait", self.wait, 0.0),
        ):
            if number is not None and number < least:
                raise UsageError(f"--{name} is at least {least:g}, not {number:g}")

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
            known = ", ".join(WORLDS)
            raise UsageError(f"--world {world!r} is neither a file nor one of {known}")
        return {"world": GIVEN, "document": read_world(Path(world))}


def choose(given: Mapping[str, Any], folder: Path) -> Choices:
    """What was given, and for the rest what ``pyproject.toml`` and the environment say.

    Raises ``ConfigurationError``.
    """
    elsewhere = {name: value for name, (value, _) in said_elsewhere(folder).items()}
    said = {name: value for name, value in given.items() if value not in (None, [], ())}
    lists = {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
    return Choices(**{**elsewhere, **said, **lists})


def _seeder(name: str | None) -> Seed | None:
    if name is None:
        return None
    function: Seed = load(name, "--seeder")
    if not callable(function):
        raise TargetError(f"--seeder {name} is no function: it cannot be called")
    return function
