"""Killing Concord at a point, and starting it again: real processes on a plant that lives on."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.records.database import FILE
from tests.agent.dispatch.deficits import (
    PLANT,
    Deficit,
    connected_plants,
    elsewhere,
    environment,
    new_world,
    plant_files,
    run_dry,
    settings_of,
    takable,
    wires_of,
)
from tests.agent.kill.child import Job
from tools.sandbox.serve import TICK, served
from tools.sandbox.world import World

ROOT = Path(__file__).parents[3]
CHILD = "tests/agent/kill/child.py"
KILLED = -9


class Forge:
    """A process that has imported everything, and forks one for each job."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    async def run(self, job: Job) -> int:
        """Run a job to its end, or its death; return the exit code."""
        return await asyncio.to_thread(self._run, job)

    def _run(self, job: Job) -> int:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(asdict(job)).encode() + b"\n")
        stdin.flush()
        return int(stdout.readline())


@dataclass
class Plant:
    """A plant that is served, with deficits to be corrected, one for each kill."""

    world: World
    deficits: Iterator[Deficit]
    folder: Path
    tables: Path
    asking: Path
    alone: Path
    environment: dict[str, str]
    offset: float

    def elsewhere(self, deficit: Deficit) -> Decimal:
        """What places other than the line hold of a deficit's material now."""
        return elsewhere(self.world, deficit.material)

    async def settled(self) -> None:
        """Let everything happen that has been set going, such as messages sent again."""
        self.world.clock.advance(60)
        await asyncio.sleep(2 * TICK)

    def job(self, deficit: Deficit, name: str, *, alone: bool = False, **more: Any) -> Job:
        """Return the job of correcting a deficit, on data of its own."""
        home = self.folder / name.replace(":", "-")
        if not home.exists():
            home.mkdir()
            if more.get("url") is None:
                shutil.copy(self.tables, home / FILE)
        return Job(
            home=str(home),
            plants=str(self.alone if alone else self.asking),
            environment=self.environment,
            offset=self.offset,
            out=str(home / "told.json"),
            event=deficit.event,
            **more,
        )


@asynccontextmanager
async def plant(folder: Path, tables: Path, now: datetime | None = None) -> AsyncGenerator[Plant]:
    """Serve a plant on loopback; its journal outlives whoever is killed.

    Args:
        folder: Where every kill has its data.
        tables: An empty database, to be copied: quicker than migrating each.
        now: The plant's time.
    """
    world = new_world(now)
    asking, alone = folder / "asking", folder / "alone"
    plant_files(asking, alone=False, settle_seconds=1)
    plant_files(alone, alone=True, settle_seconds=1)
    wires = wires_of(world)
    inside = connected_plants(settings_of(folder, asking), wires)[PLANT]
    deficits = await run_dry(world, inside, takable(world, most=3))
    await inside.close()
    async with served(lambda: world) as running:
        yield Plant(
            world=world,
            deficits=iter(deficits),
            folder=folder,
            tables=tables,
            asking=asking,
            alone=alone,
            environment=environment({str(name): url for name, url in running.urls.items()}),
            offset=(world.clock.now() - datetime.now(UTC)).total_seconds(),
        )


@contextmanager
def forges(count: int) -> Generator[list[Forge]]:
    """Start processes that fork jobs."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "LANGGRAPH_STRICT_MSGPACK": "true"}
    pipe = subprocess.PIPE
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, CHILD], stdin=pipe, stdout=pipe, cwd=ROOT, env=environ
                )
            )
            for _ in range(count)
        ]
        yield [Forge(process) for process in started]  # which end when nobody writes to them


def told(job: Job) -> dict[str, Any]:
    """Return what a job that lived wrote down."""
    return json.loads(Path(job.out).read_text("utf-8"))


async def each(
    points: Sequence[str], forging: Sequence[Forge], work: Callable[[str, Forge], Any]
) -> dict[str, Any]:
    """Do something for every point, as many at once as there are processes to fork from."""
    left, found = list(points), dict[str, Any]()

    async def one_after_the_other(forge: Forge) -> None:
        while left:
            point = left.pop(0)
            found[point] = await work(point, forge)

    await asyncio.gather(*(one_after_the_other(forge) for forge in forging))
    return found
