"""Things and groups of the reference server."""

from .wsgi_client import Client


def test_things_and_groups_can_be_listed_and_described(client: Client) -> None:
    client.thing("t:1")
    client.group("b", parentGroupName=client.group("a")["thingGroupName"])
    assert client.ok("GET", "/things/t:1")["thingName"] == "t:1"
    metadata = client.ok("GET", "/thing-groups/b")["thingGroupMetadata"]
    assert metadata["parentGroupName"] == "a"
    first = client.ok("GET", "/thing-groups", query="maxResults=1")
    assert [group["groupName"] for group in first["thingGroups"]] == ["a"]
    rest = client.ok("GET", "/thing-groups", query=f"nextToken={first['nextToken']}")
    assert [group["groupName"] for group in rest["thingGroups"]] == ["b"]
    assert [thing["thingName"] for thing in client.ok("GET", "/things")["things"]] == ["t:1"]
    client.ok("DELETE", "/thing-groups/b")
    assert client.call("GET", "/thing-groups/b").status == 404
