"""Well-known emulators: where they listen, how they are emptied, and what they keep apart.

A preset saves looking that up. It changes nothing about what is checked, and nothing is ever
emptied because of one: ``--reset NAME`` is the user's word.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """How one emulator is reached and emptied."""

    name: str
    url: str
    """Where it listens unless told otherwise."""
    reset: str
    """The path to POST to."""
    scope: str
    """What separates one user's jobs from another's."""
    health: str | None = None
    """The path where it tells its version, if it does."""


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("moto", "http://127.0.0.1:5000", "/moto-api/reset", "region"),
        Preset(
            "ministack",
            "http://127.0.0.1:4566",
            "/_ministack/reset",
            "account (the twelve digits of the access key) and region",
            "/_ministack/health",
        ),
        Preset(
            "localstack",
            "http://127.0.0.1:4566",
            "/_localstack/state/reset",
            "account (the twelve digits of the access key) and region",
            "/_localstack/health",
        ),
        Preset("localemu", "http://127.0.0.1:4566", "/moto-api/reset", "account and region"),
        Preset("floci", "http://127.0.0.1:4566", "/_floci/state/reset", "account and region"),
        Preset(
            "robotocore",
            "http://127.0.0.1:4566",
            "/_robotocore/state/reset",
            "account and region",
        ),
    )
}
