"""Whether a target is empty once it was emptied: seen once, before anything is judged by it.

What a reset leaves behind would be taken for what the target lists wrongly.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from ..api import ITEM_ID, PAGE_SIZE, WIDEST
from ..errors import CannotBegin
from ..evidence import Page, listing
from ..targets.presets import PRESETS
from ..targets.target import Target
from .calibration import Capabilities
from .seeding import SETTLE_PAUSE, SeedingError, describe

FORGOTTEN_WITHIN = 1.0
"""Seconds that a reset may take to show, at least: how soon it does is nobody's promise."""

NEVER_MADE = "never-made"
"""The id of a job that no run makes."""


def empty(target: Target) -> str:
    """Empty the target, and say what that took; raises :class:`CannotBegin` where it says that it
    was not done."""
    emptied = target.reset()
    if not emptied.ok:
        raise CannotBegin(
            f"the target could not be reset: {target.reset_named} answered {emptied}"
            + _advice(target)
        )
    return f"{target.reset_named} {'returned' if target.resets else f'answered {emptied}'}"


def verify(target: Target, capabilities: Capabilities, settle: float) -> None:
    """Empty the target, and see that a job which stood there is gone.

    Nothing else is looked at: what a listing shows besides is judged later. Raises
    :class:`CannotBegin`.
    """
    if not capabilities.left or not target.resettable:
        return
    job_id, emptied = capabilities.left[0], empty(target)
    still = still_there(target, job_id, capabilities.describes, settle)
    if still is None:
        return
    raise CannotBegin(
        f"the reset does not empty the target: {emptied}, and the job {job_id}, made before, is "
        f"still {still}{_advice(target)}"
    )


def still_there(target: Target, job_id: str, describes: bool, settle: float) -> str | None:
    """How the job is seen, however long it is waited for; None where it is gone."""
    seconds = max(settle, FORGOTTEN_WITHIN)
    if describes:
        if not stays(partial(described, target, job_id), seconds):
            return None
        if not described(target, NEVER_MADE):
            return "known to DescribeJob"
        # It describes whatever it is asked for: that says nothing.
    return "listed" if stays(partial(_listed, target, job_id), seconds) else None


def stays(known: Callable[[], bool], seconds: float) -> bool:
    """Whether the job is known for as long as that."""
    deadline = time.monotonic() + seconds
    while known():
        if time.monotonic() >= deadline:
            return True
        time.sleep(SETTLE_PAUSE)
    return False


def described(target: Target, job_id: str) -> bool:
    """Whether DescribeJob knows the job."""
    try:
        return describe(target, job_id).get(ITEM_ID) == job_id
    except SeedingError:
        return False


def _listed(target: Target, job_id: str) -> bool:
    exchange = target.send(listing(f"{PAGE_SIZE}={WIDEST}"))
    return exchange.ok and job_id in Page(exchange).ids


def _advice(target: Target) -> str:
    """What to do about it."""
    if target.reset_with is None:
        return ""
    presets = ", ".join(PRESETS)
    return (
        f"; give --reset the path that empties it, or the name of one that is known: {presets}; "
        "or leave out --reset"
    )
