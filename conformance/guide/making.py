"""Makes the examples of ``examples.json``: a fault is run, and its smallest example is carried out
on the reference server as well. It says nothing that was not answered.

    python -m listjobs_conformance.guide.making [ID…]
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..cases.case import Case, read_case
from ..contract import CATALOGUE
from ..engine.attempts import Attempt, Attempts
from ..engine.evaluation import Evaluator
from ..engine.execution import Execution
from ..evidence import Exchange, Request
from ..model import Population
from ..progress import Progress
from ..results.wording import violation_record
from ..run import SUITE, Settings, check
from ..server.behaviour import Behaviour
from ..targets.kinds import Options, open_target
from ..wire import Signs, Transport
from ..worlds.provisioning import SMALL, Provisioning, WorldOptions
from ..worlds.session import Session
from .answers import TOKEN_CHANGED, Answers, compared
from .examples import NAME, Example, examples, write
from .story import faults_of

MANY = 1_000_000
"""More requests than an example takes."""

MOST_LINES = 6
"""How many jobs, and how many requests before the one that shows it, are written down."""


def example_of(id: str) -> Example | None:
    """The example of a requirement; None where only another program's command would show it, or
    nothing in one answer does."""
    fault = faults_of(id)[0]
    if fault.needs_cli:
        return None
    case = _smallest(id, fault)
    access = fault.checks_access
    wrong = _carried_out(f"reference:{fault.name}", case, access)
    right = _carried_out("reference:checks-signatures" if access else "reference", case, access)
    (found,) = [found for kind, found in wrong.attempt.found.items() if kind.id == id]
    decisive = found.violation.decisive
    counterpart = right.asked.counterpart(*wrong.asked.place(decisive))
    record = violation_record(found, wrong.session)
    number = next(n for n, request in enumerate(record.requests) if request.decisive)
    answer = compared(wrong.asked, decisive, right.asked, counterpart)
    instead = compared(right.asked, counterpart, wrong.asked, decisive)
    if answer == instead:
        return None
    return Example(
        fault.name,
        record.message,
        _few([_job(job) for job in record.population]),
        _few([f"{one.request}: {one.answer}" for one in record.requests[:number]]),
        _request(wrong.asked, decisive, record.requests[number].request),
        answer,
        instead,
    )


def _request(asked: Answers, exchange: Exchange, said: str) -> str:
    """The request as a report has it; a token that was changed is another one each time."""
    for name, value in exchange.request.parameters:
        if asked.changed(value):
            said = re.sub(rf"({name}=)[^&]*", rf"\g<1>{TOKEN_CHANGED}", said)
    return said


def _job(job: Mapping[str, Any]) -> str:
    namespace = [f"namespaceId {job['namespaceId']}"] if job["namespaceId"] else []
    said = [job["status"], job["targetSelection"], *job["targets"], *namespace]
    return f"{job['jobId']}: {', '.join(said)}"


@dataclass(frozen=True, slots=True)
class _Carried:
    """An example that was carried out, with everything that was sent for it."""

    attempt: Attempt
    asked: Answers
    session: Session


@dataclass
class _Recorder:
    """A transport that remembers what went through it, and the region it was signed for."""

    inner: Transport
    recorded: list[tuple[str, Exchange]] = field(default_factory=list)

    def send(self, request: Request, signer: Signs) -> Exchange:
        exchange = self.inner.send(request, signer)
        self.recorded.append((str(getattr(signer, "region", "")), exchange))
        return exchange

    def close(self) -> None:
        self.inner.close()


def _smallest(id: str, fault: Behaviour) -> Case:
    """The smallest example of a requirement that a run finds on a faulty server."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            frozenset({id}),
            budget="standard" if fault.needs_jobs else "quick",
            check_access=fault.checks_access,
            keeps_cases=Path(folder),
        )
        (result,) = check(open_target(f"reference:{fault.name}", Options()), settings).results
        if result.case is None:
            raise ValueError(f"{fault.name} does not show {id}: {result.verdict}, {result.reason}")
        return read_case(Path(folder) / result.case)


def _carried_out(name: str, case: Case, check_access: bool) -> _Carried:
    """Carry the case out on a target that it is no failure of."""
    target = open_target(name, Options())
    recorder = _Recorder(target.transport)
    target.transport = recorder
    options = WorldOptions(check_access=check_access)
    provisioning = Provisioning(target, options, Progress(), MANY, SMALL)
    provisioning.set_up_several(())
    scenario = SUITE.scenario(case.scenario)
    try:
        standing = Population() if scenario.writes else case.population
        with provisioning.session_of(standing) as session:
            recorder.recorded.clear()
            began = time.time()
            evaluator = Evaluator(SUITE.requirements)
            session.on_world = evaluator.forget
            attempts = Attempts(SUITE, Execution(session, Progress()), evaluator)
            attempt = attempts.of(case.unit, case.plan)
            asked = Answers(tuple(recorder.recorded), attempt.example.names, began)
            return _Carried(attempt, asked, session)
    finally:
        provisioning.clear()
        target.close()


def _few(lines: list[str]) -> tuple[str, ...]:
    if len(lines) <= MOST_LINES:
        return tuple(lines)
    return (*lines[: MOST_LINES - 1], f"… and {len(lines) - MOST_LINES + 1} more")


def make(ids: Iterable[str]) -> Iterator[tuple[str, Example]]:
    """The examples of these requirements, where there are any."""
    for id in ids:
        example = example_of(id)
        if example is not None:
            yield id, example


if __name__ == "__main__":
    chosen = sys.argv[1:]
    made = dict(make(chosen or [requirement.id for requirement in CATALOGUE]))
    write({**(examples() if chosen else {}), **made}, Path(__file__).with_name(NAME))
