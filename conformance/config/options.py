"""What a user can say about a run: the same by option, by ini, in ``pyproject.toml`` and by
environment variable. Imports nothing heavy: every pytest run of an environment loads it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UserError, nearest
from ..files import read_toml

TABLE = "listjobs-conformance"
"""The table of ``pyproject.toml``, below ``tool``."""

PYPROJECT = "pyproject.toml"

PREFIX = "LISTJOBS_"
"""How the environment variables begin: one that does and is not known is a mistake."""

AWS_CLI = PREFIX + "AWS_CLI"
"""The variable that names the aws command; it says nothing about a run, and is no option."""


class ConfigurationError(UserError):
    """What was said in a file or a variable cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be said."""

    name: str
    help: str
    kind: type = str
    """``str``, ``bool``, ``int``, ``float``, or ``list`` for what may be said several times."""
    metavar: str | None = None

    @property
    def attribute(self) -> str:
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable; one that can be said several times takes commas."""
        return PREFIX + self.attribute.upper()

    def read(self, value: Any, where: str) -> Any:
        """The value as this option takes it, from a text or from TOML.

        Raises :class:`ConfigurationError`, which names the place where it was said.
        """
        try:
            return _READERS[self.kind](value)
        except (ValueError, KeyError, TypeError):
            raise ConfigurationError(
                f"{where} is {value!r}, and takes {_KINDS[self.kind]}"
            ) from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _list(value: Any) -> tuple[str, ...]:
    parts = [
        _text(part).strip() for part in (value.split(",") if isinstance(value, str) else value)
    ]
    return tuple(part for part in parts if part)


def _bool(value: Any) -> bool:
    return value if isinstance(value, bool) else _SAID[_text(value).strip().lower()]


def _int(value: Any) -> int:
    return value if type(value) is int else int(_text(value))


def _float(value: Any) -> float:
    return float(value if type(value) in (int, float) else _text(value))


_SAID = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_READERS = {str: _text, bool: _bool, int: _int, float: _float, list: _list}
_KINDS = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list of texts",
}

OPTIONS: Mapping[str, Option] = {
    option.name: option
    for option in (
        Option("target", "What to check: see `listjobs-conformance targets`.", metavar="TARGET"),
        Option("only", "Requirements to judge; repeatable.", list, "GLOB"),
        Option("skip", "Requirements to leave out; repeatable.", list, "GLOB"),
        Option("require", "Requirements that must have been exercised; repeatable.", list, "GLOB"),
        Option("strict", "Let conventions fail the run, too.", bool),
        Option("check-access", "See that requests without good credentials are refused.", bool),
        Option("budget", "How many examples to try.", metavar="quick|standard|thorough"),
        Option(
            "mode",
            "gate: the same answer for the same target. explore: other examples each time, and "
            "those that showed something kept. replay: stored cases only.",
            metavar="gate|explore|replay",
        ),
        Option("no-shrink", "Show each failure as it was found: sooner, and not as small.", bool),
        Option(
            "max-failures",
            "End the run once so many requirements that gate have failed.",
            int,
            "N",
        ),
        Option("max-requests", "Send at most so many, deleting apart.", int, "N"),
        Option("deadline", "End after so long, deleting apart.", float, "SECONDS"),
        Option("seed", "The same seed gives the same report.", int, "N"),
        Option("region", "The region to sign for; us-east-1 by default.", metavar="REGION"),
        Option("profile", "AWS credentials to sign with.", metavar="NAME"),
        Option("ca-bundle", "Certificates to trust, for https.", metavar="FILE"),
        Option("timeout", "For each request, to its last byte.", float, "SECONDS"),
        Option("wait", "How long the target may take to start.", float, "SECONDS"),
        Option("label", "What the target is called in reports.", metavar="NAME"),
        Option("target-version", "The version of the target, in reports.", metavar="VERSION"),
        Option("max-rps", "At most so many requests a second.", float, "N"),
        Option(
            "world",
            "fresh: emptied for each example. shared: one world, deleted afterwards. existing: "
            "nothing is written. FILE: a world that was loaded beforehand.",
            metavar="fresh|shared|existing|FILE",
        ),
        Option(
            "reset",
            "What to POST to, to empty the target; or a preset: see `targets`.",
            metavar="PATH",
        ),
        Option("seeder", "Makes the worlds, not the control plane.", metavar="MODULE:FUNCTION"),
        Option(
            "settle",
            "How long a change may take to show in listings; 0, on aws: 5.",
            float,
            "SECONDS",
        ),
        Option("allow-writes", "Make jobs on a target that is not this machine.", bool),
        Option("waivers", "Known failures, in a TOML file.", metavar="FILE"),
        Option("cases", "Stored cases to begin with.", metavar="DIR"),
        Option("output", "Where report.json and the other reports go.", metavar="DIR"),
    )
}


def said_elsewhere(
    folder: Path, environment: Mapping[str, str] | None = None
) -> dict[str, tuple[Any, str]]:
    """What ``pyproject.toml`` in the folder says, and the environment where that does not.

    By attribute: the value, and where it was said. Raises :class:`ConfigurationError`, also for
    a name that is not known.
    """
    said: dict[str, tuple[Any, str]] = {}
    environment = os.environ if environment is None else environment
    variables = {option.variable: option for option in OPTIONS.values()}
    for variable in sorted(environment):
        if variable in variables and environment[variable]:
            option = variables[variable]
            said[option.attribute] = option.read(environment[variable], variable), variable
        elif variable.startswith(PREFIX) and variable not in (*variables, AWS_CLI):
            near = nearest(variable, variables)
            raise ConfigurationError(f"the environment has {variable}, which is no option{near}")
    for name, value in _table(folder / PYPROJECT).items():
        if name not in OPTIONS:
            raise ConfigurationError(
                f"[tool.{TABLE}] in {folder / PYPROJECT} has {name!r}, which is no option"
                + nearest(name, OPTIONS)
            )
        option, where = OPTIONS[name], f"{name} in {PYPROJECT}"
        said[option.attribute] = option.read(value, where), where
    return said


def _table(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    tools = read_toml(path, ConfigurationError).get("tool", {})
    table = tools.get(TABLE, {}) if isinstance(tools, dict) else tools
    if not isinstance(table, dict):
        raise ConfigurationError(f"[tool.{TABLE}] in {path} is no table")
    return table
