"""A run within pytest that can be told to end, and then still says what it found.

It decides nothing about when: that is Ctrl-C, here or in the process that calls a worker.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from ..progress import Progress

GRACE = 10.0
"""For how many seconds a run that is told to end is waited for: as long as a request may take."""

T = TypeVar("T")


class Until(Progress):
    """Ends what goes on before its next example, once that is told."""

    def __init__(self, told: Callable[[], bool]) -> None:
        self._told = told

    def update(self, activity: str, examples: int, requests: int) -> None:
        if self._told():
            raise KeyboardInterrupt

    def ending(self) -> None:
        self._told = lambda: False  # Clearing away goes on.


def on_its_own_stack(do: Callable[[], T], end: Callable[[], object] | None = None) -> T:
    """What it returns or raises, done in a thread.

    pytest calls from so deep that CPython 3.11 asks the system for another piece of stack at
    nearly every call of what is called most, and gives it back: up to a third of the time. An
    interrupt tells it to ``end``, and waits for what it then returns, until that takes too long
    or the next interrupt comes. Then the thread is left to itself: only for what may be cut short.
    """
    done: Future[T] = Future()

    def work() -> None:
        try:
            done.set_result(do())
        except BaseException as error:
            done.set_exception(error)

    Thread(target=work, daemon=True).start()
    try:
        return done.result()
    except KeyboardInterrupt:
        if end is None or done.done():
            raise
        end()
    try:
        return done.result(GRACE)
    except TimeoutError:
        raise KeyboardInterrupt from None
