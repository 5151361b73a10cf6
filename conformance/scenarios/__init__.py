"""What is done to a target to get evidence. A scenario sends and records; it never judges.

Each has a strategy of plans and a few fixed plans that a run begins with. A plan is a frozen
value that says everything, so that the same plan twice is the same example.
"""

from .access import ACCESS
from .groups import MISSING_GROUPS
from .invalid import INVALID
from .lifecycle import LIFECYCLE
from .listing import LARGE_LISTING, LISTING
from .motion import MOTION
from .plan import Plan, Scenario, Source
from .regions import REGIONS
from .side_by_side import SIDE_BY_SIDE
from .tokens import MANY_TOKENS, TOKENS
from .writing import WRITING

SCENARIOS: tuple[Scenario, ...] = (
    LISTING,
    INVALID,
    MISSING_GROUPS,
    TOKENS,
    WRITING,
    MANY_TOKENS,
    SIDE_BY_SIDE,
    REGIONS,
    LARGE_LISTING,
    ACCESS,
    LIFECYCLE,
    MOTION,
)

__all__ = ["SCENARIOS", "Plan", "Scenario", "Source"]
