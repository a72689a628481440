"""A Concord that dies where it is told to, as a process of its own.

Started once, it imports everything and then waits for jobs, one JSON line each. Every job is a
process forked from here: it takes a signal in, lets somebody approve what is asked, and writes down
how the case ended, unless it kills itself at the named point before. Nothing of the product knows
these points: its parts are wrapped here.

    node:NAME        a node has run, its burst has not ended (nothing of it is stored)
    graph:done       the burst's checkpoint is stored, and nothing else
    NAME:before      before, and after, a call of the records or the ledger (pin, ask, decide_alone,
    NAME:after       settle, end_turn, send, confirm) has committed
    call:flying      the posting is on its way to the target
    call:answered    the target has answered, nobody knows yet
    burst:done       a burst is over, DBOS has not recorded it
    burst:recorded   DBOS has recorded it, the next one has not begun
    enqueue:before   in the transaction of the decision, before and after its turn is enqueued
    enqueue:after
    waiting          the case waits for a person

A point with ``#2`` at its end is where it is passed for the second time.
"""

import asyncio
import gc
import importlib
import json
import os
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import httpx
from pydantic import SecretStr
from sqlalchemy.orm import Session

from agent.advance import Advance, Rested, Step, directly
from agent.arrival import arrive
from agent.bootstrap import Machinery, database_of, effects_of, wire
from agent.case.ruling import Answer, Role
from agent.dispatch.durable import DurableDispatcher, Pace
from agent.dispatch.owner import CannotRun
from agent.foreground import rest
from agent.graph import Machine, build
from agent.permits import permits_of
from agent.records.answers import Answered, Decided
from agent.records.cases import CaseRecords, CaseStatus, Enqueue, Outcome, Pin, Turn
from agent.records.postings import Mark, NewPosting, Posting, PostingRecords, PostingState
from agent.savers import saver_for
from agent.settings import Settings
from agent.sides import Wires, connected
from evals.bench import bench
from evals.reading import read
from evals.run import run
from tools.plant.authority import Phase
from tools.plant.reading import load_plants

REFUSED = 3
PATIENCE = 20.0
FLYING_SECONDS = 0.1
WRITES = "A_MaterialDocumentHeader"
IMPORTED_LATE = (
    "aiosqlite",
    "anyio._backends._asyncio",
    "chromadb.api.rust",
    "dbos._sys_db_sqlite",
    "httpcore",
    "langgraph.checkpoint.sqlite.aio",
)
KIND = "materials/stock_deficit"


@dataclass(frozen=True)
class Job:
    """What one process is to do.

    ``event`` and ``others`` are signals to see through; with ``holds`` it only runs, and waits.
    """

    home: str
    plants: str
    environment: Mapping[str, str]
    offset: float
    out: str
    event: Mapping[str, Any] | None = None
    others: tuple[Mapping[str, Any], ...] = ()
    url: str | None = None
    executor: str = "local"
    die: str = ""
    holds: bool = False
    deaths: int = 5


@dataclass
class Fate:
    """Where this process dies."""

    point: str
    passed: dict[str, int] = field(default_factory=dict[str, int])

    def at(self, point: str) -> None:
        """Die here, if this is the point."""
        count = self.passed[point] = self.passed.get(point, 0) + 1
        if self.point in ({point, f"{point}#1"} if count == 1 else {f"{point}#{count}"}):
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Time:
    """Real time set back to the plant's; who sleeps for effects only moves it on."""

    offset: float

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    async def sleep(self, seconds: float) -> None:
        self.offset += seconds
        await asyncio.sleep(0)


class Network(httpx.AsyncHTTPTransport):
    """The way to the plant."""

    def __init__(self, fate: Fate) -> None:
        super().__init__(verify=_context())
        self._fate = fate

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "POST" or WRITES not in request.url.path:
            return await super().handle_async_request(request)
        sending = asyncio.create_task(super().handle_async_request(request))
        if self._fate.point.startswith("call:flying"):
            await asyncio.sleep(FLYING_SECONDS)
            self._fate.at("call:flying")
        response = await sending
        self._fate.at("call:answered")
        return response

    async def __aexit__(self, *_: object) -> None:
        """Stay open: every connection to the plant goes through here, whoever closes first."""

    async def aclose(self) -> None:
        """Stay open, as above."""


class Ledger(PostingRecords):
    """The ledger."""

    fate: Fate

    async def intend_and_send(self, wanted: NewPosting) -> tuple[Posting, bool]:
        self.fate.at("send:before")
        posting, mine = await super().intend_and_send(wanted)
        if mine:
            self.fate.at("send:after")
        return posting, mine

    async def send(self, key: str) -> Posting:
        self.fate.at("send:before")
        sending = await super().send(key)
        self.fate.at("send:after")
        return sending

    async def move(
        self, key: str, frm: PostingState, to: PostingState, mark: Mark | None = None
    ) -> Posting:
        if to is not PostingState.CONFIRMED:
            return await super().move(key, frm, to, mark)
        self.fate.at("confirm:before")
        moved = await super().move(key, frm, to, mark)
        self.fate.at("confirm:after")
        return moved


class Records(CaseRecords):
    """The records of cases."""

    fate: Fate

    async def pin(self, wanted: Pin) -> Pin:
        return await self._around("pin", super().pin(wanted))

    async def ask(self, case: str) -> str:
        return await self._around("ask", super().ask(case))

    async def decide_alone(self, case: str) -> Decided:
        return await self._around("decide_alone", super().decide_alone(case))

    async def settle(self, outcome: Outcome, at: datetime | None = None) -> None:
        await self._around("settle", super().settle(outcome, at))

    async def end_turn(self, turn: str, enqueue: Enqueue, failed: str | None = None) -> Turn | None:
        return await self._around("end_turn", super().end_turn(turn, enqueue, failed))

    async def _around(self, name: str, call: Awaitable[Any]) -> Any:
        self.fate.at(f"{name}:before")
        result = await call
        self.fate.at(f"{name}:after")
        return result


class Graph:
    """The machine, watched node by node."""

    def __init__(self, machine: Machine, fate: Fate) -> None:
        self._machine, self._fate = machine, fate

    def __getattr__(self, name: str) -> Any:
        return getattr(self._machine, name)

    async def ainvoke(self, given: Any, config: Any, **how: Any) -> None:
        steps = cast(
            AsyncIterator[dict[str, Any]],
            self._machine.astream(given, config, stream_mode="updates", **how),
        )
        async for step in steps:
            for node in step:
                self._fate.at(f"node:{node}")
        self._fate.at("graph:done")


class Bursts(Advance):
    """Advance, burst by burst."""

    fate: Fate

    async def turn(self, case: str, decision: str | None, step: Step = directly) -> Rested:
        async def watched(burst: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
            async def whole() -> dict[str, Any]:
                said = await burst()
                self.fate.at("burst:done")
                return said

            said = await step(whole)
            self.fate.at("burst:recorded")
            return said

        return await super().turn(case, decision, watched)


def main() -> None:
    """Fork a process for each job, and say how it ended."""
    for module in IMPORTED_LATE:  # else every process would import them again
        importlib.import_module(module)
    with TemporaryDirectory() as folder:
        asyncio.run(_rehearse(Path(folder)))
    gc.collect()
    gc.freeze()  # what is shared stays shared: no forked process looks at it, and copies it
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            os._exit(_run(Job(**json.loads(line))))
        _, status = os.waitpid(process, 0)
        sys.stdout.write(json.dumps(os.waitstatus_to_exitcode(status)) + "\n")
        sys.stdout.flush()


_graph = cache(build)
_context = cache(ssl.create_default_context)


async def _rehearse(folder: Path) -> None:
    """Play a case to its end: what is read, learned and compiled once is so before any fork."""
    _graph()
    _context()
    text = Path("evals", "golden", f"{KIND}.yaml").read_text("utf-8")
    await run(bench(folder), KIND, read(text, KIND, KIND).cases[0], Phase.ACT)


def _run(job: Job) -> int:
    try:
        asyncio.run(_work(job))
    except CannotRun as error:
        Path(job.out).write_text(json.dumps({"refused": str(error)}), "utf-8")
        return REFUSED
    return 0


async def _work(job: Job) -> None:
    """Do the job, and be gone without a farewell, as after a power cut."""
    fate = Fate(job.die)
    async with AsyncExitStack() as stack:
        concord = await _concord(job, fate, stack)
        dispatcher = DurableDispatcher(
            concord.database,
            concord.records,
            concord.advance,
            home=concord.settings.home,
            executor=job.executor,
            pace=Pace(
                sweep_seconds=0.3, surprise_seconds=0.1, most_deaths=job.deaths, watch_seconds=0.3
            ),
        )
        await dispatcher.start()
        stack.push_async_callback(dispatcher.stop, 5)
        enqueuer = concord.enqueuer()
        stack.callback(enqueuer.close)

        def enqueue(session: Session, turns: Sequence[Turn]) -> None:
            fate.at("enqueue:before")
            enqueuer.enqueue(session, turns)
            fate.at("enqueue:after")

        if job.holds:
            Path(job.out).write_text(json.dumps({"process": os.getpid()}), "utf-8")
            await asyncio.sleep(PATIENCE)
        received = await arrive(json.dumps(job.event).encode(), concord, enqueuer.enqueue)
        cases = [received.case or ""]
        for event in job.others:
            other = await arrive(json.dumps(event).encode(), concord, enqueuer.enqueue)
            cases.append(other.case or "")
        async with asyncio.timeout(PATIENCE):
            for case in cases:
                await _see_through(concord, case, enqueue, fate)
            told = {"cases": [await _told(concord, case) for case in cases]}
        Path(job.out).write_text(json.dumps(told), "utf-8")
        os._exit(0)


async def _see_through(concord: Machinery, case: str, enqueue: Enqueue, fate: Fate) -> None:
    """Approve what is asked, as often as something is, until the case is closed."""
    while True:
        await rest(concord, case)
        pending = await concord.records.pending(case)
        if pending is None:
            return
        fate.at("waiting")
        answered = Answered(
            case, Answer.APPROVE, "anna", Role.CONTROLLER, pending.pin.remedy_hash, "as it is"
        )
        await concord.records.decide(answered, enqueue)


async def _told(concord: Machinery, case: str) -> dict[str, Any]:
    view = await concord.records.case(case)
    assert view is not None
    postings = await concord.postings.of_case(case)
    letters = [one.reason for one in await concord.records.dead_letters() if one.case == case]
    return {
        "case": case,
        "status": view.status.value,
        "settlement": view.settlement.value if view.settlement else None,
        "why": view.why,
        "attempt": view.attempt,
        "postings": [[one.kind, one.state.value, one.attempts] for one in postings],
        "dead": letters if view.status is CaseStatus.DEAD else [],
        "running": len(await concord.records.running()),
    }


async def _concord(job: Job, fate: Fate, stack: AsyncExitStack) -> Machinery:
    """Wire Concord, with parts that know where to die."""
    time = Time(job.offset)
    wires = Wires(job.environment, time, Network(fate), sleep=time.sleep)
    settings = Settings(
        home=Path(job.home),
        plants=Path(job.plants),
        database_url=SecretStr(job.url) if job.url else None,
    )
    plants = {
        code: connected(plant, wires)
        for code, plant in load_plants(settings.plants_folder, wires.env).items()
    }
    for one in plants.values():
        stack.push_async_callback(one.close)
    database = database_of(settings)
    stack.callback(database.dispose)
    saver = await stack.enter_async_context(saver_for(settings))
    machine = _graph().copy({"checkpointer": saver})
    concord = wire(settings, plants, database, saver, wires, machine)
    records = Records(database, time, permits_of(concord.context.authority))
    ledger = Ledger(database, time)
    records.fate = ledger.fate = fate
    sides = concord.context.sides
    effects = effects_of(ledger, records, sides, concord.context.plants, wires)
    context = replace(concord.context, records=records, effects=effects)
    advance = Bursts(cast(Machine, Graph(machine, fate)), saver, context)
    advance.fate = fate
    return replace(concord, records=records, postings=ledger, context=context, advance=advance)


if __name__ == "__main__":
    main()
