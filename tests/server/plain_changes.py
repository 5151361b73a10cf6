"""Jobs that are made, changed and deleted between requests, and walks meanwhile.

Where jobs change, it is in regions of their own: nothing else is listed there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, zip_longest
from typing import Any

from .plain_walks import STATUSES, Walk, Walker
from .wsgi_client import Client

SOUND = (
    "listing/",
    "filter/status",
    "pagination/complete",
    "pagination/no-",
    "pagination/page-bound",
    "pagination/terminates",
    "protocol/parameter-encoding",
)
"""What must hold of listings that stand still, before anything is said of others."""
LIFE = ("create", "cancel", "delete", "create", "complete", "delete", "create", "delete")
"""What is done to one job, which is made again under the same id."""
MOVES = {
    "cancel": ("CANCELED", "lifecycle/cancel-moves-status"),
    "complete": ("COMPLETED", "lifecycle/completion-moves-status"),
}
FIVE = ["j0", "j1", "j2", "j3", "j4"]
MEANWHILE = [
    ("create", "before"),
    ("create", "behind"),
    *(
        (what, where)
        for what in (*MOVES, "delete", "associate")
        for where in ("first", "boundary", "next")
    ),
]
"""What is done during a walk, and to which job: the first or the last that came, or the next."""
SELECTIONS = {"associate": "CONTINUOUS"}
"""Of jobs that something is done to which a snapshot job does not allow."""


@dataclass
class Place:
    """A region without other jobs, with one thing in it, ``t``, and one group, ``g``."""

    client: Client
    thing: str
    group: str
    selection: str

    def do(self, what: str, job_id: str) -> None:
        """Make, change or delete a job. To give it the group may be refused."""
        if what == "create":
            self.client.job(job_id, self.thing, targetSelection=self.selection)
        elif what == "associate":
            self.client.call("POST", f"/jobs/{job_id}/targets", {"targets": [self.group]})
        elif what == "cancel":
            self.client.ok("PUT", f"/jobs/{job_id}/cancel")
        elif what == "complete":
            self.client.ok("POST", f"/things/t/jobs/{job_id}", {"status": "SUCCEEDED"})
        else:
            self.client.ok("DELETE", f"/jobs/{job_id}", query="force=true")

    def status(self, job_id: str) -> str | None:
        """Return the status that DescribeJob shows; None where it knows no such job."""
        answer = self.client.call("GET", f"/jobs/{job_id}")
        return None if answer.status == 404 else str(answer.body["job"]["status"])


class Changes(Walker):
    """Judges listings while jobs change, and walks that go on side by side."""

    settle: Callable[[], None]
    places = 0

    @property
    def sound(self) -> bool:
        """Whether listings are right while nothing changes."""
        return not any(requirement.startswith(SOUND) for requirement in self.broken)

    def place(self, *job_ids: str, selection: str = "SNAPSHOT") -> Place:
        """Return a place of its own with these jobs."""
        self.places += 1
        client = self.client_of(f"eu-west-{self.places}")
        group = client.group("g")["thingGroupArn"]
        place = Place(client, client.thing("t"), group, selection)
        for job_id in job_ids:
            place.do("create", job_id)
        return place

    # One job, between two listings.

    def check_life(self) -> None:
        """Each listing shows what was done to a job since the one before."""
        if not self.sound:
            return
        place = self.place("other")
        self.settle()
        before = self.listings(place)
        for what in LIFE:
            place.do(what, "a")
            self.settle()
            status = place.status("a")
            after = self.listings(place)
            self.judge_change(what, status, after)
            self.judge_times(what, before[""].get("a", {}), after[""].get("a", {}))
            if what == "complete" and status == "COMPLETED":
                self.judge_end(before[""].get("a", {}), after[""].get("a", {}))
            if what == "delete" and status is not None:
                return
            before = after

    def listings(self, place: Place) -> dict[str, dict[str, Any]]:
        """Return the summaries by id in the listing by each status, and in that by none."""
        walks = {
            status: self.walk((250,), place.client, **({"status": status} if status else {}))
            for status in ("", *STATUSES)
        }
        return {
            status: {job["jobId"]: job for page in walk.pages for job in page}
            for status, walk in walks.items()
        }

    def judge_change(self, what: str, status: str | None, after: dict[str, dict[str, Any]]) -> None:
        """Compare the listings with what DescribeJob says of the job."""
        listed = "a" in after[""]
        there = [name for name in STATUSES if "a" in after[name]]
        if what == "create":
            self.found("lifecycle/created-job-listed", not listed)
        elif what == "delete":
            self.found("lifecycle/deleted-job-gone", status is None and (listed or there))
        elif listed:
            expected, requirement = MOVES[what]
            self.found(requirement, status == expected and there != [expected])

    def judge_times(self, what: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Compare when the job was last updated, before and after."""
        if self.broken & {"summary/timestamps", "summary/chronology"}:
            return
        earlier, later = before.get("lastUpdatedAt"), after.get("lastUpdatedAt")
        if earlier is None or later is None:
            return
        self.found("lifecycle/updated-at-advances", later < earlier)
        # Of whole seconds, both may be the same.
        if what == "cancel" and after.get("status") == "CANCELED" and earlier % 1:
            self.found("lifecycle/cancel-updates", later == earlier)

    def judge_end(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        """A job that has completed says when; it did not before."""
        about = {"summary/timestamps", "summary/completed-at", "lifecycle/completion-moves-status"}
        stale = after.get("status") != "COMPLETED" or before.get("completedAt") is not None
        if self.broken & about or stale:
            return
        ended, made = after.get("completedAt"), after.get("createdAt")
        early = ended is not None and made is not None and ended < made - 1
        self.found("lifecycle/completion-sets-completed-at", ended is None or early)

    def check_association(self) -> None:
        """A job that is given a group is listed under it, like one that was made with it."""
        if not self.sound or "filter/thing-group-name" in self.broken:
            return
        place = self.place("a", selection="CONTINUOUS")
        place.client.job("b", place.thing, place.group, targetSelection="CONTINUOUS")
        self.settle()
        if self.walk((250,), place.client, thingGroupName="g").ids != ["b"]:
            return
        place.do("associate", "a")
        self.settle()
        targeted = place.group in place.client.describe("a")["targets"]
        listed = "a" in self.walk((250,), place.client).ids
        found = "a" in self.walk((250,), place.client, thingGroupName="g").ids
        self.found("lifecycle/associated-group-listed", targeted and listed and not found)

    # A change in the middle of a walk.

    def check_moving_walks(self) -> None:
        """Walks in pages of two, with one change after the first that holds a job."""
        if not self.sound:
            return
        plans = [
            (self.place(*FIVE, selection=SELECTIONS.get(what, "SNAPSHOT")), query, what, where)
            for query in ({}, {"status": "IN_PROGRESS"})
            for what, where in MEANWHILE
        ]
        self.settle()
        for plan in plans:
            self.check_moving_walk(*plan)

    def check_moving_walk(
        self, place: Place, query: dict[str, object], what: str, where: str
    ) -> None:
        """Change one job during a walk; all others are listed as if nothing had been done."""
        # Both are asked for again below: where listings are cached, they are so from here on.
        for size in (2, 250):
            if sorted(self.walk((size,), place.client, **query).ids) != FIVE:
                return
        came: list[str] = []
        job_id, gone = "", False
        for walk in self.steps((2,), place.client, moving=True, **query):
            if job_id or not walk.ids or walk.ended:
                continue
            came = walk.ids
            job_id = subject(walk, where)
            place.do(what, job_id)
            self.settle()
            gone = what == "delete" and self.is_gone(place, job_id, query)
        if not job_id:
            return
        if walk.refused:
            anew = self.walk((2,), place.client, **query)
            dead = what == "delete" and anew.ended and not anew.refused
            self.found("lifecycle/token-survives-deletion", dead)
            return
        lost_or_twice = any(walk.ids.count(one) != 1 for one in FIVE if one != job_id)
        self.found("lifecycle/survivors-once", lost_or_twice)
        twice = walk.ids.count(job_id) > 1
        self.found("lifecycle/changed-once", what != "delete" and twice)
        again = job_id in walk.ids[len(came) :]
        self.found("lifecycle/deleted-not-resurrected", gone and again)

    def is_gone(self, place: Place, job_id: str, query: dict[str, object]) -> bool:
        """Return whether DescribeJob and a new listing do not know a job."""
        listed = self.walk((250,), place.client, **query).ids
        return place.status(job_id) is None and job_id not in listed

    # Two walks.

    def check_walks_in_turn(self, queries: tuple[dict[str, object], ...]) -> None:
        """Two walks with different filters, a page of the one and a page of the other in turn."""
        if not self.sound:
            return
        alone = [sorted(self.walk((4,), **query).ids) for query in queries]
        for one, other in combinations(range(len(queries)), 2):
            in_turn = zip_longest(
                self.steps((4,), **queries[one]), self.steps((3,), **queries[other])
            )
            # Each walk is one object, which has grown to its end by now.
            walks, *_ = in_turn
            wrong = [sorted(walk.ids) for walk in walks] != [alone[one], alone[other]]
            self.found("concurrency/walks-independent", wrong)


def subject(walk: Walk, where: str) -> str:
    """Return the id of the job that is to change, or of a new one."""
    came = walk.ids
    coming = [job_id for job_id in FIVE if job_id not in came]
    return {
        "before": "a",
        "behind": "z",
        "first": came[0],
        "boundary": came[-1],
        "next": coming[0] if coming else came[-1],
    }[where]
