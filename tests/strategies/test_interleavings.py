"""Changes between the pages of a walk: which are the simpler ones."""

from __future__ import annotations

from listjobs_conformance.strategies.interleavings import PLACES, WHATS, Step, simpler, weight


def test_simpler_changes_weigh_less_and_lead_to_the_simplest() -> None:
    turns = (Step("associate", "last", 3), Step("create", "boundary", 2))
    for _ in range(100):
        steps = list(simpler(turns))
        assert all(weight(step) < weight(turns) for step in steps)
        if not steps:
            break
        turns = steps[-1]
    assert turns == (Step(WHATS[0], PLACES[0], 1),)
