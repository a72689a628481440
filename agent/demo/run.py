"""A run of the demo: the box gets out of step scenario by scenario, and Concord settles it.

Everything is the real thing but the plant: a service in a process of its own, sockets, connectors,
durable turns, records, audit, pages. Two answers are lost on purpose, so that there is something to
be found again; and the service may be killed, it is started again.
"""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from agent.box import plants_folder, variables
from agent.clock import now
from agent.demo.people import Guest, key_of_the_plant, welcome
from agent.demo.service import LOOPBACK, Service, free_port, serving
from agent.demo.tally import Tally, ended, lost, posted_twice
from agent.foreground import AT_REST
from agent.playbooks.catalog import catalog
from agent.records.audit import AuditTrail
from agent.records.cases import CaseRecords
from agent.records.database import FILE, Database
from agent.records.opening import opened as records_opened
from agent.records.tracing import Trace, of_case
from tools.sandbox.changes.story import Unreadable
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.opening import opened
from tools.sandbox.scenarios.catalog import Listed, performances, scenarios
from tools.sandbox.scenarios.scenario import Told
from tools.sandbox.serve import Served, served
from tools.sandbox.servers import Server

SEED = 7
GLANCE_SECONDS = 0.2
RETRY_SECONDS = 0.3
DELIVERY_SECONDS = 5.0
MARK = "demo-of-concord"
ENVIRONMENT = "env.sh"
LOOKED_AT = 12
ELSEWHERE = frozenset({"CONCORD_DATABASE_URL", "CONCORD_EXECUTOR_ID", "CONCORD_HOSTS"})
"""Settings that would lead away from the demo's own folder and address."""

OPENING = (
    "grease_in_grams",
    "bag_burst_at_the_hopper",
    "last_month_is_closed",
    "other_seats_fitted",
)
"""What happens first: for the planner, the supervisor, the controller, and for Concord alone."""

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

    home: Path
    box: Served
    service: Service
    guests: tuple[Guest, ...]
    database: Database
    sender: httpx.AsyncClient
    signals: list[str]
    cases: list[str]
    began: datetime


@asynccontextmanager
async def staged(home: Path, env: Mapping[str, str], port: int = 0) -> AsyncGenerator[Stage]:
    """Open the box and start Concord on it, in a folder of its own that is made anew.

    Raises:
        ServiceFailed: Concord does not start.
    """
    _clear(home)
    port = port or free_port()
    async with AsyncExitStack() as stack:
        database = stack.enter_context(records_opened(home, f"sqlite:///{home / FILE}"))
        guests, key = welcome(database), key_of_the_plant(database)
        box = await stack.enter_async_context(
            served(lambda: opened(SEED, now(), running=True), scenarios=performances())
        )
        own = _environment(home, box, port)
        _note_environment(home, own)
        given = {name: value for name, value in env.items() if name not in ELSEWHERE}
        service = await stack.enter_async_context(serving({**given, **own}, home, port))
        sender = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=service.url,
                headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
                trust_env=False,
            )
        )
        yield Stage(home, box, service, guests, database, sender, [], [], now())


async def play_once(stage: Stage, watch: Watch, pause_seconds: float) -> None:
    """Let every scenario of a known kind of conflict happen, and wait for the cases."""
    await _round(stage, watch, pause_seconds)
    await _until_at_rest(stage, watch)


async def play_on(stage: Stage, watch: Watch, pause_seconds: float) -> None:
    """Let scenarios happen as long as the plant has orders for them, then look on. Never ends."""
    while await _round(stage, watch, pause_seconds):
        pass
    while True:
        watch(None, await traces(stage, LOOKED_AT))
        await asyncio.sleep(pause_seconds)


async def traces(stage: Stage, latest: int = 0) -> list[Trace]:
    """Return the cases of the demo as they stand: the latest so many, or all."""
    return await asyncio.to_thread(_traces, stage.database, stage.cases[-latest:])


def _traces(database: Database, cases: list[str]) -> list[Trace]:
    with database.read() as session:
        return [of_case(session, case) for case in cases]


async def _round(stage: Stage, watch: Watch, pause_seconds: float) -> int:
    """Let each scenario happen that can, and return how many did."""
    if not stage.cases:
        for fault in LOST_ANSWERS:
            stage.box.world.faults.add(fault)
    happened = 0
    for listed in _known():
        told = _happen(stage, listed)
        if told is None:
            continue
        happened += 1
        stage.signals.append(told.signal["id"])
        case = await _send(stage, told.signal)
        if case is not None and case not in stage.cases:
            stage.cases.append(case)
        watch(told, await traces(stage, LOOKED_AT))
        await asyncio.sleep(pause_seconds)
    return happened


async def _send(stage: Stage, signal: Mapping[str, Any]) -> str | None:
    """Send a signal until somebody has acknowledged it, as the plant would; return its case."""
    raw = json.dumps(signal, default=str).encode()
    while True:
        try:
            answer = await stage.sender.post("/v1/signals", content=raw)
        except httpx.TransportError:
            await asyncio.sleep(RETRY_SECONDS)  # the service is just being started again
            continue
        if not answer.is_server_error:
            return answer.json().get("case")
        await asyncio.sleep(RETRY_SECONDS)


def _known() -> list[Listed]:
    kinds, listed = catalog().playbooks, scenarios()
    names = dict.fromkeys((*OPENING, *listed))
    return [listed[name] for name in names if listed[name].scenario.truth.playbook in kinds]


def _happen(stage: Stage, listed: Listed) -> Told | None:
    try:
        return listed.happen(stage.box.world)
    except (Impossible, Unreadable):
        return None  # an earlier scenario has used up what this one needs


async def _until_at_rest(stage: Stage, watch: Watch) -> None:
    records = CaseRecords(stage.database, now)
    while True:
        found = await traces(stage)
        watch(None, found)
        busy = await records.running()
        if not busy and all(trace.case.status in AT_REST for trace in found):
            break
        await asyncio.sleep(GLANCE_SECONDS)
    await asyncio.sleep(DELIVERY_SECONDS)  # the MES sends what it was told to, a moment later


async def tally(stage: Stage) -> Tally:
    """Count what it came to."""
    ends = [ended(trace) for trace in await traces(stage)]
    findings = await asyncio.to_thread(AuditTrail(stage.database).verify)
    world = stage.box.world
    return Tally(
        signals=len(stage.signals),
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


def _environment(home: Path, box: Served, port: int) -> dict[str, str]:
    """Return what a process needs to work on this plant; the secrets open only the box."""
    return {
        "CONCORD_HOME": str(home.absolute()),
        "CONCORD_PLANTS": str(plants_folder()),
        "CONCORD_PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        **variables(box),
    }


def _note_environment(home: Path, told: Mapping[str, str]) -> None:
    """Write down what another terminal needs."""
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
