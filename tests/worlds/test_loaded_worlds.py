"""A world of hundreds of jobs that was loaded beforehand."""

from __future__ import annotations

from listjobs_conformance.contract.selection import select
from listjobs_conformance.run import Settings, check
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.worlds.provisioning import GIVEN

from ..helpers.runs import loaded

WRITTEN_TO = ("lifecycle/", "listing/scope", "client/aws-cli")
"""What a world that is only looked at shows nothing of."""


def test_a_quick_run_sees_enough_of_it_for_every_requirement() -> None:
    target = open_target("reference", Options())
    document = loaded(target, 300)
    settings = Settings(select(skip=["access/*"]), budget="quick", world=GIVEN, document=document)
    verdicts = {result.id: result.verdict for result in check(target, settings).results}
    seen = {id: verdict for id, verdict in verdicts.items() if not id.startswith(WRITTEN_TO)}
    assert set(seen.values()) == {"pass"}
