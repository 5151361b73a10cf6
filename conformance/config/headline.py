"""What a run begins with: what is checked, on which worlds, with which budget, and who said so."""

from __future__ import annotations

from ..run import EXPLORE, REPLAY, Settings
from ..targets.target import Target
from ..worlds.provisioning import EXISTING, FRESH, GIVEN, SHARED, kind_of
from .choices import Choices
from .options import PREFIX, PYPROJECT

WORLDS = {
    FRESH: "fresh worlds",
    SHARED: "one shared world",
    GIVEN: "the world of a file",
    EXISTING: "the jobs that are there",
}


def headline(target: Target, settings: Settings, choices: Choices) -> str:
    """The first line of a run."""
    parts = [_named(target), WORLDS[kind_of(target, settings)]]
    if settings.mode == REPLAY:
        parts.append("stored cases only")
    else:
        parts.append(settings.budget + ", other examples each time" * (settings.mode == EXPLORE))
    return " · ".join([*parts, *_sources(choices)])


def _named(target: Target) -> str:
    """What the target is, and where."""
    known = target.implementation
    name = known if known.startswith(target.name) else target.name
    if target.url is None:
        return f"{name} in process"
    return name if name == target.url else f"{name} at {target.url}"


def _sources(choices: Choices) -> list[str]:
    """Where settings come from that are not said on the command line."""
    places = set(choices.places.values())
    variables = sorted(place for place in places if place.startswith(PREFIX))
    sources = []
    if any(place.endswith(PYPROJECT) for place in places):
        sources.append(f"settings from {PYPROJECT}")
    if variables:
        sources.append(f"{', '.join(variables)} from the environment")
    return sources
