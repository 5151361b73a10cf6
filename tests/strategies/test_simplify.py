"""What is made simpler keeps what it is about."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from listjobs_conformance.model import EVERYTHING, Population, Query
from listjobs_conformance.strategies import queries, simplify
from listjobs_conformance.strategies.population_space import covering
from listjobs_conformance.strategies.populations import populations


@given(populations(EVERYTHING), queries.DRAWN)
def test_a_simpler_population_keeps_the_groups_that_are_asked_for(
    population: Population, drawn: Any
) -> None:
    named = set(queries.asks(population, drawn).query.group_names)
    for simpler in simplify.populations(population, named):
        assert named <= {group.name for group in simpler.groups}
        assert len(simpler.jobs) <= len(population.jobs)


def test_renaming_keeps_who_targets_what() -> None:
    population = covering(EVERYTHING)
    renamed, names = simplify.renamed(population)
    for old, new in zip(population.jobs, renamed.jobs, strict=True):
        assert tuple(names[group] for group in old.groups) == new.groups
    ask = simplify.renamed_ask(queries.Ask(Query(thing_group_name="g:1")), names)
    assert ask.query.thing_group_name == names["g:1"]
