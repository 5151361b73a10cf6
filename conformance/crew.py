"""Who carries out the units of a run: this process alone, or several that share a folder."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

from filelock import FileLock, Timeout

Job = TypeVar("Job")
Done = TypeVar("Done")

PAUSE = 0.02
"""Seconds between two looks at what the others have done."""


class Crew(Protocol):
    """Carries out units of work that need nothing of each other."""

    def share(self, name: str, units: Iterable[Job], do: Callable[[Job], Done]) -> Iterator[Done]:
        """What was done for each unit, in the order of the units."""
        ...

    def once(self, name: str, do: Callable[[], Done]) -> Done:
        """What was done by one of the crew for all of them."""
        ...


class Alone:
    """This process does everything, one after the other, and no more than is taken."""

    def share(self, name: str, units: Iterable[Job], do: Callable[[Job], Done]) -> Iterator[Done]:
        return map(do, units)

    def once(self, name: str, do: Callable[[], Done]) -> Done:
        return do()


class Team:
    """Processes that share a folder, each with the same work in mind.

    Each takes the next unit that nobody has, and leaves what came of it in the folder. Whoever
    dies lets go of what it had, and another does it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def share(self, name: str, units: Iterable[Job], do: Callable[[Job], Done]) -> Iterator[Done]:
        work = {f"{name}-{number}": unit for number, unit in enumerate(units)}
        left = dict(work)
        while left:
            mine = next((place for place in left if self._do(place, left[place], do)), None)
            left = {place: unit for place, unit in left.items() if not self._path(place).exists()}
            if left and mine is None:
                time.sleep(PAUSE)
        return (self._read(place) for place in work)

    def once(self, name: str, do: Callable[[], Done]) -> Done:
        with FileLock(self._path(name, ".lock")):
            if not self._path(name).exists():
                self._write(name, do())
        done: Done = self._read(name)
        return done

    def _do(self, place: str, unit: Job, do: Callable[[Job], Done]) -> bool:
        """Do it, unless somebody else does; whether it was done here."""
        lock = FileLock(self._path(place, ".lock"))
        try:
            with lock.acquire(blocking=False):
                if self._path(place).exists():
                    return False
                self._write(place, do(unit))
                return True
        except Timeout:
            return False

    def _path(self, place: str, suffix: str = ".done") -> Path:
        return self._folder / (place + suffix)

    def _write(self, place: str, done: object) -> None:
        written = self._path(place, ".part")
        written.write_bytes(pickle.dumps(done))
        written.rename(self._path(place))  # Whoever sees it sees all of it.

    def _read(self, place: str) -> Any:
        return pickle.loads(self._path(place).read_bytes())
