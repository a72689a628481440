"""Backup: copy records and local state into a new folder, while Concord runs."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Annotated

import typer

from agent.commands._refusing import refuse

app = typer.Typer(add_completion=False, help="Back up an installation.")


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder; it may be on another disk.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Copy the records, keys and plant files; what can be made again is left out.

    To restore, point CONCORD_HOME at a copy of the folder and start. Records on PostgreSQL are
    backed up with its own tools, at the same time or later.
    """
    from agent import settings
    from agent.backup import CannotBackUp, back_up
    from agent.clock import now

    try:
        made = back_up(settings.read_settings(), folder, now())
    except settings.SettingsRefused as error:
        refuse(*error.problems)
    except (CannotBackUp, OSError, sqlite3.Error) as error:
        refuse(f"No backup: {error}.")
    if as_json:
        typer.echo(json.dumps({"files": made.files, "records": made.records}))
        return
    typer.echo(f"{folder}: {', '.join(made.files)}.")
    if not made.records:
        typer.echo("The records are on PostgreSQL: back them up with pg_dump.")
