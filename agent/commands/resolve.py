"""Settle one signal in the foreground, and tell the case as a person would want to read it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.commands._refusing import refusing, settings_read

app = typer.Typer(add_completion=False)


@app.command()
def resolve(
    signal: Annotated[Path, typer.Argument(help="A CloudEvent as JSON; - reads standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print all of the case as JSON.")] = False,
    seconds: Annotated[float, typer.Option(help="How long the case may take to rest.")] = 120.0,
) -> None:
    """Take a signal in, run its case until it rests, and print it.

    Where a worker runs on the same data, that worker settles the case; else this process does, and
    what it leaves unfinished when it is killed is finished by the next one.
    """
    raw = sys.stdin.buffer.read() if str(signal) == "-" else _bytes(signal)
    told = asyncio.run(_resolve(raw, seconds))
    if isinstance(told, str):
        typer.echo(told, err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(told.plain(), ensure_ascii=False, indent=2, default=str))
        return
    from rich.console import Console

    from agent.telling import tell

    tell(told, Console())


async def _resolve(raw: bytes, seconds: float) -> Any:
    from agent.bootstrap import machinery
    from agent.foreground import settle

    with refusing():
        async with machinery(settings_read()) as concord:
            return await settle(concord, raw, seconds)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(2) from error
