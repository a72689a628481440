"""A full or read-only disk, a database that was restarted, a clock that jumps: nothing is lost."""

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from agent.records.audit import MACHINE, AuditTrail, Entry, append
from agent.records.cases import CaseStatus, Wish
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.migrations import upgrade
from agent.service.application import application
from tests.agent.dispatch.turns import NOW
from tests.agent.operations.years import approved, at_rest, deficits, told, working, wrong, years

BEARER = {"Authorization": "Bearer let-me-in"}


@pytest.mark.parametrize("pragma", ["max_page_count=1", "query_only=ON"])
async def test_a_disk_that_takes_nothing_refuses_signals_until_it_does(
    tmp_path: Path, pragma: str, caplog: pytest.LogCaptureFixture
) -> None:
    here = years(tmp_path)
    async with here.concord() as running:
        [deficit] = await deficits(running, here.world, 1)
        # Longer than what is left of the pages the file has already.
        data = {**deficit.event["data"], "note": "x" * 200_000}
        body = json.dumps({**deficit.event, "data": data})
        app = httpx.ASGITransport(application(running, Collected()))
        async with httpx.AsyncClient(transport=app, base_url="http://localhost") as client:
            with _every_connection(running.database, pragma):
                refused = await client.post("/v1/signals", content=body, headers=BEARER)
                assert await running.records.count(Wish()) == {}
            taken = await client.post("/v1/signals", content=body, headers=BEARER)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
        assert refused.headers["content-type"] == "application/problem+json"
        assert (taken.status_code, taken.json()["how"]) == (202, "new")
        assert AuditTrail(running.database).verify() == []
    assert "the records are out of reach" in caplog.text
    assert "xxx" not in caplog.text


async def test_a_decision_that_cannot_be_written_is_not_taken(tmp_path: Path) -> None:
    here = years(tmp_path)
    async with here.concord() as running, working(running):
        [deficit] = await deficits(running, here.world, 1)
        case = await told(running, deficit)
        assert await at_rest(running, case) is CaseStatus.WAITING
        with (
            _every_connection(running.database, "query_only=ON"),
            pytest.raises(OperationalError, match="readonly"),
        ):
            await approved(running, case)
        assert await at_rest(running, case) is CaseStatus.WAITING
        await approved(running, case)
        assert await at_rest(running, case) is CaseStatus.SETTLED
    assert wrong(here.world, deficit) == []


async def test_a_clock_that_jumps_posts_nothing_twice(tmp_path: Path) -> None:
    here, jump = years(tmp_path), timedelta(0)

    def clock() -> datetime:
        return here.world.clock.now() + jump

    here.wires = replace(here.wires, clock=clock)
    async with here.concord() as running, working(running):
        ahead, back = await deficits(running, here.world, 2)
        first, second = await told(running, ahead), await told(running, back)
        for case in (first, second):
            assert await at_rest(running, case) is CaseStatus.WAITING
        for case, by in ((first, timedelta(days=2)), (second, -timedelta(days=1))):
            jump = by
            await approved(running, case)
            assert await at_rest(running, case) is CaseStatus.SETTLED
        assert AuditTrail(running.database).verify() == []
    assert wrong(here.world, ahead, back) == []


def test_a_restarted_postgresql_is_found_again_by_the_next_to_ask(empty_postgresql: str) -> None:
    ours, theirs = Database(empty_postgresql), Database(empty_postgresql)
    upgrade(ours.engine)
    with ours.write() as session:
        append(session, Entry(MACHINE, "before"), NOW)
    with theirs.engine.connect() as connection:  # as a restart ends every connection
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with ours.write() as session:
        append(session, Entry(MACHINE, "after"), NOW)
    assert AuditTrail(ours).verify() == []
    for database in (ours, theirs):
        database.dispose()


def test_the_page_names_tests_that_are_there(pytestconfig: pytest.Config) -> None:
    root = pytestconfig.rootpath
    page = (root / "docs/operations.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/.]+\.py)::(\w+)`", page)
    assert len(named) >= 10
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not re.search(rf"def {name}\b", (root / file).read_text("utf-8"))
    ]
    assert missing == []


@contextmanager
def _every_connection(database: Database, pragma: str) -> Generator[None]:
    """Let a disk be full, or read-only, as far as the records' connections go."""

    def set_it(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA {pragma}").close()

    database.engine.dispose()
    event.listen(database.engine, "connect", set_it)
    try:
        yield
    finally:
        event.remove(database.engine, "connect", set_it)
        database.engine.dispose()
