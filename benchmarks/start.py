"""How long until something answers: the command line, the service, the plant in a box.

Held against what Python itself takes: to start, and to start the bare libraries that the service
cannot do without.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx

from agent.box import plants_folder
from benchmarks._figure import Figure, Size
from benchmarks._running import NAMES
from tools.sandbox.opening import opened
from tools.sandbox.serve import served

ROOT = Path(__file__).parents[1]
COMMAND = "from agent.cli import main; main()"
LIBRARIES = "import fastapi, uvicorn, sqlalchemy, langgraph.graph, dbos"
HELP_SECONDS = 0.5
PATIENCE = 120.0


def figures(size: Size) -> list[Figure]:
    """Start each some times, and take the best: what else the machine did is no part of it."""
    times = size.of(1, 5, 10)
    bare, libraries = _best(times, _runs("pass")), _best(times, _runs(LIBRARIES))
    told = _best(times, _runs(COMMAND, "--help"))
    ready = _best(times, _until_ready)
    box, drawn = _best(times, lambda: asyncio.run(_until_answered())), _best(times, _drawn)
    return [
        Figure(
            "concord --help",
            f"{told:.2f} s",
            f"bare Python {bare:.2f} s, ratio {told / bare:.1f}",
            f"≤ {HELP_SECONDS} s",
            told <= HELP_SECONDS,
        ),
        Figure(
            "concord serve, until /readyz",
            f"{ready:.2f} s",
            f"Python importing its libraries {libraries:.2f} s, ratio {ready / libraries:.1f}",
        ),
        Figure(
            "sandbox, until S/4 answers",
            f"{box:.2f} s",
            f"drawing both plants {drawn:.2f} s, ratio {box / drawn:.1f}",
        ),
    ]


def _best(times: int, work: Callable[[], object]) -> float:
    took = list[float]()
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def _runs(code: str, *words: str) -> Callable[[], object]:
    command = [sys.executable, "-c", code, *words]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


def _until_ready() -> None:
    """Start the service in a folder that is new, and ask until it is ready."""
    with tempfile.TemporaryDirectory() as home:
        environ = {
            **os.environ,
            **{f"CONCORD_SANDBOX_{name}": "http://127.0.0.1:9" for name in NAMES},
            "CONCORD_HOME": home,
            "CONCORD_PLANTS": str(_one_plant(Path(home))),
        }
        run = [sys.executable, "-c", COMMAND, "serve", "--port", "0"]
        with subprocess.Popen(
            run, stdout=subprocess.PIPE, env=environ, text=True, cwd=ROOT
        ) as process:
            try:
                assert process.stdout is not None
                found = re.search(r"(http://[^/\s]+)", process.stdout.readline())
                assert found is not None
                _asked(f"{found[1]}/readyz")
            finally:
                process.kill()


def _one_plant(home: Path) -> Path:
    """Return a folder with one plant, whose systems are never asked."""
    plants = home / "plants"
    plants.mkdir()
    (plants / "1010.toml").write_bytes((plants_folder() / "1010.toml").read_bytes())
    return plants


def _asked(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while not httpx.get(url, timeout=PATIENCE).is_success:
        if time.monotonic() > until:
            raise TimeoutError(url)
        time.sleep(0.01)


async def _until_answered() -> None:
    async with (
        served(lambda: opened(7, datetime.now(UTC), running=True)) as plant,
        httpx.AsyncClient() as client,
    ):
        await client.get(next(iter(plant.urls.values())))


def _drawn() -> None:
    opened(7, datetime.now(UTC))
