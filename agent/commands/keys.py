"""Keys of machines: make one with its scopes, list them, or revoke one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.authority.deeds import FOR_MACHINES, Deed
from agent.commands._refusing import refuse, settings_read

if TYPE_CHECKING:
    from agent.records.keys import Key

OPERATOR = "operator"
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Keys of machines.")


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Whose key it is, such as mes-1010.")],
    scope: Annotated[
        list[Deed], typer.Option("--scope", help=f"One of: {', '.join(FOR_MACHINES)}.")
    ],
    plant: Annotated[
        list[str] | None, typer.Option("--plant", help="Only at this plant; without any, at all.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="Days it is good for; else until revoked.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it: this is the only time it is seen."""
    from agent.clock import now
    from agent.records import keys
    from agent.records.opening import opened

    foreign = sorted(one.value for one in scope if one not in FOR_MACHINES)
    if foreign or not name.strip():
        refuse(f"No key may do this: {', '.join(foreign)}." if foreign else "Whose key is it?")
    settings, at = settings_read(), now()
    ends_at = None if days is None else at + timedelta(days=days)
    purpose = keys.Purpose(name.strip(), [one.value for one in scope], plant, ends_at)
    with opened(settings.home, settings.database) as database, database.write() as session:
        key, text = keys.add(session, purpose, OPERATOR, at)
    typer.echo(json.dumps({**_plain(key), "key": text}) if as_json else f"{_line(key)}\n{text}")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List keys, the newest first, with what they are for."""
    from agent.records import keys
    from agent.records.opening import opened

    settings = settings_read()
    with opened(settings.home, settings.database) as database, database.read() as session:
        found = keys.listed(session)
    if as_json:
        typer.echo(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        typer.echo(_line(one))
    if not found:
        typer.echo("There is no key.")


@app.command()
def revoke(key: Annotated[str, typer.Argument(help="The key's id ('keys list').")]) -> None:
    """Let a key open nothing any more, at once."""
    from agent.clock import now
    from agent.records import keys
    from agent.records.opening import opened

    settings = settings_read()
    try:
        with opened(settings.home, settings.database) as database, database.write() as session:
            keys.revoke(session, key, OPERATOR, now())
    except keys.NoSuchKey as error:
        refuse(f"Not revoked: {error}.")
    typer.echo(f"Key {key} opens nothing any more.")


def _plain(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "plants": None if key.plants is None else sorted(key.plants),
        "made_at": key.made_at.isoformat(timespec="seconds"),
        "ends_at": key.ends_at.isoformat(timespec="seconds") if key.ends_at else None,
        "revoked": key.revoked_at is not None,
    }


def _line(key: Key) -> str:
    plants = "all plants" if key.plants is None else ", ".join(sorted(key.plants))
    ended = "  (revoked)" if key.revoked_at else ""
    return f"{key.id}  {key.name}  {', '.join(sorted(key.scopes))}  at {plants}{ended}"
