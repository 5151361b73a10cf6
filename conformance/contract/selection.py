"""Which requirements a user means by globs."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence

from ..errors import UsageError, nearest
from . import CATALOGUE


def select(only: Sequence[str] = (), skip: Sequence[str] = ()) -> frozenset[str]:
    """The requirement ids that the globs select; raises :class:`UsageError` for one that
    matches nothing."""
    ids = [requirement.id for requirement in CATALOGUE]
    families = dict.fromkeys(f"{requirement.family}/*" for requirement in CATALOGUE)

    def matching(globs: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for glob in globs:
            matched = fnmatch.filter(ids, glob)
            if not matched:
                near = nearest(glob, [*ids, *families])
                raise UsageError(f"no requirement matches {glob!r}{near}")
            found.update(matched)
        return found

    selected = (matching(only) if only else set(ids)) - matching(skip)
    if not selected:
        raise UsageError("no requirement is left: --skip takes away all that --only selects")
    return frozenset(selected)


def required(
    globs: Sequence[str], only: Sequence[str], skip: Sequence[str], strict: bool = False
) -> frozenset[str]:
    """The selected ids that the globs match, and whose failure would fail the run; what is named
    by its id is meant whatever it does. Raises :class:`UsageError` where a glob matches none."""
    selected = select(only, skip)
    found: set[str] = set()
    for glob in globs:
        matched = select([glob]) & selected
        if not matched:
            raise UsageError(f"--require {glob}: nothing that it matches is selected")
        counted = {id for id in matched if id == glob or CATALOGUE[id].level.gates(strict)}
        if not counted:
            raise UsageError(
                f"--require {glob}: nothing that it matches can fail the run: name it by its id"
            )
        found |= counted
    return frozenset(found)
