"""Show Concord at work: a plant in a box gets out of step, and its cases settle."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Coroutine
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands._refusing import settings_read

if TYPE_CHECKING:
    from agent.demo.tally import Tally

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play every scenario once and end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the count as one line.")] = False,
    home: Annotated[Path | None, typer.Option(help="Its folder, made anew each time.")] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of the pages; 0 is any free one.")
    ] = 0,
    pause: Annotated[float, typer.Option(help="Seconds between scenarios.", min=0)] = 3.0,
) -> None:
    """Start the plant in a box and a Concord that serves it, and let the plant get out of step.

    It prints where the pages are and a link to sign in with, and goes on until Ctrl-C. The service
    is a process of its own: kill it, and it is started again. With --once it ends by itself.
    """
    from agent.demo.service import ServiceFailed

    logging.getLogger("concord").setLevel(logging.ERROR)
    show = _Show(home, port, 0.0 if once else pause, once=once, quiet=as_json)
    try:
        typer.echo(json.dumps(asdict(asyncio.run(_demo(show)))))
    except (ServiceFailed, OSError) as error:
        typer.echo(f"The demo cannot run: {error}.", err=True)
        raise typer.Exit(1) from None


@dataclass(frozen=True)
class _Show:
    """What somebody wants to see."""

    home: Path | None
    port: int
    pause: float
    once: bool
    quiet: bool


async def _demo(show: _Show) -> Tally:
    from agent.demo.run import play_on, play_once, staged, tally
    from agent.demo.view import View
    from agent.service.stopping import stopping
    from agent.settings import environment

    folder = show.home or settings_read().home / "demo"
    play = play_once if show.once else play_on
    with stopping() as stop:
        async with staged(folder, environment(), show.port) as stage:
            view = View(stage, quiet=show.quiet, lively=not show.once)
            if not show.once:
                view.welcome()
            with view:
                await _until(stop, play(stage, view.watch, show.pause))
            found = await tally(stage)
            view.farewell(found)
            return found


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do a piece of work, or as much of it as can be done until somebody wants to stop."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not working.done():
        working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
