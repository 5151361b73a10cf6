"""The targets that can be named, and how each is reached."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ..evidence import Request
from ..wire import Bounds, SocketTransport, WsgiTransport
from .target import Target, TargetError

URL_CHARACTERS = re.compile(r"[!-~]+")
"""What a URL is written in: http.client refuses to send anything else."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a user says about reaching a target."""

    region: str = "us-east-1"
    reset: str | None = None
    """URL or path of the request that empties it."""
    bounds: Bounds = field(default_factory=Bounds)


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to name a target."""

    form: str
    what: str
    example: str


def reset_request(where: str, url: str | None) -> Request:
    """The request behind ``--reset``: ``POST`` to a path, or to a URL on the target's own host."""
    try:
        parts = urlsplit(where)
    except ValueError:
        raise TargetError(f"--reset {where!r} is no URL: give a path, such as /reset") from None
    if parts.scheme:
        if url is None or urlsplit(url).netloc != parts.netloc:
            raise TargetError(
                f"--reset {where} is on another host than the target: give a path, such as /reset"
            )
    elif not where.startswith("/"):
        raise TargetError(f"--reset {where!r} is no path: it begins with a slash, such as /reset")
    return Request("POST", parts.path or "/", parts.query)


def moto(options: Options) -> Target:
    """moto in this process, through the applications of its own server."""
    try:
        from moto.moto_server.werkzeug_app import create_backend_app
    except ImportError as error:
        raise TargetError(
            f"moto's server is not installed ({error}): pip install 'moto[server]'"
        ) from None
    # moto's own dispatcher looks for the backend in 170 modules, for each request.
    iot, admin = create_backend_app("iot"), create_backend_app("moto_api")

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        backend = admin if environ["PATH_INFO"].startswith("/moto-api/") else iot
        answer: Iterable[bytes] = backend(environ, start_response)
        return answer

    return Target(
        "moto",
        WsgiTransport(app, bounds=options.bounds),
        region=options.region,
        implementation=f"moto {importlib.metadata.version('moto')}",
        reset_with=Request("POST", "/moto-api/reset"),
        in_process=True,
    )


def reference(options: Options, behaviours: str = "") -> Target:
    """This project's own server, conforming or with the named behaviours."""
    from ..server import ReferenceServer

    names = tuple(name for name in behaviours.split("+") if name)
    try:
        app = ReferenceServer(names)
    except ValueError as error:
        raise TargetError(str(error)) from None
    return Target(
        "reference" + (f":{behaviours}" if behaviours else ""),
        WsgiTransport(app, bounds=options.bounds),
        region=options.region,
        implementation="listjobs-conformance reference server",
        reset_with=Request("POST", "/_listjobs/reset"),
        in_process=True,
    )


def endpoint(url: str, options: Options) -> Target:
    """Any endpoint that has the IoT Jobs API."""
    if "@" in url:
        raise TargetError("credentials in the URL are not used: leave them out")
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0  # port raises for one out of range
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or not URL_CHARACTERS.fullmatch(url):
        raise TargetError(
            f"{url!r} is no URL of an endpoint: give http://HOST:PORT or https://HOST"
        )
    return Target(
        url,
        SocketTransport(url, options.bounds),
        region=options.region,
        url=url,
        reset_with=reset_request(options.reset, url) if options.reset else None,
    )


KINDS: tuple[Kind, ...] = (
    Kind("moto", "moto in this process, no socket (the default)", "moto"),
    Kind("reference", "this project's own conforming server, in this process", "reference"),
    Kind(
        "reference:NAME",
        "the same with a fault or a variation, or several joined by +",
        "reference:status-ignored",
    ),
    Kind("http://HOST:PORT", "any endpoint that has the IoT Jobs API", "http://127.0.0.1:5000"),
    Kind("https://HOST", "the same over TLS", "https://iot.example.com --allow-writes"),
)


def open_target(name: str, options: Options) -> Target:
    """The target of this name; raises :class:`TargetError` for one that is not known."""
    kind, _, rest = name.partition(":")
    if kind in ("http", "https") and rest.startswith("//"):
        return endpoint(name, options)
    if options.reset:
        raise TargetError(f"--reset is for targets behind a URL; {name} resets itself")
    openers: dict[str, Callable[[], Target]] = {
        "moto": lambda: moto(options),
        "reference": lambda: reference(options, rest),
    }
    if kind not in openers or (rest and kind != "reference"):
        known = ", ".join(k.form for k in KINDS)
        meant = f"; did you mean http://{name}?" if rest.isdigit() else ""
        raise TargetError(f"{name!r} is no target that is known: {known}{meant}")
    return openers[kind]()
