"""The aws command, made to list the jobs of a target.

It is a process, and reaches targets behind a URL alone; of its exchanges only what it prints is
seen.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..api import PAGE_SIZE, query_string
from ..contract.evidence_kinds import Collected
from ..evidence import Exchange, listing
from ..targets.target import Target
from .client import LONGEST, Unanswered, Unusable, ids_of, keys

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
            except Unanswered as reason:
                unanswered = str(reason)
                break
            if isinstance(page, str):
                error = page
                break
            ids += ids_of(page)
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
        query += [(PAGE_SIZE, str(config["PageSize"]))] if "PageSize" in config else []
        nearest = Exchange(
            listing(query_string(query)),
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
                raise Unanswered(f"the aws command took more than {SECONDS:g} s") from None
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
        key, secret, token = keys(self.target)
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
        key, secret, token = keys(self.target)
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
