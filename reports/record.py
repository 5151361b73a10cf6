"""The report record: what a run found, as frozen values that writers turn into files.

Nothing in it differs between two runs with the same seed on the same target, apart from times:
names that a run makes up, group ids and tokens stand under aliases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

REPORT_VERSION = 1

VERDICTS = ("fail", "unexpected-pass", "inconclusive", "waived", "unexercised", "pass")
"""Every verdict, the ones that a reader must see first at the front."""

NOTE = "note"
"""What a failure is called that does not fail the run."""

CALLED = ("fail", "unexpected-pass", NOTE, "inconclusive", "waived", "unexercised", "pass")
"""What verdicts are called, in the order in which they are counted."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """What is wrong with one job: ``lost``, ``duplicated``, ``phantom`` and so on."""

    jobId: str
    fault: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request of an example and its answer, in a line each."""

    request: str
    answer: str
    decisive: bool = False


@dataclass(frozen=True, slots=True)
class ViolationRecord:
    """How a requirement is broken, by its smallest example."""

    message: str
    expected: str
    actual: str
    jobs: tuple[JobRecord, ...]
    population: tuple[Mapping[str, Any], ...]
    """The jobs of the example: jobId, status, targetSelection, targets, namespaceId."""
    requests: tuple[RequestRecord, ...]
    curl: str | None
    """A shell line that repeats it, where that takes one request to an endpoint without jobs."""
    repeats: bool
    """Whether the example did the same when it was carried out once more."""


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict on one requirement."""

    id: str
    level: str
    sentence: str
    source: str
    verdict: str
    exercised: int
    """How many examples exercised it."""
    reason: str | None = None
    masked_by: tuple[str, ...] = ()
    """The failed requirements without which it could have been judged, or judged in full."""
    violation: ViolationRecord | None = None
    case: str | None = None
    """The file of it, below the folder of the report."""
    scripted: bool = False
    """Whether the case can be written as a script that needs nothing of this project."""
    fingerprint: str | None = None
    """What kind of failure the violation is."""
    fingerprints: tuple[str, ...] = ()
    """All kinds of failure that were seen."""
    waiver: str | None = None
    """Why it is known to fail, in the words of the waiver."""


@dataclass(frozen=True, slots=True)
class MissingOperation:
    """An operation, other than the one that is checked, that a target lacks."""

    operation: str
    answer: str
    """What the target answered to it."""
    unjudged: tuple[str, ...]
    """The ids of the requirements that are unexercised for want of it, perhaps of others too."""


@dataclass(frozen=True, slots=True)
class OneKind:
    """That all jobs of an account are of one kind, and what that leaves open."""

    jobs: str
    """Of which kind they are."""
    unjudged: tuple[str, ...]
    """The ids of the requirements that are unexercised, though nothing had to be made for them."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a run found."""

    tool: str
    target: Mapping[str, Any]
    started: str
    duration_s: float
    seed: int
    budget: str
    mode: str
    """``gate``, ``explore`` or ``replay``: which examples were carried out."""
    requests: int
    examples: int
    strict: bool
    results: tuple[Result, ...]
    coverage: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """For each filter and pair of filters: how often tried on one page and across several."""
    interrupted: bool = False
    unjudged: str | None = None
    """Why too little could be seen to say that the target conforms."""
    throttled: int = 0
    """How many answers asked for patience, which they got."""
    partial: bool = False
    """Whether requirements were left out that are judged unless somebody says otherwise."""
    required: tuple[str, ...] = ()
    """The ids of the requirements that must have been exercised."""
    missing_operations: tuple[MissingOperation, ...] = ()
    """The operations that never did what they were asked for; most is left unjudged for want of
    the first."""
    one_kind: OneKind | None = None
    """Where all jobs of an account that nothing was made in are of one kind."""
    version: int = REPORT_VERSION

    @property
    def totals(self) -> dict[str, int]:
        counts = dict.fromkeys(sorted(CALLED), 0)
        for result in self.results:
            counts[self.called(result)] += 1
        return counts

    def called(self, result: Result) -> str:
        """The verdict, where a failure that does not fail the run is a note."""
        noted = result.verdict == "fail" and not self.gating(result)
        return NOTE if noted else result.verdict

    def gating(self, result: Result) -> bool:
        """Whether a failure of this result fails the run."""
        return result.level == "documented" or (self.strict and result.level == "convention")

    @property
    def conforms(self) -> bool:
        """Whether everything that gates was exercised enough and kept, and nothing is waived."""
        return self.status == 0 and not self.totals["waived"]

    @property
    def status(self) -> int:
        """The exit status: 1 something gating failed, 3 could not be judged, 0 otherwise."""
        if any(r.verdict == "fail" and self.gating(r) for r in self.results):
            return 1
        # Whoever waives a requirement wants to know when that is no longer right.
        if any(r.verdict == "unexpected-pass" for r in self.results):
            return 1
        return 3 if self.doubts else 0

    @property
    def doubts(self) -> list[str]:
        """Why a target that breaks nothing cannot be said to conform."""
        unsure = {
            r.reason
            for r in self.results
            if r.verdict == "inconclusive" and self.gating(r) and r.reason
        }
        doubts = sorted(unsure)
        counts = ("pass", "waived", "fail", "unexpected-pass")
        if not any(self.called(r) in counts for r in self.results):
            noted = self.totals[NOTE]
            doubts.append(
                "nothing that counts was exercised: --strict lets conventions count"
                if noted
                else "nothing was exercised"
            )
        if self.unjudged:
            doubts.append(self.unjudged)
        if self.not_exercised:
            doubts.append(f"required, and not exercised: {', '.join(self.not_exercised)}")
        return doubts

    @property
    def not_exercised(self) -> list[str]:
        """The required ones that nothing was seen of."""
        unseen = {r.id for r in self.results if r.verdict in ("unexercised", "inconclusive")}
        return [id for id in self.required if id in unseen]

    @property
    def left_open(self) -> list[str]:
        """What was not exercised, though nothing else that is broken hides it."""
        return [
            r.id
            for r in self.results
            if r.verdict == "unexercised" and not (r.reason or "").startswith("masked by ")
        ]

    def document(self) -> dict[str, Any]:
        """The report as the JSON document that ``schemas/report.schema.json`` describes."""
        document = asdict(self)
        document["totals"] = self.totals
        document["conforms"] = self.conforms
        return document
