"""Tokens of the reference server: used again, outliving jobs, refused."""

from base64 import b64encode

from .conftest import seven_jobs
from .wsgi_client import Client


def first_token(client: Client, **parameters: object) -> str:
    return str(client.list_jobs(maxResults=2, **parameters).body["nextToken"])


def test_a_token_can_be_used_again_and_with_another_page_size(client: Client) -> None:
    ids = seven_jobs(client)
    token = first_token(client)
    for size in (1, 3, 250, 1):
        jobs = client.list_jobs(maxResults=size, nextToken=token).body["jobs"]
        assert [job["jobId"] for job in jobs] == ids[2 : 2 + size]


def test_a_token_outlives_the_job_at_its_boundary(client: Client) -> None:
    ids = seven_jobs(client)
    token = first_token(client)
    for job_id in ids[1:3]:
        client.ok("DELETE", f"/jobs/{job_id}", query="force=true")
    rest = [job["jobId"] for job in client.list_jobs(nextToken=token).body["jobs"]]
    assert rest == ids[3:]


def test_a_token_is_refused_with_other_filters_or_elsewhere(client: Client) -> None:
    seven_jobs(client)
    token = first_token(client, status="IN_PROGRESS")
    elsewhere = Client(client.app, "us-west-2")
    answers = [
        client.list_jobs(nextToken=token),
        client.list_jobs(nextToken=token, status="CANCELED"),
        client.list_jobs(nextToken=token, status="IN_PROGRESS", targetSelection="SNAPSHOT"),
        client.list_jobs(nextToken=token, status="IN_PROGRESS", namespaceId="n"),
        elsewhere.list_jobs(nextToken=token, status="IN_PROGRESS"),
    ]
    assert {(one.status, one.error_type) for one in answers} == {(400, "InvalidRequestException")}


def test_a_token_that_was_changed_or_made_up_is_refused(client: Client) -> None:
    seven_jobs(client)
    token = first_token(client)
    forged = [
        token[:-1],
        token + "=",
        token[:10] + ("A" if token[10] != "A" else "B") + token[11:],
        b64encode(b"x" * 60).decode(),
        "MTIz",
        "€",
        " ",
        "\0",
    ]
    for one in forged:
        answer = client.list_jobs(nextToken=one)
        assert (answer.status, answer.error_type) == (400, "InvalidRequestException"), one
