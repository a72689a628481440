"""PostgreSQL is restarted while a case posts: real processes, and nothing lost or posted twice."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from agent.records.audit import AuditTrail
from agent.records.database import Database
from benchmarks.chaos.checking import Told, check
from benchmarks.chaos.outcome import WRONG
from benchmarks.chaos.plant import Deficit, opened, parts, run_dry
from benchmarks.chaos.processes import Program
from benchmarks.chaos.setting import LOOPBACK, environment, free_port, programs
from benchmarks.chaos.telling import Accepted
from tests.agent.postgres import Standing, standing
from tools.objects.sync import SyncState
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.serve import served
from tools.sandbox.world import World

TOKEN = "let-me-in"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
PATIENCE = 180.0
BUSY_MACHINE = 600


@dataclass
class Running:
    """A web process and a worker, each started again whenever it ends, on a plant that is slow."""

    world: World
    web: Program
    worker: Program
    floor: httpx.AsyncClient

    async def told(self, one: Deficit) -> Accepted:
        """Tell of a deficit until it is taken, as senders do."""
        sent = datetime.now(UTC)
        while True:
            try:
                answer = await self.tell(one)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                return Accepted(sent, datetime.now(UTC), answer.json()["case"])
            await asyncio.sleep(0.2)

    async def tell(self, one: Deficit) -> httpx.Response:
        """Tell of a deficit once."""
        body = json.dumps(one.event)
        return await self.floor.post("/v1/signals", content=body, headers=HEADERS)

    def issued(self, one: Deficit) -> bool:
        """Whether what the line took is booked."""
        return self.world.dm.messages[one.message].state is SyncState.SUCCEEDED


@pytest.fixture
def its_own() -> Generator[Standing]:
    """A server that no other test uses."""
    folder = Path(tempfile.mkdtemp(prefix="concord-pg-"))
    try:
        with standing(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def running(folder: Path, url: str) -> AsyncGenerator[Running]:
    """Start everything; the ERP takes three seconds to answer what it has posted at once."""
    async with AsyncExitStack() as stack:
        box = await stack.enter_async_context(served(lambda: opened(1, datetime.now(UTC), 1)))
        slow = Fault(FaultKind.LATENCY, method="WRITE", path="A_MaterialDocument", seconds=3)
        box.world.faults.add(slow)
        port = free_port()
        web, worker = programs(folder, environment(folder, box, TOKEN, url), port, workers=1)
        for program in (web, worker):
            await program.start()
            stack.push_async_callback(program.stop)
        base = f"http://{LOOPBACK}:{port}"
        floor = httpx.AsyncClient(base_url=base, trust_env=False, timeout=60)
        yield Running(box.world, web, worker, await stack.enter_async_context(floor))


@pytest.mark.timeout(BUSY_MACHINE)
async def test_a_case_in_the_middle_of_posting_is_settled_and_posted_once(
    tmp_path: Path, its_own: Standing
) -> None:
    url = f"postgresql://postgres@/postgres?host={its_own.host}"
    async with running(tmp_path, url) as here, asyncio.timeout(PATIENCE):
        first, second = (
            run_dry(here.world, part, Decimal(20), number)
            for number, part in enumerate(parts(1)[:2])
        )
        accepted = {0: [await here.told(first)]}
        while not here.world.journal.committed():  # once it is, its answer takes its time
            await asyncio.sleep(0.02)
        its_own.stop()
        refused = await here.tell(second)
        assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
        its_own.start()
        accepted[1] = [await here.told(second)]
        while not (here.issued(first) and here.issued(second)):
            await asyncio.sleep(0.1)
        said = here.worker.log.read_text("utf-8")
        assert "the worker lost its place at the database; start it again" in said
        assert (here.web.deaths, here.worker.deaths > 0) == (0, True)
    became = {number: {one.case for one in some} for number, some in accepted.items()}
    told = Told([first, second], accepted, became, {}, {}, unknown=frozenset())
    found = check(here.world, told)
    assert [one for kind in WRONG for one in getattr(found, kind)] == []
    assert found.effects == 6
    database = Database(url)
    assert AuditTrail(database).verify() == []
    database.dispose()
