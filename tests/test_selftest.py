"""Every fault makes exactly what it names fail, by a small example, and nothing else."""

from __future__ import annotations

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.errors import UsageError
from listjobs_conformance.reports.record import Report, ViolationRecord
from listjobs_conformance.selftest import behaviours, chosen, unkilled
from listjobs_conformance.server import FAULTS
from listjobs_conformance.server.algebra import parse_pair

from .conftest import Run

FEW = 5
"""Jobs in the smallest example of any fault that needs no more. Most take one or two."""

LARGEST = 286
"""Jobs of the largest world at standard."""

TAKES_MORE = {
    # One more than its default page.
    "default-page-refuses-its-token": 6,
    # Eleven pages of one job, or eleven jobs on a default page of ten.
    "ten-pages-at-most": 11,
    "ten-jobs-by-default": 12,
    # It does not show in halves of the world, nor in what is built of a few jobs.
    "filters-kept-for-the-account": 27,
    "short-page-filled-with-others": 27,
    "smaller-page-drops-the-rest": 27,
    "thing-group-looked-up-without-case": 27,
    # A race is shown as it was seen.
    "request-kept-for-all-threads": 12,
    # Many tokens, of which some hold a plus and some do not.
    "plus-in-token-becomes-space": 30,
}

BY_CHANCE = {
    "plus-in-token-becomes-space",
    "request-kept-for-all-threads",
    *(name for name, fault in FAULTS.items() if fault.unsteady),
}
"""Faults that depend on how a token falls out, which is another one each time, and those that come
and go: how small their examples become is chance, too."""


def failures(report: Report) -> dict[str, ViolationRecord]:
    return {r.id: r.violation for r in report.results if r.violation is not None}


def everyday() -> set[str]:
    """A fault of each requirement: the first that needs no large world, where there is one."""
    chosen: dict[str, str] = {}
    for name, fault in sorted(FAULTS.items(), key=lambda item: item[1].needs_jobs):
        if not fault.needs_cli:
            chosen.setdefault(fault.breaks[0], name)
    return set(chosen.values())


EVERYDAY = everyday()


def faults() -> list[object]:
    """Every fault; those that are not run every day are marked."""
    # Those that only the aws command meets show on a socket: tests/clients kills them.
    return [
        pytest.param(name, marks=() if name in EVERYDAY else pytest.mark.matrix)
        for name in behaviours()
        if name in FAULTS
    ]


@pytest.mark.parametrize("name", faults())
def test_a_fault_breaks_exactly_what_it_names_by_a_small_example(run: Run, name: str) -> None:
    fault = FAULTS[name]
    budget = "standard" if fault.needs_jobs else "quick"
    report = run(f"reference:{name}", budget=budget, check_access=fault.checks_access)
    found = failures(report)
    assert set(found) == set(fault.breaks), fault.summary
    # Each step from a world of hundreds of jobs takes as many requests: it is shown as it is.
    most = TAKES_MORE.get(name, LARGEST if fault.needs_jobs else FEW)
    for violation in found.values():
        assert violation.repeats or name in BY_CHANCE
        assert len(violation.population) <= most or fault.unsteady
        assert sum(request.decisive for request in violation.requests) == 1


@pytest.mark.parametrize(
    ("name", "requirement", "jobs", "parameters"),
    [
        ("status-ignored", "filter/status", 1, {"status", "maxResults=250"}),
        ("target-selection-ignored", "filter/target-selection", 1, {"targetSelection"}),
        ("namespace-id-ignored", "filter/namespace-id", 1, {"namespaceId", "maxResults=250"}),
        ("thing-group-name-ignored", "filter/thing-group-name", 1, {"thingGroupName"}),
        ("lose-job-at-page-boundary", "pagination/complete", 2, {"maxResults=1", "nextToken"}),
        ("token-never-advances", "pagination/terminates", 2, {"maxResults=1", "nextToken"}),
        ("everything-on-one-page", "pagination/page-bound", 2, {"maxResults=1"}),
        ("job-listed-once-per-target", "listing/no-duplicates", 1, set()),
        ("scheduled-jobs-hidden", "listing/complete", 1, {"maxResults=250"}),
        ("new-jobs-are-queued", "summary/status", 1, set()),
        ("times-in-milliseconds", "summary/timestamps", 1, set()),
        ("status-or-target-selection", "filter/conjunction", 1, {"status", "targetSelection"}),
    ],
)
def test_the_smallest_example_is_what_a_person_would_write(
    run: Run, name: str, requirement: str, jobs: int, parameters: set[str]
) -> None:
    violation = failures(run(f"reference:{name}"))[requirement]
    assert len(violation.population) == jobs
    (decisive,) = [r.request for r in violation.requests if r.decisive]
    asked = set(decisive.partition("?")[2].split("&")) - {""}
    names = {parameter.partition("=")[0] for parameter in asked}
    assert {parameter for parameter in parameters if "=" in parameter} <= asked
    # No filter that the violation does not need.
    wanted = {parameter.partition("=")[0] for parameter in parameters}
    assert names - wanted <= {"maxResults"}
    assert wanted <= names


def test_every_requirement_kills_a_fault() -> None:
    assert unkilled() == set()


def test_every_fault_names_requirements_that_exist() -> None:
    for fault in FAULTS.values():
        assert set(fault.breaks) <= {requirement.id for requirement in CATALOGUE}
        # A second one only where the contract makes it unavoidable.
        assert 1 <= len(fault.breaks) <= 2


def test_behaviours_are_chosen_by_name_or_by_what_they_break() -> None:
    assert chosen(()) == behaviours()
    assert "boundary-job-repeated" in chosen(["pagination/no-*"])
    assert chosen(["reference", "null-*"])[0] == ""
    assert all("null" in name for name in chosen(["null-*"]))
    with pytest.raises(UsageError, match="did you mean status-ignored"):
        chosen(["status-ignore"])


PAIRS = {
    "lose@filter=status": "filter/status",
    "lose@filter=status+page=last": "pagination/complete",
    "lose@filter=targetSelection,thingGroupId+order=filters-reversed": "filter/conjunction",
    "lose@history=cancelled-scheduled": "listing/complete",
    "lose@history=reused": "lifecycle/created-job-listed",
    "lose@job=IN_PROGRESS+after=deletion": "listing/complete",
    "ignore-filter@filter=thingGroupName+jobs=1": "filter/thing-group-name",
    "misfilter@filter=namespaceId+page=second": "pagination/no-phantoms",
    "misreport-arn@filter=none+id=reserved": "summary/identity",
    "accept@mistake=status+beside=token": "error/status",
    "accept-as-nothing@mistake=namespaceId+order=size-first": "error/namespace-id",
    "validation@mistake=maxResults-low+jobs=0": "error/max-results-low",
    "crash-at@parameter=unknown+id=upper-case": "error/documented",
    "refuse@filter=status,namespaceId+size=1": "error/valid-refused",
    "overlap@filter=thingGroupName+value=longest": "pagination/no-duplicates",
    "restart@turn=beside": "pagination/terminates",
    "nothing@turn=beside+filter=namespaceId": "concurrency/walks-independent",
    "forget-change@asked=IN_PROGRESS+history=cancelled": "lifecycle/cancel-moves-status",
    "keep-deleted@filter=status,namespaceId": "lifecycle/deleted-job-gone",
}
"""Pairs of a lie and a trigger, and what each is blamed on: one of each kind of context."""

ALLOWED_PAIRS = (
    "lose@parameter=unknown",
    "lose@filter=thingGroupName+job=SCHEDULED",
    "lose@filter=none+job=namespaced",
    "misname@parameter=unknown+filter=status",
    "plain-text@parameter=unknown",
    "other-words@mistake=nextToken",
    "reverse@filter=status",
    "shorten@page=second+filter=status",
    "empty-page@turn=tenth",
    "token-at-end@size=divides",
    "null-token@filter=namespaceId",
)
"""Pairs that nothing in the contract forbids."""


@pytest.mark.matrix
@pytest.mark.parametrize(("name", "requirement"), PAIRS.items())
def test_a_lie_under_a_condition_is_found_and_blamed_on_what_it_breaks(
    name: str, requirement: str, run: Run
) -> None:
    pair = parse_pair(name)
    assert pair is not None
    assert pair.breaks == (requirement,)
    assert failures(run(f"reference:{name}", budget="quick")).keys() == {requirement}


@pytest.mark.matrix
@pytest.mark.parametrize("name", ALLOWED_PAIRS)
def test_a_lie_that_nothing_forbids_accuses_nobody(name: str, run: Run) -> None:
    pair = parse_pair(name)
    assert pair is not None
    assert pair.breaks == ()
    report = run(f"reference:{name}", budget="quick")
    assert not {r.id for r in report.results if r.verdict == "fail" and r.level != "observed"}
