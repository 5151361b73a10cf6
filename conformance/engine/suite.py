"""What an engine runs: the requirements to judge, and the scenarios that get evidence for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..contract.requirement import Catalogue
from ..scenarios.scenario import Scenario


@dataclass(frozen=True)
class Suite:
    """The requirements and scenarios of one operation."""

    requirements: Catalogue
    scenarios: tuple[Scenario, ...]

    def scenario(self, name: str) -> Scenario:
        """The scenario of this name; raises ``KeyError`` where there is none."""
        for scenario in self.scenarios:
            if scenario.name == name:
                return scenario
        raise KeyError(name)

    @property
    def ids(self) -> Iterable[str]:
        return (requirement.id for requirement in self.requirements)
