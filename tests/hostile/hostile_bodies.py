"""Hostile answers, each by its name: of content encodings, and of bodies."""

from __future__ import annotations

import gzip
import itertools
import json
import zlib

from .hostile_answers import ESCAPES, HOSTILE, LISTING, MIB, SUMMARY, Peer, hostile

# --- content encodings ------------------------------------------------------------------------


GZIP = {"Content-Encoding": "gzip"}


def _bomb() -> bytes:
    """A gzip body of some 600 KiB that unpacks to 600 MiB.

    What follows a full flush does not depend on what was before it, so that it can be repeated.
    """
    packer = zlib.compressobj(9, wbits=31)
    first, again = [packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)]
    return first + again * 599


@hostile
def a_gzip_bomb(peer: Peer) -> None:
    peer.answer(_bomb(), headers=GZIP)


@hostile
def gzip_cut_short(peer: Peer) -> None:
    peer.answer(gzip.compress(LISTING)[:-12], headers=GZIP)


@hostile
def gzip_that_is_none(peer: Peer) -> None:
    peer.answer(LISTING, headers=GZIP)


@hostile
def gzip_followed_by_more(peer: Peer) -> None:
    peer.answer(gzip.compress(LISTING) + b"more", headers=GZIP)


@hostile
def gzip_in_gzip(peer: Peer) -> None:
    peer.answer(gzip.compress(gzip.compress(LISTING)), headers=GZIP)


@hostile
def an_unknown_content_encoding(peer: Peer) -> None:
    peer.answer(LISTING, headers={"Content-Encoding": "\x1b[31mbr"})


@hostile
def large_pages_under_new_tokens_for_ever(peer: Peer) -> None:
    page = {"jobs": [SUMMARY], "nextToken": str(next(TOKENS)), "x": "x" * MIB}
    peer.answer(json.dumps(page).encode())


@hostile
def new_jobs_under_new_tokens_for_ever(peer: Peer) -> None:
    peer.answer(json.dumps(_new_page()).encode())


@hostile
def large_pages_of_new_jobs_for_ever(peer: Peer) -> None:
    peer.answer(json.dumps({**_new_page(), "x": "x" * (2 * MIB - 1000)}).encode())


def _new_page() -> dict[str, object]:
    number = next(TOKENS)
    arn = f"{SUMMARY['jobArn']}{number}"
    return {"jobs": [{**SUMMARY, "jobId": f"a{number}", "jobArn": arn}], "nextToken": str(number)}


TOKENS = itertools.count(1)


# --- bodies -----------------------------------------------------------------------------------


def _body(name: str, body: bytes) -> None:
    def answer(peer: Peer) -> None:
        peer.answer(body)

    HOSTILE[name] = answer


def _listing(**changes: object) -> bytes:
    """A listing of one summary with some members changed."""
    return json.dumps({"jobs": [{**SUMMARY, **changes}]}).encode()


DEEP = 100_000

_body("an empty body", b"")
_body("html", b"<!DOCTYPE html><title>Welcome</title>")
_body("invalid UTF-8", LISTING.replace(b'"a"', b'"\xff\xfe\xc0\x80"'))
_body("NaN", LISTING.replace(b"1700000000.0", b"NaN"))
_body("Infinity", LISTING.replace(b"1700000000.0", b"-Infinity"))
_body("UTF-16", LISTING.decode().encode("utf-16"))
_body("a byte order mark", b"\xef\xbb\xbf" + LISTING)
_body("a listing followed by more", LISTING + LISTING)
_body("duplicate keys", LISTING.replace(b'"jobId": "a"', b'"jobId": "first", "jobId": "a"'))
_body("arrays nested 100,000 deep", b"[" * DEEP + b"]" * DEEP)
_body("an endless array that is never closed", b'{"jobs":' + b"[" * DEEP)
_body(
    "objects nested 100,000 deep in a summary",
    LISTING.replace(b'"SNAPSHOT"', b'{"a":' * DEEP + b"1" + b"}" * DEEP),
)
_body(
    "objects nested 900 deep in a summary",
    LISTING.replace(b'"SNAPSHOT"', b'{"a":' * 900 + b"1" + b"}" * 900),
)
_body("a nextToken nested 900 deep", b'{"jobs":[],"nextToken":' + b"[" * 900 + b"]" * 900 + b"}")
_body("a lone surrogate in a jobId", _listing(jobId="\ud800"))
_body("a lone surrogate in nextToken", b'{"jobs":[],"nextToken":"\\ud800"}')
_body("control characters in a jobId", _listing(jobId=ESCAPES))
_body("control characters in every member", _listing(**dict.fromkeys(SUMMARY, ESCAPES)))
_body("an unknown member full of control characters", _listing(**{ESCAPES: ESCAPES}))
_body(
    "control characters in nextToken",
    json.dumps({"jobs": [SUMMARY], "nextToken": ESCAPES}).encode(),
)
_body("raw control characters", LISTING.replace(b'"a"', b'"\x1b[31m\x07"'))
_body("a time of 2 to the 70", _listing(createdAt=2**70))
_body("a time of 1e400", LISTING.replace(b"1700000000.0", b"1e400"))
_body("a time of 5000 digits", LISTING.replace(b"1700000000.0", b"9" * 5000))
_body("a jobId of 20,000 characters", _listing(jobId="j" * 20_000))
_body("jobs that is an object", b'{"jobs":{"a":1}}')
_body("jobs that is a text", b'{"jobs":"none"}')
_body("jobs that is a list of nulls", b'{"jobs":[null,null]}')
_body("jobs that is a list of lists", b'{"jobs":[[[]],["jobId"]]}')
_body("a nextToken that is a number", b'{"jobs":[],"nextToken":7}')
_body("a nextToken of 20,000 characters", b'{"jobs":[],"nextToken":"%s"}' % (b"t" * 20_000))
_body("the same nextToken for ever", b'{"jobs":[],"nextToken":"again"}')
_body("a body of 1 MiB", LISTING + b" " * MIB)
_body(
    "pages of 256 KiB for ever",
    json.dumps({"jobs": [SUMMARY], "nextToken": "again", "x": "x" * (MIB // 4)}).encode(),
)
_body("20,000 empty summaries", b'{"jobs":[' + b"{}," * 20_000 + b"{}]}")
_body("null", b"null")
_body("a number", b"7")
_body("a list", b"[]")
