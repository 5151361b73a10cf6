"""What Hypothesis does in a run: draw the examples of a unit, and shrink one of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.database import ExampleDatabase
from hypothesis.errors import NonInteractiveExampleWarning

from .scenarios import Plan, Scenario, Source

CHUNK = 250
"""The most examples that one unit draws."""

NEXT_SEED = 1 << 32
"""How far the seeds of a scenario's chunks are apart."""


Example = Callable[[Plan], None]


class Shown(Exception):
    """Raised for Hypothesis by an example that shows what it is to shrink."""


def draw(
    scenario: Scenario,
    source: Source,
    example: Example,
    *,
    examples: int,
    seeded: int,
    shrink: bool = False,
    database: ExampleDatabase | None = None,
) -> None:
    """Call ``example`` with drawn plans; with smaller ones once it has raised :class:`Shown`.

    The same seed draws the same plans. Those that a database keeps come first.
    """
    assert scenario.drawn is not None

    @settings(
        max_examples=examples,
        phases=(Phase.reuse, Phase.generate, *((Phase.shrink,) if shrink else ())),
        database=database,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @seed(seeded)  # Below the settings: it takes the database away.
    @given(scenario.drawn(source))
    def test(plan: Plan) -> None:
        example(plan)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NonInteractiveExampleWarning)
            test()
    except Shown:
        pass  # What it showed was kept where it was carried out.
