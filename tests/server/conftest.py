"""The plain reference server, and a client for it."""

import pytest

from listjobs_conformance.server import ReferenceServer

from .wsgi_client import Client


@pytest.fixture
def client() -> Client:
    return Client(ReferenceServer())


def seven_jobs(client: Client) -> list[str]:
    thing = client.thing("t")
    ids = [f"job-{number}" for number in range(7)]
    for job_id in ids:
        client.job(job_id, thing)
    return ids
