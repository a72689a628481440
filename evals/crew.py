"""Workers: processes that play tasks beside each other, so that a run uses every core.

Each has a workshop of its own and plays several tasks at once. A worker that is lost loses the
tasks it had, which become errors; the others go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from evals.bench import bench
from evals.play import Workshop
from evals.task import Plan, Played, Task


class WorkerLost(Exception):
    """A worker ended before it had played a task; the run goes on without it."""


class Player(Protocol):
    """Plays tasks."""

    async def __call__(self, task: Task) -> Played:
        """Play one."""
        ...


@asynccontextmanager
async def players(plan: Plan, workers: int) -> AsyncGenerator[Player]:
    """Return what plays tasks: so many processes, or this one where there are to be none."""
    if workers < 1:
        with TemporaryDirectory(prefix="concord-evals-") as folder:
            workshop = Workshop(plan, bench(Path(folder)))
            try:
                yield workshop.play
            finally:
                await workshop.close()
        return
    crew = [_Worker.started(plan) for _ in range(workers)]
    listening = [asyncio.create_task(one.listen()) for one in crew]

    async def play(task: Task) -> Played:
        able = [one for one in crew if not one.lost]
        if not able:
            raise WorkerLost("no worker is left")
        return await min(able, key=lambda one: len(one.waiting)).play(task)

    try:
        yield play
    finally:
        for one in crew:
            one.dismiss()
        await asyncio.gather(*listening)


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    waiting: dict[int, asyncio.Future[Played]] = field(
        default_factory=dict[int, "asyncio.Future[Played]"]
    )
    numbers: count[int] = field(default_factory=lambda: count(1))
    lost: bool = False

    @classmethod
    def started(cls, plan: Plan) -> _Worker:
        """Start a process; it imports everything anew and shares nothing."""
        here, there = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=_work, args=(there, plan), daemon=True)
        process.start()
        there.close()
        return cls(process, here)

    async def play(self, task: Task) -> Played:
        number = next(self.numbers)
        future = asyncio.get_running_loop().create_future()
        self.waiting[number] = future
        try:
            self.pipe.send((number, task))
        except OSError as error:
            del self.waiting[number]
            raise WorkerLost(str(error)) from error
        return await future

    async def listen(self) -> None:
        """Hand results on as they come, until the worker is gone."""
        while True:
            try:
                number, played = await asyncio.to_thread(self.pipe.recv)
            except (EOFError, OSError):
                break
            if not (waiting := self.waiting.pop(number)).done():  # nobody may want it any more
                waiting.set_result(played)
        self.lost = True
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(WorkerLost("the worker ended"))
        self.waiting.clear()

    def dismiss(self) -> None:
        """Let the worker finish and go."""
        with contextlib.suppress(OSError):
            self.pipe.send(None)


def _work(pipe: Connection, plan: Plan) -> None:
    with contextlib.suppress(KeyboardInterrupt), TemporaryDirectory(prefix="concord-evals-") as at:
        workshop = Workshop(plan, bench(Path(at)))
        gc.freeze()  # what is loaded by now stays; looking for garbage in it took a tenth of a case
        asyncio.run(_serve(pipe, workshop))
        pipe.close()  # whoever listens need not wait until the process itself is gone


async def _serve(pipe: Connection, workshop: Workshop) -> None:
    running = set[asyncio.Task[Any]]()

    async def one(number: int, task: Task) -> None:
        pipe.send((number, await workshop.play(task)))

    while (message := await asyncio.to_thread(_received, pipe)) is not None:
        task = asyncio.create_task(one(*message))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    await workshop.close()


def _received(pipe: Connection) -> tuple[int, Task] | None:
    try:
        return pipe.recv()
    except EOFError:
        return None
