"""What a target is called in reports, and of which version it is: told by it, or by the user.

Nothing of it is guessed, and nothing that is checked depends on it.
"""

from __future__ import annotations

import re

from ..evidence import Request
from .presets import PRESETS
from .target import Target

UNKNOWN = "unknown"

VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,39}")
"""What is taken for a version, of what a stranger says."""


def name(target: Target) -> None:
    """Find out what the target is, where nobody has said so; a target that does not tell stays
    unknown.

    Two requests at most, and only to a target behind a URL: what is in this process is known.
    """
    product, version = target.implementation, target.version
    if product == UNKNOWN:
        told = _told(target) if version is None and target.url is not None else None
        product, version = told or (target.name, version)
    if target.label or version:
        target.implementation = " ".join(filter(None, (target.label or product, version)))


def _told(target: Target) -> tuple[str, str] | None:
    """The name and the version that an emulator tells of itself.

    Where the user says which one it is, only that one's way is tried.
    """
    preset = PRESETS.get(target.preset or "")
    for path, product in [(preset.health, preset.name)] if preset else ANYBODYS:
        if path is None:
            continue
        answer = target.send(Request("GET", path, credentials="unsigned"))
        body = answer.json if answer.ok else None
        version = body.get("version") if isinstance(body, dict) else None
        if isinstance(version, str) and VERSION.fullmatch(version):
            return product or target.name, version
    return None


ANYBODYS: tuple[tuple[str | None, str | None], ...] = (
    (PRESETS["ministack"].health, "ministack"),
    (PRESETS["localstack"].health, None),  # Others answer there, too.
)
"""Where to ask when nobody has said what it is, and what it then is for sure."""
