"""Objects of the user's own, named as ``MODULE:OBJECT``."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from .calling import Raised, call
from .target import TargetError


def load(name: str, what: str) -> Any:
    """The object that ``MODULE:OBJECT`` names; its module may lie in the current folder.

    An object named with ``()`` at the end is what a call without arguments returns. Raises
    :class:`TargetError`, which says what is missing, also where importing the module fails.
    """
    module_name, colon, path = name.partition(":")
    if not (module_name and colon and path):
        raise TargetError(f"{what} {name!r} names no object: give MODULE:OBJECT, such as app:app")
    folder = os.getcwd()
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        found: Any = call(importlib.import_module, module_name)
    except Raised as raised:
        if isinstance(raised.error, ModuleNotFoundError):
            missing = raised.error.name or module_name
            where = f" in {folder} or installed" if module_name.startswith(missing) else ""
            raise TargetError(f"{what} {name}: there is no module {missing}{where}") from None
        raise TargetError(f"{what} {name}: importing {module_name} failed: {raised}") from None
    called = path.endswith("()")
    for part in path.removesuffix("()").split("."):
        try:
            found = call(getattr, found, part)
        except Raised as raised:
            if isinstance(raised.error, AttributeError):
                raise TargetError(f"{what} {name}: {module_name} has no {part!r}") from None
            raise TargetError(f"{what} {name}: {part} cannot be read: {raised}") from None
    if not called:
        return found
    try:
        return call(found)
    except Raised as raised:
        raise TargetError(f"{what} {name}: calling it failed: {raised}") from None
