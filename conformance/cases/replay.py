"""Carries stored cases out again: what each shows on a target now.

Where the target can be emptied, each case gets the world that it says. Elsewhere that is made
under a prefix beside other people's jobs, entered in a ledger first, and deleted afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from listjobs_conformance.reports.record import Report, Result

from ..engine.attempts import Attempt, Attempts
from ..engine.confirmation import Confirmation, Flaky
from ..engine.evaluation import Evaluator
from ..engine.execution import Execution
from ..engine.findings import FailureKind
from ..engine.suite import Suite
from ..errors import CannotBegin, Inconclusive, RequestLimit, TargetGone, UsageError
from ..evidence import flatten
from ..model import THING, Job, Population
from ..progress import Progress
from ..results import verdicts
from ..results.verdicts import Terms
from ..targets.target import Target
from ..worlds.provisioning import SMALL, Provisioning, WorldOptions
from ..worlds.session import Session
from .case import Case

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
    suite: Suite,
    target: Target,
    cases: Sequence[Case],
    options: WorldOptions,
    progress: Progress | None = None,
) -> list[Replayed]:
    """Carry out the cases on a target, in order, and close it.

    Raises ``UsageError`` before anything is sent.
    """
    progress = progress or Progress()
    try:
        limit = SOME_REQUESTS + REQUESTS_FOR_EACH * len(cases)
        largest = max((len(case.population.jobs) for case in cases), default=0)
        provisioning = Provisioning(target, options, progress, limit, max(largest, SMALL))
        if not provisioning.writes:
            raise UsageError("each case has a world, which is made for it: --world fresh or shared")
        return list(_Replay(suite, provisioning, progress).all(cases))
    finally:
        target.close(progress.tell)


def report(
    suite: Suite,
    target: Target,
    cases: Sequence[Case],
    options: WorldOptions,
    terms: Terms,
    started: datetime,
    progress: Progress,
) -> Report:
    """What the cases show, as the report of a run that did nothing else."""
    chosen = [case for case in cases if case.requirement in terms.selected]
    by_id: dict[str, list[Replayed]] = {}
    for one in replay(suite, target, chosen, options, progress):
        by_id.setdefault(one.case.requirement, []).append(one)
    results = tuple(_result(suite, id, ones, terms) for id, ones in sorted(by_id.items()))
    return replace(verdicts.written(target, {}, results, terms, started), examples=len(chosen))


def _result(suite: Suite, id: str, ones: Sequence[Replayed], terms: Terms) -> Result:
    """The verdict on one requirement, by its cases: what is not waived first."""
    failing = [
        (FailureKind(id, one.result.fingerprint or ""), one.result)
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
        return verdicts.plain(suite.requirements[id], verdict, passed, reason)
    unjudged = next(one.reason for one in ones if one.verdict == NOT_JUDGED)
    return verdicts.plain(suite.requirements[id], "unexercised", passed, unjudged)


@dataclass(frozen=True, slots=True)
class _Replay:
    suite: Suite
    provisioning: Provisioning
    progress: Progress

    def all(self, cases: Sequence[Case]) -> Iterator[Replayed]:
        """What becomes of each, in order; what was made for them is cleared away at the end."""
        target, provisioning = self.provisioning.target, self.provisioning
        failure = provisioning.reach()
        if failure is not None:
            yield from (Replayed(case, NOT_JUDGED, failure) for case in cases)
            return
        done = 0
        try:
            provisioning.set_up_several(made for case in cases for made in self._made(case))
            for case in cases:
                self.progress.update(f"replaying {case.requirement}", done, target.requests)
                yield self._carried_out(case)
                done += 1
        except (CannotBegin, TargetGone, RequestLimit) as reason:
            yield from (Replayed(case, NOT_JUDGED, str(reason)) for case in cases[done:])
        finally:
            self.progress.ending()
            provisioning.clear()

    def _made(self, case: Case) -> Iterator[Population]:
        """What is made for the case where it stands beside other people's jobs, at most."""
        scenario = self.suite.scenario(case.scenario)
        if scenario.exclusive:
            return
        yield case.population
        if scenario.writes:
            # What fails is carried out twice, and makes more on the way.
            yield case.population
            yield from scenario.writes_elsewhere()
            yield MORE

    def _carried_out(self, case: Case) -> Replayed:
        scenario = self.suite.scenario(case.scenario)
        if scenario.exclusive and not self.provisioning.exclusive:
            return Replayed(case, NOT_JUDGED, "it needs a target that can be emptied: --reset")
        # What an example makes itself, it makes beside a world: here an empty one.
        standing = case.population if scenario.looks_at_what_stands else Population()
        with self.provisioning.session_of(standing) as session:
            reason = scenario.obstacle(session) or session.capabilities.jobs.lacks(case.population)
            if reason is None and session.prefix and not self.provisioning.fits(case.population):
                reason = "its names are too long to stand beside others: --reset"
            if reason is not None:
                return Replayed(case, NOT_JUDGED, reason)
            try:
                return self._judged(session, case)
            except Inconclusive as error:
                return Replayed(case, NOT_JUDGED, str(error))

    def _judged(self, session: Session, case: Case) -> Replayed:
        suite = self.suite
        execution = Execution(session, self.progress, f"replaying {case.requirement}")
        evaluator = Evaluator(suite.requirements)
        session.on_world = evaluator.forget
        attempts = Attempts(suite, execution, evaluator)
        attempt = attempts.of(case.unit, case.plan)
        requirement = suite.requirements[case.requirement]
        kinds = [kind for kind in attempt.found if kind.id == requirement.id]
        if not kinds:
            reason = self._unseen(case, attempt) or self._unknowable(case, session)
            return Replayed(case, PASSES if reason is None else NOT_JUDGED, reason)
        undone = requirement.undone_by({kind.id for kind in attempt.found})
        if undone:
            return Replayed(case, NOT_JUDGED, "masked by " + ", ".join(undone))
        (kind,) = kinds
        try:
            found = Confirmation(suite, session, attempts).of(kind, attempt.found[kind])
        except Flaky as reason:
            return Replayed(case, NOT_JUDGED, str(reason))
        same = kind == FailureKind(case.requirement, case.fingerprint)
        result = verdicts.failure(requirement, found, session)
        return Replayed(case, FAILS if same else DIFFERENTLY, None, result)

    def _unknowable(self, case: Case, session: Session) -> str | None:
        """Why what the case showed would not be seen on this session, if it would not."""
        if session.exclusive or not self.suite.scenario(case.scenario).looks_at_what_stands:
            return None
        shown = {
            id
            for request in case.requests
            if request["decisive"]
            for id in request["answer"].get("jobs") or ()
        }
        if shown <= {job.id for job in case.population.jobs}:
            return None
        return (
            "it is about a job that should not be listed, which cannot be told from other people's "
            "there: --reset"
        )

    def _unseen(self, case: Case, attempt: Attempt) -> str | None:
        """Why nothing violated the requirement, if not because it was kept.

        A smallest example seldom shows all that a pass takes in a whole run: here it is enough
        that the same kind of evidence came, where one answer is all the evidence. Where walks are
        compared or jobs change, there must have been something to compare, and the change itself.
        """
        requirement = self.suite.requirements[case.requirement]
        evaluation = attempt.evaluation
        if requirement.id in evaluation.unanswered:
            return evaluation.unanswered[requirement.id]
        if requirement.id in evaluation.exercised:
            return None
        if requirement.id in evaluation.masked:
            return "masked by " + ", ".join(sorted(evaluation.masked[requirement.id]))
        came = {type(piece) for outer in attempt.example.evidence for piece in flatten(outer)}
        answered = not came.isdisjoint(requirement.kinds)
        proved = all(kind.proves for kind in requirement.kinds)
        if answered and proved and requirement.always_exercised:
            return None
        return f"the evidence did not come: {requirement.exercised_by}"
