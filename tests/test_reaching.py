"""Every way to reach a target and to fill it, and what is said where one cannot be used."""

from __future__ import annotations

import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import orjson
import pytest
import trustme

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.contract.selection import select
from listjobs_conformance.errors import RequestLimit, UsageError
from listjobs_conformance.evidence import Exchange, Request
from listjobs_conformance.reports.record import Report
from listjobs_conformance.run import Settings, check
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.pace import PATIENCE, Pace, asks_for_patience
from listjobs_conformance.targets.presets import PRESETS
from listjobs_conformance.targets.target import Target, TargetError, is_loopback
from listjobs_conformance.wire import Bounds
from listjobs_conformance.wire.signing import OFFLINE_KEYS
from listjobs_conformance.worlds.seeding import Seeder
from listjobs_conformance.worlds.worldfile import validated

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


def quick(target: Target, **more: Any) -> Report:
    return check(target, Settings(select(), budget="quick", shrinking=False, **more))


def failures(report: Report) -> set[str]:
    return {result.id for result in report.results if result.verdict == "fail"}


# Ways to reach a target.


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("wsgi:{}:app", Options(reset="/_listjobs/reset")),
        ("wsgi:{}:make()", Options()),
        ("wsgi:{}:nested.app", Options()),
        ("asgi:{}:asgi", Options(reset="/_listjobs/reset")),
        ("asgi:{}:asgi", Options()),
        ("python:{}:carrier", Options()),
        ("python:{}:Carrier()", Options()),
    ],
)
def test_a_conforming_target_conforms_however_it_is_reached(
    backend: str, form: str, options: Options
) -> None:
    threads = threading.active_count()
    report = quick(open_target(form.format(backend), options), strict=True)
    assert report.status == 0
    assert threading.active_count() == threads


def test_a_python_target_is_asked_reset_and_closed(backend: str) -> None:
    target = open_target(f"python:{backend}:carrier", Options())
    assert (target.name, target.region) == ("carried", "eu-west-1")
    quick(target)
    carrier = sys.modules[backend].carrier
    assert carrier.closed == 1
    answer = carrier.send("GET", "/jobs", {}, b"")
    assert orjson.loads(answer[2])["jobs"] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wsgi:{}:nothing", "has no 'nothing'"),
        ("wsgi:{}", "give MODULE:OBJECT"),
        ("wsgi:{}:number", "cannot be called"),
        ("wsgi:{}:fails()", "RuntimeError: no database"),
        ("wsgi:{}_not:app", "there is no module"),
        ("asgi:{}:number", "cannot be called"),
        ("python:{}:app", "it needs send("),
        ("python:{}:Carrier", "write python:"),
        ("aws:nowhere", "no region"),
        ("aws:us-east-1:x", "no region"),
    ],
)
def test_what_cannot_be_reached_is_named(backend: str, name: str, words: str) -> None:
    with pytest.raises(TargetError) as refused:
        open_target(name.format(backend), Options())
    assert words in str(refused.value)


def test_a_module_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "half_done.py").write_text("import half_done_helper_that_is_missing\n")
    with pytest.raises(TargetError, match="no module half_done_helper_that_is_missing"):
        open_target("wsgi:half_done:app", Options())


def test_an_application_that_does_not_start_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "not_starting.py").write_text(
        "async def app(scope, receive, send):\n"
        "    await receive()\n"
        "    await send({'type': 'lifespan.startup.failed', 'message': 'no database'})\n"
    )
    with pytest.raises(TargetError, match="could not be served"):
        open_target("asgi:not_starting:app", Options())


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_preset_resets_only_where_it_is_asked_for(preset: str) -> None:
    url = PRESETS[preset].url
    assert open_target(url, Options()).reset_with is None
    assert open_target(url, Options(reset=preset)).reset_with == Request(
        "POST", PRESETS[preset].reset
    )


# Accounts.


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, str]:
    """Credentials in the environment, and no others."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    secrets = ("AKIAQQQQQQQQQQQQQQQQ", "SECRETsecretSECRETsecret", "TOKENtokenTOKENtoken")
    for name, value in zip(
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), secrets, strict=True
    ):
        monkeypatch.setenv(name, value)
    return secrets


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


def test_credentials_come_from_where_boto3_finds_them_and_reach_no_report(
    account: tuple[str, str, str],
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    seen: list[Mapping[str, str]] = []
    server = ReferenceServer(("status-ignored",))

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        seen.append(environ)
        return server(environ, start_response)

    monkeypatch.setenv("AWS_ENDPOINT_URL_IOT", serve(app))
    target = open_target("aws:eu-west-1", Options())
    assert (target.settle, target.reset_with) == (5.0, None)
    settings = Settings(
        select(["filter/status", "access/*"]),
        budget="quick",
        settle=0.0,
        check_access=True,
        ledgers=tmp_path,
    )
    report = check(target, settings)
    assert failures(report) >= {"filter/status"}
    used = [environ["HTTP_AUTHORIZATION"] for environ in seen if "HTTP_AUTHORIZATION" in environ]
    assert any(f"Credential={account[0]}/" in header for header in used)
    assert any("/eu-west-1/iot/" in header for header in used)
    assert any(environ.get("HTTP_X_AMZ_SECURITY_TOKEN") == account[2] for environ in seen)
    text = orjson.dumps(report.document()).decode()
    signatures = {header.rpartition("Signature=")[2] for header in used}
    assert not any(secret in text for secret in (*account, *signatures))


def test_a_profile_signs_for_any_url(
    account: tuple[str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile gate]\naws_access_key_id = AKIAGATE\naws_secret_access_key = s\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    target = open_target("http://127.0.0.1:1", Options(profile="gate"))
    assert target.credentials.access_key == "AKIAGATE"
    assert open_target("http://127.0.0.1:1", Options()).credentials is OFFLINE_KEYS
    with pytest.raises(TargetError, match="nope"):
        open_target("http://127.0.0.1:1", Options(profile="nope"))


def test_an_account_without_credentials_is_named(
    account: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(TargetError, match="no AWS credentials were found"):
        open_target("aws:us-east-1", Options())


def test_an_account_is_written_to_only_where_that_is_allowed(
    account: tuple[str, str, str],
) -> None:
    with pytest.raises(UsageError, match="--allow-writes"):
        check(open_target("aws:us-east-1", Options()), Settings(select()))


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:5000", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:80", True),
        ("http://localhost:4566", True),
        ("http://192.0.2.1", False),
        ("http://[2001:db8::1]", False),
        ("https://iot.eu-west-1.amazonaws.com", False),
        ("http://127.0.0.1.example.com", False),
    ],
)
def test_what_counts_as_this_machine(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


# TLS.


def test_certificates_are_verified_by_the_bundle_that_is_given(
    serve: Serve, tmp_path: Path
) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    url = serve(ReferenceServer(), context)
    good, other = tmp_path / "ca.pem", tmp_path / "other.pem"
    authority.cert_pem.write_to_path(str(good))
    stranger.cert_pem.write_to_path(str(other))
    bounds = Bounds(5.0)
    trusted = open_target(url, Options(ca_bundle=str(good), bounds=bounds))
    assert trusted.send(Request("GET", "/jobs")).status == 200
    trusted.close()
    for bundle in (None, str(other)):
        target = open_target(url, Options(ca_bundle=bundle, bounds=bounds))
        failure = target.send(Request("GET", "/jobs")).failure
        target.close()
        assert failure is not None
        assert "TLS failed" in failure


def test_a_bundle_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    for path in (tmp_path / "none.pem", empty):
        with pytest.raises(TargetError, match="--ca-bundle"):
            open_target("https://127.0.0.1:1", Options(ca_bundle=str(path)))
    with pytest.raises(TargetError, match="does not use TLS"):
        open_target("http://127.0.0.1:1", Options(ca_bundle=str(empty)))


# Worlds made by a function of the user's own.


def by_control_plane(app: str) -> tuple[Target, Callable[[dict[str, Any]], Any]]:
    """A target, and a seeder that fills it as a backend's own fixtures would."""
    target = open_target(app, Options())
    behind = open_target("reference", Options())
    behind.transport = target.transport
    target.reset_with = None

    def seed(world: dict[str, Any]) -> dict[str, Any]:
        from listjobs_conformance.worlds.worldfile import population_of

        if world["exclusive"]:
            behind.reset()
        made = Seeder(behind).seed(population_of(world), exclusive=True)
        for group in world["thingGroups"]:
            group["thingGroupId"] = made.groups[group["thingGroupName"]]
        for job in world["jobs"]:
            job["jobArn"] = made.arns[job["jobId"]]
            for time_name in ("createdAt", "lastUpdatedAt", "completedAt"):
                job.pop(time_name, None)
                if time_name in made.described[job["jobId"]]:
                    job[time_name] = made.described[job["jobId"]][time_name]
        return world

    return target, seed


def test_a_seeder_makes_the_worlds() -> None:
    target, seed = by_control_plane("reference")
    report = quick(target, seeder=seed, strict=True)
    assert report.status == 0
    # Nothing can be made beside such a world, or changed in it.
    apart = {"access", "client", "lifecycle"}
    assert {r.id for r in report.results if r.verdict != "pass"} <= {
        "listing/scope",
        "pagination/default-page-bound",
        *(requirement.id for requirement in CATALOGUE if requirement.family in apart),
    }


def test_a_seeder_is_given_worlds_by_the_schema_and_leaves_none() -> None:
    target, seed = by_control_plane("reference")
    given: list[dict[str, Any]] = []

    def noting(world: dict[str, Any]) -> Any:
        given.append(orjson.loads(orjson.dumps(world)))
        return seed(world)

    report = quick(target, seeder=noting)
    assert all(validated(world) for world in given)
    assert given[-1]["jobs"] == []
    assert report.target["capabilities"]["missing"] == {}


def test_a_fault_is_found_through_a_seeder() -> None:
    target, seed = by_control_plane("reference:thing-group-id-ignored")
    assert failures(quick(target, seeder=seed)) == {"filter/thing-group-id"}


def test_a_seeder_that_fails_leaves_the_target_unjudged() -> None:
    target, _ = by_control_plane("reference")

    def seed(world: dict[str, Any]) -> None:
        raise RuntimeError("no table jobs")

    report = quick(target, seeder=seed)
    assert report.status == 3
    assert "no table jobs" in str(report.results[0].reason)


@pytest.mark.parametrize("answer", [{}, {"jobs": []}, [1], "world"])
def test_a_seeder_that_returns_no_world_leaves_the_target_unjudged(answer: Any) -> None:
    target, seed = by_control_plane("reference")

    def wrong(world: dict[str, Any]) -> Any:
        seed(world)
        return answer

    assert quick(target, seeder=wrong).status == 3


# Pace.


def throttled(status: int, kind: str) -> Exchange:
    body = orjson.dumps({"message": "slow down"})
    return Exchange(Request("GET", "/jobs"), status, {"x-amzn-errortype": kind}, body)


@pytest.mark.parametrize(
    ("status", "kind", "patient"),
    [
        (400, "ThrottlingException", True),
        (429, "ThrottlingException", True),
        (429, "TooManyRequestsException", True),
        (503, "ServiceUnavailableException", True),
        (503, "InternalFailureException", False),
        (400, "InvalidRequestException", False),
        (500, "ThrottlingException", False),
    ],
)
def test_what_asks_for_patience(status: int, kind: str, patient: bool) -> None:
    assert asks_for_patience(throttled(status, kind)) is patient


class Throttling:
    """A transport that throttles so many requests before it answers one."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.sent = 0

    def send(self, request: Request, signer: object) -> Exchange:
        self.sent += 1
        self.left -= 1
        if self.left >= 0:
            return throttled(429, "ThrottlingException")
        return Exchange(request, 200, {}, b"{}")

    def close(self) -> None:
        pass


def test_throttling_is_waited_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("listjobs_conformance.targets.target.pause", pauses.append)
    target = Target("slow", Throttling(3))
    assert target.send(Request("GET", "/jobs")).ok
    assert (target.throttled, target.requests) == (3, 4)
    assert pauses == list(PATIENCE[:3])


def test_a_request_that_stays_throttled_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("listjobs_conformance.targets.target.pause", lambda longest: None)
    exchange = Target("slow", Throttling(1000)).send(Request("GET", "/jobs"))
    assert exchange.failure is not None
    assert "ThrottlingException" in exchange.failure


def test_no_more_requests_a_second_than_asked_for() -> None:
    pace = Pace(max_rps=100.0)
    started = time.monotonic()
    for _ in range(11):
        pace.wait()
    assert time.monotonic() - started >= 0.1


def test_no_more_requests_than_announced() -> None:
    target = Target("far", Throttling(0), most_requests=2)
    target.send(Request("GET", "/jobs"))
    target.send(Request("GET", "/jobs"))
    with pytest.raises(RequestLimit):
        target.send(Request("GET", "/jobs"))


# What must have been exercised.


@pytest.mark.parametrize(
    ("globs", "status"), [(["filter/*"], 0), (["listing/scope"], 0), (["access/*"], 3)]
)
def test_what_is_required_and_was_not_exercised_fails_the_run(
    globs: list[str], status: int
) -> None:
    required = select(globs)
    assert quick(open_target("reference", Options()), required=required).status == status


def test_nothing_is_made_where_the_reset_does_not_work() -> None:
    target = open_target("reference", Options())
    target.reset_with = Request("POST", "/no-such-path")
    sent: list[str] = []
    send = target.transport.send
    target.transport.send = lambda r, s: (sent.append(r.method), send(r, s))[1]  # type: ignore[method-assign]
    report = quick(target)
    assert report.status == 3
    assert "could not be reset" in str(report.results[0].reason)
    assert "PUT" not in sent


def test_a_target_that_makes_no_job_does_not_conform() -> None:
    """Whatever it answers to what needs no job: a gate must not turn green."""

    def refusing(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] in ("PUT", "POST") and "reset" not in environ["PATH_INFO"]:
            start_response("403 Forbidden", [("Content-Type", "application/json")])
            return [b"{}"]
        return server(environ, start_response)

    server = ReferenceServer()
    target = open_target("reference", Options())
    target.transport._app = refusing  # type: ignore[attr-defined]
    report = quick(target)
    assert report.status == 3
    assert "no job to judge by: CreateThing: HTTP 403" in str(report.unjudged)
