"""Show Concord at work: a plant in a box gets out of step, and its cases settle."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agent.demo.tally import Tally

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play every scenario once and end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the count as one line.")] = False,
    home: Annotated[Path | None, typer.Option(help="Its folder, made anew each time.")] = None,
    pause: Annotated[float, typer.Option(help="Seconds between scenarios.", min=0)] = 2.0,
) -> None:
    """Start the plant in a box and Concord on it, and play all scenarios Concord can settle.

    In a terminal it stays afterwards, so that cases can be decided from another one; Ctrl-C ends
    it. With --once it ends by itself.
    """
    logging.getLogger("concord").setLevel(logging.ERROR)
    try:
        stay = not once and sys.stdout.isatty()
        tally = asyncio.run(_demo(home, 0.0 if once else pause, stay=stay, quiet=as_json))
    except KeyboardInterrupt:
        return
    typer.echo(json.dumps(asdict(tally)))


async def _demo(home: Path | None, pause: float, *, stay: bool, quiet: bool) -> Tally:
    from agent.demo.run import play, staged
    from agent.demo.view import View
    from agent.settings import environment, read_settings

    folder = home or read_settings().home / "demo"
    async with staged(folder, environment()) as stage:
        with View(quiet=quiet, lively=stay) as view:
            tally = await play(stage, view.watch, pause)
        if stay:
            view.farewell(tally, folder)
            await asyncio.Event().wait()
        return tally
