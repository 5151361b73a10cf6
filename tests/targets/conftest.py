"""Backends of a user's own: in a module, and behind a URL."""

from __future__ import annotations

import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

MODULE = '''
import io
from listjobs_conformance.server import ReferenceServer

app = ReferenceServer()
nested = type("Nested", (), {"app": app})
number = 7


def make():
    return ReferenceServer()


def fails():
    raise RuntimeError("no database")


class Carrier:
    """Carries requests to the reference server by calling it."""

    name = "carried"
    region = "eu-west-1"

    def __init__(self):
        self.app = ReferenceServer()
        self.closed = 0

    def send(self, method, target, headers, body):
        path, _, query = target.partition("?")
        from urllib.parse import unquote
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": unquote(path), "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
            "REQUEST_URI": target,
        }
        environ |= {"HTTP_" + n.upper().replace("-", "_"): v for n, v in headers.items()}
        answer = []
        parts = self.app(environ, lambda status, fields: answer.append((status, fields)))
        (status, fields), = answer
        return int(status.split()[0]), dict(fields), b"".join(parts)

    def reset(self):
        self.app.reset()

    def close(self):
        self.closed += 1


carrier = Carrier()


async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = {n.decode(): v.decode() for n, v in scope["headers"]}
    target = scope["raw_path"].decode() + "?" + scope["query_string"].decode()
    status, fields, body = carrier.send(scope["method"], target, headers, body)
    await send({
        "type": "http.response.start", "status": status,
        "headers": [(n.encode(), v.encode()) for n, v in fields.items()],
    })
    await send({"type": "http.response.body", "body": body})
'''


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a module that lies in the current folder, as a user's own does."""
    name = f"backend_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield name
    sys.modules.pop(name, None)


Serve = Callable[..., str]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "REQUEST_URI": self.path}


class QuietServer(WSGIServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust the certificate hangs up: nothing to print."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve an application on loopback, over TLS where a context is given."""
    running: list[tuple[WSGIServer, threading.Thread]] = []

    def serve(app: Any, tls: ssl.SSLContext | None = None) -> str:
        server = make_server("127.0.0.1", 0, app, QuietServer, Quiet)
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        running.append((server, thread))
        return f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"

    yield serve
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()
