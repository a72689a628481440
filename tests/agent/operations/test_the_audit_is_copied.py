"""The audit of cases lies in the plant's own systems too, and nothing else waits for these."""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from agent.arrival import arrive
from agent.bootstrap import Machinery
from agent.case.conflict import Conflict, Signal
from agent.records.arrivals import Arrived
from agent.records.audit_copies import standings
from agent.records.gates import Collected
from agent.records.tables import AuditRow, CaseRow
from agent.sides import Wires
from tests.agent.dispatch.deficits import (
    ROOT,
    concord,
    environment,
    new_world,
    plant_files,
    run_dry,
    settings_of,
    takable,
)
from tools.objects.reading import System
from tools.patience import Rhythm
from tools.ports import Orders
from tools.sandbox.app import plant_doors
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.servers import Server
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World

COPIES = """
[audit_copy.application_log]
[audit_copy.extension_table]
"""
PROFILE = """
[audit_copy.audit_profile]
profile = "Quality"
"""


async def _at_once(_: float) -> None:
    """Wait for nothing."""


def wires(world: World) -> Wires:
    transport = WorldTransport(world, plant_doors())
    clock = world.clock.now
    rhythm = Rhythm(clock=lambda: clock().timestamp(), sleep=_at_once)
    return Wires(environment(), clock, transport, rhythm, sleep=_at_once)


def plants(folder: Path) -> Path:
    plant_files(folder, alone=False)
    own = folder / "1010.toml"
    own.write_text(own.read_text("utf-8") + COPIES, "utf-8")
    other = (ROOT / "tools/sandbox/plants/1710.toml").read_text("utf-8")
    (folder / "1710.toml").write_text(other + PROFILE, "utf-8")
    return folder


def hashes(running: Machinery, plant: str) -> list[str]:
    of = col(CaseRow.id) == col(AuditRow.case_id)
    wanted = select(col(AuditRow.hash)).join(CaseRow, of).where(col(CaseRow.plant) == plant)
    with running.database.read() as session:
        return list(session.scalars(wanted.order_by(col(AuditRow.sequence))))


def stands(running: Machinery, names: Collection[str]) -> dict[str, tuple[int, str]]:
    with running.database.read() as session:
        return {one.target: (one.waiting, one.trouble) for one in standings(session, names)}


async def a_case(running: Machinery, world: World) -> None:
    """Bring a case in and as far as it goes by itself."""
    [deficit] = await run_dry(world, running.plants["1010"], takable(world)[:1])
    received = await arrive(deficit.raw, running, Collected())
    assert received.case is not None
    await running.advance.turn(received.case, None)


async def of_the_other_plant(running: Machinery) -> None:
    """Bring a case of the other plant in."""
    signal = Signal("s1", "/mes/1710", "x", running.wires.clock(), "1710", {"order": "1"})
    conflict = Conflict("production/order_status", "1710", "1710/order/1", {"order": "1"})
    arrived = Arrived(signal.source, "s1", {"id": "s1"}, signal, conflict)
    assert (await running.records.receive(arrived, Collected())).case is not None


async def test_each_system_holds_the_entries_of_its_plants_cases(tmp_path: Path) -> None:
    world = new_world()
    settings = settings_of(tmp_path / "home", plants(tmp_path / "plants"))
    async with concord(settings, wires(world)) as running:
        copier = running.copier()
        await copier.copy()
        await a_case(running, world)
        await of_the_other_plant(running)
        while await copier.copy():
            pass
        await copier.stop()
        expected = hashes(running, "1010")
        assert len(expected) >= 3
        assert [row["EntryHash"] for row in world.s4.application_log.values()] == expected
        assert list(world.dm.extension) == expected
        events = world.ignition.audit_events.values()
        assert [one.originating_system[1].partition("/")[2] for one in events] == hashes(
            running, "1710"
        )
        assert {one.profile for one in events} == {"Quality"}
        assert world.journal.duplicates() == []


async def test_a_system_that_takes_no_copies_takes_everything_else(tmp_path: Path) -> None:
    world = new_world()
    settings = settings_of(tmp_path / "home", plants(tmp_path / "plants"))
    names = ("1010/application_log", "1010/extension_table")
    async with concord(settings, wires(world)) as running:
        copier = running.copier()
        await copier.copy()
        fault = Fault(FaultKind.HTTP_503, Server.S4, path="ZCONCORD_AUDIT_SRV")
        number = world.faults.add(fault)
        await a_case(running, world)
        for _ in range(6):
            world.clock.advance(3600)
            await copier.copy()
        waiting, trouble = stands(running, names)["1010/application_log"]
        assert (waiting, trouble != "") == (len(hashes(running, "1010")), True)
        assert stands(running, names)["1010/extension_table"] == (0, "")
        erp = running.plants["1010"].sides[System.ERP].port(Orders)
        assert (await erp.orders("1010")).value != ()
        world.faults.remove(number)
        world.clock.advance(3600)
        while await copier.copy():
            pass
        await copier.stop()
        assert stands(running, names)["1010/application_log"] == (0, "")
