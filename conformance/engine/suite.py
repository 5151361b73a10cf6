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

    def needed_for(self, ids: Iterable[str]) -> tuple[Scenario, ...]:
        """The scenarios that give evidence about these requirements, and about what must hold in
        the whole run for their failures to count. What must hold on the same evidence is judged
        there, whoever asks for it."""
        left, needed = list(ids), set[str]()
        while left:
            id = left.pop()
            if id in self.requirements and id not in needed:
                needed.add(id)
                left += self.requirements[id].presupposes_in_run
        kinds = {kind for id in needed for kind in self.requirements[id].kinds}
        return tuple(one for one in self.scenarios if not kinds.isdisjoint(one.gives))

    @property
    def ids(self) -> Iterable[str]:
        return (requirement.id for requirement in self.requirements)
