"""What more workers save: ``run -n 2`` beside ``run -n 0``, on the reference server.

    python benchmarks/workers.py [--budget thorough] [--times 3]

Prints the ratio of the times of the whole commands, from start to end, the best of each: what a
user waits for. Also compares the reports, which must not differ but in times and in how many
requests were sent.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

APART = ("started", "duration_s", "requests")
"""What may differ: how many pages threads ask for is a matter of time, too."""


def seconds(workers: int, budget: str, folder: Path) -> float:
    """How long the command takes."""
    command = (*("-m", "listjobs_conformance", "run", "reference"), *("--budget", budget))
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, *command, "-n", str(workers), "--output", str(folder)],
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started


def found(folder: Path) -> dict[str, Any]:
    report = json.loads((folder / "report.json").read_text())
    return {name: value for name, value in report.items() if name not in APART}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--budget", default="thorough")
    parser.add_argument("--times", type=int, default=3)
    chosen = parser.parse_args()
    best: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folders = {workers: Path(name, str(workers)) for workers in (0, 2)}
        # In turn: what else the machine does meets both.
        for _ in range(chosen.times):
            for workers, folder in folders.items():
                taken = seconds(workers, chosen.budget, folder)
                best[workers] = min(best.get(workers, taken), taken)
        same = found(folders[0]) == found(folders[2])
    print(f"{chosen.budget}: -n 2 takes {best[2] / best[0]:.2f} of the time of -n 0")
    print("the reports are the same" if same else "the reports differ")


if __name__ == "__main__":
    main()
