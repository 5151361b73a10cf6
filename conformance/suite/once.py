"""What keeps every test from being judged: said by one of them, in whichever process it runs.

It imports nothing heavy, and knows nothing of what is judged.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

SAID = pytest.StashKey[bool]()
"""Of a session without workers: whether a test has said it."""

MARK = "said-once"
"""In the folder that workers of pytest-xdist share: there once one of them has said it."""


def shared_folder(config: pytest.Config) -> Path | None:
    """The folder that the workers of pytest-xdist share; None in a process that is none of them."""
    shared = getattr(config, "workerinput", {}).get("listjobs_shared")
    return Path(shared) if shared else None


def fail_once(config: pytest.Config, reason: str) -> NoReturn:
    """Fail the first test that comes here with the reason, and skip the others."""
    if _first(config):
        pytest.fail(reason, pytrace=False)
    pytest.skip(f"not run: {reason}")


def _first(config: pytest.Config) -> bool:
    shared = shared_folder(config)
    if shared is None:
        said = config.stash.get(SAID, False)
        config.stash[SAID] = True
        return not said
    try:
        (shared / MARK).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
