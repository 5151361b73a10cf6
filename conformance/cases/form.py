"""The form of a body: what of it is the same whenever the same thing is done to the same target.

It stands in stored cases, and its source in the scripts that are written of them.
"""

from __future__ import annotations

import re
from typing import Any


def form(value: Any) -> Any:
    """JSON without what differs from run to run: which digits, which UUID."""
    if isinstance(value, dict):
        return {name: form(value[name]) for name in sorted(value) if name != "nextToken"}
    if isinstance(value, list):
        return [form(one) for one in value]
    if isinstance(value, str):
        return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+", "0", value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"a number of {len(str(value).lstrip('-').split('.')[0])} digits"
    return value
