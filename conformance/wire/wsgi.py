"""Applications called in this process, without a socket."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from ..errors import in_words
from ..evidence import Exchange, Request
from .recording import Bounds, Broken, Signs, answered, failed, unpacked

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WsgiTransport:
    """A WSGI application called in this process, without a socket."""

    def __init__(self, app: WsgiApp, host: str = "localhost", bounds: Bounds | None = None) -> None:
        self._app = app
        self._host = host
        self._bounds = bounds or Bounds()

    def send(self, request: Request, signer: Signs) -> Exchange:
        headers = signer.headers(request, self._host)
        answer: list[tuple[str, Sequence[tuple[str, str]]]] = []
        body = bytearray()

        def start_response(
            status: str, response_headers: Sequence[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            answer[:] = [(status, response_headers)]
            return body.extend

        started = time.perf_counter()
        try:
            self._collect(self._app(self._environ(request, headers), start_response), body, started)
            if not answer:
                raise RuntimeError("the application did not call start_response")
            status, response_headers = answer[0]
            named = {name.lower(): value for name, value in response_headers}
            code = int(status.split(" ", 1)[0])
            whole = unpacked(bytes(body), named.get("content-encoding"), self._bounds.body)
        except Broken as error:
            return failed(request, started, str(error))
        except Exception as error:
            # A server would turn what its application raises, or leaves out, into this answer.
            text = f"{type(error).__name__}: {error}".encode("utf-8", "backslashreplace")
            return answered(request, 500, {"content-type": "text/plain"}, text, started, headers)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            # A server would end, and the connection with it; the run goes on.
            return failed(request, started, f"the application raised {in_words(error)}")
        return answered(request, code, named, whole, started, headers)

    def _collect(self, parts: Iterable[bytes], body: bytearray, started: float) -> None:
        """Add the parts to the body, within the bounds: an application may give them for ever."""
        bounds = self._bounds
        try:
            for part in parts:
                body += part
                if len(body) > bounds.body:
                    raise Broken(f"the body is larger than {bounds.body} bytes")
                if time.perf_counter() - started > bounds.seconds:
                    raise Broken(f"no complete answer within {bounds.seconds:g} s")
        finally:
            getattr(parts, "close", lambda: None)()

    def _environ(self, request: Request, headers: Mapping[str, str]) -> dict[str, Any]:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(request.path, "latin-1"),
            "RAW_URI": request.target,
            "REQUEST_URI": request.target,
            "QUERY_STRING": request.query,
            "SERVER_NAME": self._host,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(request.body)) if request.body else "",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "HTTP_ACCEPT_ENCODING": "gzip",
        }
        for name, value in headers.items():
            if name == "Content-Type":
                environ["CONTENT_TYPE"] = value
            else:
                environ["HTTP_" + name.upper().replace("-", "_")] = value
        return environ

    def close(self) -> None:
        return None
