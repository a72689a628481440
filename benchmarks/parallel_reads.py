"""Eight reads of one case: wall time together, against the slowest of them alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from agent.box import plants_folder, variables
from agent.sides import Wires, connected
from benchmarks._figure import Figure, Size
from tools.objects.reading import System
from tools.plant.reading import read_plant
from tools.ports import Boms, Confirmations, Costs, Inspections, Materials, Movements, Orders, Stock
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.opening import opened
from tools.sandbox.serve import served

LATENCY_SECONDS = 0.1
ALLOWED = 1.3


def figures(_: Size) -> list[Figure]:
    """Measure against a box whose answers take a while."""
    alone, together = asyncio.run(_measure())
    ratio = together / alone
    return [
        Figure(
            "eight reads of a case together",
            f"{together * 1000:.0f} ms",
            f"the slowest alone {alone * 1000:.0f} ms, ratio {ratio:.2f}",
            f"≤ {ALLOWED:g} times",
            ratio <= ALLOWED,
        )
    ]


async def _measure() -> tuple[float, float]:
    """Return the seconds of the slowest read alone, and of all together."""
    async with served(lambda: opened(7, datetime.now(UTC), running=True)) as box:
        box.world.faults.add(Fault(FaultKind.LATENCY, seconds=LATENCY_SECONDS))
        env = variables(box)
        wires = Wires(env, lambda: datetime.now(UTC))
        plant = connected(read_plant(plants_folder() / "1010.toml", env), wires)
        order = next(key[0] for key, row in box.world.s4.orders.items() if row["Plant"] == "1010")
        reads = _reads(plant.sides[System.ERP], order)
        for read in reads:
            await read()
        alone = [await _timed(read) for read in reads]
        together = await _timed(lambda: asyncio.gather(*(read() for read in reads)))
        await plant.close()
    return max(alone), together


def _reads(erp: Any, order: str) -> list[Callable[[], Awaitable[Any]]]:
    seat, plant = "RM-SEAT-S", "1010"
    return [
        lambda: erp.port(Orders).order(order),
        lambda: erp.port(Confirmations).confirmations(order),
        lambda: erp.port(Movements).movements(order),
        lambda: erp.port(Stock).stock(seat, plant),
        lambda: erp.port(Materials).material(seat, plant),
        lambda: erp.port(Boms).bom("FG-BV-15", plant),
        lambda: erp.port(Inspections).lots(seat, plant),
        lambda: erp.port(Costs).period("1010"),
    ]


async def _timed(read: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await read()
    return time.perf_counter() - began
