"""What a golden case takes: bare, in workers, and under inspect, with the rows compared."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks._figure import Figure, Size
from benchmarks._running import resident
from evals.harness import Order, carried_out
from evals.ordering import Wish, order_of
from evals.row import Row

CASES = 200
COMPARED = 60
BUDGET_SECONDS, BUDGET_MB, BUDGET_MS = 60, 1024, 40


def figures(size: Size) -> list[Figure]:
    """Play cases by the weighing in two processes, and fewer under both engines."""
    with TemporaryDirectory() as home:
        return asyncio.run(
            _measured(Path(home), size.of(4, CASES, CASES), size.of(2, COMPARED, CASES))
        )


async def _measured(home: Path, cases: int, compared: int) -> list[Figure]:
    wish = Wish(engine="bare", workers=0, out=home / "none")
    order = order_of(wish, home)
    many = _times(order, cases)
    whole, _ = await _timed(replace(many, workers=2), home / "many")
    few = _times(order, compared)
    for engine in ("bare", "inspect"):  # what is imported once is no part of a case
        await _timed(replace(_times(order, 4), engine=engine), home / f"warm-{engine}")
    bare, plain = await _timed(few, home / "bare")
    logged, shown = await _timed(replace(few, engine="inspect"), home / "inspect")
    alone, more = bare / compared * 1000, (logged - bare) / compared * 1000
    held, one = resident(), alone * cases / 1000
    return [
        Figure(
            f"{cases} golden cases by the weighing, 2 processes",
            f"{whole:.1f} s",
            f"one process {one:.1f} s, ratio {whole / one:.2f}",
            f"≤ {BUDGET_SECONDS} s",
            whole <= BUDGET_SECONDS,
        ),
        Figure(
            "memory of an evaluation", f"{held:.0f} MB", "", f"≤ {BUDGET_MB} MB", held <= BUDGET_MB
        ),
        Figure(
            "a golden case under inspect",
            f"{alone + more:.0f} ms",
            f"bare {alone:.0f} ms, ratio {(alone + more) / alone:.2f}, "
            f"rows {'equal' if plain == shown else 'DIFFERENT'}",
            f"≤ {BUDGET_MS} ms more",
            more <= BUDGET_MS and plain == shown,
        ),
    ]


def _times(order: Order, count: int) -> Order:
    """Return an order of so many tasks, cases again and again as further epochs."""
    tasks = list(order.tasks)
    rounds = (number // len(tasks) + 1 for number in range(count))
    chosen = islice(cycle(tasks), count)
    wanted = [replace(task, epoch=epoch) for task, epoch in zip(chosen, rounds, strict=True)]
    return replace(order, tasks=wanted)


async def _timed(order: Order, folder: Path) -> tuple[float, Mapping[object, Row]]:
    started = perf_counter()
    done = await carried_out(replace(order, folder=folder))
    took = perf_counter() - started
    return took, {key: row.model_copy(update={"seconds": 0.0}) for key, row in done.rows.items()}
