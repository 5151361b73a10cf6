"""The runner: scenarios to evidence, evidence to verdicts, each violation to a smallest example.

A run has two phases. *Exploring* carries out every scenario's fixed plans and then what
Hypothesis draws, and judges every requirement on every example. *Minimising* then runs
Hypothesis once for each violated requirement, with the same seed, and this time that
requirement alone raises: Hypothesis draws the same examples again, which costs nothing because
their judgements are remembered, comes to the violation, and shrinks it.

So no violation hides another, each gets an example of its own, and the outcome depends on the
seed and the target alone.
"""

from __future__ import annotations

import hashlib
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from string import ascii_lowercase

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import NonInteractiveExampleWarning

from .contract import CATALOGUE, Requirement, Violation
from .contract.parts import Paged, Part
from .determinism import pinned_constants
from .judgement import Judge, Judgement
from .model import Job
from .scenarios import SCENARIOS, Plan, Scenario, Source
from .session import Inconclusive, Session, TargetGone
from .targets.target import RequestLimit


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a run may do."""

    name: str
    examples: int
    """Drawn examples of the scenario that gets most."""
    shrinking: int
    """Examples carried out to shrink one violation, and as many to simplify it."""
    large: int
    """How many jobs the largest world has; no more than a page holds where it is 0."""
    requests: int
    """The most that a target which is not this machine is sent."""


BUDGETS = {
    budget.name: budget
    for budget in (
        Budget("quick", 40, 120, large=0, requests=5_000),
        Budget("standard", 250, 250, large=260, requests=20_000),
        Budget("thorough", 2000, 500, large=1000, requests=100_000),
    )
}


@dataclass(frozen=True, slots=True)
class Found:
    """The smallest example of a violation that is known."""

    scenario: Scenario
    plan: Plan
    violation: Violation
    groups: Mapping[str, str] = field(default_factory=dict)
    """The ids that its groups had there."""
    repeats: bool = True


@dataclass
class Tally:
    """What was seen of one requirement in all examples."""

    examples: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    masked_by: set[str] = field(default_factory=set)
    unanswered: str | None = None
    drawn: Scenario | None = None
    """The first scenario whose drawn examples broke it."""


@dataclass
class Outcome:
    """What a run found, before it is put into words."""

    tallies: dict[str, Tally]
    found: dict[str, Found] = field(default_factory=dict)
    inconclusive: dict[str, str] = field(default_factory=dict)
    """Scenario to the reason why some example of it could not be carried out."""
    coverage: dict[str, Counter[str]] = field(default_factory=dict)
    examples: int = 0
    gone: str | None = None
    """Why nothing more could be learned of the target."""
    limited: str | None = None
    """Why the run ended before it was through."""
    interrupted: bool = False


@dataclass
class _Allowance:
    """How many examples may still be carried out to shrink a violation.

    Counted, not timed, so that the outcome is the same on a slow machine; past the limit, only
    what is already known still counts.
    """

    left: int

    def for_one(self, plan: Plan) -> bool:
        """Take what this example costs, more for many jobs, if that much is left."""
        self.left -= 1 + len(plan.population.jobs) // 50
        return self.left >= 0


QUIET_TRIES = 3
"""How often an example is carried out again until nobody else writes meanwhile."""


class Progress:
    """What a run tells while it goes on. The default says nothing."""

    def doing(self, what: str, examples: int, requests: int) -> None:
        """Called before each example."""

    def tell(self, what: str) -> None:
        """Called with a sentence that a user must see."""


class _Violated(Exception):
    """Raised for Hypothesis. Each requirement has a subclass: failures differ by type."""


_VIOLATED: dict[str, type[_Violated]] = {
    requirement.id: type(f"Violated:{requirement.id}", (_Violated,), {})
    for requirement in CATALOGUE
}


class Runner:
    """Runs the scenarios on one session. ``selected`` are the ids that verdicts are wanted for."""

    def __init__(
        self,
        session: Session,
        budget: Budget,
        seed: int = 0,
        selected: Iterable[str] | None = None,
        minimise: bool = True,
        progress: Progress | None = None,
    ) -> None:
        self.session = session
        self.budget = budget
        self.seed = seed
        self.selected = frozenset(selected if selected is not None else (r.id for r in CATALOGUE))
        self._minimising = minimise
        self._progress = progress or Progress()
        self._judge = Judge()
        session.on_world = self._judge.forget
        self._dismissed: set[str] = set()
        """What was seen and could not be confirmed."""
        self._violated: dict[tuple[str, Plan], frozenset[str]] = {}
        holdable = session.capabilities.holdable
        if session.shared is not None:
            self._source = Source.standing(holdable, session.shared)
        else:
            self._source = Source.fresh(holdable, budget.large)
        self.outcome = Outcome({requirement.id: Tally() for requirement in CATALOGUE})
        self._doing = ""

    def run(self) -> Outcome:
        """Explore, then minimise. What was found is kept even when the run is cut short."""
        outcome = self.outcome
        try:
            with pinned_constants():
                # What is fixed comes first, of every scenario: it shows most for the least.
                # What adds to a world that stands for the whole run comes last.
                early = [s for s in self._scenarios() if self.session.exclusive or not s.adds]
                late = [s for s in self._scenarios() if s not in early]
                for scenario in early:
                    self._begin(scenario)
                for scenario in early:
                    self._explore(scenario)
                for scenario in late:
                    self._begin(scenario)
                if self._minimising or not self.session.exclusive:
                    self._minimise_all()
        except TargetGone as gone:
            outcome.gone = str(gone)
        except RequestLimit as limit:
            outcome.limited = str(limit)
        except KeyboardInterrupt:
            outcome.interrupted = True
        return outcome

    def _scenarios(self) -> Iterator[Scenario]:
        for scenario in SCENARIOS:
            if scenario.large and not self.budget.large:
                continue
            if scenario.exclusive and not self.session.exclusive:
                continue
            if scenario.adds and self.session.control_plane is None:
                continue
            if scenario.access and not self.session.check_access:
                continue
            yield scenario

    # --- exploring ----------------------------------------------------------------------------

    def _begin(self, scenario: Scenario) -> None:
        self._doing = scenario.what
        for plan in scenario.fixed(self._source):
            self._example(scenario, plan, exploring=True)

    def _explore(self, scenario: Scenario) -> None:
        if scenario.drawn is None:
            return
        self._doing = scenario.what + ", drawn"

        def example(plan: Plan) -> None:
            for id in self._example(scenario, plan, exploring=True):
                tally = self.outcome.tallies[id]
                tally.drawn = tally.drawn or scenario

        self._hypothesis(example, scenario, Phase.generate)

    def _examples(self, scenario: Scenario) -> int:
        return int(self.budget.examples * scenario.share)

    def _example(self, scenario: Scenario, plan: Plan, exploring: bool = False) -> frozenset[str]:
        """The ids that this example breaks; carried out only the first time."""
        if self.session.shared is not None and not scenario.adds:
            plan = replace(plan, population=self.session.shared)
        key = (scenario.name, plan)
        known = self._violated.get(key)
        if known is None:
            judgement = self._carry_out(scenario, plan, exploring)
            known = frozenset(judgement.violations) if judgement else frozenset()
            self._violated[key] = known
        return known

    def _carry_out(self, scenario: Scenario, plan: Plan, exploring: bool) -> Judgement | None:
        self._progress.doing(self._doing, self.outcome.examples, self.session.target.requests)
        self.outcome.examples += 1
        try:
            parts = self._perform(scenario, plan)
        except Inconclusive as reason:
            self.outcome.inconclusive.setdefault(scenario.name, str(reason))
            return None
        judgement = self._judge.judge(parts)
        self._keep(scenario, plan, judgement)
        if exploring:
            self._count(parts, judgement)
        return judgement

    def _perform(self, scenario: Scenario, plan: Plan) -> tuple[Part, ...]:
        self.session.begin()
        return self.session.finish(scenario.perform(self.session, plan))

    def _count(self, parts: tuple[Part, ...], judgement: Judgement) -> None:
        tallies = self.outcome.tallies
        for id, labels in judgement.seen.items():
            tallies[id].examples += 1
            tallies[id].labels.update(labels)
        for id, blockers in judgement.masked.items():
            tallies[id].masked_by |= blockers
        for id, reason in judgement.unanswered.items():
            tallies[id].unanswered = tallies[id].unanswered or reason
        for part in parts:
            if isinstance(part, Paged) and 1 <= len(part.walk.query.filters) <= 2:
                tried = self.outcome.coverage.setdefault(
                    "+".join(part.walk.query.filters), Counter()
                )
                tried["one page"] += 1
                if part.walk.page_size and part.walk.page_size < len(part.widest.id_set):
                    tried["several pages"] += 1

    # --- minimising ---------------------------------------------------------------------------

    def _keep(self, scenario: Scenario, plan: Plan, judgement: Judgement) -> None:
        """Remember the violation where this example is the smallest so far that shows it."""
        for id, violation in judgement.violations.items():
            if id in self._dismissed:
                continue
            found = Found(scenario, plan, violation, self.session.standing.groups)
            best = self.outcome.found.get(id)
            if best is None or _size(found) < _size(best):
                self.outcome.found[id] = found

    def _minimise_all(self) -> None:
        for id in list(self.outcome.found):
            if id not in self.selected or CATALOGUE[id].undone_by(self.outcome.found):
                continue
            self._doing = f"looking for the smallest example of {id}"
            if self._minimising:
                self._minimise(id)
            self._confirm(id)

    def _minimise(self, id: str) -> None:
        """Let Hypothesis shrink what it drew, and then take the steps that it cannot."""
        tally = self.outcome.tallies[id]
        if tally.drawn is not None:
            self._shrink(id, tally.drawn, _Allowance(self.budget.shrinking))
        self._simplify(id, _Allowance(self.budget.shrinking))

    def _shrink(self, id: str, scenario: Scenario, left: _Allowance) -> None:
        """Let Hypothesis come to a drawn example that breaks this requirement, and shrink it."""

        def example(plan: Plan) -> None:
            allowed = self._known(scenario, plan) or left.for_one(plan)
            if allowed and id in self._example(scenario, plan):
                raise _VIOLATED[id]

        phases = (Phase.generate, Phase.shrink)
        self._hypothesis(example, scenario, *phases)

    def _simplify(self, id: str, left: _Allowance) -> None:
        """Take the first simpler step that still breaks the requirement, until none does."""
        best = None
        while best is not self.outcome.found[id]:
            best = self.outcome.found[id]
            for plan in best.scenario.simpler(best.plan):
                if not self.session.exclusive and (
                    best.scenario.adds or plan.population != self.session.shared
                ):
                    continue  # What may be made was announced.
                if self._known(best.scenario, plan) or left.for_one(plan):
                    self._example(best.scenario, plan)
                if self.outcome.found[id] is not best:
                    break

    def _known(self, scenario: Scenario, plan: Plan) -> bool:
        return (scenario.name, plan) in self._violated

    def _confirm(self, id: str) -> None:
        """Carry the smallest example out once more, from scratch.

        Where others may write to the target, it counts only while they do not: what a walk misses
        may be their doing. Where they never pause, nothing is said.
        """
        session = self.session
        # What an example makes beside a world that stands was announced: once more, no oftener.
        once = session.exclusive or self.outcome.found[id].scenario.adds
        for _ in range(1 if once else QUIET_TRIES):
            session.forget_world()
            session.watch()
            again = self._again(id)
            quiet = session.undisturbed()
            if quiet or (again is not None and not self._could_be_others(id)):
                found = self.outcome.found[id]
                self.outcome.found[id] = again or replace(found, repeats=False)
                if again is not None or session.alone:
                    return
                break
        found = self.outcome.found.pop(id)
        self._dismissed.add(id)
        self.outcome.tallies[id].unanswered = (
            "not seen again while nobody else wrote to the target: " + found.violation.message
        )

    def _again(self, id: str) -> Found | None:
        """What carrying the example out once more shows, if it is the same violation."""
        found = self.outcome.found[id]
        try:
            parts = self._perform(found.scenario, found.plan)
        except Inconclusive:
            return None
        violation = self._judge.judge(parts).violations.get(id)
        if violation is None:
            return None
        return replace(found, violation=violation, groups=self.session.standing.groups)

    def _could_be_others(self, id: str) -> bool:
        """Whether somebody else's writes could make a target look as if it broke this."""
        jobs = bool(self.outcome.found[id].violation.jobs)
        unsure = self.session.survey is not None or self.session.large
        return CATALOGUE[id].undisturbed or (jobs and unsure)

    # --- Hypothesis ---------------------------------------------------------------------------

    def _hypothesis(
        self,
        example: Callable[[Plan], None],
        scenario: Scenario,
        *phases: Phase,
    ) -> None:
        assert scenario.drawn is not None

        @seed(self.seed)
        @settings(
            max_examples=self._examples(scenario),
            phases=phases,
            database=None,
            deadline=None,
            derandomize=False,
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        @given(scenario.drawn(self._source))
        def test(plan: Plan) -> None:
            example(plan)

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NonInteractiveExampleWarning)
                test()
        except _Violated:
            pass  # The example is kept where it was carried out.


def _size(found: Found) -> tuple[int, ...]:
    """How much a person has to read: jobs, filters, requests, and then how plain it is."""
    jobs = found.plan.population.jobs
    return (
        found.scenario.whole,
        len(jobs),
        len(found.violation.shown),
        len(found.plan.population.groups),
        sum(len(job.targets) + len(job.id) + len(job.groups) for job in jobs),
        sum(_unusual(job) for job in jobs),
        found.scenario.weight(found.plan.doing),
    )


def _unusual(job: Job) -> int:
    """How many of the job's attributes, its name included, are not the plainest."""
    plain = Job(job.id)
    unlike = (
        job.status != plain.status,
        job.selection != plain.selection,
        job.namespace != plain.namespace,
        job.id not in ascii_lowercase,
    )
    return sum(unlike)


def fingerprint(requirement: Requirement, violation: Violation) -> str:
    """What kind of failure it is, the same for every example of the same kind."""
    text = f"{requirement.id}\n{violation.trait}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]
