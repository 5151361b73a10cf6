"""Writes a case as a script that needs boto3 and nothing of this project: to be sent to whoever
maintains the implementation.

Everything that comes from a case, and so perhaps from a hostile target, stands in the script as
a quoted literal, or in a comment without control characters.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import groupby
from typing import Any
from urllib.parse import quote, unquote

from jinja2 import Environment, StrictUndefined

from listjobs_conformance.reports.text import harmless

from .. import api
from ..contract import CATALOGUE
from ..errors import UserError
from ..model import Job
from ..scenarios import scenario_named
from ..wire.signing import CREDENTIALS
from .case import Case
from .form import form


@dataclass(frozen=True, slots=True)
class _Call:
    """An operation that changes a job, as boto3 has it."""

    operation: str
    arguments: str
    client: str = "iot"

    def plain(self, job_id: str, thing: str = "") -> str:
        """The call itself."""
        arguments = self.arguments.format(job_id=job_id, thing=thing)
        return f"{self.client}.{self.operation}({arguments})"

    def noted(self, job_id: str, thing: str = "") -> str:
        """The call by the script's helper, which notes the answer."""
        client = f"{self.client}, " if self.client != "iot" else ""
        arguments = self.arguments.format(job_id=job_id, thing=thing)
        return f'call("{self.operation}", {client}{arguments})'


CALLS: Mapping[str, _Call] = {
    "cancel": _Call("cancel_job", "jobId={job_id!r}"),
    "delete": _Call("delete_job", "jobId={job_id!r}, force=True"),
    "complete": _Call(
        "update_job_execution",
        "jobId={job_id!r}, thingName={thing!r}, status='SUCCEEDED'",
        client="data",
    ),
}
"""What a script writes for verbs of ``model.VERBS`` that need no more than a job."""

SOME_THING = "t"
"""The thing that jobs target unless a plan says otherwise."""


class NoScript(UserError):
    """A case cannot be written as a script; the text says why."""


def script(case: Case) -> str:
    """The script of a case; raises :class:`NoScript`."""
    unscripted = scenario_named(case.scenario).unscripted
    if unscripted is not None:
        raise NoScript(f"{case.requirement} has no script: {unscripted}; replay it")
    times = CATALOGUE[case.requirement].about_times_with
    if times is not None and times in case.expected:
        raise NoScript(f"{case.requirement} has no script: it is about times; replay it")
    return _Script(case).text()


@dataclass
class _Script:
    """What the template needs, gathered request by request."""

    case: Case
    things: list[str] = field(default_factory=list)
    uses: set[str] = field(default_factory=set)
    """The helpers that the script needs: ``call``, ``send``, ``token``, ``data``, …"""

    def __post_init__(self) -> None:
        case = self.case
        self.things += case.population.things
        self.by_form = CATALOGUE[case.requirement].about_form
        names = [group.name for group in case.population.groups]
        ids = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        self.aliases = re.compile(
            r"(TOKEN_OF_ANSWER_\d+" + (f"|ID_OF_(?:{ids})" if ids else "") + ")"
        )
        listings = [r["answer"] for r in case.requests if _lists(r)]
        # Where an answer cannot be read, boto3 would raise.
        self.raw = self.by_form or any(a["status"] == 200 and a["jobs"] is None for a in listings)

    def text(self) -> str:
        case = self.case
        steps = [*self._earlier(), *map(self._step, range(len(case.requests)))]
        statuses = {job.status for job in case.population.jobs}
        if "COMPLETED" in statuses:
            self.uses.add("data")
        source = inspect.getsource(form).replace("(value: Any) -> Any", "(value)")
        return _TEMPLATE.from_string(_template()).render(
            requirement=case.requirement,
            sentence=CATALOGUE[case.requirement].sentence,
            message=_comment(case.message),
            implementation=_comment(
                case.target if case.implementation == "unknown" else case.implementation
            ),
            imports=list(self._imports(statuses)),
            statuses=statuses,
            jobs=bool(case.population.jobs),
            world=list(self._world()) or ["pass"],
            steps=steps,
            recorded=list(self._recorded()),
            decisive={n for n, r in enumerate(case.requests, 1) if r["decisive"]},
            expected=repr(case.expected),
            actual=repr(case.actual),
            form=source if self.by_form else "",
            data="data" in self.uses,
            called="call" in self.uses,
            sent="send" in self.uses,
            token="token" in self.uses,
            bad_signature="bad-signature" in self.uses,
        )

    def _imports(self, statuses: set[str | None]) -> Iterator[str]:
        sent = "send" in self.uses
        if sent:
            yield "import json"
        yield "import os"
        if self.by_form:
            yield "import re"
        yield "import sys"
        if "SCHEDULED" in statuses:
            yield "import time"
        if "quote" in self.uses:
            yield "from urllib.parse import quote"
        yield ""
        yield "import boto3"
        if sent:
            yield "from botocore.auth import SigV4Auth"
            yield "from botocore.awsrequest import AWSRequest"
        yield "from botocore.config import Config"
        if "keys" in self.uses:
            yield "from botocore.credentials import Credentials"
        yield "from botocore.exceptions import BotoCoreError, ClientError"
        if sent:
            yield "from botocore.httpsession import URLLib3Session"

    def _world(self) -> Iterator[str]:
        population = self.case.population
        things = list(dict.fromkeys(self.things))
        if things:
            yield f"for name in {things!r}:"
            yield '    arn["thing/" + name] = iot.create_thing(thingName=name)["thingArn"]'
        if population.groups:
            yield f"for name in {[group.name for group in population.groups]!r}:"
            yield "    made = iot.create_thing_group(thingGroupName=name)"
            yield '    arn["thinggroup/" + name] = made["thingGroupArn"]'
            yield '    group_id[name] = made["thingGroupId"]'
        for arguments, alike in groupby(population.jobs, key=_arguments):
            ids = [job.id for job in alike]
            if len(ids) == 1:
                yield f"make({ids[0]!r}, {arguments})"
            else:
                yield f"for job_id in {ids!r}:"
                yield f"    make(job_id, {arguments})"

    def _earlier(self) -> Iterator[str]:
        """What was done to a job before the first request that is shown."""
        prelude = scenario_named(self.case.scenario).prelude
        if prelude is None:
            return
        earlier = prelude(self.case.action)
        changes = sum(r["method"] != "GET" for r in self.case.requests)
        # What stands among the requests is done there.
        for verb, job_id in earlier if changes <= len(earlier) else ():
            if verb not in CALLS:
                raise NoScript(f"there is no script of a job that is first done {verb!r} to")
            if verb == "complete":
                self.uses.add("data")
            yield CALLS[verb].plain(job_id, SOME_THING)
        # What was listed before the change: a cache may keep it.
        queries = [r["target"].partition("?")[2] for r in self.case.requests if _lists(r)]
        for query in dict.fromkeys(queries):
            arguments = self._plainly(query, 0) if "TOKEN_OF_ANSWER" not in query else None
            if arguments is not None:
                yield f"iot.list_jobs({', '.join(arguments)})"

    def _recorded(self) -> Iterator[str]:
        for request in self.case.requests:
            answer = request["answer"]
            jobs = answer["jobs"]
            parts = [
                answer["status"],
                sorted(jobs) if jobs is not None else None,
                answer["nextToken"] is not None,
                answer["error"],
            ]
            if self.by_form:
                parts.append(answer.get("form") if request["decisive"] else None)
            yield repr(tuple(parts))

    # --- requests -----------------------------------------------------------------------------

    def _step(self, index: int) -> str:
        request = self.case.requests[index]
        if not _lists(request):
            self.uses.add("call")
            return self._change(request)
        if not self.raw and "credentials" not in request:
            arguments = self._plainly(request["target"].partition("?")[2], index)
            if arguments is not None:
                self.uses.add("call")
                return "call(" + ", ".join(('"list_jobs"', *arguments)) + ")"
        self.uses.add("send")
        return f"send({self._pieces(request['target'], index, quoted=True)}{self._signed(request)})"

    def _plainly(self, query: str, index: int) -> list[str] | None:
        """The arguments by which boto3 writes this query string, if it does."""
        pairs = [pair.partition("=")[::2] for pair in query.split("&")] if query else []
        names = [name for name, _ in pairs]
        if len({*names}) < len(names) or not api.PARAMETERS.issuperset(names):
            return None
        values = [self._value(value, index) for _, value in pairs]
        if any(value is None for value in values):
            return None
        return [
            f"{name}={_as_number(value) if name == api.PAGE_SIZE else value}"
            for name, value in zip(names, values, strict=True)
        ]

    def _signed(self, request: Mapping[str, Any]) -> str:
        wrong = request.get("credentials", "")
        if wrong == "unknown-key":
            self.uses.add("keys")
        elif wrong == "bad-signature":
            self.uses.add("bad-signature")
        return CREDENTIALS[wrong].script_argument

    def _value(self, written: str, index: int) -> str | None:
        """A value as Python; None where boto3 would write it in another way."""
        if self.aliases.search(written):
            return self._pieces(written, index, quoted=False)
        value = unquote(written)
        return repr(value) if quote(value, api.SAFE) == written else None

    def _pieces(self, text: str, index: int, quoted: bool) -> str:
        """A text as Python, with what answers gave in it."""
        parts = []
        for number, piece in enumerate(self.aliases.split(text)):
            if number % 2 == 0:
                if piece:
                    parts.append(repr(piece if quoted else unquote(piece)))
            elif piece.startswith("ID_OF_"):
                parts.append(f"group_id[{piece.removeprefix('ID_OF_')!r}]")
            else:
                answer = int(piece.rpartition("_")[2])
                if not 1 <= answer <= index:
                    raise NoScript("it takes more requests than a case holds: replay it")
                self.uses.add("token")
                if quoted:
                    self.uses.add("quote")
                parts.append(f'quote(token({answer}), safe="")' if quoted else f"token({answer})")
        return " + ".join(parts) or "''"

    def _change(self, request: Mapping[str, Any]) -> str:
        """An operation that is none of listing, by boto3."""
        path = request["target"].partition("?")[0]
        segments = [unquote(part) for part in path.split("/")[1:]]
        body = _body(request)
        match [request["method"], *segments]:
            case ["DELETE", "jobs", job_id]:
                return CALLS["delete"].noted(job_id)
            case ["PUT", "jobs", job_id, "cancel"]:
                return CALLS["cancel"].noted(job_id)
            case ["PUT", "jobs", job_id]:
                more = {
                    name: body[name] for name in ("targetSelection", "namespaceId") if name in body
                }
                said = "".join(f", {name}={value!r}" for name, value in more.items())
                created = f"jobId={job_id!r}, targets={self._targets(body)}"
                return f'call("create_job", {created}, document="{{}}"{said})'
            case ["POST", "jobs", job_id, "targets"]:
                targets = self._targets(body)
                return f'call("associate_targets_with_job", jobId={job_id!r}, targets={targets})'
            case ["GET", "jobs", job_id]:
                return f'call("describe_job", jobId={job_id!r})'
            case ["POST", "things", thing, "jobs", job_id]:
                self.uses.add("data")
                return CALLS["complete"].noted(job_id, thing)
            case ["PUT", "things", thing, "jobs", job_id, "cancel"]:
                return (
                    f'call("cancel_job_execution", jobId={job_id!r}, thingName={thing!r}, '
                    "force=True)"
                )
        raise NoScript(f"there is no script of {request['method']} {path}")

    def _targets(self, body: Mapping[str, Any]) -> str:
        """The targets of a job as the ARNs that the script was given for them."""
        groups = {f"thinggroup/{group.name}" for group in self.case.population.groups}
        said = []
        for arn in body.get("targets") or ():
            resource = str(arn).split(":", 5)[-1]
            if resource.startswith("thing/"):
                self.things.append(resource.removeprefix("thing/"))
            elif resource not in groups:
                raise NoScript(f"there is no script of a job that targets {resource!r}")
            said.append(f"arn[{resource!r}]")
        return f"[{', '.join(said)}]"


def _lists(request: Mapping[str, Any]) -> bool:
    return api.lists(request["method"], request["target"])


def _arguments(job: Job) -> str:
    more = f", namespaceId={job.namespace!r}" if job.namespace is not None else ""
    return f"{job.status!r}, {job.selection!r}, {list(job.targets)!r}{more}"


def _as_number(value: str | None) -> str:
    """A page size without quotes, where it is a number."""
    plain = re.fullmatch(r"'(0|-?[1-9][0-9]{0,9})'", value or "")
    return plain[1] if plain else str(value)


def _body(request: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        body = json.loads(request.get("body") or "{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise NoScript("there is no script of a request whose body is no object")
    return body


def _comment(text: str) -> str:
    """A text as one line of a comment."""
    return harmless(text)[:500]


def _template() -> str:
    return files(__package__).joinpath("script.py.jinja").read_text(encoding="utf-8")


_TEMPLATE = Environment(
    autoescape=False,  # It is Python, quoted by repr.
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
