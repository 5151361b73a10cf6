"""Work that several processes share: each unit once, in order, whoever dies."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

from listjobs_conformance.crew import Alone, Team

SLOW = 0.01


def squares(folder: Path, count: int) -> list[tuple[int, int]]:
    def do(number: int) -> tuple[int, int]:
        time.sleep(SLOW)
        with (folder / "log").open("a") as log:
            log.write(f"{number}\n")
        return number * number, os.getpid()

    return list(Team(folder).share("square", range(count), do))


def test_every_unit_is_done_once_and_everybody_gets_all_in_order(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    with context.Pool(3) as pool:
        results = pool.starmap(squares, [(tmp_path, 30)] * 3, chunksize=1)
    assert results[0] == results[1] == results[2]
    assert [square for square, _ in results[0]] == [n * n for n in range(30)]
    assert len({process for _, process in results[0]}) > 1
    done = (tmp_path / "log").read_text().split()
    assert sorted(done, key=int) == [str(n) for n in range(30)]


def die(folder: Path) -> None:
    def do(number: int) -> int:
        os._exit(1)

    list(Team(folder).share("square", range(3), do))


def test_what_somebody_died_of_is_done_by_another(tmp_path: Path) -> None:
    process = multiprocessing.get_context("fork").Process(target=die, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == 1
    assert [square for square, _ in squares(tmp_path, 3)] == [0, 1, 4]


def test_once_is_once(tmp_path: Path) -> None:
    assert Team(tmp_path).once("seed", lambda: 7) == 7
    assert Team(tmp_path).once("seed", lambda: 8) == 7
    assert Alone().once("seed", lambda: 8) == 8


def test_alone_nothing_is_done_before_it_is_taken() -> None:
    done: list[int] = []
    results = Alone().share("all", range(5), lambda n: done.append(n) or n)
    assert next(results) == 0
    assert done == [0]
