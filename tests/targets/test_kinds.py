"""Every way to reach a target, and what is said where one cannot be used."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path

import pytest
import trustme

from listjobs_conformance.evidence import Request
from listjobs_conformance.server import ReferenceServer
from listjobs_conformance.targets.kinds import Options, open_target
from listjobs_conformance.targets.target import TargetError
from listjobs_conformance.wire import Bounds

from ..helpers.runs import quick
from .conftest import Serve

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
