"""Pairs of a lie and a trigger: named, sensible, split by a hash, and told when they should be."""

from __future__ import annotations

from collections import Counter

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.server import FAULTS, ReferenceServer, UnknownBehaviour, split_names
from listjobs_conformance.server.algebra import CHOOSING, MEASURED, pairs, parse_pair
from listjobs_conformance.server.algebra.lies import LIES
from listjobs_conformance.server.algebra.triggers import PREDICATES

from .wsgi_client import Client

SINGLE = list(pairs(1))


@pytest.mark.parametrize("pair", SINGLE[::37], ids=lambda pair: pair.name)
def test_a_pair_is_found_by_its_name(pair: object) -> None:
    named = parse_pair(pair.name)  # type: ignore[attr-defined]
    assert named == pair


def test_every_lie_and_every_condition_is_in_some_pair() -> None:
    assert {pair.lie.name for pair in SINGLE} == {*LIES}
    used = {one.name for pair in SINGLE for one in pair.trigger.predicates}
    alone = {name for name in PREDICATES if not name.startswith(("wrong", "beside", "value"))}
    assert used >= alone - {"order=size-first", "order=filters-reversed", "after=group-remade"}


def test_a_pair_breaks_requirements_that_there_are_or_none() -> None:
    ids = {requirement.id for requirement in CATALOGUE}
    for pair in SINGLE:
        assert {*pair.breaks} | pair.doubles <= ids
    assert any(not pair.breaks for pair in SINGLE)


def test_the_parts_are_about_as_large_and_do_not_depend_on_anything_but_the_name() -> None:
    parts = Counter(pair.part for pair in SINGLE)
    assert parts.keys() == {CHOOSING, MEASURED}
    assert abs(parts[CHOOSING] - parts[MEASURED]) < len(SINGLE) / 10
    named = parse_pair("lose@filter=status+page=last")
    assert named is not None
    assert named.part == CHOOSING


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("loose@filter=status", "no lie is called 'loose'"),
        ("lose@filter=statu", "no condition is called 'filter=statu'"),
        ("lose@colour=red", "no condition is called 'colour=red'"),
        ("lose@filter=status+filter=none", "makes no sense"),
        ("accept@filter=status", "makes no sense"),
    ],
)
def test_what_makes_no_sense_is_said(name: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        ReferenceServer((name,))


def test_a_name_without_a_trigger_is_a_behaviour_as_ever() -> None:
    with pytest.raises(UnknownBehaviour):
        ReferenceServer(("lose",))


def test_the_conditions_of_a_pair_stay_with_its_lie() -> None:
    assert split_names("null-members+lose@filter=status+page=last+status-ignored") == (
        "null-members",
        "lose@filter=status+page=last",
        "status-ignored",
    )


def client(*names: str) -> Client:
    """A server with two jobs in each of two statuses."""
    made = Client(ReferenceServer(names))
    thing = made.thing("t")
    for job_id in ("a", "b", "c", "007"):
        made.job(job_id, thing)
    made.call("PUT", "/jobs/c/cancel", {})
    return made


def ids(made: Client, **parameters: object) -> list[str]:
    return [job["jobId"] for job in made.list_jobs(**parameters).body["jobs"]]


def test_a_job_is_lost_where_the_trigger_holds_and_nowhere_else() -> None:
    made = client("lose@filter=status")
    assert ids(made) == ["a", "b", "c", "007"]
    assert ids(made, status="IN_PROGRESS") == ["a", "b"]
    assert ids(made, status="CANCELED") == []


def test_both_conditions_must_hold() -> None:
    made = client("lose@filter=status+page=last")
    assert ids(made, status="IN_PROGRESS") == ["a", "b", "007"]
    first = made.list_jobs(status="IN_PROGRESS", maxResults=2).body
    assert [job["jobId"] for job in first["jobs"]] == ["a", "b"]
    assert ids(made, status="IN_PROGRESS", maxResults=2, nextToken=first["nextToken"]) == []


def test_a_condition_about_jobs_picks_them() -> None:
    assert ids(client("lose@id=leading-zeros")) == ["a", "b", "c"]
    assert ids(client("repeat@job=CANCELED")) == ["a", "b", "c", "c", "007"]


def test_a_mistake_is_accepted_beside_something_else_alone() -> None:
    made = client("accept@mistake=status+beside=size")
    assert made.list_jobs(status="BOGUS").status == 400
    assert made.list_jobs(status="BOGUS", maxResults=4).status == 200


def test_a_fault_by_hand_and_the_pair_that_it_is_break_the_same() -> None:
    pair = parse_pair("ignore-filter@filter=status")
    assert pair is not None
    assert pair.breaks == FAULTS["status-ignored"].breaks
