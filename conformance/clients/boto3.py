"""boto3, made to list the jobs of a target.

It makes, signs and reads everything as it does for anybody; only the way to the target is the
target's own transport, so that this works for one in this process, too, and each of its requests
is counted and recorded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

from botocore.exceptions import BotoCoreError

from ..contract.evidence_kinds import Collected
from ..errors import RequestLimit
from ..evidence import HELD_AT_MOST, Exchange, Request
from ..targets.target import Target
from .client import LONGEST, Unanswered, Unusable, ids_of, keys


class _NoEnd(Exception):
    """A listing takes more requests than it may."""


EVENT = "before-send.iot.ListJobs"
"""What botocore emits with a request that is ready to go out. Who answers it has sent it."""

NOBODYS_CONFIGURATION = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""What botocore reads from files and AWS_PROFILE: nothing, or a run would depend on its machine."""


@dataclass(frozen=True, slots=True)
class AsPrepared:
    """Gives the headers that a client has made and signed, as they are (``wire.Signs``)."""

    prepared: Mapping[str, str]

    def headers(self, request: Request, host: str) -> dict[str, str]:
        return dict(self.prepared)


@dataclass(frozen=True, slots=True)
class _Body:
    """What botocore reads a body from."""

    body: bytes

    def stream(self) -> Iterator[bytes]:
        yield self.body


@dataclass(frozen=True, slots=True)
class _Client:
    client: Any
    paginator: Any


@cache
def _boto3() -> Any:
    """boto3 without a configuration of this machine's.

    It holds no region and no credentials, only the service models as it has read them: that takes
    a tenth of a second, so clients share it.
    """
    import boto3
    import botocore.session

    return boto3.Session(botocore_session=botocore.session.Session(NOBODYS_CONFIGURATION))


@lru_cache(maxsize=4)
def _client(endpoint: str, region: str, keys: tuple[str, str, str | None]) -> _Client:
    """A client, made once for each target: to make one takes as long as ten requests."""
    from botocore.config import Config

    key, secret, token = keys
    client = _boto3().client(
        "iot",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        # The target's transport repeats what may be repeated.
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
    )
    return _Client(client, client.get_paginator("list_jobs"))


def boto3_jobs(
    target: Target, parameters: Mapping[str, str], config: Mapping[str, int], most: int
) -> Collected:
    """What boto3's ``list_jobs`` paginator collects with this ``PaginationConfig``.

    Where it has ``MaxItems``, the listing is resumed with ``StartingToken`` until nothing is left.
    It takes at most ``most`` requests. What boto3 raises is recorded, not raised; but where it
    does not take the target's URL or region, this raises :class:`Unusable`.
    """
    try:
        made = _client(target.url or "http://localhost", target.region, keys(target))
    except (BotoCoreError, ValueError) as refusal:
        raise Unusable(str(refusal)) from None
    sender = _Sender(target, most)
    ids: list[str] = []
    error = unanswered = None
    asked: dict[str, Any] = {**config}
    made.client.meta.events.register(EVENT, sender.answer)
    try:
        while True:
            pages = made.paginator.paginate(**parameters, PaginationConfig=asked)
            for page in pages:
                ids += ids_of(page)
            if pages.resume_token is None:
                break
            asked["StartingToken"] = pages.resume_token
    except RequestLimit:
        raise
    except Unanswered as reason:
        unanswered = str(reason)
    except _NoEnd:
        error = f"no end after {len(sender.exchanges)} requests"
    except Exception as raised:
        error = _in_words(raised)
    finally:
        made.client.meta.events.unregister(EVENT, sender.answer)
    call = _python_call(parameters, config)
    return Collected(call, tuple(ids), tuple(sender.exchanges), error, unanswered)


def _in_words(raised: Exception) -> str:
    """What boto3 raised, in one line. What it says of retries is not the target's doing."""
    text = str(raised).replace(" (reached max retries: 0)", "")
    return " ".join(f"{type(raised).__name__}: {text}".split())[:LONGEST]


def _python_call(parameters: Mapping[str, str], config: Mapping[str, int]) -> str:
    arguments = [f"{name}={value!r}" for name, value in parameters.items()]
    if config:
        arguments.append(f"PaginationConfig={dict(config)!r}")
    resumed = ", resumed" if "MaxItems" in config else ""
    return f"boto3's paginate({', '.join(arguments)}){resumed}"


class _Sender:
    """Sends what boto3 has prepared through a target's own transport, and gives it the answers."""

    def __init__(self, target: Target, most: int) -> None:
        self.exchanges: list[Exchange] = []
        self._target = target
        self._prefix = urlsplit(target.url or "").path.rstrip("/")
        self._most = most
        self._held = 0

    def answer(self, request: Any, **_: Any) -> Any:
        """The answer to a prepared request, as botocore's own sessions give it."""
        from botocore.awsrequest import AWSResponse, HeadersDict

        if len(self.exchanges) >= self._most or self._held > HELD_AT_MOST:
            raise _NoEnd
        url = urlsplit(request.url)
        # The transport puts the path of its endpoint in front.
        asked = Request(request.method, url.path.removeprefix(self._prefix), url.query)
        headers = {name: _text(value) for name, value in request.headers.items()}
        signer = AsPrepared({**headers, "Host": _host(url)})
        exchange = self._target.send(asked, signer=signer)
        if exchange.failure is not None:
            exchange = self._target.send(asked, signer=signer)
        self.exchanges.append(exchange)
        self._held += len(exchange.body)
        if exchange.failure is not None:
            raise Unanswered(exchange.failure)
        named = HeadersDict(exchange.headers)
        return AWSResponse(request.url, exchange.status, named, _Body(exchange.body))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _host(url: SplitResult) -> str:
    """The host as botocore signs it: a scheme's own port is left out."""
    usual = {"http": ":80", "https": ":443"}[url.scheme]
    return url.netloc.rpartition("@")[2].removesuffix(usual)
