"""Code of the user's own, called so that nothing it raises is taken for anything else.

What means to end the process (``SystemExit``), or a test, ends neither here: a run that such code
could end would have its exit status and no verdict.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from ..errors import in_words

T = TypeVar("T")


class Raised(Exception):
    """What the user's code raised: the text is its type and what it says."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(in_words(error))
        self.error = error

    @property
    def place(self) -> str:
        """File and line of it, in the folder of what was called: the innermost."""
        frames = traceback.extract_tb(_called(self.error.__traceback__))
        if not frames:
            return ""
        folder = Path(frames[0].filename).parent
        own = [frame for frame in frames if Path(frame.filename).parent == folder]
        return f" ({Path(own[-1].filename).name}, line {own[-1].lineno})"


def call(function: Callable[..., T], *arguments: Any) -> T:
    """What the function returns; raises :class:`Raised` for all that it raises but an interrupt."""
    try:
        return function(*arguments)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        raise Raised(error) from error


def _called(trace: TracebackType | None) -> TracebackType | None:
    """The part of a traceback that lies within what was called."""
    return trace.tb_next if trace is not None else None
