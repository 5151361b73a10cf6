"""Asks one server for listings, and walks them page by page: what all plain checks are made of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from listjobs_conformance.server import FAULTS, VARIATIONS, ReferenceServer

from .wsgi_client import Answer, Client

KEY, SECRET = "123456789012", "listjobs-conformance"
STATUSES = ("IN_PROGRESS", "CANCELED", "COMPLETED", "DELETION_IN_PROGRESS", "SCHEDULED")
RETRIED = ("ThrottlingException", "ServiceUnavailableException")
MOST_PAGES = 400
"""More than any walk here has, with the empty pages that a server may put between."""


@dataclass
class Walk:
    """All pages of one listing."""

    pages: list[list[dict[str, Any]]] = field(default_factory=list)
    ended: bool = False
    refused: str | None = None
    token: str = ""
    """The token that was sent last."""

    @property
    def ids(self) -> list[str]:
        """The ids on all pages."""
        return [job["jobId"] for page in self.pages for job in page]

    @property
    def whole(self) -> bool:
        """Whether the walk came to its end."""
        return self.ended and self.refused is None


class Walker:
    """Sends requests to one server, and notes what is wrong with single answers."""

    def __init__(self, app: ReferenceServer) -> None:
        self.app = app
        known = {**FAULTS, **VARIATIONS}
        self.access = any(known[name].checks_access for name in app.behaviours)
        self.client = self.client_of("us-east-1")
        self.broken: set[str] = set()

    def client_of(self, region: str) -> Client:
        """Return a client of this server, which signs where that is looked at."""
        return Client(self.app, region, KEY, SECRET if self.access else None)

    def found(self, requirement: str, wrong: object) -> None:
        """Note a requirement as broken where something is wrong."""
        if wrong:
            self.broken.add(requirement)

    def ask(self, client: Client | None = None, raw: str = "", **parameters: object) -> Answer:
        """Send one request, again where the service was not there."""
        client = client or self.client
        for _ in range(2):
            answer = (
                client.call("GET", "/jobs", query=raw) if raw else client.list_jobs(**parameters)
            )
            if answer.error_type not in RETRIED:
                break
        return answer

    def listed(self, answer: Answer) -> list[dict[str, Any]]:
        """Return the jobs on a page; note where the page is not what the model says."""
        kind = answer.headers.get("content-type", "").partition(";")[0]
        self.found("protocol/content-type", kind != "application/json")
        self.found("protocol/request-id", "x-amzn-requestid" not in answer.headers)
        try:
            body = answer.body
            jobs = body.get("jobs") or []
            right = isinstance(jobs, list) and all(isinstance(job, dict) for job in jobs)
        except (ValueError, AttributeError):
            right = False
        self.found("summary/schema", not right)
        if not right:
            raise Unreadable
        self.found("summary/unknown-members", body.keys() - {"jobs", "nextToken"})
        return list(jobs)

    def steps(
        self,
        sizes: tuple[int | None, ...],
        client: Client | None = None,
        moving: bool = False,
        **query: object,
    ) -> Iterator[Walk]:
        """Walk a listing with these page sizes in turn, and give the walk so far after each page.

        None leaves the size out. The walk is the same object each time. Where jobs change on the
        way, ``moving``, whoever asked for that judges a refusal.
        """
        walk = Walk()
        token: dict[str, object] = {}
        for number in range(MOST_PAGES):
            size = sizes[number % len(sizes)]
            limit = {} if size is None else {"maxResults": size}
            answer = self.ask(client, **query, **limit, **token)
            if answer.status != 200:
                if not moving:
                    self.judge_refusal(answer)
                walk.refused = answer.error_type or "?"
                yield walk
                return
            jobs = self.listed(answer)
            walk.pages.append(jobs)
            bound = "pagination/default-page-bound" if size is None else "pagination/page-bound"
            self.found(bound, len(jobs) > (size or 250))
            ids = [job["jobId"] for job in jobs]
            self.found("listing/no-duplicates", len(set(ids)) < len(ids))
            walk.ended = not answer.body.get("nextToken")
            yield walk
            if walk.ended:
                return
            walk.token = answer.body["nextToken"]
            token = {"nextToken": walk.token}

    def walk(
        self, sizes: tuple[int | None, ...], client: Client | None = None, **query: object
    ) -> Walk:
        """Walk a listing to its end, while nothing changes."""
        *_, walk = self.steps(sizes, client, **query)
        # A crash is no refusal: whatever the token was like, it was not that.
        refused = walk.refused not in (None, "?")
        lost_in_url = refused and None not in sizes and "+" in walk.token
        self.found("protocol/parameter-encoding", lost_in_url)
        return walk

    def judge_refusal(self, answer: Answer) -> None:
        """A valid request was refused: that must be done in a documented way."""
        documented = {"InvalidRequestException": 400, "ResourceNotFoundException": 404}
        right = documented.get(answer.error_type or "") == answer.status
        self.found("error/documented", not right)


class Unreadable(Exception):
    """A page is not what the model says, and nothing more can be read from it."""
