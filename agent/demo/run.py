"""A run of the demo: the box gets out of step scenario by scenario, and Concord settles it.

Everything is the real thing but the plant: sockets, connectors, durable turns, records, audit. Two
answers are lost on purpose, so that there is something to be found again.
"""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.arrival import arrive
from agent.bootstrap import Machinery, machinery
from agent.box import plants_folder, variables
from agent.clock import now
from agent.demo.tally import Tally, ended, lost, posted_twice
from agent.foreground import AT_REST, trace_of, working
from agent.records.audit import AuditTrail
from agent.records.tracing import Trace
from agent.settings import Settings
from agent.sides import Wires
from tools.sandbox.changes.story import Unreadable
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.opening import opened
from tools.sandbox.scenarios.catalog import Listed, performances, scenarios
from tools.sandbox.scenarios.scenario import Told
from tools.sandbox.serve import Served, served
from tools.sandbox.servers import Server

SEED = 7
GLANCE_SECONDS = 0.1
DELIVERY_SECONDS = 5.0
MARK = "demo-of-concord"
ENVIRONMENT = "env.sh"
LOST_ANSWERS = (
    Fault(FaultKind.COMMIT_THEN_TIMEOUT, Server.S4, path="API_MATERIAL_DOCUMENT", count=1),
    Fault(
        FaultKind.LOCK, Server.S4, path="API_MATERIAL_DOCUMENT", method="POST", seconds=1, count=1
    ),
)

# What the onlooker is told: a scenario that has just happened, or the cases as they stand.
Watch = Callable[[Told | None, list[Trace]], None]


@dataclass(frozen=True)
class Stage:
    """The demo while it runs."""

    box: Served
    concord: Machinery
    cases: list[str]
    began: datetime


@asynccontextmanager
async def staged(home: Path, env: Mapping[str, str]) -> AsyncGenerator[Stage]:
    """Open the box and start Concord on it, in a folder of its own that is made anew."""
    _clear(home)
    async with served(lambda: opened(SEED, now(), running=True), scenarios=performances()) as box:
        settings = Settings(home=home, plants=plants_folder())
        wires = Wires({**env, **variables(box)}, now)
        _note_environment(home, variables(box))
        async with machinery(settings, wires) as concord, working(concord):
            yield Stage(box, concord, [], now())


async def play(stage: Stage, watch: Watch, pause_seconds: float) -> Tally:
    """Let every scenario of a known kind of conflict happen, wait for the cases, and count."""
    for fault in LOST_ANSWERS:
        stage.box.world.faults.add(fault)
    enqueuer, signals = stage.concord.enqueuer(), 0
    for listed in _known(stage.concord):
        told = _happen(stage, listed)
        if told is None:
            continue
        raw = json.dumps(told.signal, default=str).encode()
        received = await arrive(raw, stage.concord, enqueuer.enqueue)
        signals += 1
        if received.case is not None and received.case not in stage.cases:
            stage.cases.append(received.case)
        watch(told, await traces(stage))
        await asyncio.sleep(pause_seconds)
    await _until_at_rest(stage, watch)
    return await _tally(stage, signals)


async def traces(stage: Stage) -> list[Trace]:
    """Return the cases of the demo as they stand."""
    return [await asyncio.to_thread(trace_of, stage.concord, case) for case in stage.cases]


def _known(concord: Machinery) -> list[Listed]:
    kinds = concord.context.catalog.playbooks
    return [one for one in scenarios().values() if one.scenario.truth.playbook in kinds]


def _happen(stage: Stage, listed: Listed) -> Told | None:
    try:
        return listed.happen(stage.box.world)
    except (Impossible, Unreadable):
        return None  # an earlier scenario has used up what this one needs


async def _until_at_rest(stage: Stage, watch: Watch) -> None:
    while True:
        found = await traces(stage)
        watch(None, found)
        busy = await stage.concord.records.running()
        if not busy and all(trace.case.status in AT_REST for trace in found):
            break
        await asyncio.sleep(GLANCE_SECONDS)
    await asyncio.sleep(DELIVERY_SECONDS)  # the MES sends what it was told to, a moment later


async def _tally(stage: Stage, signals: int) -> Tally:
    ends = [ended(trace) for trace in await traces(stage)]
    findings = await asyncio.to_thread(AuditTrail(stage.concord.database).verify)
    world = stage.box.world
    return Tally(
        signals=signals,
        cases=len(stage.cases),
        acted=ends.count("acted"),
        asked=ends.count("asked"),
        held=ends.count("held"),
        observed=ends.count("observed"),
        lost=lost(world.journal),
        posted_twice=posted_twice(world),
        audit_ok=not findings,
        seconds=round((now() - stage.began).total_seconds(), 1),
    )


def _note_environment(home: Path, box: Mapping[str, str]) -> None:
    """Write what another terminal needs to speak to this plant; the secrets open only the box."""
    told = {"CONCORD_HOME": str(home.absolute()), "CONCORD_PLANTS": str(plants_folder())} | {**box}
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in told.items()]
    (home / ENVIRONMENT).write_text("".join(lines), encoding="utf-8")


def _clear(home: Path) -> None:
    """Make the folder anew; one that is not the demo's own is left alone.

    Raises:
        FileExistsError: The folder holds something else.
    """
    if home.exists():
        if not (home / MARK).exists() and any(home.iterdir()):
            raise FileExistsError(f"{home} is not the demo's folder; name another with --home")
        shutil.rmtree(home)
    home.mkdir(mode=0o700, parents=True)
    (home / MARK).touch()
