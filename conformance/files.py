"""Reads the files that a user hands over: bounded, and with one sentence for whatever is wrong.

It knows nothing of what they mean; whoever reads one says which error its mistakes are. Imports
nothing heavy: every pytest run of an environment loads it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .errors import UserError

LARGEST = 64 * 1024 * 1024
"""Bytes of a file that are read, unless its reader allows fewer."""


def read_bytes(path: Path, error: type[UserError], largest: int = LARGEST) -> bytes:
    """The whole file; raises ``error`` where it cannot be read, or is larger."""
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as failure:
        raise error(f"cannot read {path}: {failure.strerror or failure}") from None
    if len(content) > largest:
        raise error(f"{path} cannot be used: it is larger than {largest} bytes")
    return content


def read_json(path: Path, error: type[UserError], largest: int = LARGEST) -> Any:
    """The document in a JSON file; raises ``error``."""
    import orjson

    text = _text(read_bytes(path, error, largest), path, error)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as failure:
        where = f"line {failure.lineno}, column {failure.colno}"
        raise error(f"{path} is no JSON: {where}: {failure.msg}") from None


def read_toml(path: Path, error: type[UserError]) -> dict[str, Any]:
    """The document in a TOML file; raises ``error``."""
    import tomllib

    text = _text(read_bytes(path, error), path, error)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as failure:
        raise error(f"{path} is no TOML: {failure}") from None


def _text(content: bytes, path: Path, error: type[UserError]) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as failure:
        line = content.count(b"\n", 0, failure.start) + 1
        raise error(f"{path} is not written in UTF-8: see line {line}") from None
