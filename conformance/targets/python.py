"""A target of the user's own, in Python: ``python:MODULE:OBJECT``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..evidence import Exchange, Request
from ..wire import Bounds, CallTransport, Sends
from .calling import Raised, call
from .target import Target, TargetError


class PythonTarget(Protocol):
    """What an object named ``python:MODULE:OBJECT`` has. Only ``send`` is needed.

    It may also have ``name`` and ``region`` (texts), ``reset()``, which empties it,
    ``seed(world)``, which makes a world as a ``--seeder`` does, and ``close()``.
    """

    send: Sends


def python_target(found: Any, name: str, region: str, bounds: Bounds) -> Target:
    """The object as a target; raises :class:`TargetError` where it has no ``send``."""
    if not callable(getattr(found, "send", None)):
        raise TargetError(
            f"{name} is no target: it needs send(method, target, headers, body), which returns "
            "status, headers and body"
        )
    if isinstance(found, type):
        raise TargetError(f"{name} is a class: name an object, or write {name}() to make one")
    said_region, said_name = getattr(found, "region", region), getattr(found, "name", name)
    reset = getattr(found, "reset", None)
    return Target(
        str(said_name),
        CallTransport(found.send, bounds),
        region=str(said_region),
        implementation=type(found).__name__,
        resets=_resetting(reset) if callable(reset) else None,
        seeds=getattr(found, "seed", None),
        on_close=getattr(found, "close", None),
    )


def _resetting(reset: Callable[[], object]) -> Callable[[], Exchange]:
    asked = Request("RESET", "/")

    def empty() -> Exchange:
        try:
            call(reset)
        except Raised as raised:
            return Exchange(asked, failure=f"{raised}{raised.place}")
        return Exchange(asked, 200)

    return empty
