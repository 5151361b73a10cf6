"""The catalogue of faults and variations is complete and consistent."""

import re
from collections import Counter

import pytest

from listjobs_conformance.server import (
    FAULTS,
    VARIATIONS,
    ConflictingBehaviours,
    ReferenceServer,
    UnknownBehaviour,
)

REQUIREMENTS = {
    "listing": "complete no-phantoms no-duplicates scope",
    "filter": (
        "status target-selection thing-group-name thing-group-id namespace-id "
        "thing-group-scheduled conjunction"
    ),
    "pagination": (
        "complete no-duplicates no-phantoms page-bound terminates default-page "
        "default-page-bound token-replay page-size-change token-tampered "
        "token-bound-to-filters"
    ),
    "summary": (
        "schema identity status target-selection timestamps chronology completed-at "
        "thing-group-id is-concurrent unknown-members"
    ),
    "error": (
        "max-results-low max-results-high max-results-not-integer status target-selection "
        "thing-group-name thing-group-id namespace-id next-token thing-group-missing "
        "documented valid-refused shape"
    ),
    "protocol": "content-type parameter-encoding duplicate-parameter request-id",
    "access": "unsigned bad-signature unknown-key",
    "client": "boto3-paginator aws-cli",
    "lifecycle": (
        "created-job-listed cancel-moves-status completion-moves-status deleted-job-gone "
        "updated-at-advances cancel-updates survivors-once changed-once "
        "deleted-not-resurrected token-survives-deletion associated-group-listed "
        "completion-sets-completed-at"
    ),
    "concurrency": "walks-independent",
}
IDS = [f"{family}/{name}" for family, names in REQUIREMENTS.items() for name in names.split()]
BEHAVIOURS = {**FAULTS, **VARIATIONS}
WITH_ONE_FAULT = {
    "lifecycle/cancel-moves-status",
    "lifecycle/completion-moves-status",
    "lifecycle/deleted-job-gone",
    "lifecycle/updated-at-advances",
    "lifecycle/cancel-updates",
    "lifecycle/changed-once",
    "lifecycle/deleted-not-resurrected",
}


def test_every_requirement_has_at_least_two_faults_but_for_some_of_jobs_that_change() -> None:
    counts = Counter(requirement for fault in FAULTS.values() for requirement in fault.breaks)
    assert {requirement for requirement in IDS if counts[requirement] < 2} == WITH_ONE_FAULT
    assert all(counts[requirement] == 1 for requirement in WITH_ONE_FAULT)


def test_faults_break_requirements_that_exist() -> None:
    assert {requirement for fault in FAULTS.values() for requirement in fault.breaks} == set(IDS)


def test_nearly_every_fault_breaks_a_single_requirement() -> None:
    several = {name for name, fault in FAULTS.items() if len(fault.breaks) != 1}
    assert several == {
        "plus-in-token-becomes-space",
        "look-ahead-job-ends-up-in-token",
        "order-drawn-for-each-page",
    }


def test_every_behaviour_has_a_kebab_case_name_and_a_docstring() -> None:
    for name, behaviour in BEHAVIOURS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", name)
        assert behaviour.name == name
        assert behaviour.summary.endswith("."), name
        assert 20 < len(behaviour.summary) < 300, name


def test_names_are_not_shared_by_faults_and_variations() -> None:
    assert not FAULTS.keys() & VARIATIONS.keys()
    assert len({behaviour.summary for behaviour in BEHAVIOURS.values()}) == len(BEHAVIOURS)


def test_exclusion_is_mutual() -> None:
    for name, variation in VARIATIONS.items():
        assert name not in variation.excludes
        for other in variation.excludes:
            assert name in VARIATIONS[other].excludes


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownBehaviour, match="did you mean 'status-ignored'") as caught:
        ReferenceServer(["status-ignord"])
    assert caught.value.nearest == "status-ignored"
    with pytest.raises(UnknownBehaviour, match=r"called 'zzzzzzzz'$"):
        ReferenceServer(["zzzzzzzz"])


def test_variations_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(ConflictingBehaviours, match="'newest-first' and 'by-id'"):
        ReferenceServer(["newest-first", "by-id"])


def test_a_name_may_be_given_twice() -> None:
    assert ReferenceServer(["by-id", "by-id"]).behaviours == ("by-id", "by-id")


def test_servers_share_nothing() -> None:
    one, other = ReferenceServer(), ReferenceServer()
    assert one.service.store is not other.service.store
