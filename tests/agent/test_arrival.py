"""Arrival: whatever comes in is a case or a dead letter, with a reason a person understands."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.arrival import take_in
from agent.case.conflict import Criticality
from agent.playbooks.catalog import catalog
from agent.records.arrivals import Received
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.migrations import upgrade
from agent.records.states import How
from agent.understanding import Acquaintance
from tests.agent.dispatch.turns import NOW
from tests.agent.notify.desk import plant_of

KNOWN = Acquaintance({"1010": plant_of()}, catalog(), NOW)


class Door:
    """The door, and the records behind it."""

    def __init__(self, database: Database) -> None:
        self.records, self.started = CaseRecords(database, lambda: NOW), Collected()

    async def receive(self, raw: bytes, known: Acquaintance = KNOWN) -> Received:
        return await take_in(known.understand(raw).arrived, self.records, self.started)

    async def reason(self, received: Received) -> str:
        letters = {one.id: one.reason for one in await self.records.dead_letters()}
        return letters[received.dead_letter or 0]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    database = Database.of_home(tmp_path)
    upgrade(database.engine)
    yield Door(database)
    database.dispose()


def raw(**changes: Any) -> bytes:
    data = {"plant": "1010", "order": "1000001", "material": "RM-SEAT-S"}
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": "s1",
        "source": "/dm/1010",
        "type": "concord.stock.deficit.v1",
        "time": NOW.isoformat(),
        "data": {**data, **changes.pop("data", {})},
        **changes,
    }
    return json.dumps(event).encode()


async def test_a_signal_a_playbook_recognises_opens_its_case(door: Door) -> None:
    received = await door.receive(raw())
    assert received.how is How.NEW
    case = await door.records.case(str(received.case))
    assert case is not None
    assert (case.kind, case.object) == ("materials/stock_deficit", "1010/order/1000001")
    assert len(door.started.turns) == 1


async def test_the_same_signal_is_one_case(door: Door) -> None:
    first, again = await door.receive(raw()), await door.receive(raw())
    assert (again.how, again.case) == (How.DUPLICATE, first.case)


async def test_what_no_playbook_recognises_is_a_case_for_a_person(door: Door) -> None:
    received = await door.receive(raw(type="concord.nobody.knows.v1"))
    assert received.how is How.NEW
    case = await door.records.case(str(received.case))
    assert case is not None
    assert case.kind is None


async def test_a_signal_of_an_unknown_plant_is_kept_with_the_reason(door: Door) -> None:
    received = await door.receive(raw(data={"plant": "9999"}))
    assert received.how is How.DEAD
    said = await door.reason(received)
    assert said == "data.plant: no plant '9999' is known here (known: 1010)"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"no json", "body: is no JSON"),
        (b"\xff\x00", "body: is no JSON"),
        (b"x" * 2_000_000, "body: 2000000 bytes are more than"),
        (raw(time="tomorrow"), "time: "),
        (raw(data={"order": 7}), "data.order: is to be written as text"),
        (raw(data={"text": "x" * 50_000}), "data.text: "),
        (raw(specversion="7"), "specversion: "),
    ],
    ids=["text", "bytes", "2 MB", "time", "number", "long text", "version"],
)
async def test_what_is_no_signal_is_kept_with_the_reason(
    door: Door, body: bytes, reason: str
) -> None:
    received = await door.receive(body)
    assert received.how is How.DEAD
    assert (await door.reason(received)).startswith(reason)
    again = await door.receive(body)
    assert (again.how, again.dead_letter) == (How.DUPLICATE, received.dead_letter)


async def test_a_dead_signal_sent_again_and_mended_is_a_case(door: Door) -> None:
    dead = await door.receive(raw(data={"order": 7}))
    mended = await door.receive(raw())
    assert (dead.how, mended.how) == (How.DEAD, How.NEW)
    assert await door.records.dead_letters() == []


async def test_a_dead_signal_is_understood_once_its_plant_is_known(door: Door) -> None:
    dead = await door.receive(raw(data={"plant": "1710"}))
    now_known = Acquaintance({"1010": plant_of(), "1710": plant_of()}, catalog(), NOW)
    received = await door.records.replay(
        dead.dead_letter or 0, "ina", now_known.reread, door.started
    )
    assert received.how is How.NEW


async def test_what_was_no_json_is_read_again_as_it_came(door: Door) -> None:
    dead = await door.receive(b"no json")
    again = await door.records.replay(dead.dead_letter or 0, "ina", KNOWN.reread, door.started)
    assert again.how is How.DEAD
    assert (await door.reason(again)).startswith("body: is no JSON")


def _changed(changes: dict[str, Any]) -> bytes:
    whole: dict[str, Any] = {k: v for k, v in changes.items() if k != "data" or isinstance(v, dict)}
    return raw(**whole)


BODIES = st.binary(max_size=300) | st.dictionaries(
    st.sampled_from(["specversion", "id", "source", "type", "time", "data"]),
    st.text(max_size=20)
    | st.dictionaries(
        st.sampled_from(["plant", "order", "material", "text", "message_class"]),
        st.text(max_size=20) | st.integers() | st.none(),
    ),
).map(_changed)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES)
def test_nothing_is_lost_whatever_arrives(door: Door, body: bytes) -> None:
    received = asyncio.run(door.receive(body))
    assert (received.case is None) != (received.dead_letter is None)


async def test_a_case_is_as_urgent_as_its_plant_finds_it(door: Door) -> None:
    own = plant_of(criticality=[{"criticality": "urgent"}])
    received = await door.receive(raw(), Acquaintance({"1010": own}, catalog(), NOW))
    case = await door.records.case(received.case or "")
    assert case is not None
    assert case.criticality is Criticality.URGENT
