"""What the model costs for large populations: it is linear in the number of jobs.

    python benchmarks/model.py

Read the last column: the time per job, as a ratio to that of the smallest population.
"""

from __future__ import annotations

import time

from rich.console import Console
from rich.table import Table

from listjobs_conformance.model import GROUP, SELECTIONS, Job, Query, expect

STATUSES = ("IN_PROGRESS", "CANCELED", "COMPLETED", "SCHEDULED")
QUERY = Query("IN_PROGRESS", "SNAPSHOT", "g", "g", "n")


def jobs(count: int) -> list[Job]:
    """So many jobs of every kind."""
    return [
        Job(
            f"job-{n}",
            STATUSES[n % 4],
            SELECTIONS[n // 4 % 2],
            (GROUP + "gh"[n // 8 % 2], "thing/t"),
            (None, "n")[n // 16 % 2],
        )
        for n in range(count)
    ]


def main() -> None:
    """Print the time of one expectation under all five filters, for each size."""
    table = Table("jobs", "milliseconds", "per job, of the smallest")
    first = 0.0
    for count in (1_000, 10_000, 100_000):
        population = jobs(count)
        best = min(_once(population) for _ in range(5))
        first = first or best / count
        table.add_row(f"{count:,}", f"{best * 1e3:.1f}", f"{best / count / first:.2f}")
    Console().print(table)


def _once(population: list[Job]) -> float:
    started = time.perf_counter()
    expected = expect(population, QUERY)
    assert expected.must
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
