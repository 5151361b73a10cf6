"""Whether a seeder fills the target that is asked, and empties it: seen once, before anything is
judged by it.

What it leaves undone would be taken for what the target lists wrongly. A listing that is wrong is
no evidence against a seeder, as long as DescribeJob can be asked instead.
"""

from __future__ import annotations

from ..api import WIDEST
from ..errors import CannotBegin
from ..evidence import Ending, Walk, listing
from ..model import Job, Population, Query
from ..targets.target import Target
from .calibration import Capabilities
from .emptying import FORGOTTEN_WITHIN, NEVER_MADE, described, stays, still_there
from .fixtures import FixtureSeeder
from .seeding import SeedingError
from .walker import Walker

ALONE = Population((Job("alone"),))
"""What is made in place of all that was made before."""

LOOKED_AT = 3
"""How many jobs that are listed, and should not be there, DescribeJob is asked for."""


def verify(maker: FixtureSeeder, capabilities: Capabilities, empties: bool) -> None:
    """See that what the seeder made is there and, if it ``empties`` the target, that it does.

    Raises :class:`CannotBegin`.
    """
    if capabilities.left:
        _see_that_it_fills(maker, capabilities)
    if capabilities.left and empties:
        _see_that_it_empties(maker, capabilities)


def _see_that_it_fills(maker: FixtureSeeder, capabilities: Capabilities) -> None:
    target, made = maker.target, capabilities.left
    said = capabilities.missing.get("DescribeJob")
    if said is None and not described(target, NEVER_MADE):
        return
    if stays(lambda: _shows_none(target, made), max(maker.settle, FORGOTTEN_WITHIN)):
        raise CannotBegin(
            f"the seeder returned, and none of its {len(made)} jobs is listed or described "
            f"({said or 'DescribeJob describes whatever it is asked for'}): does it fill the "
            "database that the target reads?"
        )


def _shows_none(target: Target, made: tuple[str, ...]) -> bool:
    """Whether a whole listing shows none of them. One that is refused, or breaks off, may show
    them: that is judged."""
    walk = _listed(target, len(made))
    return walk.ending is Ending.COMPLETE and walk.id_set.isdisjoint(made)


def _see_that_it_empties(maker: FixtureSeeder, capabilities: Capabilities) -> None:
    target, first, describes = maker.target, capabilities.left[0], capabilities.describes
    try:
        maker.seed(ALONE, exclusive=True)
    except SeedingError as error:
        raise CannotBegin(f"a world of one job could not be made: {error}") from None
    still = still_there(target, first, describes, maker.settle)
    if still is not None:
        raise _not_empty(f"the job {first}, which it made before, is still {still}")
    if not describes:
        return
    # It may know only of what it made itself.
    others = sorted(_listed(target, 1).id_set - {job.id for job in ALONE.jobs})[:LOOKED_AT]
    known = next((id for id in others if described(target, id)), None)
    if known is not None and not described(target, NEVER_MADE):
        raise _not_empty(f"the job {known} is there, too: it is listed, and known to DescribeJob")


def _not_empty(seen: str) -> CannotBegin:
    return CannotBegin(
        f"the seeder was given a world that is to be alone, and {seen}; where world['exclusive'] "
        "is true, it empties the target first"
    )


def _listed(target: Target, jobs: int) -> Walk:
    walker = Walker(lambda query: target.send(listing(query)), Query(), "", (WIDEST,), jobs)
    return walker.to_the_end()
