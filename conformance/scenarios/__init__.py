"""What is done to a target to get evidence. A scenario sends and records; it never judges.

Each has a strategy of plans and a few fixed plans that a run begins with. A plan is a frozen
value that says everything, so that the same plan twice is the same example.
"""

from collections.abc import Iterator

from ..model import THING, Job, Population
from .access import ACCESS
from .clients import AWS_CLI, CLIENTS
from .groups import MISSING_GROUPS
from .invalid import INVALID
from .lifecycle import LIFECYCLE
from .listing import LARGE_LISTING, LISTING
from .motion import MOTION
from .plan import Plan, Scenario, Source
from .racing import RACING
from .regions import REGIONS, elsewhere
from .side_by_side import SIDE_BY_SIDE
from .tokens import MANY_TOKENS, TAMPERING, TOKENS
from .writing import WRITING

SCENARIOS: tuple[Scenario, ...] = (
    LISTING,
    INVALID,
    MISSING_GROUPS,
    TOKENS,
    WRITING,
    MANY_TOKENS,
    TAMPERING,
    SIDE_BY_SIDE,
    REGIONS,
    LARGE_LISTING,
    CLIENTS,
    AWS_CLI,
    ACCESS,
    LIFECYCLE,
    MOTION,
    RACING,
)

_BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


def scenario_named(name: str) -> Scenario:
    """The scenario of this name; raises ``KeyError`` where there is none."""
    return _BY_NAME[name]


def made_beside(source: Source) -> Iterator[Population]:
    """What the scenarios make beside a world that stands, at most."""
    yield from elsewhere(groups=True)
    for scenario in SCENARIOS:
        if scenario.adds:
            for plan in scenario.fixed(source):
                # One more job may be made on the way.
                yield Population((*plan.population.jobs, ONE_MORE), plan.population.groups)


ONE_MORE = Job("one-more", targets=(THING + "one-more",))

__all__ = ["SCENARIOS", "Plan", "Scenario", "Source", "made_beside", "scenario_named"]
