"""Makes the worlds that listjobs-conformance asks for, by SQL: ``--seeder seeder:seed``.

It writes to the database of the service, and empties it where a world is to stand alone.
"""

from __future__ import annotations

from typing import Any

from backend import SCHEMA, connect


def seed(world: dict[str, Any]) -> dict[str, Any]:
    """Make the world's thing groups and jobs, with the ids and times that it gives them."""
    with connect() as db:
        db.executescript(SCHEMA)
        if world["exclusive"]:
            db.execute("DELETE FROM job")
            db.execute("DELETE FROM thing_group")
        db.executemany(
            "REPLACE INTO thing_group (id, name) VALUES (:thingGroupId, :thingGroupName)",
            world["thingGroups"],
        )
        for job in world["jobs"]:
            made = db.execute(
                """
                REPLACE INTO job (job_id, status, target_selection, namespace_id,
                                  created_at, last_updated_at, completed_at)
                VALUES (:jobId, :status, :targetSelection, :namespaceId,
                        :createdAt, :lastUpdatedAt, :completedAt)
                """,
                {"namespaceId": None, "completedAt": None, **job},
            )
            db.executemany(
                "INSERT INTO target (job, position, resource) VALUES (?, ?, ?)",
                [
                    (made.lastrowid, place, resource)
                    for place, resource in enumerate(job["targets"])
                ],
            )
    return world
