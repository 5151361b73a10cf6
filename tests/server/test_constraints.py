"""Requests that are not valid are refused as AWS IoT documents it."""

import pytest

from .conftest import seven_jobs
from .wsgi_client import Client


@pytest.mark.parametrize(
    ("name", "values"),
    [
        (
            "maxResults",
            ["0", "-1", "251", "99999999999999999999", "9" * 900, "abc", "1.5", "", "\uff11"],
        ),
        ("status", ["BOGUS", "in_progress", "QUEUED", "", "IN_PROGRESS "]),
        ("targetSelection", ["BOGUS", "snapshot", ""]),
        ("thingGroupName", ["a b", "a/b", "ä", "", "g" * 129, "g\n"]),
        ("thingGroupId", ["a_b", "a:b", "", "g" * 129, "g\n"]),
        ("namespaceId", ["a:b", "a b", "", "n\n"]),
    ],
)
def test_a_value_outside_its_constraint_is_an_invalid_request(
    client: Client, name: str, values: list[str]
) -> None:
    for value in values:
        answer = client.list_jobs(**{name: value})
        assert (answer.status, answer.error_type) == (400, "InvalidRequestException"), value
        assert isinstance(answer.body["message"], str)


def test_all_violations_are_reported_together(client: Client) -> None:
    message = client.list_jobs(maxResults=0, status="BOGUS").body["message"]
    assert message == (
        "2 validation errors detected: Value '0' at 'maxResults' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1; Value 'BOGUS' at 'status' failed to "
        "satisfy constraint: Member must satisfy enum value set: [IN_PROGRESS, CANCELED, "
        "COMPLETED, DELETION_IN_PROGRESS, SCHEDULED]"
    )


@pytest.mark.parametrize("name", ["thingGroupName", "thingGroupId"])
def test_an_unknown_group_is_not_found(client: Client, name: str) -> None:
    seven_jobs(client)
    answer = client.list_jobs(**{name: "none"})
    assert (answer.status, answer.error_type) == (404, "ResourceNotFoundException")


def test_names_at_their_longest_are_valid(client: Client) -> None:
    name = "g" * 128
    group = client.group(name)
    client.job("j" * 64, group["thingGroupArn"], namespaceId="n" * 500)
    assert client.ids(thingGroupName=name, namespaceId="n" * 500) == ["j" * 64]
