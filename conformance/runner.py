"""The runner: scenarios to evidence, evidence to verdicts, each violation to a smallest example.

A run has two phases. *Exploring* carries out every scenario's fixed plans and then what
Hypothesis draws, and judges every requirement on every example. *Minimising* then runs
Hypothesis once for each violated requirement, with the same seed, and this time that
requirement alone raises: Hypothesis draws the same examples again, comes to the violation, and
shrinks it.

So no violation hides another, each gets an example of its own, and the outcome depends on the
seed and the target alone. Each phase consists of units that need nothing of each other: the
outcome is the same whoever carries them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from .budgets import Budget
from .confirming import Doubtful, confirmed
from .contract import CATALOGUE
from .contract.parts import Paged, Part
from .crew import Alone, Crew
from .determinism import pinned_constants
from .judgement import Judgement
from .minimising import Minimiser
from .outcome import Kind, Outcome, Unit
from .scenarios import SCENARIOS, Plan, Scenario, scenario_named
from .session import Inconclusive, Session, TargetGone
from .suiting import not_here
from .targets.target import RequestLimit
from .trials import Databases, Progress, Trials


def nothing(kind: Kind) -> bool:
    """No kind of violation is waived."""
    return False


class Runner:
    """Runs the scenarios on one session. ``selected`` are the ids that verdicts are wanted for.

    Of what is ``waived`` no smallest example is looked for. What is ``stored`` is carried out
    first, as far as the session can, and nothing else where it alone is asked for.
    """

    def __init__(
        self,
        session: Session,
        budget: Budget,
        seed: int = 0,
        selected: Iterable[str] | None = None,
        minimise: bool = True,
        progress: Progress | None = None,
        waived: Callable[[Kind], bool] = nothing,
        databases: Databases | None = None,
        crew: Crew | None = None,
        stored: Sequence[tuple[Unit, Plan]] = (),
    ) -> None:
        self.session = session
        self.budget = budget
        self.selected = frozenset(selected if selected is not None else (r.id for r in CATALOGUE))
        self.outcome = Outcome(requests=session.target.requests)
        self._minimising = minimise
        self._waived = waived
        self._crew = crew or Alone()
        self._stored: dict[Unit, list[Plan]] = {}
        for unit, plan in stored:
            if not_here(session, unit, plan) is None:
                self._stored.setdefault(unit, []).append(plan)
        self._trials = Trials(
            session, budget, seed, progress or Progress(), databases or Databases()
        )

    def run(self) -> Outcome:
        """Explore, then minimise. What was found is kept even when the run is cut short."""
        with pinned_constants():
            # What adds to a world that stands for the whole run comes last.
            for name, units in (("early", self._early()), ("late", self._late())):
                self._take(self._crew.share(name, units, self._explore))
            if self._minimising or not self.session.exclusive:
                self._minimise_all()
        return self.outcome

    def _take(self, outcomes: Iterator[Outcome]) -> None:
        """Merge what comes, until the run is over."""
        while not self.outcome.over:
            try:
                outcome = next(outcomes, None)
            except KeyboardInterrupt:
                self.outcome.interrupted = True
                return
            if outcome is None:
                return
            self.outcome.merge(outcome)

    def _scenarios(self, late: bool) -> list[Scenario]:
        session = self.session
        return [
            scenario
            for scenario in SCENARIOS
            if (scenario.adds and not session.exclusive) == late
            and not (scenario.large and not self.budget.large)
            and not (scenario.exclusive and not session.exclusive)
            and not (scenario.adds and session.control_plane is None)
            and not (scenario.access and not session.check_access)
        ]

    def _early(self) -> list[Unit]:
        """What is stored comes first; then what is fixed, of every scenario: it shows most for
        the least."""
        scenarios = self._scenarios(late=False)
        chunks = [chunk for scenario in scenarios for chunk in self._trials.chunks(scenario)]
        return [*self._stored, *(Unit(scenario.name) for scenario in scenarios), *chunks]

    def _late(self) -> list[Unit]:
        return [Unit(scenario.name) for scenario in self._scenarios(late=True)]

    @contextmanager
    def _recorded(self, outcome: Outcome) -> Iterator[None]:
        """Let the outcome say what was sent, and what cut it short."""
        target = self.session.target
        requests, throttled = target.requests, target.throttled
        try:
            yield
        except TargetGone as gone:
            outcome.gone = str(gone)
        except RequestLimit as limit:
            outcome.limited = str(limit)
        except KeyboardInterrupt:
            outcome.interrupted = True
        finally:
            outcome.requests = target.requests - requests
            outcome.throttled = target.throttled - throttled

    # --- exploring ----------------------------------------------------------------------------

    def _explore(self, unit: Unit) -> Outcome:
        """Carry out the examples of one unit, each once, and count what they show."""
        outcome = Outcome()
        trials = self._trials
        trials.doing = scenario_named(unit.scenario).what + ", drawn" * (unit.chunk is not None)
        seen: set[Plan] = set()

        def example(plan: Plan) -> None:
            if plan not in seen:
                seen.add(plan)
                self._explored(unit, plan, outcome)

        with self._recorded(outcome):
            if unit.chunk is None:
                for plan in self._stored[unit] if unit.stored else trials.fixed(unit):
                    example(plan)
            else:
                trials.draw(unit, example)
        return outcome

    def _explored(self, unit: Unit, plan: Plan, outcome: Outcome) -> None:
        outcome.examples += 1
        self._trials.explored += 1
        try:
            trial = self._trials.carry_out(unit, plan)
        except Inconclusive as reason:
            if not unit.stored:  # What another target was made to hold, this one need not.
                outcome.inconclusive.setdefault(unit.scenario, str(reason))
            return
        _count(trial.parts, trial.judgement, outcome)
        self._trials.known[(unit.scenario, plan)] = frozenset(trial.found)
        for kind, found in trial.found.items():
            outcome.keep(kind, found)
            if unit.chunk is not None:
                outcome.drawn.setdefault(kind, unit)

    # --- minimising ---------------------------------------------------------------------------

    def _minimise_all(self) -> None:
        done: set[str] = set()
        # What turns out to say nothing no longer stands in the way of what rests on it.
        while ids := [id for id in self._to_minimise() if id not in done]:
            self._take(self._crew.share(f"minimise-{len(done)}", ids, self._minimise))
            if self.outcome.over:
                return
            done.update(ids)

    def _to_minimise(self) -> list[str]:
        """The requirements that a smallest example is wanted of."""
        outcome = self.outcome
        return [
            id
            for id in dict.fromkeys(kind.id for kind in outcome.found)
            if id in self.selected and not CATALOGUE[id].undone_by(outcome.failed)
        ]

    def _minimise(self, id: str) -> Outcome:
        """Find the example of a requirement to show: of the first kind that can be confirmed."""
        outcome = Outcome()
        self._trials.doing = f"looking for the smallest example of {id}"
        with self._recorded(outcome):
            for kind in self.outcome.kinds(id):
                if self._waived(kind):
                    continue
                if outcome.dismissed and not self.session.exclusive:
                    # What an example makes beside others' jobs was announced: one is confirmed.
                    outcome.dismissed[kind] = next(iter(outcome.dismissed.values()))
                    continue
                smallest = self.outcome.found[kind]
                if self._minimising:
                    drawn_by = self.outcome.drawn.get(kind)
                    smallest = Minimiser(self._trials, kind).smallest(smallest, drawn_by)
                try:
                    outcome.shown[id] = confirmed(self._trials, kind, smallest)
                    break
                except Doubtful as reason:
                    outcome.dismissed[kind] = str(reason)
        return outcome


def _count(parts: Iterable[Part], judgement: Judgement, outcome: Outcome) -> None:
    tallies = outcome.tallies
    for id, labels in judgement.seen.items():
        tallies[id].examples += 1
        tallies[id].labels.update(labels)
    for id, blockers in judgement.masked.items():
        tallies[id].masked_by |= blockers
    for id, reason in judgement.unanswered.items():
        tallies[id].unanswered = tallies[id].unanswered or reason
    for part in parts:
        if isinstance(part, Paged) and 1 <= len(part.walk.query.filters) <= 2:
            tried = outcome.coverage.setdefault("+".join(part.walk.query.filters), Counter())
            tried["one page"] += 1
            if part.walk.page_size and part.walk.page_size < len(part.widest.id_set):
                tried["several pages"] += 1
