"""How much a run may do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a run may do."""

    name: str
    examples: int
    """Drawn examples of the scenario that gets most."""
    shrinking: int
    """Requests to find a smaller example of one violation, by estimate."""
    large: int
    """How many items the largest world has; no more than a page holds where it is 0."""
    brief: bool
    """Whether of what is fixed only that is carried out which shows most for its requests."""
    requests: int
    """The most that a target which is not this machine is sent."""


BUDGETS = {
    budget.name: budget
    for budget in (
        Budget("quick", 10, 700, large=0, brief=True, requests=5_000),
        Budget("standard", 60, 700, large=286, brief=False, requests=20_000),
        Budget("thorough", 5000, 500, large=1001, brief=False, requests=200_000),
    )
}
