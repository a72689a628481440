"""Concord running on a plant of fakes, for benchmarks."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from agent.actions.action import Sides
from agent.bootstrap import Machinery, database_of, wire
from agent.box import plants_folder
from agent.heaps import keep_few
from agent.records.cases import CaseStatus, Wish
from agent.savers import saver_for
from agent.settings import Settings, environment
from agent.sides import ConnectedPlant, Wires, connected
from tools.plant.reading import read_plant

UNFINISHED = (CaseStatus.OPEN, CaseStatus.ACTING)
NAMES = (
    "S4_URL",
    "S4_USER",
    "S4_PASSWORD",
    "DM_URL",
    "DM_TOKEN_URL",
    "DM_CLIENT_ID",
    "DM_CLIENT_SECRET",
)


async def at_rest(concord: Machinery) -> Mapping[CaseStatus, int]:
    """Wait until no case is being worked on, and return how many there are of each."""
    while True:
        count = await concord.records.count(Wish())
        if not any(count.get(status, 0) for status in UNFINISHED):
            return count
        await asyncio.sleep(0.05)


@asynccontextmanager
async def running(
    sides: Sides, url: SecretStr | None = None, executor: str = "local", home: Path | None = None
) -> AsyncGenerator[Machinery]:
    """Wire Concord onto plant 1010 with these sides; without a home, in one gone afterwards."""
    keep_few(environment())  # as a service does
    with tempfile.TemporaryDirectory() as folder:
        place = home or Path(folder)
        settings = Settings(home=place, database_url=url, executor_id=executor)
        env = {f"CONCORD_SANDBOX_{name}": "http://127.0.0.1:9" for name in NAMES}
        wires = Wires(env, lambda: datetime.now(UTC))
        real = connected(read_plant(plants_folder() / "1010.toml", env), wires)
        plant = ConnectedPlant(real.plant, sides, real.landscape, real.options, real.connections)
        database = database_of(settings)
        async with saver_for(settings) as saver:
            concord = wire(settings, {"1010": plant}, database, saver, wires)
            yield concord
            concord.precedents.close()
        database.dispose()
        await real.close()


def resident() -> float:
    """Return the megabytes this process holds."""
    status = Path("/proc/self/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
