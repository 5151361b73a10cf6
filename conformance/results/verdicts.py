"""The verdict on each requirement, from what a run found, and the report of it all."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

from listjobs_conformance.reports.record import MissingOperation, OneKind, Report, Result

from ..contract.requirement import Requirement
from ..engine.budgets import Budget
from ..engine.findings import Counterexample, FailureKind, Findings, Tally
from ..engine.suite import Suite
from ..targets.operations import BY_NAME, left_by
from ..targets.target import Target
from ..worlds.calibration import ANY_JOB
from ..worlds.session import Session
from .waivers import Waivers
from .wording import violation_record


@dataclass(frozen=True, slots=True)
class Terms:
    """What was to be judged, and what of it decides whether the target conforms."""

    selected: frozenset[str]
    budget: Budget
    seed: int
    strict: bool
    required: frozenset[str] = frozenset()
    waivers: Waivers = field(default_factory=Waivers)
    mode: str = "gate"


def report(
    suite: Suite, findings: Findings, session: Session, terms: Terms, started: datetime
) -> Report:
    """The report of a run that was carried out on a session."""
    results = tuple(
        _result(suite.requirements[id], suite, findings, session, terms.waivers)
        for id in sorted(terms.selected)
        if id in suite.requirements
    )
    coverage = {
        name: {"one_page": tried["one page"], "several_pages": tried["several pages"]}
        for name, tried in sorted(findings.coverage.items())
    }
    told = written(session.target, session.capabilities.record(), results, terms, started)
    nothing = session.capabilities.missing.get(ANY_JOB)
    wanting = [id for id in told.left_open if not _beyond(suite.requirements[id], session)]
    return replace(
        told,
        missing_operations=_missing_operations(session.capabilities.lacks, wanting),
        one_kind=_one_kind(suite, session, told.left_open),
        examples=findings.examples,
        requests=findings.requests,
        throttled=findings.throttled,
        coverage=coverage,
        interrupted=findings.interrupted,
        partial=_partial(suite, terms.selected),
        unjudged=f"there was no job to judge by: {nothing}" if nothing else None,
    )


def _missing_operations(
    lacks: Mapping[str, str], left_open: Sequence[str]
) -> tuple[MissingOperation, ...]:
    """What the target lacks, with what is unexercised for want of it."""
    return tuple(
        MissingOperation(
            name, lacks[name], tuple(id for id in left_open if name in left_by(lacks, id))
        )
        for name in BY_NAME
        if name in lacks
    )


BEYOND = "needs jobs that the run makes or changes by the operations of the API; here it does not"


def _beyond(requirement: Requirement, session: Session) -> bool:
    """Whether it is about jobs that a run makes or changes itself, and this one does not, whatever
    operations the target has."""
    return session.by_api is None and all(kind.writes for kind in requirement.kinds)


def _one_kind(suite: Suite, session: Session, left_open: Sequence[str]) -> OneKind | None:
    """That all jobs which nobody made for the run are alike, if they are."""
    kinds = session.capabilities.jobs.kinds
    if session.survey is None or len(kinds) != 1:
        return None
    ((status, selection, grouped),) = kinds
    of_group = " jobs of a group" if grouped else " jobs of things"
    unjudged = [
        id for id in left_open if not all(kind.writes for kind in suite.requirements[id].kinds)
    ]
    return OneKind(f"{status} {selection}{of_group}", tuple(unjudged))


def _partial(suite: Suite, selected: frozenset[str]) -> bool:
    """Whether something was left out other than what nobody asks for unless told to."""
    left_out = [id for id in suite.ids if id not in selected]
    return not all(one.access for id in left_out for one in suite.needed_for([id]))


def unreachable(
    suite: Suite, target: Target, reason: str, terms: Terms, started: datetime
) -> Report:
    """The report of a run that could not begin."""
    results = tuple(
        plain(suite.requirements[id], "inconclusive", 0, reason) for id in sorted(terms.selected)
    )
    return written(target, {}, results, terms, started)


def written(
    target: Target,
    capabilities: Mapping[str, object],
    results: tuple[Result, ...],
    terms: Terms,
    started: datetime,
) -> Report:
    """A report with these results."""
    return Report(
        tool="listjobs-conformance " + importlib.metadata.version("listjobs-conformance"),
        target={
            "name": target.name,
            "url": target.address,
            "implementation": target.implementation,
            "region": target.region,
            "capabilities": capabilities,
        },
        started=started.isoformat(timespec="seconds"),
        duration_s=seconds_since(started),
        seed=terms.seed,
        budget=terms.budget.name,
        mode=terms.mode,
        requests=target.requests,
        throttled=target.throttled,
        examples=0,
        strict=terms.strict,
        required=tuple(sorted(terms.required)),
        results=results,
    )


def seconds_since(started: datetime) -> float:
    return round((datetime.now(UTC) - started).total_seconds(), 3)


def plain(
    requirement: Requirement, verdict: str, exercised: int, reason: str | None = None
) -> Result:
    """A result without a violation."""
    return Result(
        id=requirement.id,
        level=requirement.level.value,
        sentence=requirement.sentence,
        source=requirement.source,
        verdict=verdict,
        exercised=exercised,
        reason=reason,
    )


def _result(
    requirement: Requirement, suite: Suite, findings: Findings, session: Session, waivers: Waivers
) -> Result:
    kinds = findings.kinds(requirement.id)
    if kinds:
        undone = [*requirement.undone_by(findings.failed), *_unsure(requirement, suite, findings)]
        if undone:
            told = plain(requirement, "unexercised", 0, "masked by " + ", ".join(undone))
            return replace(told, masked_by=tuple(undone))
        if findings.limited and requirement.compares and requirement.id not in findings.shown:
            unsure = f"seen, and not confirmed before the run had to end: {findings.limited}"
            return plain(requirement, "inconclusive", 0, unsure)
        return _failing(requirement, kinds, findings, session, waivers)
    tally = findings.tallies[requirement.id]
    missing = session.capabilities.missing.get(requirement.requires_operation or "")
    lacks = left_by(session.capabilities.lacks, requirement.id)
    if lacks:
        missing = ", ".join(lacks)
    missing = f"the target does not have it: {missing}" if missing is not None else None
    if _beyond(requirement, session):
        missing = BEYOND
    verdict, reason, masked_by = _without_violation(requirement, tally, findings, missing)
    if verdict == "pass":
        verdict, said = passing(requirement.id, waivers)
        reason = said or reason
    return replace(plain(requirement, verdict, tally.examples, reason), masked_by=masked_by)


def _unsure(requirement: Requirement, suite: Suite, findings: Findings) -> Iterator[str]:
    """What of that which it presupposes comes and goes: a control that was right at one time then
    says nothing of another."""
    found = findings.shown.get(requirement.id)
    if found is None or not requirement.compares:
        return
    dismissed = {kind.id for kind in findings.dismissed}
    for id in requirement.presupposes:
        other = findings.shown.get(id)
        if other is not None and id in findings.failed and suite.requirements[id].compares:
            if not (found.repeats and other.repeats):
                yield id
        elif id in dismissed and not found.repeats:
            yield id


def passing(id: str, waivers: Waivers) -> tuple[str, str | None]:
    """The verdict on what was exercised and kept, and what there is to say about it."""
    known = waivers.of(id)
    if not known:
        return "pass", None
    glob = known[0].requirement
    advice = "take the waiver away" if glob == id else f"narrow the waiver for {glob}"
    return "unexpected-pass", f"{advice}: {known[0]}"


def _failing(
    requirement: Requirement,
    kinds: Sequence[FailureKind],
    findings: Findings,
    session: Session,
    waivers: Waivers,
) -> Result:
    left = [kind for kind in kinds if waivers.waives(kind) is None]
    kind = next(iter(left or kinds))
    found = findings.shown.get(requirement.id) or findings.found[kind]
    kind = FailureKind.of(requirement.id, found.violation)
    told = plain(
        requirement,
        "fail" if left else "waived",
        findings.tallies[requirement.id].examples,
        "; ".join(_said(requirement, kind, found, waivers)) or None,
    )
    return replace(
        told,
        violation=violation_record(found, session),
        fingerprint=kind.fingerprint,
        fingerprints=tuple(sorted(kind.fingerprint for kind in kinds)),
        waiver=None if left else str(waivers.waives(kind)),
    )


def failure(requirement: Requirement, found: Counterexample, session: Session) -> Result:
    """The result that shows one violation, and nothing else of a run."""
    fingerprint = FailureKind.of(requirement.id, found.violation).fingerprint
    return replace(
        plain(requirement, "fail", 1),
        violation=violation_record(found, session),
        fingerprint=fingerprint,
        fingerprints=(fingerprint,),
    )


def _said(
    requirement: Requirement, kind: FailureKind, found: Counterexample, waivers: Waivers
) -> Iterator[str]:
    """What there is to say about a failure besides itself."""
    known, expired = waivers.of(requirement.id), waivers.expired(kind)
    if waivers.waives(kind) is not None:
        return
    if expired is not None:
        yield f"its waiver expired on {expired.expires}: {expired.reason}"
    elif known:
        waived = ", ".join(str(waiver.fingerprint) for waiver in known)
        yield f"it fails in another way ({kind.fingerprint}) than is waived ({waived})"
    if found.runs is not None:
        shown, runs = found.runs
        yield f"shows in {shown} of {runs} runs of the same example: shown as it was seen"
    elif not found.repeats:
        yield "the example did not repeat: shown as it was seen"


def _masked_by(tally: Tally, findings: Findings) -> tuple[str, ...]:
    """What stood in its way. What is masked itself may mask in turn: only what failed is worth
    naming, if anything."""
    return tuple(sorted(tally.masked_by & findings.failed or tally.masked_by))


def _masked_in_part(tally: Tally, findings: Findings) -> str | None:
    """What a pass leaves out: the classes of evidence on which it could not be judged at all."""
    unjudged = sorted(tally.unjudged - tally.labels.keys())
    if not unjudged or not tally.masked_by & findings.failed:
        return None
    shown = ", ".join(unjudged[:3]) + (", …" if len(unjudged) > 3 else "")
    return f"not judged with {shown}: masked by {', '.join(_masked_by(tally, findings))}"


class _Judgement(NamedTuple):
    verdict: str
    reason: str | None = None
    masked_by: tuple[str, ...] = ()


def _without_violation(
    requirement: Requirement, tally: Tally, findings: Findings, missing: str | None
) -> _Judgement:
    masked_by = _masked_by(tally, findings)
    if tally.unanswered is not None:
        return _Judgement("inconclusive", tally.unanswered)
    if findings.gone is not None:
        return _Judgement("inconclusive", findings.gone)
    if findings.interrupted:
        return _Judgement("inconclusive", "interrupted")
    if findings.enough is not None:
        return _Judgement("inconclusive", findings.enough)
    if tally.examples >= requirement.examples and len(tally.labels) >= requirement.labels:
        in_part = _masked_in_part(tally, findings)
        return _Judgement("pass", in_part, masked_by if in_part else ())
    if masked_by:
        return _Judgement("unexercised", "masked by " + ", ".join(masked_by), masked_by)
    if findings.inconclusive:
        return _Judgement("inconclusive", next(iter(findings.inconclusive.values())))
    ended = findings.ended or findings.limited
    if ended is not None:
        return _Judgement("unexercised", ended)
    if missing is not None:
        return _Judgement("unexercised", missing)
    needed = f"needs {requirement.exercised_by}"
    if tally.examples:
        needed += (
            f" ({requirement.examples} examples of {requirement.labels} kinds; "
            f"came: {tally.examples} of {len(tally.labels)})"
        )
    return _Judgement("unexercised", needed)
