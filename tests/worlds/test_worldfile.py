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
        ([], "it is [], and should be a table of names and values"),
        ({}, "version is missing"),
        (broken(version=2), "version is 2, and only 1 is known here"),
        (
            broken(jobs=[{**GOOD, "status": "QUEUED"}]),
            "job 1: status is 'QUEUED', and should be one of",
        ),
        (
            broken(jobs=[{**GOOD, "jobId": "a b"}]),
            "job 1: jobId is 'a b', and should be 1 to 64 letters",
        ),
        (broken(jobs=[{**GOOD, "jobId": "a\n"}]), "job 1: jobId is 'a\\n'"),
        (broken(jobs=[{**GOOD, "targets": []}]), "job 1: targets is empty"),
        (broken(jobs=[{**GOOD, "owner": "me"}]), "job 1: 'owner' is nothing that may stand there"),
        (broken(jobs=[{**GOOD, "targets": ["thing/a", "b"]}]), "job 1, target 2: it is 'b'"),
        (broken(jobs=[GOOD, GOOD]), "the job 'a' is there 2 times"),
        (broken(thingGroups=[]), "the group 'g' is not in thingGroups"),
        (broken(thingGroups=[{"thingGroupName": "g"}]), "thingGroup 1: thingGroupId is missing"),
    ],
)
def test_what_is_no_world_is_refused_with_the_place(document: Any, words: str) -> None:
    with pytest.raises(WorldError) as refused:
        validated(document)
    assert words in str(refused.value)


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    for content, words in (
        (None, "cannot read"),
        (b"{\n]", "is no JSON: line 2, column 1: "),
        (b"{\n\xff", "is not written in UTF-8: see line 2"),
        (b"{}", "is no world"),
    ):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(WorldError) as refused:
            read_world(path)
        assert words in str(refused.value)
        assert str(path) in str(refused.value)
