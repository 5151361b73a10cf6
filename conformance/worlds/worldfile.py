"""Worlds as JSON documents: what ``world`` writes, ``--world FILE`` reads and a seeder is given.

The format is ``schemas/world.schema.json``; its members are named as in the API.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from listjobs_conformance.schemas import WORLD
from listjobs_conformance.schemas.wording import mistake

from ..errors import UserError
from ..files import read_json
from ..model import Job, Population, ThingGroup, World

VERSION: Final = 1

BEGINNING = 1_767_225_600
"""When the first job of a written world was created: 2026-01-01, in seconds since the epoch."""

APART = 60
"""Seconds between the creation of one job and the next."""

TIMES = ("createdAt", "lastUpdatedAt", "completedAt")


class WorldError(UserError):
    """A document is no world; the text says where and why."""


def group_id(name: str) -> str:
    """The id that a group gets where nobody else gives one: the same for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"thinggroup/{name}"))


def to_document(population: Population, exclusive: bool = True) -> dict[str, Any]:
    """The world in which the population stands, with ids and times for a loader to use."""
    return {
        "version": VERSION,
        "exclusive": exclusive,
        "thingGroups": [
            {"thingGroupName": group.name, "thingGroupId": group_id(group.name)}
            for group in population.groups
        ],
        "jobs": [_job_document(job, number) for number, job in enumerate(population.jobs)],
    }


def _job_document(job: Job, number: int) -> dict[str, Any]:
    created = BEGINNING + APART * number
    document: dict[str, Any] = {
        "jobId": job.id,
        "status": job.status,
        "targetSelection": job.selection,
        "targets": list(job.targets),
        "createdAt": created,
        "lastUpdatedAt": created,
    }
    if job.namespace is not None:
        document["namespaceId"] = job.namespace
    if job.status != "IN_PROGRESS" and job.status != "SCHEDULED":
        document["lastUpdatedAt"] = created + APART // 2
    if job.status == "COMPLETED":
        document["completedAt"] = created + APART // 2
    return document


def population_of(document: Mapping[str, Any]) -> Population:
    """The population of a document that :func:`validated` let pass."""
    return Population(
        tuple(
            Job(
                job["jobId"],
                job["status"],
                job["targetSelection"],
                tuple(job["targets"]),
                job.get("namespaceId"),
            )
            for job in document["jobs"]
        ),
        tuple(ThingGroup(group["thingGroupName"]) for group in document["thingGroups"]),
    )


def world_of(document: Mapping[str, Any]) -> World:
    """The world of a document that :func:`validated` let pass."""
    return World(
        jobs=population_of(document).jobs,
        groups={g["thingGroupName"]: g["thingGroupId"] for g in document["thingGroups"]},
        arns={job["jobId"]: job["jobArn"] for job in document["jobs"] if "jobArn" in job},
        described={
            job["jobId"]: {name: job[name] for name in TIMES if name in job}
            for job in document["jobs"]
        },
        exclusive=document["exclusive"],
    )


def validated(document: Any) -> Mapping[str, Any]:
    """The document, if it is a world; raises :class:`WorldError` otherwise."""
    wrong = mistake(WORLD, document)
    if wrong is not None:
        raise WorldError(wrong)
    assert isinstance(document, dict)
    for what, list_name, name in (
        ("job", "jobs", "jobId"),
        ("group", "thingGroups", "thingGroupName"),
        ("group id", "thingGroups", "thingGroupId"),
    ):
        value, times = max(
            Counter(one[name] for one in document[list_name]).items(),
            key=lambda counted: counted[1],
            default=("", 1),
        )
        if times > 1:
            raise WorldError(f"{list_name}: the {what} {value!r} is there {times} times")
    known = {group["thingGroupName"] for group in document["thingGroups"]}
    for number, job in enumerate(document["jobs"], 1):
        for target in job["targets"]:
            kind, _, name = target.partition("/")
            if kind == "thinggroup" and name not in known:
                raise WorldError(f"job {number}, targets: the group {name!r} is not in thingGroups")
    return document


def read_world(path: Path) -> Mapping[str, Any]:
    """The document in a file; raises :class:`WorldError` for what cannot be used."""
    document = read_json(path, WorldError)
    try:
        return validated(document)
    except WorldError as error:
        raise WorldError(f"{path} is no world: {error}") from None
