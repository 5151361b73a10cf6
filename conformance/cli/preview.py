"""``run --list``: what a run would do. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from listjobs_conformance.reports.failure import plain

from ..config.choices import Choices
from ..config.headline import headline
from ..contract import CATALOGUE
from ..engine.budgets import BUDGETS
from ..engine.generation import Generation
from ..model import EVERYTHING
from ..progress import Progress
from ..run import REPLAY, SUITE, Settings, provisioning
from ..scenarios import Scenario, Source
from ..targets.target import Target
from ..worlds.provisioning import FRESH, SHARED, kind_of


def show(target: Target, settings: Settings, choices: Choices, shown: Console) -> None:
    """Print the requirements that would be judged, and the scenarios that would be carried out;
    then close the target. Raises ``UserError`` for what could not begin."""
    try:
        provisioning(target, settings, Progress())
        shown.print(plain(headline(target, settings, choices), "bold"))
        shown.print()
        shown.print(_requirements(settings))
        shown.print()
        if settings.mode == REPLAY:
            shown.print(f"{len(settings.stored)} stored cases, and nothing else")
            return
        shown.print(_scenarios(target, settings))
        if settings.stored:
            shown.print(f"{len(settings.stored)} stored cases come first")
    finally:
        target.close()


def _requirements(settings: Settings) -> Table:
    count = len(settings.selected)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(f"{count} of {len(CATALOGUE)} requirements", no_wrap=True)
    table.add_column("level", no_wrap=True)
    table.add_column("holds when")
    for id in sorted(settings.selected):
        requirement = CATALOGUE[id]
        required = " (required)" if id in settings.required else ""
        table.add_row(id, requirement.level.value + required, Text(requirement.sentence))
    return table


def _scenarios(target: Target, settings: Settings) -> Table:
    """What is carried out to get evidence about the requirements."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_footer=True)
    rows = list(_planned(target, settings))
    fixed, drawn = sum(row[1] for row in rows), sum(row[2] for row in rows)
    table.add_column("what is done, on a target that can hold everything", "together")
    table.add_column("fixed examples", str(fixed), justify="right")
    table.add_column("drawn examples", str(drawn), justify="right")
    for what, count, more in rows:
        table.add_row(what, str(count), str(more))
    return table


def _planned(target: Target, settings: Settings) -> Iterator[tuple[str, int, int]]:
    """What each scenario does, with how many fixed plans, and how many drawn ones at most."""
    budget, kind = BUDGETS[settings.budget], kind_of(target, settings)
    source = Source.fresh(EVERYTHING, budget.large)
    generation = Generation(source, budget, settings.seed)
    for scenario in SUITE.needed_for(settings.selected):
        if (budget.large or not scenario.large) and not _left_out(scenario, kind, settings, target):
            plans = dict.fromkeys(scenario.fixed(source))
            yield scenario.what, len(plans), generation.drawn(scenario)


def _left_out(scenario: Scenario, kind: str, settings: Settings, target: Target) -> str | None:
    """Why it would not be carried out, as far as that can be said before anything is sent."""
    by_api = kind in (FRESH, SHARED) and (settings.seeder or target.seeds) is None
    supposed: Any = SimpleNamespace(
        exclusive=kind == FRESH, by_api=by_api or None, check_access=settings.check_access
    )
    return scenario.obstacle(supposed)
