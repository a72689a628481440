"""Group commit: many at once, each kept before it is answered, and none pays for another."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from agent.correlation import correlated
from agent.dispatch.enqueue import DurableEnqueuer
from agent.ingress.grouping import GroupWriter
from agent.records.arrivals import Received
from agent.records.audit import AuditTrail
from agent.records.database import Database
from agent.records.gates import Collected, Turn
from agent.records.migrations import upgrade
from agent.records.signal_names import case_id
from agent.records.states import How
from tests.agent.dispatch.turns import NOW, arrived


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.of_home(tmp_path)
    upgrade(database.engine)
    yield database
    database.dispose()


def count(database: Database, table: str) -> int:
    with database.read() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


async def test_all_that_come_at_once_are_kept_and_answered(database: Database) -> None:
    started = Collected()
    writer = GroupWriter(database, lambda: NOW, started)
    signals = [arrived(f"s{n}", about=str(n)) for n in range(150)]
    received = await asyncio.gather(*(writer.receive(one) for one in signals))
    assert [one.how for one in received] == [How.NEW] * 150
    assert len(started.turns) == count(database, "inbox") == 150
    assert AuditTrail(database).verify() == []


async def test_the_same_signal_twice_in_a_group_is_one(database: Database) -> None:
    writer = GroupWriter(database, lambda: NOW, Collected())
    first, again = await asyncio.gather(*(writer.receive(arrived("s1")) for _ in range(2)))
    assert (first.how, again.how, again.case) == (How.NEW, How.DUPLICATE, first.case)


async def test_a_poisoned_one_fails_alone(database: Database) -> None:
    started = Collected()

    def enqueue(session: Session, turns: Sequence[Turn]) -> None:
        if any(turn.object.endswith("/13") for turn in turns):
            raise RuntimeError("poison")
        started(session, turns)

    writer = GroupWriter(database, lambda: NOW, enqueue)
    signals = [arrived(f"s{n}", about=str(n)) for n in range(20)]
    received = await asyncio.gather(
        *(writer.receive(one) for one in signals), return_exceptions=True
    )
    failed = [n for n, one in enumerate(received) if isinstance(one, BaseException)]
    assert failed == [13]
    assert count(database, "inbox") == 19
    assert AuditTrail(database).verify() == []


async def test_each_is_answered_for_itself_whatever_is_beside_it(database: Database) -> None:
    def enqueue(session: Session, turns: Sequence[Turn]) -> None:
        enqueuer.enqueue(session, turns)
        if any(turn.object.endswith("/13") for turn in turns):
            raise RuntimeError("poison")

    enqueuer = DurableEnqueuer(database)
    writer = GroupWriter(database, lambda: NOW, enqueue)
    await writer.receive(arrived("early", about="early"))
    dead = replace(arrived("dead"), conflict=None, refusal="It names nothing.")
    signals = [
        arrived("good", about="1"),
        arrived("early", about="early"),
        dead,
        arrived("poison", about="13"),
        arrived("parked", about="1"),
        arrived("good", about="1"),
        dead,
        arrived("poison", about="13"),
    ]
    received = await asyncio.gather(
        *(writer.receive(one) for one in signals), return_exceptions=True
    )
    enqueuer.close()
    told = [one.how if isinstance(one, Received) else type(one) for one in received]
    new, again, died, parked = How.NEW, How.DUPLICATE, How.DEAD, How.PARKED
    assert told == [new, again, died, RuntimeError, parked, again, again, RuntimeError]
    cases = [one.case for one in received if isinstance(one, Received)]
    named = [case_id("/test", name) for name in ("good", "early", "parked")]
    assert cases == [named[0], named[1], None, named[2], named[0], None]
    assert [count(database, table) for table in ("inbox", "cases", "workflow_status")] == [4, 3, 2]
    assert AuditTrail(database).verify() == []


async def test_a_caller_that_goes_away_loses_its_answer_and_nothing_else(
    database: Database,
) -> None:
    writer = GroupWriter(database, lambda: NOW, Collected(), most=2)
    gone = asyncio.create_task(writer.receive(arrived("s0")))
    await asyncio.sleep(0)
    gone.cancel()
    rest = await asyncio.gather(*(writer.receive(arrived(f"s{n}")) for n in range(1, 6)))
    assert all(one.case is not None for one in rest)
    assert count(database, "inbox") == 6


async def test_each_keeps_its_own_correlation_id(database: Database) -> None:
    writer = GroupWriter(database, lambda: NOW, Collected())

    async def send(name: str) -> None:
        with correlated(f"request-{name}"):
            await writer.receive(arrived(name, about=name))

    await asyncio.gather(*(send(f"s{n}") for n in range(10)))
    with database.read() as session:
        rows = session.execute(text("SELECT details FROM audit")).scalars().all()
    said = {(one["signal"], one["correlation"]) for one in map(json.loads, rows)}
    assert said == {(f"s{n}", f"request-s{n}") for n in range(10)}
