"""A stack of its own for what calls a great deal from very deep."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def on_its_own_stack(do: Callable[[], T]) -> T:
    """What it returns or raises, done in a thread.

    pytest calls from so deep that CPython 3.11 asks the system for another piece of stack at
    nearly every call of what is called most, and gives it back: up to a third of the time. An
    interrupt ends the waiting and leaves the thread to itself: only for what may be cut short.
    """
    done: Future[T] = Future()

    def work() -> None:
        try:
            done.set_result(do())
        except BaseException as error:
            done.set_exception(error)

    Thread(target=work, daemon=True).start()
    return done.result()
