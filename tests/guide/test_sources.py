"""The pages behind the sources of requirements."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from listjobs_conformance.contract import CATALOGUE
from listjobs_conformance.guide.sources import PAGES, links

PUBLIC = {"docs.aws.amazon.com", "github.com", "smithy.io"}


def test_every_requirement_links_a_public_page() -> None:
    assert [r.id for r in CATALOGUE if not links(r.source)] == []
    for page in PAGES.values():
        parts = urlsplit(page.url)
        assert (parts.scheme, parts.hostname in PUBLIC) == ("https", True), page


def test_every_page_is_the_source_of_a_requirement() -> None:
    linked = {link for r in CATALOGUE for link in links(r.source)}
    assert set(PAGES.values()) == linked


@pytest.mark.parametrize(
    ("source", "titles"),
    [
        ("API: status", ["API reference, ListJobs"]),
        ("API: completedAt, when the job completed", ["API reference, JobSummary"]),
        (
            "service model: ListJobsResponse, JobSummary; clients ignore what they do not know",
            ["service model of AWS IoT, as botocore ships it"],
        ),
        (
            "API: status; developer guide, jobs lifecycle: CancelJob",
            ["API reference, ListJobs", "developer guide, jobs lifecycle"],
        ),
        ("API: errors of ListJobs; API: more of the same", ["API reference, ListJobs"]),
        ("somebody said so", []),
    ],
)
def test_a_source_links_each_page_that_it_names_once(source: str, titles: list[str]) -> None:
    assert [link.title for link in links(source)] == titles
