"""The fixed worlds of the plain checker: about two dozen jobs of all kinds, or 260 alike."""

from dataclasses import dataclass, field

from .wsgi_client import Client

WALKED: tuple[dict[str, object], ...] = (
    {},
    {"status": "IN_PROGRESS"},
    {"status": "CANCELED"},
    {"targetSelection": "CONTINUOUS"},
    {"thingGroupName": "g"},
    {"namespaceId": "ns"},
)


@dataclass(frozen=True)
class Job:
    """What was asked for when a job was made."""

    job_id: str
    status: str
    selection: str
    groups: tuple[str, ...]
    namespace: str | None


@dataclass
class World:
    """What there is, and the queries and page sizes that walks are tried with."""

    client: Client
    jobs: dict[str, Job] = field(default_factory=dict)
    groups: dict[str, dict[str, str]] = field(default_factory=dict)
    walked: tuple[dict[str, object], ...] = WALKED
    sizes: tuple[int, ...] = (1, 2, 4, 10)

    def add(
        self,
        job_id: str,
        status: str = "IN_PROGRESS",
        selection: str = "SNAPSHOT",
        groups: str = "",
        namespace: str | None = None,
    ) -> None:
        """Make a job. One that is to complete gets a thing of its own beside its groups."""
        names = tuple(groups.split())
        arns = [self.groups[name]["thingGroupArn"] for name in names]
        if status == "COMPLETED" or not arns:
            thing = f"thing-{len(self.jobs)}"
            arns.insert(0, self.client.thing(thing))
        body: dict[str, object] = {"targetSelection": selection}
        if namespace is not None:
            body["namespaceId"] = namespace
        make = self.client.scheduled if status == "SCHEDULED" else self.client.job
        make(job_id, *arns, **body)
        if status == "CANCELED":
            self.client.ok("PUT", f"/jobs/{job_id}/cancel")
        if status == "COMPLETED":
            for one in (thing, "member") if names else (thing,):
                self.client.ok("POST", f"/things/{one}/jobs/{job_id}", {"status": "SUCCEEDED"})
        self.jobs[job_id] = Job(job_id, status, selection, names, namespace)

    def matching(self, query: dict[str, str]) -> set[str]:
        """Return the ids of the jobs that match, scheduled ones of a group apart."""
        found = set()
        for job in self.jobs.values():
            group_ids = [self.groups[name]["thingGroupId"] for name in job.groups]
            if (
                query.get("status", job.status) == job.status
                and query.get("targetSelection", job.selection) == job.selection
                and query.get("namespaceId", job.namespace) == job.namespace
                and ("thingGroupName" not in query or query["thingGroupName"] in job.groups)
                and ("thingGroupId" not in query or query["thingGroupId"] in group_ids)
            ):
                found.add(job.job_id)
        return found


def small_world(client: Client) -> World:
    """Make about two dozen jobs, of all kinds."""
    world = World(client)
    client.thing("member")
    for name in ("empty", "g", "gx", "G", "a_b", "aXb", "x:g"):
        world.groups[name] = client.group(name)
        membership = {"thingGroupName": name, "thingName": "member"}
        client.ok("PUT", "/thing-groups/addThingToThingGroup", membership)
    world.add("m1")
    world.add("c1", selection="CONTINUOUS", groups="g", namespace="ns")
    world.add("a")
    world.add("A", groups="G")
    world.add("123", groups="gx")
    world.add("u_1", groups="a_b")
    world.add("Z" * 64, groups="aXb")
    world.add("c2", selection="CONTINUOUS", groups="gx g", namespace="NS")
    world.add("b3", selection="CONTINUOUS", groups="g gx")
    world.add("s1", "SCHEDULED", groups="g", namespace="ns")
    world.add("s0", "SCHEDULED", groups="g gx")
    world.add("s2", "SCHEDULED", "CONTINUOUS", namespace="ns")
    world.add("x1", "CANCELED", groups="g", namespace="ns")
    world.add("x0", "CANCELED", "CONTINUOUS", groups="g")
    world.add("d1", "COMPLETED")
    world.add("d0", "COMPLETED", groups="g", namespace="ns")
    world.add("n1", groups="g", namespace="nsx")
    world.add("k1", groups="x:g")
    world.add("e9", groups="g", namespace="ns")
    world.add("e8", groups="g", namespace="ns")
    world.add("e7", "CANCELED", "CONTINUOUS", groups="g", namespace="ns")
    return world


def large_world(client: Client) -> World:
    """Make 260 jobs."""
    world = World(client, groups={"g": client.group("g")}, walked=({},), sizes=(45,))
    for number in range(260):
        world.add(f"j{number * 7919 % 1000}", groups="g")
    return world
