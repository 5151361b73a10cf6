"""Faults of refusing: a page size, a status or a target selection that is not valid.

Each leaves all parameters but one as they should be. It grants what should be refused, or refuses
it in a way that nobody knows.
"""

from typing import Any

from ..behaviour import fault
from ..constraints import INTEGER
from ..errors import Crash, not_found, refused_as
from ..exchange import Request, Response
from ..listing import EVERYTHING, Condition, Query
from ..service import Service
from ..store import ListedJob
from ..tokens import Position
from ..walks import Cut

# What is valid, and refused.


@fault("error/valid-refused")
class LargestPageRefused(Service):
    """The largest page size is excluded: 250 is refused, as 251 is."""

    def check_max_results(self, value: str) -> str | None:
        return self.too_high(250) if value == "250" else super().check_max_results(value)


@fault("error/valid-refused")
class StatusOfDeletionUnknown(Service):
    """The enumeration was copied before DELETION_IN_PROGRESS was added to it."""

    def check_status(self, value: str) -> str | None:
        if value == "DELETION_IN_PROGRESS":
            return super().check_status("")
        return super().check_status(value)


@fault("error/valid-refused")
class ColonInGroupNameRefused(Service):
    """The pattern of ids is used for names: a colon, which a name may have, is refused."""

    def check_thing_group_name(self, value: str) -> str | None:
        return super().check_thing_group_name("" if ":" in value else value)


@fault("error/valid-refused")
class LongGroupNameRefused(Service):
    """Names of groups are cut to the 64 characters that an id of a job may have."""

    def check_thing_group_name(self, value: str) -> str | None:
        return super().check_thing_group_name(value if len(value) <= 64 else "")


@fault("error/valid-refused")
class CapitalsInNamespaceRefused(Service):
    """Namespaces are expected in lower case, as in the examples."""

    def check_namespace_id(self, value: str) -> str | None:
        return super().check_namespace_id(value if value == value.lower() else "")


# A page size below 1.


@fault("error/max-results-low")
class ZeroMeansDefault(Service):
    """Zero is false, so the default page size is taken."""

    def too_low(self, size: int) -> str | None:
        return super().too_low(size) if size else None

    def parse_max_results(self, value: str) -> int | None:
        return super().parse_max_results(value) or None


@fault("error/max-results-low")
class NegativeSizeCountsFromTheEnd(Service):
    """A slice up to -1 gives all jobs but the last, and a token."""

    def too_low(self, size: int) -> str | None:
        return None if size < 0 else super().too_low(size)

    def page_size(self, query: Query) -> int:
        size = super().page_size(query)
        return size if size >= 0 else 1_000_000

    def cut(self, query: Query, rows: list[ListedJob], size: int, position: Position | None) -> Cut:
        if query.max_results is None or query.max_results >= 0:
            return super().cut(query, rows, size, position)
        jobs = rows[: query.max_results]
        return jobs, self.position(jobs[-1]) if jobs else None


@fault("error/max-results-low")
class ZeroGivesAnEmptyPage(Service):
    """No jobs are asked for, and no jobs are given."""

    def too_low(self, size: int) -> str | None:
        return super().too_low(size) if size else None

    def page(self, query: Query) -> dict[str, Any]:
        return {"jobs": []} if query.max_results == 0 else super().page(query)


@fault("error/max-results-low")
class NegativeSizeCrashes(Service):
    """The size goes to the store unchecked, which breaks on a negative one."""

    def too_low(self, size: int) -> str | None:
        if size < 0:
            raise Crash
        return super().too_low(size)


@fault("error/max-results-low")
class LowSizeIsValidationException(Service):
    """The framework's own check answers, with the type that other AWS services use."""

    def too_low(self, size: int) -> str | None:
        raise refused_as("ValidationException", 400, f"maxResults is {size}")


# A page size above 250.


@fault("error/max-results-high")
class LargeSizeClipped(Service):
    """More than the largest page is taken for the largest page."""

    def too_high(self, size: int) -> str | None:
        return None

    def page_size(self, query: Query) -> int:
        return min(super().page_size(query), self.largest_page)


@fault("error/max-results-high")
class LargestSizeOffByOne(Service):
    """The largest page is 251 in the check: > where >= was meant."""

    def too_high(self, size: int) -> str | None:
        return None if size == self.largest_page + 1 else super().too_high(size)


@fault("error/max-results-high")
class LargestSizeIsAThousand(Service):
    """The largest page is 1,000, as in other services."""

    def too_high(self, size: int) -> str | None:
        return None if size <= 1000 else super().too_high(size)


@fault("error/max-results-high")
class LargeSizeCrashes(Service):
    """The store refuses to read so much, and nobody expected it to."""

    def too_high(self, size: int) -> str | None:
        raise Crash


# A page size that is no integer.


@fault("error/max-results-not-integer")
class TextSizeCrashes(Service):
    """int() is called on whatever comes, and its ValueError is an HTML page with status 500."""

    def not_an_integer(self, value: str) -> str | None:
        raise Crash


@fault("error/max-results-not-integer")
class TextSizeMeansDefault(Service):
    """What cannot be read as a number is no number, so the default page size is taken."""

    def not_an_integer(self, value: str) -> str | None:
        return None

    def parse_max_results(self, value: str) -> int | None:
        return int(value) if INTEGER.fullmatch(value) else None


@fault("error/max-results-not-integer")
class FractionalSizeRoundedDown(Service):
    """Numbers are read as floating point and rounded: 1.5 is 1."""

    def not_an_integer(self, value: str) -> str | None:
        return None if self.fraction(value) >= 1 else super().not_an_integer(value)

    def parse_max_results(self, value: str) -> int | None:
        return int(self.fraction(value)) or super().parse_max_results(value)

    def fraction(self, value: str) -> float:
        """Return a number with a point as one up to 250, anything else as 0."""
        whole, point, rest = value.partition(".")
        number = point and whole.isdecimal() and rest.isdecimal()
        return float(value) if number and 1 <= float(value) <= self.largest_page else 0


# A status or a target selection outside the enumeration.


@fault("error/status")
class UnknownStatusFindsNothing(Service):
    """The status is compared and not checked: no job has it, so none is listed."""

    def check_status(self, value: str) -> str | None:
        return None


@fault("error/status")
class UnknownStatusIgnored(Service):
    """A status outside the enumeration is read as none, and all jobs are listed."""

    def check_status(self, value: str) -> str | None:
        return None

    def where_status(self, status: str) -> Condition:
        return EVERYTHING if super().check_status(status) else super().where_status(status)


@fault("error/status")
class UnknownStatusCrashes(Service):
    """The enumeration raises on a value it does not have, and nobody catches it."""

    def check_status(self, value: str) -> str | None:
        if super().check_status(value) is not None:
            raise Crash
        return None


@fault("error/status")
class ExecutionStatusAccepted(Service):
    """The status of a job execution, such as QUEUED, is accepted for that of a job."""

    def check_status(self, value: str) -> str | None:
        if value in ("QUEUED", "SUCCEEDED", "FAILED", "TIMED_OUT", "REJECTED", "REMOVED"):
            return None
        return super().check_status(value)


@fault("error/status")
class BadStatusAnsweredWithSuccess(Service):
    """The body says that the status is not valid, and the HTTP status says 200."""

    def list_jobs(self, request: Request) -> Response:
        status = self.read_parameters(request).get("status")
        response = super().list_jobs(request)
        if response.status == 400 and status is not None and self.check_status(status):
            response.status = 200
        return response


@fault("error/target-selection")
class UnknownTargetSelectionFindsNothing(Service):
    """The target selection is compared and not checked: no job has it, so none is listed."""

    def check_target_selection(self, value: str) -> str | None:
        return None


@fault("error/target-selection")
class UnknownTargetSelectionIgnored(Service):
    """Whatever is not CONTINUOUS is SNAPSHOT."""

    def check_target_selection(self, value: str) -> str | None:
        return None

    def where_target_selection(self, selection: str) -> Condition:
        if selection != "CONTINUOUS":
            selection = "SNAPSHOT"
        return super().where_target_selection(selection)


@fault("error/target-selection")
class UnknownTargetSelectionNotFound(Service):
    """A target selection that does not exist is a resource that does not exist: 404."""

    def check_target_selection(self, value: str) -> str | None:
        if super().check_target_selection(value) is not None:
            raise not_found(f"There is no target selection {value}.")
        return None
