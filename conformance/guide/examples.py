"""A wrong and a right answer to each requirement, as a file that comes along.

It is made by ``making.py``, by running a fault, and only read here: a run takes seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import cattrs
import orjson

NAME = "examples.json"


@dataclass(frozen=True, slots=True)
class Example:
    """The request that shows a fault, answered wrongly and rightly."""

    fault: str
    """The name of the fault of the reference server that answered wrongly."""
    message: str
    jobs: tuple[str, ...]
    """What stood there, a job a line."""
    before: tuple[str, ...]
    """What was asked before, in order, and what came."""
    request: str
    wrong: tuple[str, ...]
    """Lines: the status, the headers that matter, the body without what both have."""
    right: tuple[str, ...]


@cache
def examples() -> Mapping[str, Example]:
    """The examples by the id of the requirement.

    There is none of a requirement that only another program's command shows, or that takes more
    than one answer, and a clock, to be seen broken.
    """
    found = files(__package__).joinpath(NAME).read_bytes()
    return cattrs.structure(orjson.loads(found), dict[str, Example])


def write(made: Mapping[str, Example], path: Path) -> None:
    """Write the file anew."""
    records = {id: asdict(example) for id, example in sorted(made.items())}
    path.write_bytes(orjson.dumps(records, option=orjson.OPT_INDENT_2) + b"\n")
