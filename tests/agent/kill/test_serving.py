"""``concord serve`` as it is run: signals over HTTP, killed, started again, told to stop."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from agent.records import interfaces
from agent.records.cases import CaseRecords, CaseStatus
from agent.records.database import Database
from tests.agent.dispatch.turns import until
from tests.agent.kill.killing import KILLED, ROOT, Plant, plant

BEARER = {"Authorization": "Bearer let-me-in"}
AT_REST = {CaseStatus.WAITING, CaseStatus.NEEDS_PERSON, CaseStatus.SETTLED}


@contextmanager
def serving(here: Plant, home: Path, *arguments: str) -> Generator[subprocess.Popen[str]]:
    """Run ``concord serve`` on any free port; whatever is left of it in the end is killed."""
    environ = {
        **os.environ,
        **here.environment,
        "PYTHONPATH": str(ROOT),
        "CONCORD_HOME": str(home),
        "CONCORD_PLANTS": str(here.asking),
        "CONCORD_INGRESS_TOKEN": "let-me-in",
    }
    run = [sys.executable, "-c", "from agent.cli import main; main()", "serve", "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*run, *arguments], stdout=pipe, stderr=pipe, env=environ, cwd=ROOT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_what_was_acknowledged_is_worked_on_by_whoever_starts_next(
    tmp_path: Path, tables: Path
) -> None:
    async with plant(tmp_path, tables, datetime.now(UTC)) as here:
        home = tmp_path / "home"
        deficit = next(here.deficits)
        with serving(here, home, "--role", "web") as web:
            url = await _url(web)
            async with httpx.AsyncClient() as client:
                answer = await client.post(url, content=deficit.raw, headers=BEARER)
            assert answer.status_code == 202
            web.kill()
            assert await asyncio.to_thread(web.wait) == KILLED
        case = answer.json()["case"]
        records = CaseRecords(database := Database.of_home(home), lambda: datetime.now(UTC))
        with serving(here, home) as process:
            await _url(process)
            await until(
                lambda: records.case(case), lambda view: view.status in AT_REST and view.attempt
            )
            with serving(here, home, "--role", "worker") as second:
                assert await asyncio.to_thread(second.wait) == 1
                assert second.stderr is not None
                assert "a worker runs on the data in" in second.stderr.read()
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait) == 0
        assert await records.running() == []
        with database.read() as session:
            told = {
                (one.process, one.health.system): one.health for one in interfaces.told(session)
            }
        assert told["local", "ERP"].answered > 0
        database.dispose()


async def _url(process: subprocess.Popen[str]) -> str:
    """Return where signals go, once it is told."""
    assert process.stdout is not None
    line = await asyncio.to_thread(process.stdout.readline)
    found = re.search(r"http://\S+", line)
    assert found is not None, (line, process.stderr and process.stderr.read())
    return found.group()
