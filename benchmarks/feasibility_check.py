"""A hundred feasibility checks with systems that answer in 50 ms: the 95th percentile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from agent.assessments.feasibility import assess
from agent.assessments.reads import Reads, reading_only
from agent.box import plants_folder, variables
from agent.playbooks.catalog import catalog
from agent.playbooks.feasibility import Asked
from agent.sides import Wires, connected
from tools.objects.order import OrderStatus
from tools.plant.reading import read_plant
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.opening import opened
from tools.sandbox.scenarios.picking import order_with
from tools.sandbox.serve import served
from tools.sandbox.world import World

LATENCY_SECONDS = 0.05
TIMES = 100
ALLOWED_SECONDS = 0.3


def main() -> str:
    """Measure against a box whose answers take a while."""
    return asyncio.run(_measure())


async def _measure() -> str:
    async with served(lambda: opened(7, datetime.now(UTC), running=True)) as box:
        box.world.faults.add(Fault(FaultKind.LATENCY, seconds=LATENCY_SECONDS))
        env = variables(box)
        told = [await _plant(box.world, env, code) for code in ("1010", "1710")]
    return "\n".join(told)


async def _plant(world: World, env: Mapping[str, str], code: str) -> str:
    plant = read_plant(plants_folder() / f"{code}.toml", env)
    site = connected(plant, Wires(env, lambda: datetime.now(UTC)))
    order = order_with(world, code, mes=OrderStatus.RELEASED, erp="Released").number
    reads = Reads(plant, reading_only(site.sides), catalog(), datetime.now(UTC))
    await assess(order, Asked(), reads)
    took = sorted([await _timed(order, reads) for _ in range(TIMES)])
    await site.close()
    middle, slow = took[TIMES // 2], took[TIMES * 95 // 100 - 1]
    verdict = "kept" if slow <= ALLOWED_SECONDS else "BROKEN"
    return (
        f"plant {code}: p50 {middle * 1000:.0f} ms, p95 {slow * 1000:.0f} ms, "
        f"at most {ALLOWED_SECONDS * 1000:.0f} ms promised: {verdict}"
    )


async def _timed(order: str, reads: Reads) -> float:
    began = time.perf_counter()
    await assess(order, Asked(), reads)
    return time.perf_counter() - began
