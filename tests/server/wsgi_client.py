"""Calls a WSGI application without a socket, and builds small worlds in it."""

import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from listjobs_conformance.server import ReferenceServer

DOCUMENT = "{}"
FAR_FUTURE = "2999-01-01 12:00"


@dataclass(frozen=True)
class Answer:
    """One response."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """The decoded JSON body."""
        return orjson.loads(self.raw)

    @property
    def error_type(self) -> str | None:
        """The error's type as restJson1 clients find it."""
        try:
            body = self.body
        except ValueError:
            body = None
        if not isinstance(body, dict):
            body = {}
        found = self.headers.get("x-amzn-errortype") or body.get("__type") or body.get("code")
        return found and found.partition(":")[0].rpartition("#")[2]


class Client:
    """Speaks to a reference server for one account in one region.

    With a secret it signs its requests, as botocore does. That takes most of the time of a
    request, and few servers look at it.
    """

    def __init__(
        self,
        app: ReferenceServer,
        region: str = "us-east-1",
        key: str = "AKIDEXAMPLE",
        secret: str | None = None,
    ) -> None:
        self.app = app
        self.signer = (
            SigV4Auth(Credentials(key, secret), "iot", region) if secret is not None else None
        )
        self.authorization = (
            f"AWS4-HMAC-SHA256 Credential={key}/20250101/{region}/iot/aws4_request, "
            "SignedHeaders=host, Signature=0"
        )

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        query: str = "",
        **headers: str,
    ) -> Answer:
        """Send one request. ``query`` is the raw query string."""
        sent = b"" if body is None else json.dumps(body).encode()
        started: list[Any] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(sent)),
            "wsgi.input": io.BytesIO(sent),
            "HTTP_AUTHORIZATION": self.authorization,
            **self.signed(method, path, query, sent),
            **headers,
        }
        raw = b"".join(self.app(environ, lambda *start: started.extend(start)))
        names = {name.lower(): value for name, value in started[1]}
        if names.get("content-encoding") == "gzip":
            raw = gzip.decompress(raw)
        return Answer(int(started[0].split()[0]), names, raw)

    def signed(self, method: str, path: str, query: str, sent: bytes) -> dict[str, str]:
        """Return the headers of a signed request, as WSGI names them; none without a secret."""
        if self.signer is None:
            return {}
        url = f"http://localhost{quote(path, safe='/')}?{query}"
        request = AWSRequest(method, url, data=sent)
        self.signer.add_auth(request)
        return {
            "HTTP_HOST": "localhost",
            **{f"HTTP_{n.upper().replace('-', '_')}": v for n, v in request.headers.items()},
        }

    def ok(self, method: str, path: str, body: object = None, query: str = "") -> Any:
        """Send a request that must succeed, and return its body."""
        answer = self.call(method, path, body, query)
        assert answer.status == 200, answer
        return answer.body

    def thing(self, name: str) -> str:
        """Make a thing and return its ARN."""
        made = self.ok("POST", f"/things/{name}", {}) or self.ok("GET", f"/things/{name}")
        return str(made["thingArn"])

    def group(self, name: str, **body: object) -> dict[str, str]:
        """Make a group and return the answer."""
        group: dict[str, str] = self.ok("POST", f"/thing-groups/{name}", body)
        return group or self.ok("GET", f"/thing-groups/{name}")

    def job(self, job_id: str, *targets: str, **body: object) -> dict[str, str]:
        """Make a job and return the answer."""
        sent = {"targets": targets, "document": DOCUMENT, **body}
        job: dict[str, str] = self.ok("PUT", f"/jobs/{job_id}", sent)
        return job or self.describe(job_id)

    def scheduled(self, job_id: str, *targets: str, **body: object) -> dict[str, str]:
        """Make a job that starts in the far future."""
        return self.job(job_id, *targets, schedulingConfig={"startTime": FAR_FUTURE}, **body)

    def describe(self, job_id: str) -> dict[str, Any]:
        """Return what DescribeJob says."""
        job: dict[str, Any] = self.ok("GET", f"/jobs/{job_id}")["job"]
        return job

    def list_jobs(self, **parameters: object) -> Answer:
        """Send one ListJobs request."""
        return self.call("GET", "/jobs", query=urlencode(parameters))

    def pages(self, most: int = 400, **parameters: object) -> Iterator[Any]:
        """Walk a listing, and give the bodies of at most so many pages."""
        token: dict[str, object] = {}
        for _ in range(most):
            answer = self.list_jobs(**parameters, **token)
            if answer.error_type in ("ThrottlingException", "ServiceUnavailableException"):
                continue
            assert answer.status == 200, answer
            yield answer.body
            if not answer.body.get("nextToken"):
                return
            token = {"nextToken": answer.body["nextToken"]}

    def ids(self, **parameters: object) -> list[str]:
        """Walk a listing, and return the ids in it."""
        pages = self.pages(**parameters)
        return [job["jobId"] for page in pages for job in page.get("jobs") or []]
