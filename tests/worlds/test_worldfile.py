"""World files: what is read again as it was written, and what is refused with the place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from listjobs_conformance.model import GROUP, Job, Population, ThingGroup
from listjobs_conformance.strategies import worlds
from listjobs_conformance.worlds.worldfile import (
    WorldError,
    population_of,
    read_world,
    to_document,
    validated,
    world_of,
)


def test_a_written_world_reads_back_as_it_was(tmp_path: Path) -> None:
    population = worlds.world(500, 7)
    path = tmp_path / "world.json"
    path.write_bytes(orjson.dumps(to_document(population)))
    read = read_world(path)
    assert population_of(read) == population
    assert len(population.jobs) == len({job.id for job in population.jobs}) == 500
    assert world_of(read).groups.keys() == {group.name for group in population.groups}


def broken(**changes: Any) -> dict[str, Any]:
    small = Population(
        (Job("a", targets=(GROUP + "g",)), Job("b")),
        (ThingGroup("g"),),
    )
    return {**to_document(small), **changes}


GOOD = broken()["jobs"][0]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "is not of type 'object'"),
        ({}, "required property"),
        (broken(version=2), "1 was expected"),
        (broken(jobs=[{**GOOD, "status": "QUEUED"}]), "jobs/0/status"),
        (broken(jobs=[{**GOOD, "jobId": "a b"}]), "jobs/0/jobId"),
        (broken(jobs=[{**GOOD, "jobId": "a\n"}]), "jobs/0/jobId"),
        (broken(jobs=[{**GOOD, "targets": []}]), "jobs/0/targets"),
        (broken(jobs=[{**GOOD, "owner": "me"}]), "owner"),
        (broken(jobs=[GOOD, GOOD]), "the job 'a' is there 2 times"),
        (broken(thingGroups=[]), "the group 'g' is not in thingGroups"),
        (broken(thingGroups=[{"thingGroupName": "g"}]), "thingGroupId"),
    ],
)
def test_what_is_no_world_is_refused_with_the_place(document: Any, words: str) -> None:
    with pytest.raises(WorldError) as refused:
        validated(document)
    assert words in str(refused.value)


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    for content, words in ((None, "cannot read"), ("{", "is no JSON"), ("{}", "is no world")):
        if content is not None:
            path.write_text(content)
        with pytest.raises(WorldError) as refused:
            read_world(path)
        assert words in str(refused.value)
        assert str(path) in str(refused.value)
