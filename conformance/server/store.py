"""Where the reference server keeps things, groups, jobs and executions: SQLite, in memory."""

import sqlite3
from typing import Any, NamedTuple

SCHEMA = """
CREATE TABLE things (
    account TEXT, region TEXT, name TEXT, id TEXT, attributes TEXT, created REAL,
    PRIMARY KEY (account, region, name)
) WITHOUT ROWID;
CREATE TABLE thing_groups (
    account TEXT, region TEXT, name TEXT, id TEXT, parent TEXT, properties TEXT, created REAL,
    PRIMARY KEY (account, region, name)
) WITHOUT ROWID;
CREATE TABLE members (
    group_id TEXT, thing TEXT,
    PRIMARY KEY (group_id, thing)
) WITHOUT ROWID;
CREATE TABLE jobs (
    pk INTEGER PRIMARY KEY,
    account TEXT, region TEXT, id TEXT, arn TEXT, selection TEXT, status TEXT, namespace TEXT,
    created REAL, updated REAL, completed REAL, due REAL,
    force_canceled INTEGER, reason TEXT, comment TEXT, document_source TEXT, extra TEXT
);
CREATE UNIQUE INDEX jobs_by_id ON jobs (account, region, id);
CREATE INDEX jobs_by_age ON jobs (account, region, created, id);
CREATE TABLE targets (
    job INTEGER, position INTEGER, arn TEXT, thing TEXT, group_id TEXT,
    PRIMARY KEY (job, position)
) WITHOUT ROWID;
CREATE INDEX targets_by_group ON targets (group_id, job);
CREATE TABLE executions (
    job INTEGER, thing TEXT, status TEXT, queued REAL, started REAL, updated REAL,
    version INTEGER, details TEXT, forced INTEGER,
    PRIMARY KEY (job, thing)
) WITHOUT ROWID;
"""
TABLES = ("things", "thing_groups", "members", "jobs", "targets", "executions")


class JobRow(NamedTuple):
    """One row of ``jobs``. Times are seconds since the epoch.

    ``due`` is when the job changes by itself: a scheduled one starts, a deleted one goes.
    """

    pk: int
    account: str
    region: str
    id: str
    arn: str
    selection: str
    status: str
    namespace: str | None
    created: float
    updated: float
    completed: float | None
    due: float | None
    force_canceled: int | None
    reason: str | None
    comment: str | None
    document_source: str | None
    extra: str | None


class ListedJob(NamedTuple):
    """The part of a job's row that a listing needs: fewer columns are read faster."""

    pk: int
    id: str
    arn: str
    selection: str
    status: str
    namespace: str | None
    created: float
    updated: float
    completed: float | None


JOB_COLUMNS = ", ".join(JobRow._fields)
LISTED_COLUMNS = ", ".join(ListedJob._fields)


class Store:
    """A SQLite database in memory. Not locked: its owner serves one request at a time."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, cached_statements=512
        )
        # Nothing outlives the process and every statement is checked beforehand: no journal.
        self.connection.execute("PRAGMA journal_mode = OFF")
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.executescript(SCHEMA)
        self.execute = self.connection.execute
        self.executemany = self.connection.executemany

    def clear(self) -> None:
        """Forget everything."""
        for table in TABLES:
            self.execute(f"DELETE FROM {table}")

    def row(self, sql: str, *arguments: object) -> Any:
        """Return the first row as a tuple, or None."""
        return self.execute(sql, arguments).fetchone()

    def job(self, account: str, region: str, job_id: str) -> JobRow | None:
        """Return the job with this id, or None."""
        row = self.row(
            f"SELECT {JOB_COLUMNS} FROM jobs WHERE account = ? AND region = ? AND id = ?",
            account,
            region,
            job_id,
        )
        return JobRow._make(row) if row else None

    def remove_job(self, pk: int) -> None:
        """Delete a job with its targets and executions."""
        self.execute("DELETE FROM targets WHERE job = ?", (pk,))
        self.execute("DELETE FROM executions WHERE job = ?", (pk,))
        self.execute("DELETE FROM jobs WHERE pk = ?", (pk,))
