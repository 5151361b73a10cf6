"""What all clients share: the keys they sign with, the ids on their pages, and how they fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api import ITEM_ID, ITEMS
from ..targets.target import Target

LONGEST = 300
"""How many characters of what a client complains of are kept."""


class Unusable(Exception):
    """A client does not work here, whatever the target answers; the text says why."""


class Unanswered(Exception):
    """No answer came; the text says why."""


def ids_of(page: Mapping[str, Any]) -> list[str]:
    """The ids of the jobs on a page, as a client gives it."""
    found = [job.get(ITEM_ID) for job in page.get(ITEMS) or () if isinstance(job, dict)]
    return [id for id in found if isinstance(id, str)]


def keys(target: Target) -> tuple[str, str, str | None]:
    """The keys as they are now: those that are given for a time are renewed on the way."""
    frozen = target.credentials.get_frozen_credentials()
    return frozen.access_key or "", frozen.secret_key or "", frozen.token
