"""One run: a plant that goes wrong, Concord as processes that are killed, and what it comes to."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
from pydantic import SecretStr

from agent.bootstrap import database_of
from agent.clock import now
from agent.records.database import Database
from agent.settings import Settings
from benchmarks.chaos import plan
from benchmarks.chaos.checking import Told, check
from benchmarks.chaos.doubt import in_doubt
from benchmarks.chaos.leave import rejected
from benchmarks.chaos.outcome import Outcome
from benchmarks.chaos.people import Deciders, welcome
from benchmarks.chaos.plan import Kill, Struck
from benchmarks.chaos.plant import opened, parts, quiet
from benchmarks.chaos.processes import COMMAND, Program, Row, Watch
from benchmarks.chaos.recovering import How, Recovery
from benchmarks.chaos.setting import LOOPBACK, environment, free_port, home_of, programs
from benchmarks.chaos.telling import Floor
from tools.sandbox.serve import Served, served

HOLD_SECONDS = 10.0
GLANCE_SECONDS = 0.2
READY_SECONDS = 300.0
STANDSTILL_SECONDS = 330.0
CASES_OF_AN_ORDER = 6
FEWEST_ORDERS, MOST_ORDERS = 4, 150
BUSY = ("open", "acting", "waiting")


@dataclass(frozen=True)
class Wanted:
    """What is asked for."""

    cases: int
    kills: int
    faults: float
    seed: int
    url: str | None
    workers: int


@dataclass
class Run:
    """A run while it lasts."""

    wanted: Wanted
    folder: Path
    box: Served
    database: Database
    web: Program
    workers: list[Program]
    floor: Floor
    deciders: Deciders
    kills: Counter[Struck] = field(default_factory=Counter[Struck])
    recoveries: list[Recovery] = field(default_factory=list[Recovery])
    rested: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when nothing moves any more: what is left to a person never gets done."""

    began: float = field(default_factory=time.monotonic)

    def killed(self, what: Struck, which: str) -> None:
        """Count what was killed while it was there; say so if that leaves nobody to go on."""
        self.kills[what] += 1
        alone = "" if any(worker.alive for worker in self.workers) else "; no worker is left"
        self.note(f"{self.floor.done()} done; killed: {which}{alone}")

    def note(self, said: str) -> None:
        """Tell whoever looks on."""
        sys.stderr.write(f"{time.monotonic() - self.began:7.1f} s  {said}\n")


async def run(wanted: Wanted, folder: Path) -> Outcome:
    """Run, check, and return what it came to."""
    async with _running(wanted, folder) as one:
        await _through(one)
        one.note("everything is told and nothing moves any more")
        unknown = await _unknown(one)
        await one.floor.ask_after()
        floor, deciders = one.floor, one.deciders
        became = {deficit.number: floor.cases(deficit) for deficit in floor.deficits}
        told = Told(
            deficits=floor.deficits,
            accepted=floor.accepted,
            became=became,
            shown=deciders.shown,
            said=deciders.said,
            unknown=unknown,
            timelines={case: await deciders.timeline(case) for case in deciders.said},
        )
        seconds = time.monotonic() - one.began
        for program in (*one.workers, one.web):
            await program.stop()
        return Outcome(
            cases=sum(len(told.cases(one)) for one in told.deficits),
            kills=one.kills,
            faults=sum(rule.struck for rule in one.box.world.faults.rules),
            found=check(one.box.world, told),
            unknown=unknown,
            audit_ok=await _audit_ok(one),
            recoveries=one.recoveries,
            seconds=seconds,
        )


@asynccontextmanager
async def _running(wanted: Wanted, folder: Path) -> AsyncGenerator[Run]:
    """Open the plant, start the processes, and end them whatever happens."""
    orders = max(FEWEST_ORDERS, min(MOST_ORDERS, wanted.cases // CASES_OF_AN_ORDER))
    async with AsyncExitStack() as stack:
        box = await stack.enter_async_context(
            served(lambda: opened(wanted.seed, now(), orders), hold=HOLD_SECONDS)
        )
        for fault in plan.faults(wanted.faults):
            box.world.faults.add(fault)
        port, token = free_port(), secrets.token_hex(16)
        told = environment(folder, box, token, wanted.url)
        database = _database(folder, wanted.url)
        stack.callback(database.dispose)
        url = f"http://{LOOPBACK}:{port}"

        def manner(case: str) -> plan.Manner:
            return plan.manner(wanted.seed, case)

        deciders = Deciders(url, welcome(database), manner)
        floor = Floor(
            url=url,
            token=token,
            world=lambda: box.world,
            parts=parts(orders),
            chance=Random(f"{wanted.seed}/telling"),
            closed=lambda case: rejected(deciders.said.get(case, ())),
        )
        web, *workers = programs(folder, told, port, wanted.workers)
        one = Run(wanted, folder, box, database, web, workers, floor, deciders)
        for program in (web, *workers):
            await program.start()
            stack.push_async_callback(program.stop)
        await _until_ready(url)
        one.began = time.monotonic()
        yield one


def _database(folder: Path, url: str | None) -> Database:
    home = home_of(folder, url)
    return database_of(Settings(home=home, database_url=SecretStr(url) if url else None))


async def _through(one: Run) -> None:
    """Let everything happen that is to happen, and wait until nothing moves any more."""
    wanted = one.wanted
    what = plan.issues(wanted.seed, wanted.cases, len(one.floor.parts))
    deciding = asyncio.create_task(one.deciders.decide_on())
    again = asyncio.create_task(one.floor.tell_again())
    asking = asyncio.create_task(one.floor.ask_on())
    killing = asyncio.create_task(_kill_all(one))
    try:
        await one.floor.tell(what)
        await _until_at_rest(one)
        one.rested.set()
        await killing
        await _until_at_rest(one)
    finally:
        aside = {deciding, again, asking, killing}
        for task in aside:
            task.cancel()
        await asyncio.wait(aside)


async def _kill_all(one: Run) -> None:
    """Kill what is to be killed, each once so much of the work is done and it is there."""
    wanted = one.wanted
    async with asyncio.TaskGroup() as group:
        for kill in plan.kills(wanted.seed, wanted.kills, wanted.workers):
            while one.floor.done() < kill.at * wanted.cases and not one.rested.is_set():
                await asyncio.sleep(GLANCE_SECONDS)
            match kill.what:
                case Struck.WORKER:
                    group.create_task(_kill_worker(one, kill))
                case Struck.WEB:
                    group.create_task(_kill_web(one))
                case Struck.CONNECTIONS:
                    group.create_task(_cut(one))


async def _kill_worker(one: Run, kill: Kill) -> None:
    worker, watch = one.workers[kill.which], Watch(one.database)
    async with worker.held:
        before, since = await _struck(one, worker, Struck.WORKER, watch)
        recovered = asyncio.create_task(watch.recovered(before, since)) if before else None
        await asyncio.sleep(kill.away)
        await worker.start()
    if recovered is not None:
        _recovered(one, await recovered)


async def _kill_web(one: Run) -> None:
    async with one.web.held:
        _, since = await _struck(one, one.web, Struck.WEB, None)
        await one.web.start()
        await _until_ready(one.floor.url)
        _recovered(one, Recovery(How.WEB, one.web.name, time.monotonic() - since))


async def _struck(
    one: Run, program: Program, what: Struck, watch: Watch | None
) -> tuple[dict[str, Row], float]:
    """Kill a process that is there; return what it ran, and when that was.

    One that ended by itself is started again, and then killed: only what was killed is counted.
    """
    while True:
        before = await watch.running(program.name) if watch else {}
        since = time.monotonic()
        if await program.kill():
            one.killed(what, program.name)
            return before, since
        await program.start()


async def _cut(one: Run) -> None:
    """Cut every connection that is open, once one is; if none is any more, kill the web process."""
    while not (cut := one.box.cut()) and not one.rested.is_set():
        await asyncio.sleep(GLANCE_SECONDS)
    if cut:
        one.killed(Struck.CONNECTIONS, f"{cut} connections")
    else:
        await _kill_web(one)


def _recovered(one: Run, recovery: Recovery) -> None:
    if recovery.seconds is None:
        one.note(f"what {recovery.who} ran is not run again")
    one.recoveries.append(recovery)


async def _unknown(one: Run) -> frozenset[str]:
    """Return the cases left to a person of which nobody knows what was posted."""
    return frozenset(
        [
            case["id"]
            for case in await one.deciders.cases("needs_person")
            if in_doubt(await one.deciders.timeline(case["id"]))
        ]
    )


async def _until_at_rest(one: Run) -> None:
    """Wait until no case is being worked on or waits; or nothing has happened for long."""
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < STANDSTILL_SECONDS:
        left = [await one.deciders.cases(status) for status in BUSY]
        said = not one.deciders.answering and not one.floor.untold()
        if not any(left) and quiet(one.box.world) and said:
            return
        moved = len(one.box.world.journal.entries) + one.floor.done()
        if moved != seen:
            seen, since = moved, time.monotonic()
        await asyncio.sleep(1)
    one.note("nothing moves any more, though not everything is done")


async def _audit_ok(one: Run) -> bool:
    """Let ``concord audit verify`` say so, with the checkpoints that each worker has signed."""
    told = {worker.environment["CONCORD_HOME"]: worker.environment for worker in one.workers}
    verdicts = list[int]()
    for given in told.values():
        process = await asyncio.create_subprocess_exec(
            sys.executable, *COMMAND, "audit", "verify", stdout=sys.stderr, env=dict(given)
        )
        verdicts.append(await process.wait())
    return not any(verdicts)


async def _until_ready(url: str) -> None:
    async with (
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
        asyncio.timeout(READY_SECONDS),
    ):
        while True:
            try:
                if (await client.get("/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(GLANCE_SECONDS)
