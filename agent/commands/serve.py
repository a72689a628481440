"""Serve: take signals in over HTTP, work on cases, or both."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands._refusing import refuse

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Generator
    from contextlib import AbstractAsyncContextManager, AsyncExitStack

    from agent.bootstrap import Machinery
    from agent.settings import Settings

app = typer.Typer(add_completion=False, help="Serve.")


class Part(StrEnum):
    """What a process does."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


@app.command()
def serve(
    role: Annotated[Part, typer.Option(help="What this process does.")] = Part.ALL,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 is any free port.")] = 8080,
    drain: Annotated[
        float, typer.Option(min=0, help="Seconds that running work is given at the end.")
    ] = 20.0,
) -> None:
    """Run Concord until it is told to stop (SIGTERM, Ctrl-C): what runs is finished first.

    'web' takes signals in; 'worker' works on cases and sends notifications. On PostgreSQL any
    number of both may run, each worker with a CONCORD_HOME and a CONCORD_EXECUTOR_ID of its own.
    """
    import asyncio

    from agent import settings
    from agent.dispatch.owner import CannotRun
    from agent.records.migrations import Newer
    from tools.plant.problem import PlantRefused

    try:
        asyncio.run(_serve(settings.read_settings(), role, (host, port), drain))
    except settings.SettingsRefused as error:
        refuse(*error.problems)
    except PlantRefused as error:
        refuse(str(error))
    except (CannotRun, Newer, OSError) as error:
        refuse(f"Concord cannot run: {error}.")


async def _serve(settings: Settings, role: Part, place: tuple[str, int], drain: float) -> None:
    """Run the parts until the first signal to stop; then let them finish."""
    import asyncio
    import gc
    from contextlib import AsyncExitStack

    from agent.heaps import keep_few
    from agent.settings import environment

    keep_few(environment())
    with _nothing_collected():
        from agent import logs
        from agent.bootstrap import machinery
        from agent.dispatch.owner import CannotRun
        from agent.service.stopping import stopping

    logs.start(settings)
    lost = asyncio.Event()
    async with machinery(settings) as concord, AsyncExitStack() as running:
        told = ["Concord runs"]
        if settings.traces_to is not None:
            running.callback(_tracing(settings.traces_to))
        if role is not Part.WEB:
            lost = await _working(concord, running, drain)
            told.append(f"worker '{settings.executor_id}'")
        if role is not Part.WORKER:
            from agent.service.web import web  # a worker starts sooner without what pages need

            url = await running.enter_async_context(web(concord, place, lost))
            told.append(f"signals at {url}/v1/signals")
        await running.enter_async_context(_reporting(concord, role))
        # What is loaded by now stays for good: collecting garbage need not look at it ever again.
        gc.freeze()
        with stopping() as stop:
            typer.echo(": ".join((told[0], ", ".join(told[1:]))))
            await _either(stop, lost)
    if lost.is_set():
        raise CannotRun("the worker lost its place at the database; start it again")


@contextmanager
def _nothing_collected() -> Generator[None]:
    """Load what is needed: none of it is garbage, and who starts after a crash goes on sooner."""
    import gc

    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _working(concord: Machinery, running: AsyncExitStack, drain: float) -> asyncio.Event:
    """Work on cases, notify, copy the audit; return what is set when the place at it is lost."""
    import asyncio

    dispatcher = concord.dispatcher()
    await dispatcher.start()
    running.push_async_callback(dispatcher.stop, drain)
    sender = concord.sender()
    running.push_async_callback(sender.stop)
    sender.start()
    copier = concord.copier()
    running.push_async_callback(copier.stop)
    copier.start()
    await concord.mend_precedents()
    running.push_async_callback(_ended, asyncio.create_task(_purging(concord)))
    return dispatcher.lost


def _reporting(concord: Machinery, role: Part) -> AbstractAsyncContextManager[None]:
    """Write down how the interfaces stand, by the name of this process."""
    from agent.background import meanwhile
    from agent.interfaces import LOOK_SECONDS

    name = concord.settings.executor_id
    reporter = concord.reporter(f"web {name}" if role is Part.WEB else name)
    return meanwhile(lambda over: reporter.until(over, LOOK_SECONDS))


async def _either(*events: asyncio.Event) -> None:
    """Wait for the first of some events."""
    import asyncio

    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for one in waits:
        one.cancel()


async def _purging(concord: Machinery) -> None:
    """Let go of what is over its time, again and again; the index follows the records."""
    async for _ in concord.purger().hourly():
        await concord.mend_precedents()


async def _ended(task: asyncio.Task[None]) -> None:
    import asyncio

    task.cancel()
    await asyncio.wait({task})


def _tracing(place: str) -> Callable[[], None]:
    """Send spans to a collector; return what sends the last of them."""
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    from agent.traces import start

    return start(OTLPSpanExporter(endpoint=place, insecure=place.startswith("http://")))
