"""The protocol of the reference server: parameters, headers, paths, threads."""

from concurrent.futures import ThreadPoolExecutor

from .conftest import seven_jobs
from .wsgi_client import Client


def test_the_first_of_repeated_parameters_counts(client: Client) -> None:
    seven_jobs(client)
    answer = client.call("GET", "/jobs", query="maxResults=2&maxResults=3")
    assert len(answer.body["jobs"]) == 2


def test_values_are_percent_decoded(client: Client) -> None:
    ids = seven_jobs(client)
    query = "status=%49N%5FPROGRESS&unknown=%20"
    jobs = client.call("GET", "/jobs", query=query).body["jobs"]
    assert [job["jobId"] for job in jobs] == ids


def test_answers_carry_content_type_and_request_id(client: Client) -> None:
    good, bad = client.list_jobs(), client.list_jobs(status="BOGUS")
    assert good.headers["content-type"] == bad.headers["content-type"] == "application/json"
    assert good.headers["x-amzn-requestid"] != bad.headers["x-amzn-requestid"]
    assert int(good.headers["content-length"]) == len(good.raw)


def test_an_unknown_path_is_not_found(client: Client) -> None:
    for method, path in (("GET", "/"), ("POST", "/jobs"), ("PUT", "/jobs/j/no"), ("GET", "/a/b")):
        assert client.call(method, path).status == 404


def test_a_reset_empties_the_server(client: Client) -> None:
    seven_jobs(client)
    client.ok("POST", "/_listjobs/reset")
    assert client.ids() == []
    assert client.ok("GET", "/things")["things"] == []


def test_threads_can_share_a_server(client: Client) -> None:
    thing = client.thing("t")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: client.job(f"j{number}", thing), range(100)))
        walks = list(pool.map(lambda size: client.ids(maxResults=size), range(1, 17)))
    assert all(sorted(walk) == sorted(walks[0]) for walk in walks)
    assert len(set(walks[0])) == 100
