"""What is done to a target to get evidence. A scenario sends and records; it never judges.

Each has a strategy of plans and a few fixed plans that a run begins with. A plan is a frozen
value that says everything, so that the same plan twice is the same example.
"""

from .access import ACCESS
from .groups import MISSING_GROUPS
from .invalid import INVALID
from .listing import LARGE_LISTING, LISTING
from .plan import Plan, Scenario, Source
from .regions import REGIONS
from .tokens import MANY_TOKENS, TOKENS
from .writing import WRITING

SCENARIOS: tuple[Scenario, ...] = (
    LISTING,
    INVALID,
    MISSING_GROUPS,
    TOKENS,
    WRITING,
    MANY_TOKENS,
    REGIONS,
    LARGE_LISTING,
    ACCESS,
)

__all__ = ["SCENARIOS", "Plan", "Scenario", "Source"]
