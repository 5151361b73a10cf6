"""The public pages behind the sources that requirements name. It holds no page's text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_AWS = "https://docs.aws.amazon.com"
_API = f"{_AWS}/iot/latest/apireference"
_GUIDE = f"{_AWS}/iot/latest/developerguide"
_SMITHY = "https://smithy.io/2.0"


class Link(NamedTuple):
    """A page that everybody can read."""

    title: str
    url: str


PAGES: Mapping[str, Link] = {
    pattern: Link(title, url)
    for pattern, title, url in (
        (
            "service model",
            "service model of AWS IoT, as botocore ships it",
            "https://github.com/boto/botocore/blob/develop/botocore/data/iot/2015-05-28/service-2.json",
        ),
        ("common errors", "API reference, common errors", f"{_API}/CommonErrors.html"),
        ("DescribeJob", "API reference, DescribeJob", f"{_API}/API_DescribeJob.html"),
        (
            "AssociateTargetsWithJob",
            "API reference, AssociateTargetsWithJob",
            f"{_API}/API_AssociateTargetsWithJob.html",
        ),
        (
            "JobSummary|jobArn|isConcurrent|completedAt|lastUpdatedAt|seconds since the epoch",
            "API reference, JobSummary",
            f"{_API}/API_JobSummary.html",
        ),
        ("^API", "API reference, ListJobs", f"{_API}/API_ListJobs.html"),
        ("lifecycle", "developer guide, jobs lifecycle", f"{_GUIDE}/iot-jobs-lifecycle.html"),
        ("job limits", "developer guide, job limits", f"{_GUIDE}/job-limits.html"),
        ("developer guide", "developer guide, jobs", f"{_GUIDE}/iot-jobs.html"),
        (
            "protocol tests",
            "Smithy, restJson1 protocol tests",
            "https://github.com/smithy-lang/smithy/tree/main/smithy-aws-protocol-tests/model/restJson1",
        ),
        (
            "restJson1",
            "Smithy, restJson1 protocol",
            f"{_SMITHY}/aws/protocols/aws-restjson1-protocol.html",
        ),
        ("@paginated", "Smithy, behavior traits", f"{_SMITHY}/spec/behavior-traits.html"),
        ("HTTP bindings", "Smithy, HTTP bindings", f"{_SMITHY}/spec/http-bindings.html"),
        (
            "AWS CLI reference",
            "AWS CLI reference, iot list-jobs",
            f"{_AWS}/cli/latest/reference/iot/list-jobs.html",
        ),
        ("aws-cli 8924", "aws-cli, issue 8924", "https://github.com/aws/aws-cli/issues/8924"),
        ("aws-cli 7965", "aws-cli, issue 7965", "https://github.com/aws/aws-cli/issues/7965"),
    )
}
"""By what a part of a source says: the first that fits counts, so the narrow ones come first."""


def links(source: str) -> list[Link]:
    """The pages that a source names, each once, in its order.

    The parts of a source stand between semicolons; one that names no page belongs to the page
    before it.
    """
    return list(dict.fromkeys(found for part in source.split(";") for found in _links(part)))


def _links(part: str) -> Iterator[Link]:
    for pattern, link in PAGES.items():
        if re.search(pattern, part.strip()):
            yield link
            return
