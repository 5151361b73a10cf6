"""What a behaviour is: a few overridden steps of the service, under the name of the lie they tell.

A *fault* breaks a requirement. A *variation* is a choice that the contract leaves open.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from inspect import cleandoc
from types import ModuleType

from .service import Service


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One way to differ from the plain reference server.

    ``breaks`` names the requirements that a fault violates; a variation violates none that is
    documented, and only where ``keeps_conventions`` is false anything else that is not.
    """

    name: str
    summary: str
    mixin: type[Service]
    breaks: tuple[str, ...] = ()
    keeps_conventions: bool = True
    needs_settle: bool = False
    """Changes show in listings only after a while (50 ms)."""
    needs_retry: bool = False
    """Now and then the service is not available; the next request is answered."""
    needs_jobs: int = 0
    """How many jobs the account must hold before a fault can show, where a dozen will not do."""
    checks_access: bool = False
    """Signatures are checked, well or badly; the plain server takes every one, as most mocks do."""
    needs_cli: bool = False
    """Only the aws command meets the lie: it shows on a socket, and where that is installed."""
    unsteady: bool = False
    """The lie comes and goes: what it breaks besides is told apart by carrying it out again."""
    facet: str = ""
    """What a variation decides. Two variations of one facet cannot both be had."""
    excludes: tuple[str, ...] = ()
    """The names of the variations of the same facet."""

    @property
    def is_fault(self) -> bool:
        """Whether this breaks a requirement."""
        return bool(self.breaks)


def kebab_case(name: str) -> str:
    """Return ``StatusIgnored`` as ``status-ignored``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def described(mixin: type[Service]) -> tuple[str, str]:
    """Return the name and the summary of a behaviour, which its class carries."""
    return kebab_case(mixin.__name__), cleandoc(mixin.__doc__ or "")


def fault(
    *breaks: str,
    needs_jobs: int = 0,
    checks_access: bool = False,
    needs_cli: bool = False,
    unsteady: bool = False,
) -> Callable[[type[Service]], Behaviour]:
    """Make a fault of a class that overrides a step; the class name is the fault's name."""

    def decorate(mixin: type[Service]) -> Behaviour:
        return Behaviour(
            *described(mixin),
            mixin,
            breaks=breaks,
            needs_jobs=needs_jobs,
            checks_access=checks_access,
            needs_cli=needs_cli,
            unsteady=unsteady,
        )

    return decorate


def variation(
    facet: str = "",
    *,
    keeps_conventions: bool = True,
    needs_settle: bool = False,
    needs_retry: bool = False,
    checks_access: bool = False,
) -> Callable[[type[Service]], Behaviour]:
    """Make a variation of a class that overrides a step; the class name is its name."""

    def decorate(mixin: type[Service]) -> Behaviour:
        return Behaviour(
            *described(mixin),
            mixin,
            keeps_conventions=keeps_conventions,
            needs_settle=needs_settle,
            needs_retry=needs_retry,
            checks_access=checks_access,
            facet=facet,
        )

    return decorate


def collect(modules: Iterable[ModuleType]) -> Mapping[str, Behaviour]:
    """Return the behaviours that modules define, by name and in the order of their definition."""
    found = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Behaviour)
    ]
    collected = {
        one.name: replace(
            one,
            excludes=tuple(
                other.name
                for other in found
                if one.facet and other.facet == one.facet and other.name != one.name
            ),
        )
        for one in found
    }
    if len(collected) < len(found):
        raise ValueError("two behaviours have the same name")
    return collected
