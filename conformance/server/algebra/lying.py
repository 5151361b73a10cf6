"""A server that lies where its trigger holds, and at whose jobs: what every lie is built on."""

from collections.abc import Sequence
from typing import ClassVar

from ..listing import Query
from ..store import ListedJob
from ..tokens import Position
from ..walks import Cut
from .moment import Moment, Remembering
from .triggers import Trigger


class Lying(Remembering):
    """A server that lies where its trigger holds."""

    trigger: ClassVar[Trigger]

    @property
    def at(self) -> Moment:
        """The listing that is being answered."""
        assert self.listing is not None
        return self.listing

    def lies(self) -> bool:
        """Whether this answer lies."""
        return self.trigger.holds(self.at)

    def picked(self, jobs: Sequence[ListedJob]) -> list[ListedJob]:
        """The jobs that are lied about: those of the trigger, or one where it names none.

        That is the last of the page where the trigger is about pages, and elsewhere the newest
        job that matches: the same one on whichever page it comes.
        """
        if self.trigger.picks:
            return [job for job in jobs if self.trigger.picked(self.at, job)]
        if self.trigger.about("page") or self.trigger.value("turn"):
            return list(jobs[-1:])
        # Without a filter to lie under, it is the same job under all of them.
        plain = self.trigger.value("filter") in (None, "none") and not self.trigger.value("asked")
        newest = self.at.newest if plain else self.at.newest_matching
        return [job for job in jobs if job.pk == newest]

    def concerned(self, jobs: Sequence[ListedJob]) -> bool:
        """Whether an answer about these jobs lies as a whole."""
        if not self.lies():
            return False
        return not self.trigger.picks or bool(self.picked(jobs))


class Adding(Lying):
    """Something is added to a page.

    Where the trigger is about pages, they are cut shorter to hold it; elsewhere it comes at the
    end of a walk, if there is room on its last page.
    """

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        if self.trigger.about("page") and self.adds(query):
            return super().cut(query, rows[:size], size - 1, position)
        return super().cut(query, rows, size, position)

    def adds(self, query: Query) -> bool:
        size = self.page_size(query)
        room = size > 1 if self.trigger.about("page") else self.at.remaining < size
        return room and self.lies()
