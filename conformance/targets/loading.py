"""Objects of the user's own, named as ``MODULE:OBJECT``."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from typing import Any

from . import calling
from .calling import Raised, call
from .target import TargetError


def load(name: str, what: str) -> Any:
    """The object that ``MODULE:OBJECT`` names; its module may lie in the current folder.

    An object named with ``()`` at the end is what a call without arguments returns. Raises
    :class:`TargetError`, which says what is missing, also where importing the module fails.
    """
    # As it was written: an option is followed by a blank, the kind of a target is not.
    written = f"{what}{name}" if what.endswith(":") else f"{what} {name}"
    if name != (meant := "".join(name.split())):
        raise TargetError(f"{written!r} has a blank in it: write {written[: -len(name)]}{meant}")
    module_name, colon, path = name.partition(":")
    if not (module_name and colon and path):
        raise TargetError(f"{written} names no object: give MODULE:OBJECT, such as app:app")
    folder = os.getcwd()
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        found: Any = call(importlib.import_module, module_name)
    except Raised as raised:
        place = _place(raised.error)
        if not isinstance(raised.error, ModuleNotFoundError):
            where = f" ({place})" if place else ""
            raise TargetError(
                f"{written}: importing {module_name} failed: {raised}{where}"
            ) from None
        missing = raised.error.name or module_name
        if place is None:
            raise TargetError(
                f"{written}: there is no module {missing} in {folder} or installed"
            ) from None
        raise TargetError(
            f"{written}: {place}, imports {missing}, and there is no module {missing} in this "
            "environment"
        ) from None
    called = path.endswith("()")
    for part in path.removesuffix("()").split("."):
        try:
            found = call(getattr, found, part)
        except Raised as raised:
            if isinstance(raised.error, AttributeError):
                raise TargetError(f"{written}: {module_name} has no {part!r}") from None
            raise TargetError(f"{written}: {part} cannot be read: {raised}") from None
    if not called:
        return found
    try:
        return call(found)
    except Raised as raised:
        raise TargetError(f"{written}: calling it failed: {raised}") from None


def _place(error: BaseException) -> str | None:
    """The file and the line, of those that were imported, where it was raised; or None where it
    was not raised in them."""
    own = (__file__, calling.__file__)
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [f for f in frames if f.filename not in own and "importlib" not in f.filename]
    return f"{theirs[-1].filename}, line {theirs[-1].lineno}" if theirs else None
