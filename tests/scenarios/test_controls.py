"""What scenarios record beside their own evidence."""

from __future__ import annotations

from listjobs_conformance.contract.selection import select
from listjobs_conformance.evidence import Ending
from listjobs_conformance.model import Job, Population, Query
from listjobs_conformance.progress import Progress
from listjobs_conformance.run import Settings, provisioning
from listjobs_conformance.scenarios.controls import invalid_request
from listjobs_conformance.strategies.invalid import Beside, Mistake
from listjobs_conformance.targets.kinds import Options, open_target

TWO_JOBS = Population((Job("a"), Job("b")))


def test_a_walk_does_not_go_on_with_a_token_that_a_mistake_used_up() -> None:
    target = open_target("reference:token-works-once", Options())
    session = provisioning(target, Settings(select()), Progress()).set_up()
    world = session.world(TWO_JOBS)
    invalid_request(session, world, Mistake("status", "BOGUS", "status", beside=Beside(token=True)))
    walk = session.walk(Query(), (1,))
    assert walk.ending is Ending.COMPLETE
    assert walk.id_set == {"a", "b"}
