"""A reverse proxy that notes what is asked, and may hold a request back."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

FOR_ONE_CONNECTION = {"connection", "content-length", "keep-alive", "transfer-encoding"}
"""Headers that are not passed on."""

CREATIONS = {("PUT", "jobs"): "job", ("POST", "things"): "thing", ("POST", "thing-groups"): "group"}


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: str

    @property
    def made(self) -> tuple[str, str] | None:
        """The kind and the name of what the request makes, if it makes anything."""
        where = self.path.split("/")[1:]
        kind = CREATIONS.get((self.method, where[0])) if len(where) == 2 else None
        return (kind, unquote(where[1])) if kind else None


@dataclass
class Recorder:
    """What went through a proxy."""

    url: str
    gate: Callable[[Asked], bool] = lambda asked: True
    """Called with each request before it is passed on; one for which it is false is dropped."""
    asked: list[Asked] = field(default_factory=list)

    @property
    def methods(self) -> Counter[str]:
        return Counter(asked.method for asked in self.asked)


@contextmanager
def recording(
    upstream: str, gate: Callable[[Asked], bool] = lambda asked: True
) -> Iterator[Recorder]:
    """A proxy in front of the server at this URL, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    # So that closing waits for the connections, which the client has closed by then.
    server.daemon_threads = False
    recorder = Recorder(f"http://127.0.0.1:{server.server_port}", gate)
    server.recorder, server.upstream = recorder, urlsplit(upstream).netloc  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield recorder
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = 65536
    disable_nagle_algorithm = True
    server: Any

    def setup(self) -> None:
        super().setup()
        self.onward = http.client.HTTPConnection(self.server.upstream, timeout=self.timeout)

    def finish(self) -> None:
        self.onward.close()
        super().finish()

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        path, _, query = self.path.partition("?")
        asked = Asked(self.command, path, query)
        self.server.recorder.asked.append(asked)
        if not self.server.recorder.gate(asked):
            self.close_connection = True
            return
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in FOR_ONE_CONNECTION
        }
        self.onward.request(self.command, self.path, body or None, headers)
        answer = self.onward.getresponse()
        content = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in FOR_ONE_CONNECTION:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # The client may have been killed.
            super().handle()

    do_GET = do_POST = do_PUT = do_DELETE = pass_on
