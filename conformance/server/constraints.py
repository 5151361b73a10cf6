"""Constraints of the service model that operations share, and how breaking one is put."""

import re
from collections.abc import Sequence

STATUSES = ("IN_PROGRESS", "CANCELED", "COMPLETED", "DELETION_IN_PROGRESS", "SCHEDULED")
TARGET_SELECTIONS = ("CONTINUOUS", "SNAPSHOT")

# Longer numbers are refused by int() itself.
INTEGER = re.compile(r"-?[0-9]{1,4000}")
GROUP_NAME = re.compile(r"[a-zA-Z0-9:_-]+")
GROUP_ID = re.compile(r"[a-zA-Z0-9-]+")
NAMESPACE_ID = re.compile(r"[a-zA-Z0-9_-]+")


def enum_constraint(value: str, allowed: Sequence[str]) -> str | None:
    """Return the text for a value outside an enumeration, None for one inside."""
    if value in allowed:
        return None
    return f"Member must satisfy enum value set: [{', '.join(allowed)}]"


def text_constraint(value: str, pattern: re.Pattern[str], longest: int | None) -> str | None:
    """Return the text for a value that breaks its pattern or length, None for a good one."""
    if not value:
        return "Member must have length greater than or equal to 1"
    if longest is not None and len(value) > longest:
        return f"Member must have length less than or equal to {longest}"
    if not pattern.fullmatch(value):
        return f"Member must satisfy regular expression pattern: {pattern.pattern}"
    return None
