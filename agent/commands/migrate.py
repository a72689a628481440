"""Migrate: bring the database up to date, or move the records from a SQLite file to PostgreSQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands._refusing import refuse, settings_read

if TYPE_CHECKING:
    from agent.moving import Moved
    from agent.settings import Settings

app = typer.Typer(add_completion=False, help="Bring the database up to date.")


@app.command()
def migrate(
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A SQLite file whose records are to be moved there first."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Bring the database of CONCORD_DATABASE_URL up to date; with --from, fill it first.

    Moving needs an empty PostgreSQL database, and no worker on either. What is broken off has not
    begun: run it again. The file is closed afterwards; keep it, or the backup made before.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from agent.dispatch.owner import CannotRun
    from agent.moving import CannotMove
    from agent.records.guards import Unguarded
    from agent.records.migrations import Newer

    settings = settings_read()
    try:
        moved = _migrate(settings, source)
    except (CannotMove, CannotRun, Newer, Unguarded) as error:
        refuse(f"Not migrated: {error}.")
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        refuse(f"Not migrated: {said}.")
    _tell(moved, as_json)


def _migrate(settings: Settings, source: Path | None) -> Moved | None:
    import asyncio

    from agent.moving import CannotMove, move, prepare
    from agent.records.database import Database
    from agent.savers import saver_for

    async def threads() -> None:
        async with saver_for(settings):
            pass

    if source is not None and not source.is_file():
        raise CannotMove(f"there is no file {source}")
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = Database(settings.database)
    try:
        if source is None:
            prepare(target)
            moved = None
        else:
            old = Database(f"sqlite:///{source}")
            try:
                moved = move(old, target, settings.home)
            finally:
                old.dispose()
    finally:
        target.dispose()
    asyncio.run(threads())
    return moved


def _tell(moved: Moved | None, as_json: bool) -> None:
    from agent.records.migrations import HEAD

    rows = None if moved is None else dict(moved.rows)
    if as_json:
        typer.echo(json.dumps({"version": HEAD, "moved": rows}))
        return
    if moved is not None and rows is not None:
        how = "were there already, and are the same" if moved.again else "were moved, and proved"
        typer.echo(f"{rows['cases']} cases and {moved.entries} entries of the audit {how}.")
        typer.echo("Nothing can be written to the file any more. Start the workers.")
    typer.echo(f"The database is of version {HEAD}.")
