"""A server whose tokens count the jobs that came before, and whose jobs change between pages."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, quote

from listjobs_conformance.server import ReferenceServer

Start = Callable[..., object]
Answer = tuple[str, list[tuple[str, str]], bytes]

NEVER_GIVEN = "nextToken=a-token-that-the-reference-has-never-given-to-anybody"
THING = "arn:aws:iot:us-east-1:123456789012:thing/theirs"


class Offsets:
    """Lists the newest job first. While nothing changes, it conforms.

    Where it is ``busy``, somebody makes a job, or deletes it again, before each page but the
    first: the jobs after it move by one place, so that a walk repeats one, or misses one.
    """

    def __init__(self, busy: bool) -> None:
        self.app = ReferenceServer()
        self.busy = busy
        self.changes = 0
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("GET", "/jobs"):
            return self.app(environ, start)
        with self.lock:
            status, headers, body = self._list(environ)
        start(status, headers)
        return [body]

    def _list(self, environ: dict[str, Any]) -> Answer:
        given: dict[str, str] = {}
        for name, value in parse_qsl(environ["QUERY_STRING"], keep_blank_values=True):
            given.setdefault(name, value)
        token, size = given.pop("nextToken", None), given.pop("maxResults", "50")
        filters = "".join(f"{name}={quote(value, safe='')}&" for name, value in given.items())
        valid = self._ask(environ, f"{filters}maxResults={quote(size, safe='')}")
        if not valid[0].startswith("200"):
            return valid
        offset = 0
        if token is not None:
            place, _, bound_to = _decoded(token).partition(" ")
            if not place.isdecimal() or bound_to != filters:
                return self._ask(environ, NEVER_GIVEN)
            offset = int(place)
            if self.busy:
                self._change(environ)
        status, headers, body = self._ask(environ, f"{filters}maxResults=250")
        jobs = json.loads(body)["jobs"][::-1]
        page: dict[str, Any] = {"jobs": jobs[offset : offset + int(size)]}
        if offset + int(size) < len(jobs):
            following = f"{offset + int(size)} {filters}"
            page["nextToken"] = base64.urlsafe_b64encode(following.encode()).decode()
        content = json.dumps(page).encode()
        kept = [header for header in headers if header[0].lower() != "content-length"]
        return status, [*kept, ("Content-Length", str(len(content)))], content

    def _change(self, environ: dict[str, Any]) -> None:
        made, self.changes = self.changes % 2 == 0, self.changes + 1
        body = json.dumps({"targets": [THING], "document": "{}"}).encode() if made else b""
        method, query = ("PUT", "") if made else ("DELETE", "force=true")
        asked = {"REQUEST_METHOD": method, "PATH_INFO": "/jobs/comes-and-goes"}
        size = {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
        status, _, _ = self._ask({**environ, **asked, **size}, query)
        assert status.startswith("200"), status

    def _ask(self, environ: dict[str, Any], query: str) -> Answer:
        said: list[Any] = []
        asked = {**environ, "QUERY_STRING": query}
        body = b"".join(self.app(asked, lambda status, headers: said.extend((status, headers))))
        return said[0], said[1], body


def _decoded(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except ValueError:
        return ""
