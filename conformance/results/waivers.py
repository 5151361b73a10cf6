"""Known failures: what a target is known not to keep, for which reason, and for how long.

The format is ``schemas/waivers.schema.json``, written in TOML.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import tomlkit
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from listjobs_conformance.reports.record import Report
from listjobs_conformance.reports.text import harmless
from listjobs_conformance.schemas import WAIVERS
from listjobs_conformance.schemas.wording import mistake

from ..contract import CATALOGUE
from ..engine.findings import FailureKind
from ..errors import UserError, nearest
from ..files import read_toml

VERSION: Final = 1

LASTS = timedelta(days=90)
"""How long a waiver holds that was written for what fails now."""

NOT_LOOKED_INTO = "not looked into yet"


class WaiverError(UserError):
    """A file of waivers cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One known failure."""

    requirement: str
    """The id of a requirement, or a glob."""
    reason: str
    ticket: str | None = None
    expires: date | None = None
    """The last day on which it holds."""
    fingerprint: str | None = None
    target: str | None = None
    """A glob for the name of the target or of its implementation."""
    versions: SpecifierSet | None = None

    def names(self, id: str) -> bool:
        return fnmatch.fnmatchcase(id, self.requirement)

    def holds(self, today: date) -> bool:
        return self.expires is None or today <= self.expires

    def __str__(self) -> str:
        ticket = f" ({self.ticket})" if self.ticket else ""
        until = f", until {self.expires}" if self.expires else ""
        return f"{self.reason}{ticket}{until}"


@dataclass(frozen=True, slots=True)
class Waivers:
    """The known failures of one target on one day."""

    known: Sequence[Waiver] = ()
    today: date = date.min

    def of(self, id: str) -> list[Waiver]:
        """Those that name the requirement, whether they still hold or not."""
        return [waiver for waiver in self.known if waiver.names(id)]

    def waives(self, kind: FailureKind) -> Waiver | None:
        """What waives this kind of failure today."""
        for waiver in self.of(kind.id):
            if waiver.fingerprint in (None, kind.fingerprint) and waiver.holds(self.today):
                return waiver
        return None

    def expired(self, kind: FailureKind) -> Waiver | None:
        """What would waive it if it had not expired."""
        for waiver in self.of(kind.id):
            if waiver.fingerprint in (None, kind.fingerprint) and not waiver.holds(self.today):
                return waiver
        return None


def applying(waivers: Iterable[Waiver], name: str, implementation: str, today: date) -> Waivers:
    """Those that are about this target, by its name or ``implementation``: ``moto 5.2.5``."""
    product, version = _product(implementation)
    return Waivers(
        [
            waiver
            for waiver in waivers
            if (waiver.target is None or _is(waiver.target, name, implementation, product))
            and (waiver.versions is None or _within(waiver, version))
        ],
        today,
    )


def _is(glob: str, *names: str) -> bool:
    return any(fnmatch.fnmatch(name, glob) for name in names)


def _product(implementation: str) -> tuple[str, Version | None]:
    """The name and the version in ``moto 5.2.5``."""
    name, _, last = implementation.rpartition(" ")
    try:
        return name, Version(last)
    except InvalidVersion:
        return implementation, None


def _within(waiver: Waiver, version: Version | None) -> bool:
    if version is None:
        raise WaiverError(
            f"the waiver for {waiver.requirement} is for versions {waiver.versions}, and which "
            "version the target has is not known: leave versions out"
        )
    return waiver.versions is not None and waiver.versions.contains(version, prereleases=True)


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers in a file; raises :class:`WaiverError` for what cannot be used."""
    if not path.exists():
        raise WaiverError(
            f"cannot read {path}: it is not there; `run --write-waivers {path}` writes what fails "
            "now to it"
        )
    document = read_toml(path, WaiverError)
    for waiver in _tables(document):
        if isinstance(waiver.get("expires"), date):
            waiver["expires"] = waiver["expires"].isoformat()
    wrong = mistake(WAIVERS, document)
    if wrong is not None:
        raise WaiverError(f"{path}, {wrong}")
    return tuple(
        _waiver(record, f"{path}, waiver {number}")
        for number, record in enumerate(_tables(document), 1)
    )


def _tables(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    tables = document.get("waiver")
    return [t for t in tables if isinstance(t, dict)] if isinstance(tables, list) else []


def _waiver(record: Mapping[str, Any], where: str) -> Waiver:
    ids = [requirement.id for requirement in CATALOGUE]
    glob = record["requirement"]
    if not fnmatch.filter(ids, glob):
        raise WaiverError(f"{where}: no requirement matches {glob!r}{nearest(glob, ids)}")
    try:
        expires = date.fromisoformat(record["expires"]) if "expires" in record else None
    except ValueError:
        raise WaiverError(f"{where}: {record['expires']} is no date") from None
    try:
        versions = SpecifierSet(record["versions"]) if "versions" in record else None
    except InvalidSpecifier:
        raise WaiverError(
            f"{where}: {record['versions']!r} is no range of versions, such as >=5.2,<5.4"
        ) from None
    return Waiver(
        glob,
        record["reason"],
        record.get("ticket"),
        expires,
        record.get("fingerprint"),
        record.get("target"),
        versions,
    )


def write_waivers(report: Report, path: Path, today: date) -> int:
    """Write what fails the run now as waivers; how many. Raises :class:`WaiverError`."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Known failures: give each its reason, and a ticket."))
    document["version"] = VERSION
    tables = tomlkit.aot()
    product = _product(str(report.target["implementation"]))[0]
    for result in report.results:
        if result.verdict != "fail" or not report.gating(result):
            continue
        for fingerprint in result.fingerprints:
            table = tomlkit.table()
            table["requirement"] = result.id
            table["fingerprint"] = fingerprint
            if product != "unknown":
                table["target"] = product
            table["expires"] = today + LASTS
            table["reason"] = NOT_LOOKED_INTO
            if fingerprint == result.fingerprint and result.violation is not None:
                table.comment(harmless(result.violation.message)[:120])
            tables.append(table)
    if tables:
        document["waiver"] = tables
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
    except FileExistsError:
        raise WaiverError(f"{path} is there already: nothing was written to it") from None
    except OSError as error:
        raise WaiverError(f"cannot write {path}: {error.strerror or error}") from None
    return len(tables)
