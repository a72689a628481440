"""Notifications: send a test, list what could not be delivered, or send it again."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands._refusing import refuse, settings_read

if TYPE_CHECKING:
    from agent.notify.trying import Tried
    from agent.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Notifications.")


@app.command("test")
def try_out(
    plant: Annotated[str | None, typer.Option(help="Only this plant's routes.")] = None,
    route: Annotated[str | None, typer.Option(help="Only the route of this name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send a test along each route and tell what came back; end with 1 if one did not take it.

    An answer says that a message was accepted. Whether anybody sees it, only the channel shows.
    """
    from dataclasses import asdict

    from agent.settings import SettingsRefused
    from tools.plant.problem import PlantRefused

    try:
        found = asyncio.run(_tried(settings_read(), plant, route))
    except SettingsRefused as error:
        refuse(*error.problems)
    except PlantRefused as error:
        refuse(str(error))
    if not found:
        refuse("There is no such route: [[notify.routes]] in a plant file makes one.")
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            typer.echo(f"{one.plant}/{one.route}: {one.said}")
    raise typer.Exit(0 if all(one.accepted for one in found) else 1)


@app.command()
def failed(as_json: AsJson = False) -> None:
    """List what could not be delivered, the latest first, with the reason."""
    from agent.plain import dump
    from agent.records import outbox
    from agent.records.opening import opened

    settings = settings_read()
    with opened(settings.home, settings.database) as database, database.read() as session:
        found = outbox.given_up(session)
    if as_json:
        typer.echo(json.dumps([dump(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        about = f"{one.topic} of case {one.case} by {one.route}"
        typer.echo(f"{one.id}  {one.given_up_at:%F %H:%M}  {about}\n    {one.error}")
    if not found:
        typer.echo("Every notification was delivered, or is still being tried.")


@app.command()
def again(
    number: Annotated[int, typer.Argument(help="Its number in 'concord notify failed'.")],
    by: Annotated[str, typer.Option(help="Who says so; kept in the audit.")] = "operator",
) -> None:
    """Send a notification once more that could not be delivered, under the id it had."""
    from agent.clock import now
    from agent.records import outbox
    from agent.records.opening import opened

    settings = settings_read()
    try:
        with opened(settings.home, settings.database) as database, database.write() as session:
            outbox.again(session, number, by, now())
    except outbox.NotGivenUp as error:
        refuse(f"Not sent: {error}.")
    typer.echo(f"Notification {number} is sent by the next worker that looks.")


async def _tried(settings: Settings, plant: str | None, route: str | None) -> list[Tried]:
    from agent.clock import now
    from agent.notify.links import links_of
    from agent.notify.post import Post
    from agent.notify.trying import tried
    from agent.notify.writing import Writing
    from agent.settings import environment
    from tools.plant.reading import load_plants

    plants = load_plants(settings.plants_folder, environment())
    post = Post()
    try:
        writing = Writing(plants, environment(), links_of(settings), now)
        return [one async for one in tried(writing, post, plant, route)]
    finally:
        await post.close()
