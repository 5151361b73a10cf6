"""Who does the tasks of a run: the calling process, or processes of the standard library.

The seam is a ``concurrent.futures.Executor``, and that is all of it. Each process has a runner of
its own, on a target of its own.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import wait
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any, TypeVar

from ..progress import Progress

if TYPE_CHECKING:
    from .findings import Findings
    from .runner import Runner, Task

T = TypeVar("T")

RunnerOf = Callable[[Progress], AbstractContextManager["Runner"]]
"""Makes a runner on a target of its own, and deletes what it made at the end of the context."""


@dataclass
class Workers:
    """An executor, and what it is to do with a task."""

    executor: Executor
    work: Callable[[Task], Findings]
    ahead: int = 0
    """How many tasks are handed over before the first of them must be done."""
    activity: str = ""
    """What the calling process says of what others do."""
    halt: Callable[[], object] = lambda: None
    """Lets what is being done end soon."""
    explored: Callable[[], int] = lambda: 0
    """How many examples others have explored so far."""
    beat: Callable[[], object] = lambda: None
    """Called now and then while others work."""
    _pending: deque[Future[Findings]] = field(default_factory=deque)

    def do(self, tasks: Iterable[Task]) -> Iterator[Findings]:
        """What was found by each task, in the order of the tasks."""
        for task in tasks:
            self._pending.append(self.executor.submit(self.work, task))
            if len(self._pending) > self.ahead:
                yield self._next()
        while self._pending:
            yield self._next()

    def stop(self) -> Iterator[Findings]:
        """Begin nothing more; what had been found by what was begun already."""
        self.halt()
        for future in self._pending:
            future.cancel()
        while self._pending:
            future = self._pending.popleft()
            if not future.cancelled() and future.exception() is None:
                yield future.result()

    def drop(self) -> None:
        """Begin nothing of what was handed over, and forget what had been begun already."""
        for future in self._pending:
            future.cancel()
        self._pending.clear()

    def _next(self) -> Findings:
        future = self._pending[0]  # An interrupt while it waits loses nothing.
        while not future.done():
            wait_for([future], BEAT)
            self.beat()
        found = future.result()
        self._pending.popleft()
        return found


BEAT = 0.5
"""Seconds."""


class CallingProcess(Executor):
    """Does what it is given at once, here."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def here(runner: Runner) -> Workers:
    """The calling process alone, with the runner that it has."""
    return Workers(CallingProcess(), lambda task: task.done_by(runner))


class Processes:
    """Worker processes, started where they are needed and ended with the context."""

    def __init__(self, count: int, make: RunnerOf) -> None:
        # Not by fork: threads of the calling process would be missing in the children.
        context = get_context("spawn")
        self._halted, explored = context.Event(), context.Value("q")
        self._pool = ProcessPoolExecutor(count, context, _begin, (make, self._halted, explored))
        self.workers = Workers(
            self._pool,
            _work,
            1 << 30,
            f"checking with {count} workers",
            self._halted.set,
            lambda: explored.value,
        )

    def __enter__(self) -> Workers:
        # The first that is handed over starts them all. Whoever is interrupted half-way through
        # that leaves a process behind that has not been told what to do.
        resource_tracker.ensure_running()  # It lets signals through while it starts.
        with _interrupts_wait():
            self._pool.submit(_nothing)
        return self.workers

    def __exit__(self, *_: object) -> None:
        for _findings in self.workers.stop():
            pass
        self._pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Signals that interrupt come after the block, where the system can hold them back."""
    mask = getattr(signal, "pthread_sigmask", None)
    if mask is None:
        yield
        return
    before = mask(signal.SIG_BLOCK, INTERRUPTS)
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)


INTERRUPTS = {signal.SIGINT, signal.SIGTERM}


def _nothing() -> None:
    """What starts the processes."""


# --- in a worker process ----------------------------------------------------------------------


class _Halting(Progress):
    """Lets the calling process know how far it is, and ends what is being done between two
    examples once that says so."""

    def __init__(self, halted: Event, explored: Synchronized[int]) -> None:
        self._halted, self._explored, self._told = halted, explored, 0

    def update(self, activity: str, examples: int, requests: int) -> None:
        with self._explored.get_lock():
            self._explored.value += examples - self._told
        self._told = examples
        if self._halted.is_set():
            raise KeyboardInterrupt


_process = ExitStack()
"""What this process deletes at its end."""

_runner_of: Callable[[], Runner]


def _begin(make: RunnerOf, halted: Event, explored: Synchronized[int]) -> None:
    """Called once in each worker process."""
    global _runner_of
    # Ctrl-C reaches the whole group of processes; the calling one decides what follows of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTS)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    Finalize(None, _process.close, exitpriority=1)
    made: list[Runner] = []

    def runner() -> Runner:
        # With the first task and not before: what cannot begin is then that task's error.
        if not made:
            made.append(_process.enter_context(make(_Halting(halted, explored))))
        return made[0]

    _runner_of = runner


def _work(task: Task) -> Findings:
    return task.done_by(_runner_of())


def _end_with_parent() -> None:
    """End this process where the calling one was killed: nobody else would."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
