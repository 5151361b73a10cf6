"""JSON Schemas of the answers of ListJobs and of this project's own files.

They say what a document may look like, and not whether what it says is true. jsonschema-rs
decides whether a document is valid; what is wrong with one that is not, jsonschema says, whose
words are better.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, cast

import jsonschema_rs
import orjson

RESPONSE = "list-jobs-response"
ERROR = "error"
REPORT = "report"
WORLD = "world"
WAIVERS = "waivers"
CASE = "case"

DEFAULT_REQUIREMENT = "summary/schema"


class Body(Protocol):
    """What a document is read from."""

    @property
    def json(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Document:
    """A document that has been read already."""

    json: Any


@dataclass(frozen=True, slots=True)
class Complaint:
    """One place of a document that breaks its schema."""

    place: str
    """Where, as a path: ``jobs/0/status``."""
    message: str
    keyword: str
    """The schema's keyword that failed: ``type``, ``enum``, …"""
    requirement: str
    """The id of the requirement that the schema names for this place."""
    actual: str
    job_id: str | None
    path: tuple[str | int, ...] = ()
    """The same place, step by step."""
    rule: tuple[str | int, ...] = ()
    """The way to the keyword in the schema, where its steps are known."""


@cache
def load(name: str) -> dict[str, Any]:
    """The schema of this name. Raises ``FileNotFoundError`` for a name that does not exist."""
    text = files(__package__).joinpath(f"{name}.schema.json").read_bytes()
    return cast(dict[str, Any], orjson.loads(text))


@cache
def validator(name: str) -> jsonschema_rs.Draft202012Validator:
    """The compiled schema of this name."""
    return jsonschema_rs.Draft202012Validator(load(name))


def complaints(name: str, body: Body) -> Sequence[Complaint]:
    """What is wrong with a document, place by place; nothing where it is valid."""
    try:
        if validator(name).is_valid(body.json):
            return ()
    except ValueError as error:  # jsonschema-rs cannot hold every value that JSON can
        return (Complaint("", str(error), "type", DEFAULT_REQUIREMENT, "", None),)
    return tuple(_explain(name, body.json))


def _explain(name: str, document: Any) -> Iterable[Complaint]:
    import jsonschema  # Not before something is wrong: it takes a while.

    schema = load(name)
    told = [
        (list(e.absolute_path), list(e.absolute_schema_path), e.message)
        for e in jsonschema.Draft202012Validator(schema).iter_errors(document)
    ]
    # jsonschema lets some texts pass that jsonschema-rs refuses, such as a trailing newline.
    told = told or [
        (list(e.instance_path), list(e.schema_path), e.message)
        for e in validator(name).iter_errors(document)
    ]
    for place, path, message in told:
        value = follow(document, place)
        job = document["jobs"][place[1]] if len(place) > 1 and place[0] == "jobs" else None
        job_id = job.get("jobId") if isinstance(job, dict) else None
        yield Complaint(
            place="/".join(map(str, place)) or "the document",
            message=(_none_of(value, schema, path) or message)[:200],
            keyword=str(path[-1]),
            requirement=_requirement(schema, path),
            actual=repr(value)[:120],
            job_id=job_id if isinstance(job_id, str) else None,
            path=tuple(place),
            rule=tuple(path),
        )


def _none_of(value: Any, schema: dict[str, Any], path: Sequence[str | int]) -> str | None:
    """What is said of a value that is none of an enumeration: without Python's own signs."""
    if path[-1] != "enum":
        return None
    return f"{value!r} is none of {', '.join(map(str, filter(None, _at(schema, path))))}"


def follow(document: Any, path: Iterable[str | int]) -> Any:
    """What stands at this place of a document."""
    for step in path:
        document = document[step]
    return document


def _requirement(schema: dict[str, Any], path: Sequence[str | int]) -> str:
    """The requirement named nearest to the keyword that failed."""
    found = DEFAULT_REQUIREMENT
    for here in _along(schema, path):
        if isinstance(here, dict):
            found = here.get("x-requirement", found)
    return found


def _at(schema: dict[str, Any], path: Sequence[str | int]) -> Any:
    """What the schema has at the end of the path."""
    *_, last = _along(schema, path)
    return last


def _along(schema: dict[str, Any], path: Sequence[str | int]) -> Iterable[Any]:
    """Everything on the way, references followed."""
    here = cast(Any, schema)
    for step in path:
        if isinstance(here, dict) and "$ref" in here:
            here = schema["$defs"][here["$ref"].rsplit("/", 1)[-1]]
        if step != "$ref":  # Not every validator names this step.
            here = here[step]
        yield here


@cache
def known_members() -> tuple[frozenset[str], frozenset[str]]:
    """The modelled members of the response and of a summary."""
    schema = load(RESPONSE)
    summary = schema["properties"]["jobs"]["items"]
    return frozenset(schema["properties"]), frozenset(summary["properties"])
