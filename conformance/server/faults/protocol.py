"""Faults of HTTP: headers, and how parameters are read. What ListJobs means is not touched."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

from ..behaviour import fault
from ..errors import Refused, invalid_request
from ..exchange import Request, Response
from ..service import Service
from ..walks import NumberedTokens


def retyped(response: Response, content_type: str | None) -> Response:
    """Return the response with another content type, or with none."""
    response.headers = [one for one in response.headers if one[0] != "Content-Type"]
    if content_type is not None:
        response.headers.append(("Content-Type", content_type))
    return response


@fault("protocol/content-type")
class PageServedAsHtml(Service):
    """JSON is served under the framework's default, text/html."""

    def reply(self, page: dict[str, Any]) -> Response:
        return retyped(super().reply(page), "text/html; charset=utf-8")


@fault("protocol/content-type")
class PageServedAsAwsJson(Service):
    """JSON is served under the type of another AWS protocol."""

    def reply(self, page: dict[str, Any]) -> Response:
        return retyped(super().reply(page), "application/x-amz-json-1.1")


@fault("protocol/content-type")
class PageWithoutContentType(Service):
    """JSON is served without saying so."""

    def reply(self, page: dict[str, Any]) -> Response:
        return retyped(super().reply(page), None)


@fault("protocol/content-type")
class ErrorServedAsText(Service):
    """Errors are JSON under text/plain."""

    def refuse_listing(self, refusal: Refused) -> Response:
        return retyped(super().refuse_listing(refusal), "text/plain")


def raw_pairs(request: Request) -> list[tuple[str, str]]:
    """Return the parameters of a query as they were sent, not decoded."""
    pairs = (pair.partition("=") for pair in request.query_string.split("&") if pair)
    return [(name, value) for name, _, value in pairs]


class ReadOtherwise(Service):
    """Reads some parameters in its own way from how they were sent."""

    others: tuple[str, ...] = ()

    def read_parameters(self, request: Request) -> dict[str, str]:
        parameters = super().read_parameters(request)
        for name, value in raw_pairs(request)[::-1]:
            if name in self.others:
                parameters[name] = self.read_value(value)
        return parameters

    def read_value(self, value: str) -> str:
        """Return what is taken for a value that was sent like this."""
        return value


@fault("protocol/parameter-encoding")
class EnumsNotDecoded(ReadOtherwise):
    """Enumerated values never need percent-encoding, so nobody undoes it."""

    others = ("status", "targetSelection")


@fault("protocol/parameter-encoding")
class NamespaceIdNotDecoded(ReadOtherwise):
    """A namespace has no character that must be percent-encoded, so it is taken as it comes."""

    others = ("namespaceId",)


@fault("protocol/parameter-encoding")
class ThingGroupNameNotDecoded(ReadOtherwise):
    """Of a group's name only the colon is decoded, which is all that clients encode."""

    others = ("thingGroupName",)

    def read_value(self, value: str) -> str:
        return value.replace("%3A", ":").replace("%3a", ":")


@fault("protocol/parameter-encoding", "pagination/complete")
class PlusInTokenBecomesSpace(ReadOtherwise, NumberedTokens):
    """The token is decoded twice, first as a URL and then as a form, where + is a space.

    A walk dies at the first token with a + in it, so its jobs cannot be complete either.
    """

    others = ("nextToken",)

    def read_value(self, value: str) -> str:
        return unquote(value).replace("+", " ")


def folded(request: Request, fold: Callable[[list[str]], str]) -> dict[str, str]:
    """Return the parameters, with the values of each made into one."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.query_string, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return {name: fold(several) for name, several in values.items()}


@fault("protocol/duplicate-parameter")
class LastValueWins(Service):
    """Parameters are put into a dictionary one after the other, so the last value counts."""

    def read_parameters(self, request: Request) -> dict[str, str]:
        return folded(request, lambda values: values[-1])


@fault("protocol/duplicate-parameter")
class RepeatedValuesJoined(Service):
    """The values of a repeated parameter are joined with commas, which no value may have."""

    def read_parameters(self, request: Request) -> dict[str, str]:
        return folded(request, ",".join)


@fault("protocol/duplicate-parameter")
class RepeatedParameterRefused(Service):
    """A parameter that comes twice is an error."""

    def read_parameters(self, request: Request) -> dict[str, str]:
        names = [name for name, _ in raw_pairs(request)]
        if len(set(names)) < len(names):
            raise invalid_request("A parameter was given more than once.")
        return super().read_parameters(request)


@fault("protocol/duplicate-parameter")
class LastPageSizeWins(Service):
    """One parameter is read by other code than the rest, which takes its last value."""

    def read_parameters(self, request: Request) -> dict[str, str]:
        parameters = super().read_parameters(request)
        last = folded(request, lambda values: values[-1]).get("maxResults")
        return parameters if last is None else {**parameters, "maxResults": last}


@fault("protocol/request-id")
class NoRequestId(Service):
    """Answers carry no number to ask about them by."""

    def identify(self, response: Response) -> list[tuple[str, str]]:
        return []


@fault("protocol/request-id")
class ErrorsHaveNoRequestId(Service):
    """Only answers that succeed carry a number, where errors would need one most."""

    def identify(self, response: Response) -> list[tuple[str, str]]:
        return super().identify(response) if response.status < 400 else []


@fault("protocol/request-id")
class RequestIdOfStorageService(Service):
    """The request's number is in the header that the storage service uses."""

    def identify(self, response: Response) -> list[tuple[str, str]]:
        return [("x-amz-request-id", value) for _, value in super().identify(response)]
