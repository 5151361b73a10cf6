"""What a listing must, may and must not hold."""

from __future__ import annotations

import pytest

from listjobs_conformance.model import (
    GROUP,
    MAY,
    MUST,
    MUST_NOT,
    Job,
    Population,
    Query,
    ThingGroup,
    expect,
    matches,
)

IN_GROUPS = Job("j", targets=(GROUP + "a:b", "thing/t", GROUP + "c"))


@pytest.mark.parametrize(
    ("job", "query", "certainty"),
    [
        (Job("j"), Query(), MUST),
        (Job("j", "CANCELED"), Query(status="CANCELED"), MUST),
        (Job("j", "CANCELED"), Query(status="COMPLETED"), MUST_NOT),
        (Job("j", selection="CONTINUOUS"), Query(target_selection="CONTINUOUS"), MUST),
        (Job("j", selection="CONTINUOUS"), Query(target_selection="SNAPSHOT"), MUST_NOT),
        (IN_GROUPS, Query(thing_group_name="a:b"), MUST),
        (IN_GROUPS, Query(thing_group_id="c"), MUST),
        (IN_GROUPS, Query(thing_group_name="a"), MUST_NOT),
        (IN_GROUPS, Query(thing_group_name="t"), MUST_NOT),
        (Job("j", namespace="n"), Query(namespace_id="n"), MUST),
        (Job("j", namespace="n"), Query(namespace_id="N"), MUST_NOT),
        (Job("j"), Query(namespace_id="n"), MUST_NOT),
        (IN_GROUPS, Query(status="IN_PROGRESS", thing_group_name="c"), MUST),
        (IN_GROUPS, Query(status="CANCELED", thing_group_name="c"), MUST_NOT),
    ],
)
def test_a_job_matches_what_the_filters_say(job: Job, query: Query, certainty: int) -> None:
    assert matches(job, query) == certainty


@pytest.mark.parametrize(
    ("job", "query"),
    [
        (Job("j", "SCHEDULED", targets=(GROUP + "g",)), Query(thing_group_name="g")),
        (Job("j", "DELETION_IN_PROGRESS"), Query()),
        (Job("j", "DELETION_IN_PROGRESS"), Query(status="DELETION_IN_PROGRESS")),
        (IN_GROUPS, Query(thing_group_name="a:b", thing_group_id="c")),
        (IN_GROUPS, Query(thing_group_name="x", thing_group_id="c")),
        (Job("j", "QUEUED"), Query(status="IN_PROGRESS")),
        (Job("j", None), Query(status="CANCELED")),
        (Job("j", selection=None), Query(target_selection="SNAPSHOT")),
    ],
)
def test_what_is_not_known_may_be_listed_and_may_be_missing(job: Job, query: Query) -> None:
    assert matches(job, query) == MAY


def test_a_namespaced_job_may_hide_where_no_namespace_is_named() -> None:
    job = Job("j", namespace="n")
    assert expect([job], Query()).may == {"j"}
    assert expect([job], Query(status="IN_PROGRESS")).may == {"j"}
    assert expect([job], Query(namespace_id="n")).must == {"j"}
    assert expect([job], Query(status="CANCELED")).forbids("j")


def test_every_job_is_must_may_or_forbidden() -> None:
    jobs = [Job("a"), Job("b", "CANCELED"), Job("c", namespace="n")]
    expected = expect(jobs, Query(status="IN_PROGRESS"))
    assert expected.must == {"a"}
    assert expected.may == {"c"}
    assert expected.forbids("b")


def test_filters_carry_their_wire_names() -> None:
    query = Query("CANCELED", "SNAPSHOT", "g", "g", "n")
    names = ("status", "targetSelection", "thingGroupName", "thingGroupId", "namespaceId")
    assert query.filters == names
    assert query.only("thingGroupId") == Query(thing_group_id="g")
    assert query.group_names == ("g", "g")


def test_a_part_of_a_population_keeps_the_groups_that_it_needs() -> None:
    groups = (ThingGroup("a:b"), ThingGroup("c"), ThingGroup("d"), ThingGroup("e"))
    population = Population((IN_GROUPS, Job("k")), groups)
    assert population.of((IN_GROUPS,), ["d"]).groups == groups[:3]
    assert population.of((Job("k"),)).groups == ()
    assert population.things == ("t",)
