"""The signer against botocore's, and query strings against the standard library's reading."""

from __future__ import annotations

from datetime import datetime
from unittest import mock
from urllib.parse import parse_qsl, quote

import botocore.auth
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import example, given
from hypothesis import strategies as st

from listjobs_conformance.api import query_string
from listjobs_conformance.evidence import Request
from listjobs_conformance.wire.signing import Signer

HOST = "iot.us-east-1.amazonaws.com"

WORDS = st.one_of(
    st.sampled_from(["", "a", "A", "a%2Bb", "%5F", "%5f", "a+b", "-_.~", "%25", "%C3%A9", ":"]),
    st.text(max_size=6).map(lambda text: quote(text, safe="")),
)
PAIRS = st.one_of(WORDS, st.builds(lambda name, value: f"{name}={value}", WORDS, WORDS))
QUERIES = st.lists(PAIRS, max_size=5).map("&".join)
SEGMENTS = st.one_of(
    st.sampled_from(["jobs", "thing-groups", "g:1", "a%2Fb", "a%3Ab", ".", "..", "", "~", "a b"]),
    st.text(max_size=6).map(lambda text: quote(text, safe="")),
)
PATHS = st.lists(SEGMENTS, max_size=4).map(lambda segments: "/" + "/".join(segments))
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH"]),
    path=PATHS,
    query=QUERIES,
    body=st.binary(max_size=20),
    service=st.sampled_from(["iot", "iot-jobs-data"]),
)
CREDENTIALS = st.builds(
    Credentials,
    st.sampled_from(["AKIDEXAMPLE", "123456789012"]),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40),
    st.sampled_from([None, "token", "to/ken+with=signs"]),
)


def botocore_headers(
    request: Request, region: str, credentials: Credentials, stamp: str
) -> dict[str, str]:
    """What botocore sends for the same request at the same time."""
    body = {"Content-Type": "application/json"} if request.body else {}
    url = f"https://{HOST}{request.target}"
    theirs = AWSRequest(request.method, url, headers=body, data=request.body)
    moment = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ")
    with mock.patch.object(botocore.auth, "get_current_datetime", return_value=moment):
        SigV4Auth(credentials, request.service, region).add_auth(theirs)
    return dict(theirs.headers.items())


@given(REQUESTS, st.sampled_from(["us-east-1", "eu-central-1"]), CREDENTIALS)
@example(Request("GET", "/jobs", "b&a=&a&a=1"), "us-east-1", Credentials("k", "s"))
@example(Request("GET", "/jobs", "&"), "us-east-1", Credentials("k", "s"))
@example(Request("GET", "/jobs", "a=b=c&a=%2B&a=%5F"), "us-east-1", Credentials("k", "s"))
@example(Request("GET", "/a/./b//../c/"), "us-east-1", Credentials("k", "s"))
def test_the_signer_signs_as_botocore_does(
    request: Request, region: str, credentials: Credentials
) -> None:
    ours = Signer(region, credentials).headers(request, HOST)
    theirs = botocore_headers(request, region, credentials, ours["X-Amz-Date"])
    assert ours.pop("Host") == HOST
    assert ours == theirs


def test_one_signer_keeps_the_keys_of_both_services_apart() -> None:
    signer = Signer("us-east-1", Credentials("k", "s"))
    for service in ("iot", "iot-jobs-data", "iot"):
        request = Request("GET", "/jobs", service=service)
        ours = signer.headers(request, HOST)
        theirs = botocore_headers(request, "us-east-1", Credentials("k", "s"), ours["X-Amz-Date"])
        assert ours["Authorization"] == theirs["Authorization"]


@given(st.lists(st.tuples(st.text(), st.text())))
def test_a_query_string_is_read_back_as_it_was_meant(parameters: list[tuple[str, str]]) -> None:
    written = query_string(parameters)
    assert written.isascii()
    # parse_qsl leaves out a pair that is wholly empty, and no query string at all says nothing.
    kept = [pair for pair in parameters if pair != ("", "")]
    assert [p for p in parse_qsl(written, keep_blank_values=True) if p != ("", "")] == kept
