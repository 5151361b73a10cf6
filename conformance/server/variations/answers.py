"""Variations of how answers are written and sent: JSON, errors, headers, framing."""

import gzip
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from ..behaviour import variation
from ..errors import Denial, Refused
from ..exchange import CLOSE_CONNECTION, Environ, Request, Response, StartResponse
from ..listing import Query
from ..service import Service
from ..store import ListedJob

SUMMARY_MEMBERS = (
    "jobArn",
    "jobId",
    "thingGroupId",
    "targetSelection",
    "status",
    "createdAt",
    "lastUpdatedAt",
    "completedAt",
    "isConcurrent",
)

# Members that are there or not.


@variation()
class CreationsSayNothing(Service):
    """CreateThing, CreateThingGroup and CreateJob answer with an empty object: no member is
    required."""

    def create_thing(self, request: Request) -> Response:
        super().create_thing(request)
        return self.respond({})

    def create_thing_group(self, request: Request) -> Response:
        super().create_thing_group(request)
        return self.respond({})

    def create_job(self, request: Request) -> Response:
        super().create_job(request)
        return self.respond({})


@variation()
class UnsetMembersAreNull(Service):
    """A member of a summary that has no value is written as null."""

    def summary(self, job: ListedJob, group_id: str | None) -> dict[str, Any]:
        return {**dict.fromkeys(SUMMARY_MEMBERS), **super().summary(job, group_id)}


class LeftOut(Service):
    """Leaves members out of the summaries, none of which the model requires."""

    left_out: tuple[str, ...] = ()

    def summary(self, job: ListedJob, group_id: str | None) -> dict[str, Any]:
        summary = super().summary(job, group_id)
        for name in self.left_out:
            summary.pop(name, None)
        return summary


@variation()
class TargetSelectionLeftOut(LeftOut):
    """Summaries do not say the target selection."""

    left_out = ("targetSelection",)


@variation("concurrency")
class IsConcurrentLeftOut(LeftOut):
    """Summaries do not say whether a job is concurrent."""

    left_out = ("isConcurrent",)


@variation("concurrency")
class NoJobIsConcurrent(Service):
    """No job counts as concurrent, whatever its status."""

    def is_concurrent(self, status: str) -> bool:
        return False


@variation("concurrency")
class StartedJobsAreConcurrent(Service):
    """Every job that has begun counts as concurrent, also once it has ended."""

    def is_concurrent(self, status: str) -> bool:
        return status != "SCHEDULED"


@variation(keeps_conventions=False)
class CompletedAtLeftOut(LeftOut):
    """Summaries do not say when a job ended."""

    left_out = ("completedAt",)


@variation()
class LastUpdatedAtLeftOut(LeftOut):
    """Summaries do not say when a job was last changed."""

    left_out = ("lastUpdatedAt",)


@variation()
class EmptyListingHasNoJobsMember(Service):
    """A page without jobs leaves the member out: none of the output is required."""

    def reply(self, page: dict[str, Any]) -> Response:
        return super().reply({name: value for name, value in page.items() if value != []})


@variation("group-shown")
class ThingGroupIdAlwaysShown(Service):
    """A job that targets groups shows the first of them, asked for or not."""

    def summary(self, job: ListedJob, group_id: str | None) -> dict[str, Any]:
        if group_id is None:
            row = self.store.row(
                "SELECT group_id FROM targets WHERE job = ? AND group_id IS NOT NULL "
                "ORDER BY position",
                job.pk,
            )
            group_id = row and str(row[0])
        return super().summary(job, group_id)


@variation("group-shown")
class ThingGroupIdNeverShown(Service):
    """Summaries do not show a group, not even in a group's listing."""

    def shown_group(self, query: Query, group_id: str) -> str | None:
        return None


# Times and text in JSON.


@variation("times")
class WholeSeconds(Service):
    """Times are whole seconds, rounded down."""

    def moment(self, seconds: float) -> object:
        return int(seconds)


@variation("times")
class WholeSecondsWithPoint(Service):
    """Times are whole seconds, written with ``.0``."""

    def moment(self, seconds: float) -> object:
        return float(int(seconds))


@variation("times")
class TimesWithExponent(Service):
    """Times are written with an exponent, as JSON allows: 1.7e9."""

    def encode(self, body: object) -> bytes:
        return re.sub(rb'(At":)(\d)(\d{9})\.(\d+)', rb"\1\2.\3\4e9", super().encode(body))


@variation("json")
class IndentedJson(Service):
    """JSON is written over several lines, and ends with one."""

    def encode(self, body: object) -> bytes:
        return json.dumps(orjson.loads(super().encode(body)), indent=2).encode() + b"\n"


@variation("json")
class EscapedJson(Service):
    """JSON text is written with escapes wherever it may be: ``\\/`` and ``\\u002d``."""

    def encode(self, body: object) -> bytes:
        return super().encode(body).replace(b"/", rb"\/").replace(b"job", rb"\u006aob")


@variation()
class MembersReversed(Service):
    """The members of objects come in another order than in the model."""

    def encode(self, body: object) -> bytes:
        return super().encode(reverse(body))


def reverse(value: object) -> object:
    """Return a JSON value with the members of all its objects in reverse."""
    if isinstance(value, dict):
        return {name: reverse(member) for name, member in reversed(value.items())}
    return [reverse(item) for item in value] if isinstance(value, list) else value


# Where an error says what it is.


class ErrorTypeWritten(Service):
    """Writes an error's type in places of its own choice, and in a form of its own."""

    in_header = False
    in_members: tuple[str, ...] = ()

    def error_headers(self, denial: Denial) -> list[tuple[str, str]]:
        return [("x-amzn-ErrorType", self.written(denial.type))] if self.in_header else []

    def error_body(self, denial: Denial) -> dict[str, Any]:
        body = super().error_body(denial)
        del body["__type"]
        return {**body, **dict.fromkeys(self.in_members, self.written(denial.type))}

    def written(self, kind: str) -> str:
        """Return a type as it is written."""
        return kind


@variation("error-type")
class ErrorTypeInHeader(ErrorTypeWritten):
    """An error's type is in the header X-Amzn-ErrorType alone."""

    in_header = True


@variation("error-type")
class ErrorTypeInBody(ErrorTypeWritten):
    """An error's type is in the body alone, as ``__type``."""

    in_members = ("__type",)


@variation("error-type")
class ErrorTypeInCode(ErrorTypeWritten):
    """An error's type is in the body alone, as ``code``."""

    in_members = ("code",)


@variation("error-type")
class ErrorTypeWithNamespace(ErrorTypeWritten):
    """An error's type has its namespace before it: ``com.amazonaws.iot#``."""

    in_members = ("__type",)

    def written(self, kind: str) -> str:
        return f"com.amazonaws.iot#{kind}"


@variation("error-type")
class ErrorTypeWithUri(ErrorTypeWritten):
    """An error's type has a URI after it, separated by a colon."""

    in_header = True

    def written(self, kind: str) -> str:
        return f"{kind}:http://internal.amazon.com/coral/com.amazonaws.iot/"


@variation("error-type")
class ErrorTypeWithBoth(ErrorTypeWritten):
    """An error's type, in header and body, has its namespace before it and a URI after it."""

    in_header = True
    in_members = ("__type", "code")

    def written(self, kind: str) -> str:
        return f"com.amazonaws.iot#{kind}:http://internal.amazon.com/coral/com.amazonaws.iot/"


@variation()
class CapitalMessage(Service):
    """The text of an error is called ``Message``."""

    def error_body(self, denial: Denial) -> dict[str, Any]:
        body = super().error_body(denial)
        return {**body, "Message": body.pop("message")}


@variation()
class ErrorTextWithAccents(Service):
    """Errors explain themselves in another language, with characters beyond ASCII."""

    def refuse(self, refusal: Refused) -> Response:
        denial = refusal.denial
        return super().refuse(Refused(Denial(denial.type, denial.status, "Requête non valide 🙁")))


# Headers and framing.


@variation()
class ExtraHeaders(Service):
    """Answers carry headers that nobody asked about."""

    def identify(self, response: Response) -> list[tuple[str, str]]:
        return [
            *super().identify(response),
            ("Cache-Control", "no-store"),
            ("X-Cache", "Miss from cloudfront"),
            ("Vary", "Origin"),
        ]


@variation()
class LowerCaseHeaders(Service):
    """The names of headers are in lower case."""

    def deliver(
        self, request: Request, response: Response, start_response: StartResponse
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]]) -> object:
            return start_response(status, [(name.lower(), value) for name, value in headers])

        return super().deliver(request, response, start)


@variation()
class ContentTypeWithCharset(Service):
    """The content type says ``charset=utf-8`` too."""

    content_type = "application/json; charset=utf-8"


@variation()
class GzippedAnswers(Service):
    """Bodies are compressed where the request accepts gzip."""

    def deliver(
        self, request: Request, response: Response, start_response: StartResponse
    ) -> Iterable[bytes]:
        if accepts_gzip(request.environ):
            response.body = gzip.compress(response.body, compresslevel=1, mtime=0)
            response.headers.append(("Content-Encoding", "gzip"))
        return super().deliver(request, response, start_response)


def accepts_gzip(environ: Environ) -> bool:
    """Return whether a request accepts gzip."""
    for offer in environ.get("HTTP_ACCEPT_ENCODING", "").split(","):
        coding, _, weight = offer.partition(";")
        if coding.strip().lower() == "gzip":
            return not re.fullmatch(r"q=0(\.0*)?", weight.strip())
    return False


@variation()
class ChunkedAnswers(Service):
    """Bodies are sent in chunks and without their length."""

    def framing(self, response: Response) -> list[tuple[str, str]]:
        return []

    def parts(self, body: bytes) -> Sequence[bytes]:
        middle = len(body) // 2
        return [part for part in (body[:middle], body[middle:]) if part]


@variation()
class ConnectionClosed(Service):
    """The connection is closed after each answer."""

    def deliver(
        self, request: Request, response: Response, start_response: StartResponse
    ) -> Iterable[bytes]:
        request.environ[CLOSE_CONNECTION] = True
        return super().deliver(request, response, start_response)
