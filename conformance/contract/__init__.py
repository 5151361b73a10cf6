"""The requirements, a module a family, each with its sentence beside its check."""

from . import (
    access,
    clients,
    concurrency,
    errors,
    filters,
    lifecycle,
    listing,
    pagination,
    protocol,
    summary,
)
from .requirement import CATALOGUE, Level, Requirement, Seen, Violation

__all__ = [
    "CATALOGUE",
    "Level",
    "Requirement",
    "Seen",
    "Violation",
    "access",
    "clients",
    "concurrency",
    "errors",
    "filters",
    "lifecycle",
    "listing",
    "pagination",
    "protocol",
    "summary",
]
