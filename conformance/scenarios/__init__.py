"""What is done to a target to get evidence. A scenario sends and records; it never judges.

Each has a strategy of plans and a few fixed plans that a run begins with. A plan is a frozen
value that says everything, so that the same plan twice is the same example.
"""

from collections.abc import Iterable, Iterator

from listjobs_conformance.strategies.population_space import covering

from ..contract.requirement import Requirement
from ..model import EVERYTHING, THING, Job, Population
from .access import ACCESS
from .clients import AWS_CLI, CLIENTS
from .groups import MISSING_GROUPS
from .interleavings import MOTION
from .invalid import INVALID, INVALID_AMONG_MANY
from .lifecycle import LIFE_AMONG_MANY, LIFECYCLE
from .listing import LARGE_LISTING, LISTING
from .races import RACING
from .regions import REGIONS
from .regrouping import REGROUPING
from .scenario import Plan, Scenario, Source
from .side_by_side import SIDE_BY_SIDE, SIDE_BY_SIDE_AMONG_MANY
from .spellings import WRITING
from .tokens import MANY_TOKENS, TAMPERING, TOKENS
from .unknown_parameters import UNKNOWN_PARAMETERS

SCENARIOS: tuple[Scenario, ...] = (
    LISTING,
    TOKENS,
    MANY_TOKENS,
    TAMPERING,
    SIDE_BY_SIDE,
    UNKNOWN_PARAMETERS,
    INVALID,
    MISSING_GROUPS,
    WRITING,
    REGIONS,
    LARGE_LISTING,
    INVALID_AMONG_MANY,
    SIDE_BY_SIDE_AMONG_MANY,
    LIFE_AMONG_MANY,
    CLIENTS,
    AWS_CLI,
    ACCESS,
    LIFECYCLE,
    REGROUPING,
    MOTION,
    RACING,
)
"""Those of one world stand beside each other, so that it is made once."""

_BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


def scenario_named(name: str) -> Scenario:
    """The scenario of this name; raises ``KeyError`` where there is none."""
    return _BY_NAME[name]


def written_beside(requirements: Iterable[Requirement]) -> Iterator[Population]:
    """What these requirements may make beside a world that stands for the whole run, at most."""
    source = Source.standing(EVERYTHING, covering(EVERYTHING))
    made: list[Population] = []
    for scenario in SCENARIOS:
        if scenario.writes:
            made += scenario.writes_elsewhere()
            # One more job may be made on the way.
            made += (
                Population((*plan.population.jobs, ONE_MORE), plan.population.groups)
                for plan in scenario.fixed(source)
            )
    yield from made
    largest = Population(
        max((one.jobs for one in made), key=len), max((one.groups for one in made), key=len)
    )
    for requirement in requirements:
        if any(kind.writes for kind in requirement.kinds):
            yield largest  # An example that shows something is carried out once more.


ONE_MORE = Job("one-more", targets=(THING + "one-more",))

__all__ = ["SCENARIOS", "Plan", "Scenario", "Source", "scenario_named", "written_beside"]
