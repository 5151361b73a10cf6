"""AWS's own clients, made to list the jobs of a target: boto3, and the aws command.

boto3 makes, signs and reads everything as it does for anybody; only the way to the target is the
target's own transport, so that this works for one in this process, too, and each of its requests
is counted and recorded. The aws command is a process, and reaches targets behind a URL alone; of
its exchanges only what it prints is seen.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

from botocore.exceptions import BotoCoreError

from .contract.parts import Collected
from .evidence import Exchange, Request
from .session import HELD_AT_MOST
from .signing import query_string
from .targets.target import RequestLimit, Target

LONGEST = 300
"""How many characters of what a client complains of are kept."""


class Unusable(Exception):
    """A client does not work here, whatever the target answers; the text says why."""


class _NoEnd(Exception):
    """A listing takes more requests than it may."""


class _Unanswered(Exception):
    """No answer came; the text says why."""


def _ids(page: Mapping[str, Any]) -> list[str]:
    """The ids of the jobs on a page, as a client gives it."""
    jobs = page.get("jobs")
    found = [job.get("jobId") for job in jobs or () if isinstance(job, dict)]
    return [id for id in found if isinstance(id, str)]


# --- boto3 --------------------------------------------------------------------------------------

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
        made = _client(target.url or "http://localhost", target.region, _keys(target))
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
                ids += _ids(page)
            if pages.resume_token is None:
                break
            asked["StartingToken"] = pages.resume_token
    except RequestLimit:
        raise
    except _Unanswered as reason:
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
            raise _Unanswered(exchange.failure)
        named = HeadersDict(exchange.headers)
        return AWSResponse(request.url, exchange.status, named, _Body(exchange.body))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _host(url: SplitResult) -> str:
    """The host as botocore signs it: a scheme's own port is left out."""
    usual = {"http": ":80", "https": ":443"}[url.scheme]
    return url.netloc.rpartition("@")[2].removesuffix(usual)


def _keys(target: Target) -> tuple[str, str, str | None]:
    """The keys as they are now: those that are given for a time are renewed on the way."""
    frozen = target.credentials.get_frozen_credentials()
    return frozen.access_key or "", frozen.secret_key or "", frozen.token


# --- the aws command ----------------------------------------------------------------------------

COMMAND = "LISTJOBS_AWS_CLI"
"""The environment variable that names the aws command where it is not the first on the PATH."""

SECONDS = 60.0
"""How long one process may take."""

PRINTED_AT_MOST = 16 * 1024 * 1024
"""How much of what it prints is read, in bytes."""

CALLS_AT_MOST = 4
"""How many processes one listing may take: each takes most of a second."""

ABOUT_THE_ANSWER = (
    "when calling the ListJobs operation",
    "Error during pagination",
    "Unable to parse response",
)
"""What the command says where it was answered and does not like the answer. Whatever else it
complains of is its own trouble, or that of the way to the target."""

OPTIONS = {"PageSize": "--page-size", "MaxItems": "--max-items"}
"""The options of the command by their names in boto3."""


@dataclass(frozen=True, slots=True)
class AwsCli:
    """The aws command, and the target that it is to list the jobs of."""

    path: str
    url: str
    target: Target

    @classmethod
    def of(cls, target: Target) -> AwsCli | None:
        """The command for this target, or None: it is not installed, has no URL to ask, or would
        not keep to a pace."""
        path = shutil.which(os.environ.get(COMMAND) or "aws")
        if path is None or target.url is None or target.pace.max_rps is not None:
            return None
        return cls(path, target.url, target)

    def jobs(self, parameters: Mapping[str, str], config: Mapping[str, int]) -> Collected:
        """What ``aws iot list-jobs`` prints with these options.

        Where ``config`` has ``MaxItems``, it is called again with ``--starting-token`` until
        nothing is left. Raises :class:`Unusable`.
        """
        given = [f"--{_dashed(name)}={value}" for name, value in parameters.items()]
        given += [f"{OPTIONS[name]}={value}" for name, value in config.items()]
        ids: list[str] = []
        resumed: list[str] = []
        error = unanswered = None
        for _ in range(CALLS_AT_MOST):
            try:
                page = self._call([*given, *resumed])
            except _Unanswered as reason:
                unanswered = str(reason)
                break
            if isinstance(page, str):
                error = page
                break
            ids += _ids(page)
            if page.get("NextToken") is None:
                break
            resumed = [f"--starting-token={page['NextToken']}"]
        else:
            unanswered = f"the aws command was not through after {CALLS_AT_MOST} calls"
        call = shlex.join(["aws", "iot", "list-jobs", *given])
        call += ", resumed" if "MaxItems" in config else ""
        listed = f"{len(ids)} {'job' if len(ids) == 1 else 'jobs'}"
        # Its own exchanges are not seen: the nearest is what it asked for first.
        query = [*parameters.items()]
        query += [("maxResults", str(config["PageSize"]))] if "PageSize" in config else []
        nearest = Exchange(
            Request("GET", "/jobs", query_string(query)),
            failure=f"{call}: {error or unanswered or f'printed {listed}'}",
        )
        return Collected(call, tuple(ids), (nearest,), error, unanswered)

    def _call(self, options: Sequence[str]) -> dict[str, Any] | str:
        """What one process printed, or what it says against the answer."""
        command = [self.path, "iot", "list-jobs", "--endpoint-url", self.url]
        command += ["--region", self.target.region, "--output", "json", *options]
        with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said:
            try:
                status = subprocess.run(
                    command,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=said,
                    timeout=SECONDS,
                    check=False,
                ).returncode
            except subprocess.TimeoutExpired:
                raise _Unanswered(f"the aws command took more than {SECONDS:g} s") from None
            except OSError as error:
                raise Unusable(f"{self.path}: {error.strerror or error}") from None
            output, complaint = self._read(printed), self._read(said)
        if status != 0:
            return _against_the_answer(complaint, status)
        try:
            page = json.loads(output or "{}")
        except (ValueError, RecursionError):
            raise Unusable("aws iot list-jobs printed no JSON") from None
        if not isinstance(page, dict):
            raise Unusable("aws iot list-jobs printed another thing than an object")
        return page

    def _environment(self) -> dict[str, str]:
        """The credentials, without the configuration of this machine, and without proxies."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if (not name.startswith("AWS_") or name == "AWS_CA_BUNDLE")
            and not name.lower().endswith("_proxy")
        }
        key, secret, token = _keys(self.target)
        return {
            **kept,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            **({"AWS_SESSION_TOKEN": token} if token else {}),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
        }

    def _read(self, file: Any) -> str:
        """What was printed, without what only the two ends may know."""
        file.seek(0)
        text: str = file.read(PRINTED_AT_MOST).decode("utf-8", "replace")
        key, secret, token = _keys(self.target)
        for known in (secret, token, key if len(key) >= 16 else None):
            text = text.replace(known, "REDACTED") if known else text
        return text.strip()


def _against_the_answer(complaint: str, status: int) -> str:
    """The line of a complaint that is about an answer; raises :class:`Unusable` without one."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    for line in lines:
        if any(words in line for words in ABOUT_THE_ANSWER):
            return line[:LONGEST]
    last = lines[-1][:LONGEST] if lines else "nothing said"
    raise Unusable(f"aws iot list-jobs ended with {status}: {last}")


def _dashed(name: str) -> str:
    """``thingGroupName`` as ``thing-group-name``."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
