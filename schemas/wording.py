"""What is wrong with a file of a user's, in a sentence that says where, counted as people count.

It decides nothing: whether a document is valid, and which place of it breaks the schema, is said
by the validators.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from listjobs_conformance.errors import nearest

from . import Complaint, Document, complaints, follow, load

MEANS = "x-means"
"""Where a schema says in words what a text that has a pattern is."""

TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a table of names and values",
    "string": "a text",
}

LONGEST = 60
"""Characters of a value that are shown."""


def mistake(name: str, document: Any) -> str | None:
    """The first thing that is wrong with the document by this schema; None where it is valid."""
    for complaint in complaints(name, Document(document)):
        where = _where(complaint.path)
        return (f"{where}: " if where else "") + _what(load(name), document, complaint)
    return None


def _where(path: Sequence[str | int]) -> str:
    """The entry that it is in: ``jobs/0/targets/1`` is in job 1, target 2."""
    return ", ".join(
        f"{str(path[at - 1]).removesuffix('s')} {step + 1}"
        for at, step in enumerate(path)
        if isinstance(step, int)
    )


def _what(schema: dict[str, Any], document: Any, complaint: Complaint) -> str:
    if not complaint.rule:
        return f"a value cannot be read: {complaint.message}"
    value = follow(document, complaint.path)
    *above, keyword = complaint.rule
    rule = cast("dict[str, Any]", follow(schema, above))
    member = complaint.path[-1] if complaint.path else "it"
    subject = "it" if isinstance(member, int) else member
    wanted: Any = rule.get(str(keyword))
    if keyword == "required":
        return f"{next(one for one in wanted if one not in value)} is missing"
    if keyword == "additionalProperties":
        known = rule["properties"]
        extra = next(one for one in value if one not in known)
        return f"{_shown(extra)} is nothing that may stand there{nearest(extra, known)}"
    if keyword in ("minLength", "minItems"):
        return f"{subject} is empty"
    if keyword == "maxItems":
        return f"{subject} has more than {wanted} entries"
    if keyword == "const":
        return f"{subject} is {_shown(value)}, and only {wanted} is known here"
    if keyword == "enum":
        return f"{subject} is {_shown(value)}, and should be one of {', '.join(wanted)}"
    if keyword == "type":
        return f"{subject} is {_shown(value)}, and should be {TYPES[wanted]}"
    if keyword == "pattern":
        means = rule.get(MEANS, f"of the form {wanted}")
        return f"{subject} is {_shown(value)}, and should be {means}"
    return f"{subject}: {complaint.message}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
