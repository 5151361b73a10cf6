"""ListJobs on the wire: its path, its parameters, its probe, and what tells its items apart.

The one place that knows them (service model ``iot`` 2015-05-28): whoever adds another operation
begins here. It knows neither what the parameters mean nor how anything is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

METHOD, PATH = "GET", "/jobs"

ITEMS, ITEM_ID = "jobs", "jobId"
"""The list in an answer, and the member that tells its items apart."""

TOKEN, PAGE_SIZE = "nextToken", "maxResults"

WIDEST = 250
"""The largest page that a client may ask for (service model: LaserMaxResults)."""

FILTERS: Mapping[str, str] = {
    "status": "status",
    "target_selection": "targetSelection",
    "thing_group_name": "thingGroupName",
    "thing_group_id": "thingGroupId",
    "namespace_id": "namespaceId",
}
"""The attribute of a ``model.Query`` for each filter, and the filter's name on the wire."""

PARAMETERS = frozenset({PAGE_SIZE, TOKEN, *FILTERS.values()})

PROBE = f"{PAGE_SIZE}=1"
"""The query string that shows whether a target answers at all."""

SAFE = "-_.~"
"""The characters that SigV4 leaves unescaped in a query string."""


def query_string(parameters: Iterable[tuple[str, str]]) -> str:
    """The parameters, percent-encoded as SigV4 wants them, in the order given."""
    return "&".join([f"{quote(k, SAFE)}={quote(v, SAFE)}" for k, v in parameters])


ORDERS = ("size first", "token first", "filters reversed")
"""Other orders of parameters than filters, page size, token: no order means anything."""


def page_query(filters: str, size: int | None, token: str | None, order: str | None = None) -> str:
    """The query string of one page of a listing whose filters are written already."""
    if order == "filters reversed":
        filters = "&".join(reversed(filters.split("&")))
    sized = [] if size is None else [f"{PAGE_SIZE}={size}"]
    resumed = [] if token is None else [query_string([(TOKEN, token)])]
    parts = [filters, *sized, *resumed]
    if order == "size first":
        parts = [*sized, filters, *resumed]
    elif order == "token first":
        parts = [*resumed, *sized, filters]
    return "&".join(filter(None, parts))


def lists(method: str, target: str) -> bool:
    """Whether a request of this method and target (path and query string) is a listing."""
    return method == METHOD and target.partition("?")[0] == PATH
