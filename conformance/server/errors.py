"""How the reference server says no: the documented exceptions, and the crash that is none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Denial:
    """One refusal: the exception's name, its HTTP status and a text for people."""

    type: str
    status: int
    message: str


class Refused(Exception):
    """Raised by an operation that will not do what it was asked."""

    def __init__(self, denial: Denial) -> None:
        super().__init__(denial.message)
        self.denial = denial


class Crash(Exception):
    """What a web framework turns into an HTML page with status 500. Only faults raise it."""


def refused_as(kind: str, status: int, message: str) -> Refused:
    """Return a refusal of any type under any status, documented or not."""
    return Refused(Denial(kind, status, message))


def invalid_request(message: str) -> Refused:
    """Return the refusal for a request that breaks a documented constraint."""
    return Refused(Denial("InvalidRequestException", 400, message))


def not_found(message: str) -> Refused:
    """Return the refusal for a resource that does not exist."""
    return Refused(Denial("ResourceNotFoundException", 404, message))


def already_exists(message: str) -> Refused:
    """Return the refusal for a name that is taken."""
    return Refused(Denial("ResourceAlreadyExistsException", 409, message))


def invalid_transition(message: str) -> Refused:
    """Return the refusal for a change that the present status does not allow."""
    return Refused(Denial("InvalidStateTransitionException", 409, message))


def version_conflict(message: str) -> Refused:
    """Return the refusal for an update made against an older version."""
    return Refused(Denial("VersionConflictException", 409, message))
