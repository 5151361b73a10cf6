"""Faults of letting in: a server that checks signatures, but for one kind of request.

All else is refused as it should be. The fault lets in what it should not, or turns it away in a
manner that no AWS client takes for a refusal of its credentials.
"""

from ..access import CheckedAccess
from ..behaviour import fault
from ..errors import Crash, not_found, refused_as
from ..exchange import Request, Response
from ..service import RESET_PATH


def is_signed(request: Request) -> bool:
    """Return whether a request claims to be somebody's."""
    return bool(request.environ.get("HTTP_AUTHORIZATION"))


# No signature.


@fault("access/unsigned", checks_access=True)
class UnsignedAccepted(CheckedAccess):
    """A signature is checked where there is one; a request without any is let in."""

    def refuse_unsigned(self) -> None:
        return


@fault("access/unsigned", checks_access=True)
class UnsignedForbiddenWithTheJobs(CheckedAccess):
    """A request without a signature gets status 403, and the jobs in the body all the same."""

    def refuse_unsigned(self) -> None:
        return

    def list_jobs(self, request: Request) -> Response:
        response = super().list_jobs(request)
        if not is_signed(request):
            response.status = 403
        return response


@fault("access/unsigned", checks_access=True)
class UnsignedIsUnauthorized(CheckedAccess):
    """Who does not say who he is is asked for it with 401, as HTTP has it."""

    def refuse_unsigned(self) -> None:
        raise refused_as("UnauthorizedException", 401, "Unauthorized")


@fault("access/unsigned", checks_access=True)
class UnsignedSentToLogIn(CheckedAccess):
    """A proxy in front takes a request without a signature for a browser: 302 to a login page."""

    def handle(self, request: Request) -> Response:
        if is_signed(request) or request.path == RESET_PATH:
            return super().handle(request)
        return Response(302, b"", [("Location", "/login")])


# A wrong signature.


@fault("access/bad-signature", checks_access=True)
class SignatureUnchecked(CheckedAccess):
    """The access key is looked up, and its name is enough."""

    def same(self, given: str, expected: str) -> bool:
        return True


@fault("access/bad-signature", checks_access=True)
class SignatureComparedInPart(CheckedAccess):
    """The stored signatures are cut to 16 digits, so no more of them is compared."""

    def same(self, given: str, expected: str) -> bool:
        return super().same(given[:16], expected[:16])


@fault("access/bad-signature", checks_access=True)
class BadSignatureIsBadRequest(CheckedAccess):
    """A signature that does not match makes the request invalid: 400."""

    def refuse_signature(self) -> None:
        raise refused_as("InvalidSignatureException", 400, "The signature does not match.")


# An access key that nobody has.


@fault("access/unknown-key", checks_access=True)
class UnknownKeyAccepted(CheckedAccess):
    """Where there is no secret, nothing is compared: any key that is not known is let in."""

    def refuse_unknown_key(self) -> None:
        return


@fault("access/unknown-key", checks_access=True)
class UnknownKeyNotFound(CheckedAccess):
    """The access key is looked up like any resource, and what does not exist is 404."""

    def refuse_unknown_key(self) -> None:
        raise not_found("The access key does not exist.")


@fault("access/unknown-key", checks_access=True)
class UnknownKeyCrashes(CheckedAccess):
    """The secret is taken from a table that raises on a key it does not have."""

    def refuse_unknown_key(self) -> None:
        raise Crash
