"""Who may ask: a service that checks signatures. The plain server takes every one."""

import hmac
from collections.abc import Callable, Mapping

from .errors import refused_as
from .exchange import Request, Response
from .service import Service
from .signatures import read_authorization, signature_of


class CheckedAccess(Service):
    """Refuses with 403 whatever is not signed by a key that it knows. Resetting is free."""

    secrets: Mapping[str, str] = {"123456789012": "listjobs-conformance"}
    """The access keys that are known, each with its secret."""

    def route(self, request: Request) -> Callable[[Request], Response] | None:
        operation = super().route(request)
        if operation != self.answer_reset:
            self.authenticate(request)
        return operation

    def authenticate(self, request: Request) -> None:
        """Raise Refused where a request is not signed as it must be."""
        authorization = request.environ.get("HTTP_AUTHORIZATION")
        if not authorization:
            self.refuse_unsigned()
            return
        claim = read_authorization(authorization)
        if claim is None:
            raise refused_as(
                "IncompleteSignatureException", 403, "The Authorization header is not of SigV4."
            )
        secret = self.secrets.get(claim.key)
        if secret is None:
            self.refuse_unknown_key()
        elif not self.same(claim.signature, signature_of(request, claim, secret)):
            self.refuse_signature()

    def same(self, given: str, expected: str) -> bool:
        """Return whether a signature is the one that was expected."""
        return hmac.compare_digest(given, expected)

    def refuse_unsigned(self) -> None:
        """Refuse a request without a signature."""
        raise refused_as("MissingAuthenticationTokenException", 403, "Missing Authentication Token")

    def refuse_unknown_key(self) -> None:
        """Refuse a request of an access key that is not known."""
        raise refused_as(
            "UnrecognizedClientException",
            403,
            "The security token included in the request is invalid.",
        )

    def refuse_signature(self) -> None:
        """Refuse a request whose signature is not the one that was expected."""
        raise refused_as(
            "InvalidSignatureException",
            403,
            "The request signature we calculated does not match the signature you provided.",
        )
