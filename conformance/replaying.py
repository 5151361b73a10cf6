"""Carries stored cases out again: what each shows on a target now.

Where the target can be emptied, each case gets the world that it says. Elsewhere that is made
under a prefix beside other people's jobs, entered in a ledger first, and deleted afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from listjobs_conformance.reports.record import Report, Result

from . import verdicts
from .budgets import BUDGETS
from .cases import Case
from .confirming import PROVING, Doubtful, confirmed
from .contract import CATALOGUE
from .contract.parts import flatten
from .evidence import Request
from .model import THING, Job, Population
from .outcome import Kind
from .scenarios import scenario_named
from .scenarios.regions import elsewhere
from .selection import UsageError
from .session import Inconclusive, Session, TargetGone
from .stage import SMALL, CannotBegin, Stage, Staging
from .suiting import not_for, not_held
from .targets.target import RequestLimit, Target
from .trials import Databases, Progress, Trial, Trials
from .verdicts import Terms

FAILS, DIFFERENTLY, PASSES, NOT_JUDGED = "fails", "fails differently", "passes", "not judged"
"""Violated as it was; violated in another way; not violated; not known."""

SOME_REQUESTS, REQUESTS_FOR_EACH = 2_000, 1_000
"""The most that a target which is not this machine is sent: in any case, and for each case."""


MORE = Population(tuple(Job(f"more-{n}", targets=(THING + f"more-{n}",)) for n in range(8)))
"""As much as an example makes on the way, at most: four jobs, and those again."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a case."""

    case: Case
    verdict: str
    reason: str | None = None
    """Why it is not judged."""
    result: Result | None = None
    """What is wrong now, as a report shows it."""


def replay(
    target: Target, cases: Sequence[Case], staging: Staging, progress: Progress | None = None
) -> list[Replayed]:
    """Carry out the cases on a target, in order, and close it.

    Raises ``UsageError`` before anything is sent.
    """
    progress = progress or Progress()
    try:
        limit = SOME_REQUESTS + REQUESTS_FOR_EACH * len(cases)
        largest = max((len(case.population.jobs) for case in cases), default=0)
        stage = Stage(target, staging, progress, limit, max(largest, SMALL))
        if not stage.writes:
            raise UsageError("each case has a world, which is made for it: --world fresh or shared")
        return list(_replayed(stage, cases, progress))
    finally:
        target.close()


def report(
    target: Target,
    cases: Sequence[Case],
    staging: Staging,
    terms: Terms,
    started: datetime,
    progress: Progress,
) -> Report:
    """What the cases show, as the report of a run that did nothing else."""
    chosen = [case for case in cases if case.requirement in terms.selected]
    by_id: dict[str, list[Replayed]] = {}
    for one in replay(target, chosen, staging, progress):
        by_id.setdefault(one.case.requirement, []).append(one)
    results = tuple(_result(id, ones, terms) for id, ones in sorted(by_id.items()))
    return replace(verdicts.written(target, {}, results, terms, started), examples=len(chosen))


def _result(id: str, ones: Sequence[Replayed], terms: Terms) -> Result:
    """The verdict on one requirement, by its cases: what is not waived first."""
    failing = [
        (Kind(id, one.result.fingerprint or ""), one.result)
        for one in ones
        if one.result is not None
    ]
    passed = sum(one.verdict == PASSES for one in ones)
    if failing:
        left = [(kind, result) for kind, result in failing if not terms.waivers.waives(kind)]
        kind, shown = (left or failing)[0]
        return replace(
            shown,
            verdict="fail" if left else "waived",
            exercised=passed + len(failing),
            fingerprints=tuple(sorted({kind.fingerprint for kind, _ in failing})),
            waiver=None if left else str(terms.waivers.waives(kind)),
        )
    if passed == len(ones):
        verdict, reason = verdicts.passing(id, terms.waivers)
        return verdicts.plain(CATALOGUE[id], verdict, passed, reason)
    unjudged = next(one.reason for one in ones if one.verdict == NOT_JUDGED)
    return verdicts.plain(CATALOGUE[id], "unexercised", passed, unjudged)


def _replayed(stage: Stage, cases: Sequence[Case], progress: Progress) -> Iterator[Replayed]:
    target = stage.target
    first = target.send(Request("GET", "/jobs", "maxResults=1"))
    if first.failure is not None:
        reason = f"no usable answer from {target.name}: {first.failure}"
        yield from (Replayed(case, NOT_JUDGED, reason) for case in cases)
        return
    done = 0
    try:
        stage.set_up_several(made for case in cases for made in _made(case))
        for case in cases:
            progress.doing(f"replaying {case.requirement}", done, target.requests)
            yield _carried_out(stage, case, progress)
            done += 1
    except (CannotBegin, TargetGone, RequestLimit) as reason:
        yield from (Replayed(case, NOT_JUDGED, str(reason)) for case in cases[done:])
    finally:
        stage.clear()


def _made(case: Case) -> Iterator[Population]:
    """What is made for the case where it stands beside other people's jobs, at most."""
    scenario = scenario_named(case.scenario)
    if scenario.exclusive:
        return
    yield case.population
    if scenario.adds:
        # What fails is carried out twice, and makes more on the way.
        yield case.population
        yield from elsewhere(groups=True)
        yield MORE


def _carried_out(stage: Stage, case: Case, progress: Progress) -> Replayed:
    scenario = scenario_named(case.scenario)
    exclusive = stage.exclusive
    if scenario.exclusive and not exclusive:
        return Replayed(case, NOT_JUDGED, "it needs a target that can be emptied: --reset")
    # What an example makes itself, it makes beside a world: here an empty one.
    with stage.session_of(Population() if scenario.adds else case.population) as session:
        reason = not_for(session, scenario)
        reason = reason or not_held(session.capabilities.holdable, case.population)
        if reason is None and session.prefix and not stage.fits(case.population):
            reason = "its names are too long to stand beside others: --reset"
        if reason is not None:
            return Replayed(case, NOT_JUDGED, reason)
        try:
            return _judged(session, case, progress)
        except Inconclusive as error:
            return Replayed(case, NOT_JUDGED, str(error))


def _judged(session: Session, case: Case, progress: Progress) -> Replayed:
    trials = Trials(session, BUDGETS["quick"], 0, progress, Databases())
    trials.doing = f"replaying {case.requirement}"
    trial = trials.carry_out(case.unit, case.plan)
    requirement = CATALOGUE[case.requirement]
    kinds = [kind for kind in trial.found if kind.id == requirement.id]
    if not kinds:
        reason = _unseen(case, trial)
        return Replayed(case, PASSES if reason is None else NOT_JUDGED, reason)
    undone = requirement.undone_by({kind.id for kind in trial.found})
    if undone:
        return Replayed(case, NOT_JUDGED, "masked by " + ", ".join(undone))
    (kind,) = kinds
    try:
        found = confirmed(trials, kind, trial.found[kind])
    except Doubtful as reason:
        return Replayed(case, NOT_JUDGED, str(reason))
    same = kind == Kind(case.requirement, case.fingerprint)
    result = verdicts.failure(requirement, found, session)
    return Replayed(case, FAILS if same else DIFFERENTLY, None, result)


def _unseen(case: Case, trial: Trial) -> str | None:
    """Why nothing violated the requirement, if not because it was kept.

    A smallest example seldom shows all that a pass takes in a whole run: here it is enough that
    the same kind of evidence came, where one answer is all the evidence. Where walks are compared
    or jobs change, there must have been something to compare, and the change itself.
    """
    requirement, judgement = CATALOGUE[case.requirement], trial.judgement
    if requirement.id in judgement.unanswered:
        return judgement.unanswered[requirement.id]
    if requirement.id in judgement.seen:
        return None
    if requirement.id in judgement.masked:
        return "masked by " + ", ".join(sorted(judgement.masked[requirement.id]))
    came = any(
        isinstance(part, requirement.kinds) for outer in trial.parts for part in flatten(outer)
    )
    if came and PROVING.issuperset(requirement.kinds) and requirement.family != "pagination":
        return None
    return f"the evidence did not come: {requirement.exercised_by}"
