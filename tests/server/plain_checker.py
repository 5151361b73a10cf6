"""A plain, fixed checker: one world, one list of requests, and what of the contract they break.

It is here to hold the faults and the variations to what they say of themselves, and has nothing
in common with the project's own checks, which draw their worlds and requests. Here is what is
judged while nothing changes; the rest is in ``plain_changes``.
"""

from collections.abc import Callable
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

from .plain_changes import Changes
from .plain_walks import RETRIED, STATUSES, Unreadable, Walk
from .plain_world import Job, World
from .wsgi_client import Answer, Client

MEMBERS = {
    "jobArn",
    "jobId",
    "thingGroupId",
    "targetSelection",
    "status",
    "createdAt",
    "lastUpdatedAt",
    "completedAt",
    "isConcurrent",
}
AGENTS = {
    "client/boto3-paginator": "Boto3/1.44.5 md/Botocore#1.44.5 lang/python#3.11.7",
    "client/aws-cli": "aws-cli/1.46.3 md/Botocore#1.43.62 lang/python#3.11.7",
}
"""Who asks by which client, as it names itself. The first stands for what both have in common."""
COMBINED = ("IN_PROGRESS", "CANCELED", "SNAPSHOT", "CONTINUOUS", "g", "ns")
FILTERS = {
    "status": "filter/status",
    "targetSelection": "filter/target-selection",
    "thingGroupName": "filter/thing-group-name",
    "thingGroupId": "filter/thing-group-id",
    "namespaceId": "filter/namespace-id",
}


class Checker(Changes):
    """Sends its requests to one server and collects what is broken."""

    def run(self, build: Callable[[Client], World], settle: Callable[[], None]) -> set[str]:
        """Build a world, send everything, and return the requirements that were broken."""
        self.world = build(self.client)
        self.group_id = self.world.groups["g"]["thingGroupId"]
        self.settle = settle
        settle()
        try:
            self.check_valid()
            if self.broken:
                return self.broken
            self.check_listings()
            self.check_summaries()
            self.check_walks()
            self.check_tokens()
            self.check_errors()
            self.check_tampered_tokens()
            self.check_protocol()
            self.check_orders()
            self.check_clients()
            self.check_walks_in_turn(self.world.walked)
            self.check_life()
            self.check_association()
            self.check_moving_walks()
            if self.access:
                self.check_access()
        except Unreadable:
            pass
        return self.broken

    # Listings and filters.

    def check_listings(self) -> None:
        """The unfiltered listing, each filter alone, and filters together."""
        everything = self.walk((250,))
        if not everything.whole:
            return
        everything_ids = set(everything.ids)
        plain = {job.job_id for job in self.world.jobs.values() if job.namespace is None}
        self.found("listing/complete", plain - everything_ids)
        self.found("listing/no-phantoms", everything_ids - self.world.jobs.keys())
        # A page that repeats a job is found where it is read: here, two pages that share one.
        across = len(everything.pages) > 1 and len(everything.ids) > len(everything_ids)
        self.found("pagination/no-duplicates", across)
        right: set[tuple[str, str]] = set()
        values = self.filter_values()
        for name, value in values:
            if self.filter_is_right(name, value, everything_ids):
                right.add((name, value))
        some = [one for one in right if one[1] in COMBINED or one[1] == self.group_id]
        for several in (*combinations(some, 2), *combinations(some, 3)):
            query = dict(several)
            groups = {"thingGroupName", "thingGroupId"} <= query.keys()
            if len(query) == len(several) and not groups:
                self.check_conjunction(query, everything_ids)

    def filter_values(self) -> list[tuple[str, str]]:
        """Return the filters that are tried."""
        groups = self.world.groups
        return [
            *(("status", status) for status in STATUSES),
            *(("targetSelection", selection) for selection in ("SNAPSHOT", "CONTINUOUS")),
            *(("thingGroupName", name) for name in groups),
            *(("thingGroupId", group["thingGroupId"]) for group in groups.values()),
            *(("namespaceId", namespace) for namespace in ("ns", "NS", "nobody")),
        ]

    def filter_is_right(self, name: str, value: str, everything: set[str]) -> bool:
        """Return whether one filter lists what matches, all and only."""
        walk = self.walk((250,), **{name: value})
        if not walk.whole:
            return False
        expected, got = self.world.matching({name: value}), set(walk.ids)
        shown = got & self.world.jobs.keys()
        wrong = shown - expected
        lost = (expected & everything) - got
        if name.startswith("thingGroup"):
            late = {job for job in lost if self.world.jobs[job].status == "SCHEDULED"}
            self.found("filter/thing-group-scheduled", late and late == lost)
            lost -= late
        self.found(FILTERS[name], wrong or lost)
        return not wrong and not lost

    def check_conjunction(self, query: dict[str, str], everything: set[str]) -> None:
        """Filters together list the jobs that match all."""
        walk = self.walk((250,), **query)
        if not walk.whole:
            return
        expected, got = self.world.matching(query), set(walk.ids) & self.world.jobs.keys()
        lost = (expected & everything) - got
        if query.keys() & {"thingGroupName", "thingGroupId"}:
            lost -= {job for job in lost if self.world.jobs[job].status == "SCHEDULED"}
        self.found("filter/conjunction", got - expected or lost)

    # Summaries.

    def check_summaries(self) -> None:
        """What is shown of each job agrees with what DescribeJob says."""
        for query in ({}, {"thingGroupName": "g"}):
            walk = self.walk((250,), **query)
            for summary in [job for page in walk.pages for job in page]:
                job = self.world.jobs.get(summary["jobId"])
                if job is not None:
                    self.check_summary(summary, job, self.client.describe(job.job_id))

    def check_summary(self, summary: dict[str, Any], job: Job, told: dict[str, Any]) -> None:
        """Compare one summary with DescribeJob."""
        self.found("summary/identity", summary.get("jobArn") != told["jobArn"])
        self.found("summary/status", summary.get("status") != told["status"])
        selection = summary.get("targetSelection")
        self.found("summary/target-selection", selection not in (None, told["targetSelection"]))
        concurrent = summary.get("isConcurrent")
        wrong = not isinstance(concurrent, bool | None)
        self.found("summary/is-concurrent", wrong or (concurrent and told["status"] == "SCHEDULED"))
        group_ids = {self.world.groups[name]["thingGroupId"] for name in job.groups}
        shown = summary.get("thingGroupId")
        self.found("summary/thing-group-id", shown is not None and shown not in group_ids)
        self.found("summary/unknown-members", summary.keys() - MEMBERS)
        times = {
            name: summary[name]
            for name in ("createdAt", "lastUpdatedAt", "completedAt")
            if summary.get(name) is not None
        }
        numbers = [time for time in times.values() if isinstance(time, int | float)]
        if len(numbers) < len(times) or any(number > 1e11 for number in numbers):
            self.broken.add("summary/timestamps")
            return
        created, updated = times.get("createdAt"), times.get("lastUpdatedAt")
        if created is not None and updated is not None:
            early = created > updated
            differ = abs(created - told["createdAt"]) + abs(updated - told["lastUpdatedAt"]) > 1
            self.found("summary/chronology", early or differ)
        if "completedAt" in times:
            ended = told["status"] in ("CANCELED", "COMPLETED", "DELETION_IN_PROGRESS")
            before = times["completedAt"] < (created or 0)
            self.found("summary/completed-at", not ended or before)

    # Walks.

    def check_walks(self) -> None:
        """Walks in small pages, compared with the widest walk of the same query."""
        for query in self.world.walked:
            widest = self.walk((250,), **query)
            if not widest.whole:
                continue
            for size in self.world.sizes:
                self.compare(self.walk((size,), **query), widest)
                if "pagination/terminates" in self.broken:
                    return
            default = self.walk((None,), **query)
            lost = set(widest.ids) - set(default.ids)
            self.found("pagination/default-page", lost or default.refused)
            if not query and not self.broken:
                for sizes in ((2, 5), (5, 2), (3, 250)):
                    changing = self.walk(sizes, **query)
                    wrong = sorted(changing.ids) != sorted(widest.ids)
                    self.found("pagination/page-size-change", wrong)

    def compare(self, walk: Walk, widest: Walk) -> None:
        """Compare a walk in small pages with the widest."""
        if not walk.ended and walk.refused is None:
            self.broken.add("pagination/terminates")
            return
        if walk.refused == "?" or walk.refused not in (None, "InvalidRequestException"):
            return
        got, whole = set(walk.ids), set(widest.ids)
        self.found("pagination/complete", whole - got)
        self.found("pagination/no-phantoms", got - whole)
        once = all(len({job["jobId"] for job in page}) == len(page) for page in walk.pages)
        self.found("pagination/no-duplicates", once and len(walk.ids) > len(got))

    # Tokens.

    def check_tokens(self) -> None:
        """A token again, and with other filters."""
        if self.broken:
            return
        queries: list[dict[str, object]] = [
            {"status": "IN_PROGRESS"},
            {"targetSelection": "SNAPSHOT"},
            {"thingGroupName": "g"},
            {"thingGroupId": self.group_id},
            {"namespaceId": "ns"},
        ]
        for query in ({}, *queries):
            token = self.ask(maxResults=2, **query).body.get("nextToken")
            if not token:
                continue
            used = {"maxResults": 2, "nextToken": token}
            for other in ({}, *queries):
                if other != query:
                    answer = self.ask(**used, **other)
                    self.judge_error("pagination/token-bound-to-filters", answer)
            answers = [self.ask(**used, **query) for _ in range(3)]
            first, *others = (
                one.status == 200 and [job["jobId"] for job in self.listed(one)] for one in answers
            )
            self.found("pagination/token-replay", any(other != first for other in others))

    def check_tampered_tokens(self) -> None:
        """A token cut short, extended or changed leads to no crash, and to no job of others."""
        if self.broken:
            return
        for query in self.world.walked:
            token = self.ask(maxResults=2, **query).body.get("nextToken")
            if not token:
                continue
            middle = len(token) // 2
            other = "B" if token[middle] == "A" else "A"
            matching = set(self.walk((250,), **query).ids)
            for changed in (
                token[:-1],
                f"{token}AAAA",
                token[:middle] + other + token[middle + 1 :],
            ):
                answer = self.ask(maxResults=250, nextToken=changed, **query)
                ids = answer.status == 200 and {job["jobId"] for job in self.listed(answer)}
                self.found(
                    "pagination/token-tampered", answer.status >= 500 or (ids or set()) - matching
                )

    # Errors.

    def check_errors(self) -> None:
        """Requests that are not valid, or that name what does not exist."""
        tokens = ["0c8cbb0ed0834a66b36e7c5c1d1e5cd3" * 2, "Zm9vYmFyYmF6cXV4" * 4]
        cases = [
            ("error/max-results-low", "maxResults", ["0", "-1", "-7", "-1000"]),
            ("error/max-results-high", "maxResults", ["251", "252", "1000", "100000"]),
            ("error/max-results-not-integer", "maxResults", ["abc", "1.5", "1e1", "0x1"]),
            ("error/status", "status", ["BOGUS", "QUEUED", "x"]),
            ("error/target-selection", "targetSelection", ["BOGUS", "x"]),
            ("error/thing-group-name", "thingGroupName", ["a b", "g" * 129, "g/", "$"]),
            ("error/thing-group-id", "thingGroupId", ["a b", "g" * 129, "a_b", "g/"]),
            ("error/namespace-id", "namespaceId", ["a b", "a/b", "$", "n:s"]),
            ("error/next-token", "nextToken", tokens),
        ]
        for requirement, name, values in cases:
            for value in values:
                answer = self.ask(**{name: value})
                self.judge_error(requirement, answer)
        for name in ("thingGroupName", "thingGroupId"):
            answer = self.ask(**{name: "nosuchgroup"})
            if answer.status == 200:
                self.found("error/thing-group-missing", self.listed(answer))
            elif answer.status >= 500:
                self.judge_refusal(answer)
            else:
                self.judge_shape(answer)
        both = {"thingGroupName": "g", "thingGroupId": self.group_id}
        answer = self.ask(**both)
        if answer.status != 200:
            self.judge_refusal(answer)

    def check_valid(self) -> None:
        """What is valid is not refused as if it were not."""
        for name in ("aZ09:_-", "g" * 128):
            self.client.group(name)
        for name, values in (
            ("maxResults", ["1", "250"]),
            ("status", list(STATUSES)),
            ("targetSelection", ["SNAPSHOT", "CONTINUOUS"]),
            ("thingGroupName", ["g", "aZ09:_-", "g" * 128]),
            ("namespaceId", ["n", "aZ09_-", "n" * 64]),
        ):
            for value in values:
                answer = self.ask(**{name: value})
                refused = answer.error_type == "InvalidRequestException"
                self.found("error/valid-refused", refused)

    def judge_error(self, requirement: str, answer: Answer) -> None:
        """The answer to a request that is not valid."""
        if not 400 <= answer.status < 500:
            self.broken.add(requirement)
            return
        if not self.judge_shape(answer):
            return
        types = {"InvalidRequestException"}
        if requirement == "error/max-results-not-integer":
            types.add("SerializationException")
        self.found(requirement, answer.status != 400 or answer.error_type not in types)

    def judge_shape(self, answer: Answer) -> bool:
        """Return whether an error has a type and a text."""
        kind = answer.headers.get("content-type", "").partition(";")[0]
        self.found("protocol/content-type", kind != "application/json")
        self.found("protocol/request-id", "x-amzn-requestid" not in answer.headers)
        try:
            body = answer.body
            text = body.get("message", body.get("Message"))
            right = isinstance(text, str) and bool(answer.error_type)
        except (ValueError, AttributeError):
            right = False
        self.found("error/shape", not right)
        return right

    # HTTP, and other regions.

    def check_protocol(self) -> None:
        """Encodings, repeated parameters, and the listings of other regions."""
        if self.broken:
            return
        for raw, plain in (
            ("status=%49N_PROGRESS", {"status": "IN_PROGRESS"}),
            ("targetSelection=SNAPSH%4FT", {"targetSelection": "SNAPSHOT"}),
            ("thingGroupName=%67", {"thingGroupName": "g"}),
            ("namespaceId=%6Es", {"namespaceId": "ns"}),
        ):
            same = self.same_jobs(self.ask(raw=raw), self.ask(**plain))
            self.found("protocol/parameter-encoding", not same)
        for raw, plain in (
            ("status=CANCELED&status=IN_PROGRESS", {"status": "CANCELED"}),
            ("maxResults=1&maxResults=2", {"maxResults": 1}),
        ):
            same = self.same_jobs(self.ask(raw=raw), self.ask(**plain))
            self.found("protocol/duplicate-parameter", not same)
        elsewhere = self.client_of("us-west-2")
        elsewhere.job("west", elsewhere.group("g")["thingGroupArn"])
        self.settle()
        for query in ({}, {"thingGroupName": "g"}):
            ids = self.walk((250,), **query).ids
            others = self.walk((250,), elsewhere, **query).ids
            self.found("listing/scope", "west" in ids or others != ["west"])

    # AWS's own clients.

    def check_orders(self) -> None:
        """A walk with the token before the size."""
        everything = sorted(self.walk((250,)).ids)
        came = sorted(self.walk_as("", len(everything)))
        if self.broken or (set(came) == set(everything) and len(came) == len(everything)):
            return
        ends = len(came) <= 2 * len(everything)
        self.broken.add("pagination/complete" if ends else "pagination/terminates")

    def check_clients(self) -> None:
        """Walks with the headers of AWS's clients, with the token behind and before the size."""
        if self.broken:
            return
        everything = sorted(self.walk((250,)).ids)
        for requirement, agent in AGENTS.items():
            if sorted(self.walk_as(agent, len(everything))) != everything:
                self.broken.add(requirement)
                return

    def walk_as(self, agent: str, jobs: int) -> list[str]:
        """Walk in pages of a quarter of the jobs, the order of the parameters now so, now so."""
        headers = {"HTTP_USER_AGENT": agent, "HTTP_AMZ_SDK_REQUEST": "attempt=1"} if agent else {}
        size = f"maxResults={1 + jobs // 4}"
        ids: list[str] = []
        query = size
        for number in range(jobs + 100):
            for _ in range(2):
                answer = self.client.call("GET", "/jobs", query=query, **headers)
                if answer.error_type not in RETRIED:
                    break
            if answer.status != 200:
                break
            ids += [job["jobId"] for job in answer.body.get("jobs") or []]
            if not answer.body.get("nextToken"):
                break
            token = urlencode({"nextToken": answer.body["nextToken"]})
            query = f"{token}&{size}" if number % 2 else f"{size}&{token}"
        return ids

    # Access.

    def check_access(self) -> None:
        """Requests that nobody may send: 403, and no jobs."""
        right = self.client.signed("GET", "/jobs", "", b"")["HTTP_AUTHORIZATION"]
        wrong = right[:-1] + ("1" if right.endswith("0") else "0")
        stranger = Client(self.app, key="AKIANOSUCHKEYEXAMPLE", secret="x")
        for requirement, answer in (
            ("access/unsigned", self.client.call("GET", "/jobs", HTTP_AUTHORIZATION="")),
            ("access/bad-signature", self.client.call("GET", "/jobs", HTTP_AUTHORIZATION=wrong)),
            ("access/unknown-key", stranger.list_jobs()),
        ):
            self.found(requirement, answer.status != 403 or b"jobId" in answer.raw)

    def same_jobs(self, one: Answer, other: Answer) -> bool:
        """Return whether two answers have as many jobs, and the same where all are there."""
        if one.status != 200 or other.status != 200:
            return False
        first, second = ([job["jobId"] for job in self.listed(page)] for page in (one, other))
        return len(first) == len(second) and (sorted(first) == sorted(second) or len(first) < 3)
