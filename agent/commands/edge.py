"""Edge: take signals in at the plant while the core is out of reach, and hand them on."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands._refusing import refuse, settings_read

if TYPE_CHECKING:
    from agent.edge.buffer import Buffer
    from agent.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Number = Annotated[int, typer.Argument(help="The dead letter's number ('edge letters').")]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The edge of a plant.")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 is any free port.")] = 8081,
) -> None:
    """Take signals in and forward them until told to stop (SIGTERM, Ctrl-C).

    Needs CONCORD_EDGE_CORE and CONCORD_EDGE_KEY, and a CONCORD_HOME of its own. A signal is on disk
    before it is acknowledged. Whoever sends signs, or holds a key made here ('keys add').
    """
    import asyncio

    from agent.dispatch.owner import CannotRun
    from tools.plant.problem import PlantRefused

    try:
        asyncio.run(_serve(settings_read(), (host, port)))
    except PlantRefused as error:
        refuse(str(error))
    except (CannotRun, OSError) as error:
        refuse(f"The edge cannot run: {error}.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say what waits for the core, and how full the buffer is."""
    with _buffer() as buffer:
        found = buffer.figures()
    oldest = found.oldest.isoformat(timespec="seconds") if found.oldest else None
    if as_json:
        plain = {"waiting": found.waiting, "oldest": oldest, "letters": found.letters}
        typer.echo(json.dumps({**plain, "used_bytes": found.used, "limit_bytes": found.limit}))
        return
    since = f", the oldest since {oldest}" if oldest else ""
    typer.echo(f"{found.waiting} signals wait for the core{since}.")
    typer.echo(f"{found.letters} were refused for good ('edge letters').")
    typer.echo(f"{found.used / found.limit:.0%} of {found.limit} bytes are used.")


@app.command()
def letters(as_json: AsJson = False) -> None:
    """List the signals that were refused for good, with the reason."""
    with _buffer() as buffer:
        found = buffer.letters()
    if as_json:
        told = [{**vars(one), "held_at": one.held_at.isoformat()} for one in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for one in found:
        typer.echo(f"{one.number}  {one.source} {one.signal}  {one.status}  {one.reason}")
    if not found:
        typer.echo("There is no dead letter.")


@app.command()
def replay(number: Number) -> None:
    """Send a dead letter to the core once more, behind what waits already."""
    from agent.edge.buffer import NoSuchLetter

    with _buffer() as buffer:
        try:
            buffer.replay(number)
        except NoSuchLetter as error:
            refuse(f"Not sent: {error}.")
    typer.echo(f"Dead letter {number} waits for the core again.")


@app.command()
def discard(number: Number) -> None:
    """Throw a dead letter away."""
    from agent.edge.buffer import NoSuchLetter

    with _buffer() as buffer:
        try:
            buffer.discard(number)
        except NoSuchLetter as error:
            refuse(f"Not thrown away: {error}.")
    typer.echo(f"Dead letter {number} is gone.")


async def _serve(settings: Settings, place: tuple[str, int]) -> None:
    import asyncio

    from agent import logs
    from agent import settings as environment
    from agent.clock import now
    from agent.edge.application import application
    from agent.edge.station import station
    from agent.service.serving import serving
    from agent.service.stopping import stopping

    logs.start(settings)
    try:
        async with station(settings, now) as edge, serving(application(edge), place) as url:
            forwarding = asyncio.create_task(edge.forwarder.run())
            with stopping() as stop:
                typer.echo(f"The edge runs: signals at {url}/v1/signals")
                await stop.wait()
            forwarding.cancel()
            await asyncio.wait({forwarding})
    except environment.SettingsRefused as error:
        refuse(*error.problems)


@contextmanager
def _buffer() -> Generator[Buffer]:
    from agent.clock import now
    from agent.edge.buffer import Buffer

    settings = settings_read()
    buffer = Buffer(settings.home, settings.edge_bytes, now)
    try:
        yield buffer
    finally:
        buffer.close()
