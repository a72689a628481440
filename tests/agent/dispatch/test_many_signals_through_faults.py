"""Forty signals over eight orders, a plant full of faults, two people racing: nothing is lost."""

import asyncio
import random
from collections import Counter
from itertools import groupby
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from agent.arrival import arrive
from agent.bootstrap import Machinery
from agent.case.ruling import Answer
from agent.dispatch.durable import DurableDispatcher, Pace
from agent.dispatch.enqueue import DurableEnqueuer
from agent.records.answers import DecisionRefused
from agent.records.cases import CaseStatus, Wish
from agent.records.states import DecisionState
from agent.records.tables import DecisionRow, TurnRow
from tests.agent.dispatch.deficits import (
    PLANT,
    Deficit,
    concord,
    corrected_once,
    decide,
    new_world,
    plant_files,
    run_dry,
    settings_of,
    takable,
    wires_of,
)
from tools.sandbox.app import plant_doors
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.servers import Server

ORDERS, SIGNALS = 8, 40
PATIENCE = 40.0
FAULTS = (
    Fault(FaultKind.COMMIT_THEN_TIMEOUT, Server.S4, method="WRITE", probability=0.2),
    Fault(FaultKind.SLOW_COMMIT, Server.S4, method="WRITE", probability=0.1, seconds=0.5),
    Fault(FaultKind.LOCK, Server.S4, method="WRITE", probability=0.2, seconds=0.2),
    Fault(FaultKind.HTTP_429, Server.S4, method="WRITE", probability=0.2, seconds=0.2),
    Fault(FaultKind.HTTP_503, method="READ", probability=0.02, seconds=0.1),
)


async def test_forty_signals_with_faults_and_racing_people(tmp_path: Path) -> None:
    world = new_world()
    settings = settings_of(
        tmp_path / "home", plant_files(tmp_path / "plants", alone=False, settle_seconds=1)
    )
    async with concord(settings, wires_of(world)) as running:
        orders = list(dict.fromkeys(order.number for order, _ in takable(world, most=2)))[:ORDERS]
        parts = [part for part in takable(world, most=2) if part[0].number in orders]
        deficits = await run_dry(world, running.plants[PLANT], parts)
        for fault in FAULTS:
            world.faults.add(fault)
        await _all_settled(running, deficits)
        world.faults.clear()
        world.clock.advance(60)
        plant_doors().catch_up(world)
        assert [one.message for one in deficits if not corrected_once(world, one)] == []
        assert world.journal.duplicates() == []
        _in_order(running)
        _decided_once(running)


async def _all_settled(running: Machinery, deficits: list[Deficit]) -> None:
    dispatcher = DurableDispatcher(
        running.database,
        running.records,
        running.advance,
        home=running.settings.home,
        pace=Pace(sweep_seconds=1, surprise_seconds=0.1),
    )
    enqueuer = running.enqueuer()
    await dispatcher.start()
    try:
        signals = _signals(deficits)
        assert len(signals) == SIGNALS
        received = await asyncio.gather(
            *(arrive(raw, running, enqueuer.enqueue) for raw in signals)
        )
        assert [one for one in received if one.case is None] == []
        async with asyncio.timeout(PATIENCE):
            while await _open(running) or await running.records.running():
                await _race(running, enqueuer)
                await asyncio.sleep(0.05)
    finally:
        await dispatcher.stop(5)
        enqueuer.close()


def _signals(deficits: list[Deficit]) -> list[bytes]:
    """Every deficit told by its own signal, then again by others, then by the very same ones."""
    signals = [one.raw for one in deficits]
    signals += [one.told_again(f"{one.message}-again") for one in deficits]
    signals += signals[: SIGNALS - len(signals)]
    random.Random(7).shuffle(signals)
    return signals


async def _open(running: Machinery) -> int:
    counts = await running.records.count(Wish())
    return sum(count for status, count in counts.items() if status is not CaseStatus.SETTLED)


async def _race(running: Machinery, enqueuer: DurableEnqueuer) -> None:
    """Let two people decide about everything that waits, at the same time."""
    page = await running.records.page(Wish(status=CaseStatus.WAITING), limit=100)
    asked = [line.id for line in page.lines if await running.records.pending(line.id)]
    both = [
        decide(running, case, Answer.APPROVE, who, enqueuer.enqueue)
        for case in asked
        for who in ("anna", "bela")
    ]
    for outcome in await asyncio.gather(*both, return_exceptions=True):
        assert outcome is None or isinstance(outcome, DecisionRefused | AssertionError), outcome


def _in_order(running: Machinery) -> None:
    with running.database.read() as session:
        rows = session.scalars(
            select(TurnRow).order_by(col(TurnRow.object), col(TurnRow.sequence))
        ).all()
    for _, turns in groupby(rows, key=lambda row: row.object):
        ended = [turn.ended_at for turn in turns]
        assert None not in ended
        assert ended == sorted(ended)  # pyright: ignore[reportArgumentType]


def _decided_once(running: Machinery) -> None:
    with running.database.read() as session:
        rows = session.scalars(select(DecisionRow)).all()
    by = Counter(row.by for row in rows if row.state is DecisionState.DECIDED)
    assert by["anna"] + by["bela"] >= ORDERS
