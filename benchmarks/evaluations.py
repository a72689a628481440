"""What a golden case takes: bare, in workers, and under inspect, with the rows compared."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks._running import resident
from evals.harness import Order, carried_out
from evals.ordering import Wish, order_of
from evals.row import Row

CASES = 200
COMPARED = 60
BUDGET_SECONDS, BUDGET_MB, BUDGET_MS = 60, 1024, 40


def main() -> str:
    """Play two hundred cases by the weighing in two processes, and sixty under both engines."""
    with TemporaryDirectory() as home:
        return asyncio.run(_measured(Path(home)))


async def _measured(home: Path) -> str:
    wish = Wish(engine="bare", workers=0, out=home / "none")
    order = order_of(wish, home)
    many = _times(order, CASES)
    whole, _ = await _timed(replace(many, workers=2), home / "many")
    few = _times(order, COMPARED)
    for engine in ("bare", "inspect"):  # what is imported once is no part of a case
        await _timed(replace(_times(order, 4), engine=engine), home / f"warm-{engine}")
    bare, plain = await _timed(few, home / "bare")
    logged, shown = await _timed(replace(few, engine="inspect"), home / "inspect")
    per_case = (logged - bare) / COMPARED * 1000
    same = "equal" if plain == shown else "DIFFERENT"
    return (
        f"{CASES} cases in 2 processes: {whole:.1f} s (at most {BUDGET_SECONDS} promised), "
        f"{resident():.0f} MB in this process (at most {BUDGET_MB})\n"
        f"bare {bare / COMPARED * 1000:.0f} ms a case, inspect {per_case:+.0f} ms "
        f"(at most {BUDGET_MS} promised), rows {same}"
    )


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
