"""The requirements, a module a family, each with its sentence beside its check.

And the kinds of evidence that they are about. Nothing here talks to a target, and nothing is put
into a report: a check is a pure function of what was recorded.
"""

from . import (
    access,
    clients,
    concurrency,
    errors,
    filters,
    interleavings,
    lifecycle,
    listing,
    pagination,
    protocol,
    summary,
    summary_times,
    tokens,
)
from .requirement import CATALOGUE, Exercised, Level, Requirement, Violation

__all__ = [
    "CATALOGUE",
    "Exercised",
    "Level",
    "Requirement",
    "Violation",
    "access",
    "clients",
    "concurrency",
    "errors",
    "filters",
    "interleavings",
    "lifecycle",
    "listing",
    "pagination",
    "protocol",
    "summary",
    "summary_times",
    "tokens",
]
