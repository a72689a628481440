"""A hundred feasibility checks with systems that answer in 50 ms: the 95th percentile.

The systems run in a process of their own, as they do in a plant. The slowest chain is what no order
of reading can undercut: the order and then the slowest read that needs it, or one side's longest.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx

from agent.assessments.feasibility import assess
from agent.assessments.memory import Memory
from agent.assessments.reads import Reads, reading_only
from agent.box import plants_folder
from agent.playbooks.catalog import catalog
from agent.playbooks.feasibility import Asked
from agent.sides import ConnectedPlant, Wires, connected
from benchmarks._figure import Figure, Size, at
from tools.objects.order import OrderStatus
from tools.objects.reading import System
from tools.plant.reading import read_plant
from tools.ports import Orders, ShopFloor, Stock
from tools.sandbox.opening import opened
from tools.sandbox.scenarios.picking import order_with

LATENCY_SECONDS = 0.05
TIMES = 100
ALLOWED_SECONDS = 0.3
SEED = 7


def figures(size: Size) -> list[Figure]:
    """Measure against a box whose answers take a while."""
    world = opened(SEED, datetime.now(UTC), running=True)
    orders = {
        code: order_with(world, code, mes=OrderStatus.RELEASED, erp="Released").number
        for code in ("1010", "1710")
    }
    with _box() as env:
        times = size.of(10, TIMES, TIMES)
        return [asyncio.run(_plant(env, code, number, times)) for code, number in orders.items()]


@contextmanager
def _box() -> Generator[Mapping[str, str]]:
    """Serve the box elsewhere, every answer late."""
    command = [sys.executable, "-m", "agent.cli", "sandbox", "serve", "--json"]
    serving = subprocess.Popen([*command, "--seed", str(SEED)], stdout=subprocess.PIPE, text=True)
    try:
        assert serving.stdout is not None
        env: dict[str, str] = json.loads(serving.stdout.readline())["environment"]
        httpx.post(
            f"{env['CONCORD_SANDBOX_CONTROL_URL']}/faults",
            headers={"Authorization": f"Bearer {env['CONCORD_SANDBOX_CONTROL_TOKEN']}"},
            json={"kind": "latency", "seconds": LATENCY_SECONDS},
        ).raise_for_status()
        yield env
    finally:
        serving.terminate()
        serving.wait()


async def _plant(env: Mapping[str, str], code: str, order: str, times: int) -> Figure:
    plant = read_plant(plants_folder() / f"{code}.toml", env)
    site = connected(plant, Wires(env, lambda: datetime.now(UTC)))
    memory = Memory(lambda: datetime.now(UTC))
    reads = Reads(plant, reading_only(site.sides, memory=memory), catalog(), datetime.now(UTC))
    await assess(order, Asked(), reads)
    took = [await _timed(assess(order, Asked(), reads)) for _ in range(times)]
    chain = at([await _chain(site, order) for _ in range(times // 10)], 50)
    await site.close()
    middle, slow = at(took, 50), at(took, 95)
    return Figure(
        f"feasibility check, plant {code}, p50 / p95",
        f"{middle * 1000:.0f} / {slow * 1000:.0f} ms",
        f"slowest chain of answers {chain * 1000:.0f} ms, ratio {middle / chain:.2f}",
        f"≤ {ALLOWED_SECONDS * 1000:.0f} ms",
        slow <= ALLOWED_SECONDS,
    )


async def _chain(site: ConnectedPlant, order: str) -> float:
    """Return the longest that reads take which wait for one another, each alone."""
    erp, mes, plant = site.sides[System.ERP], site.sides[System.MES], site.plant.code
    began = time.perf_counter()
    known = (await erp.port(Orders).order(order)).value
    header = time.perf_counter() - began
    center, material = known.operations[0].work_center, known.components[0].material
    further = [
        await _timed(erp.port(Stock).stock(material, plant)),
        await _timed(mes.port(ShopFloor).machine(center, plant)),
        await _timed(mes.port(ShopFloor).schedule(center, plant)),
    ]
    floor = await _timed(mes.port(Orders).order(order))
    stops = await _timed(mes.port(ShopFloor).downtimes(plant))
    return max(header + max(further), floor, stops)


async def _timed(read: Awaitable[object]) -> float:
    began = time.perf_counter()
    await read
    return time.perf_counter() - began
