"""The targets that can be named, and how each is reached."""

from __future__ import annotations

import importlib.metadata
import re
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from ..errors import LOOK_ALIKES, nearest
from ..evidence import Request
from ..wire import Bounds, SocketTransport, WsgiTransport
from ..wire.signing import OFFLINE_KEYS
from .accounts import credentials, endpoint_of
from .commands import STARTS_WITHIN, Command
from .loading import load
from .pace import PATIENCE
from .presets import PRESETS
from .python import python_target
from .serving import serve_asgi
from .target import Target, TargetError

AWS_SETTLES = 5.0
"""How long, in seconds, a change in an account may take to show, unless the user says more."""

HASTE = 50
"""How much sooner this project's own server is asked again: nobody else wants anything of it."""

URL_CHARACTERS = re.compile(r"[!-~]+")
"""What a URL is written in: http.client refuses to send anything else."""


OBJECT = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*(\(\))?")
"""How an object in Python is named: ``MODULE:OBJECT``."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a user says about reaching a target."""

    region: str | None = None
    reset: str | None = None
    """URL or path of the request that empties it, or the name of a preset that knows it."""
    bounds: Bounds = field(default_factory=Bounds)
    profile: str | None = None
    ca_bundle: str | None = None
    max_rps: float | None = None
    wait: float | None = None
    """How long, in seconds, it may take until the target answers for the first time."""
    label: str | None = None
    """What it is called in reports."""
    version: str | None = None
    """Its version, in reports."""

    @property
    def signed_for(self) -> str:
        return self.region or "us-east-1"


@dataclass(frozen=True, slots=True)
class TargetKind:
    """One way to name a target."""

    form: str
    what: str
    example: str


def reset_request(where: str | None, url: str | None) -> Request | None:
    """The request behind ``--reset``: ``POST`` to a path, or to a URL on the target's own host."""
    if where is None:
        return None
    if where in PRESETS:
        return Request("POST", PRESETS[where].reset)
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
        raise TargetError(
            f"--reset {where!r} is neither a path, such as /reset, nor one of {', '.join(PRESETS)}"
            + nearest(where, PRESETS)
        )
    return Request("POST", parts.path or "/", parts.query)


def moto(options: Options) -> Target:
    """moto in this process, through the applications of its own server."""
    try:
        from moto.moto_server.werkzeug_app import create_backend_app
    except ImportError as error:
        raise TargetError(
            f"moto's server is not installed ({error}): pip install moto flask flask-cors"
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
        own=True,
        region=options.signed_for,
        implementation=f"moto {importlib.metadata.version('moto')}",
        reset_with=Request("POST", "/moto-api/reset"),
    )


def reference(options: Options, behaviours: str = "") -> Target:
    """This project's own server, conforming or with the named behaviours."""
    from ..server import ReferenceServer, split_names

    try:
        app = ReferenceServer(split_names(behaviours))
    except ValueError as error:
        raise TargetError(str(error)) from None
    return Target(
        "reference" + (f":{behaviours}" if behaviours else ""),
        WsgiTransport(app, bounds=options.bounds),
        own=True,
        region=options.signed_for,
        implementation="listjobs-conformance reference server",
        reset_with=Request("POST", "/_listjobs/reset"),
        patience=tuple(pause / HASTE for pause in PATIENCE),
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
    if options.ca_bundle is not None and parts.scheme != "https":
        raise TargetError(f"--ca-bundle is for https: {url} does not use TLS")
    try:
        transport = SocketTransport(url, options.bounds, options.ca_bundle)
    except (OSError, ssl.SSLError) as error:
        raise TargetError(
            f"--ca-bundle {options.ca_bundle} cannot be used: {error.strerror or error}"
        ) from None
    own = options.profile is not None
    return Target(
        url,
        transport,
        region=options.signed_for,
        url=url,
        reset_with=reset_request(options.reset, url),
        wait=options.wait or 0.0,
        preset=options.reset if options.reset in PRESETS else None,
        credentials=credentials(options.profile, options.signed_for) if own else OFFLINE_KEYS,
    )


def aws(region: str, options: Options) -> Target:
    """The real service in one region, with the credentials that boto3 finds."""
    if options.region not in (None, region):
        raise TargetError(f"aws:{region} and --region {options.region} contradict each other")
    if options.reset:
        raise TargetError("--reset is not for AWS: nothing empties an account")
    url = endpoint_of(region, options.profile)
    target = endpoint(url, replace(options, region=region, profile=None))
    target.name, target.implementation = f"aws:{region}", "AWS IoT Core"
    target.credentials = credentials(options.profile, region)
    target.settle = AWS_SETTLES
    return target


def wsgi(name: str, options: Options) -> Target:
    """A WSGI application in this process."""
    app = load(name, "wsgi:")
    if not callable(app):
        raise TargetError(f"wsgi:{name} is no application: it cannot be called")
    return _application(app, f"wsgi:{name}", options)


def _application(app: Callable[..., Any], name: str, options: Options) -> Target:
    return Target(
        name,
        WsgiTransport(app, bounds=options.bounds),
        own=True,
        region=options.signed_for,
        reset_with=reset_request(options.reset, None),
    )


def asgi(name: str, options: Options) -> Target:
    """An ASGI application, served by uvicorn for as long as it is checked."""
    app = load(name, "asgi:")
    if not callable(app):
        raise TargetError(f"asgi:{name} is no application: it cannot be called")
    url, stop = serve_asgi(app, f"asgi:{name}")
    target = endpoint(url, options)
    target.name, target.url, target.on_close = f"asgi:{name}", None, stop
    return target


def command(line: str, options: Options) -> Target:
    """A server that is started for as long as it is checked."""
    started = Command.start(line)
    try:
        target = endpoint(started.url, options)
    except BaseException:
        started.close()
        raise
    target.name, target.own = started.name, True
    target.wait = STARTS_WITHIN if options.wait is None else options.wait
    target.started, target.on_close = started, started.close
    return target


KINDS: tuple[TargetKind, ...] = (
    TargetKind("moto", "moto in this process, no socket", "moto"),
    TargetKind("reference", "this project's own conforming server, in this process", "reference"),
    TargetKind(
        "reference:NAME",
        "the same with a fault or a variation, or several joined by +",
        "reference:status-ignored",
    ),
    TargetKind(
        "http://HOST:PORT",
        "any endpoint that has the IoT Jobs API",
        "http://127.0.0.1:5000 --reset moto",
    ),
    TargetKind("https://HOST", "the same over TLS", "https://iot.example.com --world existing"),
    TargetKind("wsgi:MODULE:APP", "a WSGI application, in this process", "wsgi:backend:app"),
    TargetKind("asgi:MODULE:APP", "an ASGI application, on a port of its own", "asgi:backend:app"),
    TargetKind(
        "python:MODULE:OBJECT",
        "an object with send(method, target, headers, body)",
        "python:backend:target",
    ),
    TargetKind(
        "command:LINE",
        "a server that is started on a free {port}, one for each worker, and ended",
        "'command:moto_server -p {port}' --reset moto",
    ),
    TargetKind("aws:REGION", "the real service; --profile", "aws:eu-west-1 --world existing"),
)


def open_target(name: str, options: Options) -> Target:
    """The target of this name; raises :class:`TargetError` for one that is not known."""
    target = _open(name, options)
    target.label, target.version = options.label, options.version
    target.pace.max_rps = options.max_rps
    return target


def target_of(found: object, options: Options) -> Target:
    """What somebody made a target of: a name, a target, an object with ``send``, an application.

    Raises :class:`TargetError` for anything else.
    """
    if isinstance(found, str):
        return open_target(found, options)
    target = found if isinstance(found, Target) else _made_of(found, options)
    target.label = options.label or target.label
    target.version = options.version or target.version
    return target


def _made_of(found: object, options: Options) -> Target:
    if not callable(getattr(found, "send", None)) and callable(found):
        return _application(found, getattr(found, "__qualname__", type(found).__name__), options)
    return python_target(found, type(found).__name__, options.signed_for, options.bounds)


def _open(name: str, options: Options) -> Target:
    kind, _, rest = name.partition(":")
    if kind in ("http", "https") and rest.startswith("//"):
        return endpoint(name, options)
    if options.wait is not None and kind not in ("aws", "command"):
        raise TargetError(f"--wait is for servers that are still starting, and {name} is none")
    for option, value in (("--profile", options.profile), ("--ca-bundle", options.ca_bundle)):
        if value is not None and kind != "aws":
            raise TargetError(f"{option} is for targets behind a URL, and {name} is none")
    openers: dict[str, Callable[[], Target]] = {
        "aws": lambda: aws(rest, options),
        "wsgi": lambda: wsgi(rest, options),
        "asgi": lambda: asgi(rest, options),
        "command": lambda: command(rest, options),
    }
    if kind in openers:
        return openers[kind]()
    if kind in ("moto", "reference", "python") and options.reset:
        raise TargetError(f"--reset is for targets behind a URL; {name} resets itself")
    if kind == "python":
        found = load(rest, "python:")
        return python_target(found, name, options.signed_for, options.bounds)
    if kind == "reference":
        return reference(options, rest)
    if name == "moto":
        return moto(options)
    meant = _meant(name) or ": " + ", ".join(one.form for one in KINDS)
    raise TargetError(f"{name!r} is no target that is known{meant}")


def _meant(name: str) -> str:
    """A question that names what was probably meant by a target, or nothing."""
    kind, colon, rest = name.partition(":")
    if rest.partition("/")[0].isdigit():
        return f": did you mean http://{name}?"
    if kind in ("http", "https"):
        return f": did you mean {kind}://{rest.lstrip('/')}?"
    if name in PRESETS:
        return f": did you mean {PRESETS[name].url} --reset {name}?"
    if rest.startswith("//"):
        return f": did you mean http:{rest}?"
    if not colon:
        return nearest(name, ["moto", "reference"])
    known = dict.fromkeys(one.form.partition(":")[0] for one in KINDS if ":" in one.form)
    meant = get_close_matches(kind.strip().translate(LOOK_ALIKES), known, n=1, cutoff=0.7)
    if meant:
        return f": did you mean {meant[0]}:{rest.strip()}?"
    if OBJECT.fullmatch(name):  # An application is what most name so.
        return f": did you mean wsgi:{name}?"
    return nearest(name, ["moto", f"reference:{rest}"])
