"""Say that the records were restored: postings are looked for before they are sent."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from agent.commands._refusing import settings_read

app = typer.Typer(add_completion=False, help="Say that the records were restored.")


@app.command()
def restored(
    by: Annotated[str, typer.Option("--as", help="Who says so.")],
    reason: Annotated[str, typer.Option(help="From which backup, and why.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Note that the records were restored, before any worker starts on them.

    A restored backup folder, pg_restore and a recovery to a point in time are noticed without. Once
    more does no harm: what is known up to now is looked for before it is sent.
    """
    from agent.clock import now
    from agent.records.opening import opened
    from agent.records.restored import note

    settings, at = settings_read(), now()
    with opened(settings.home, settings.database) as database, database.write() as session:
        note(session, by, {"reason": reason}, at)
    said = "What may have been posted before now is looked for before it is sent."
    typer.echo(json.dumps({"restored_at": at.isoformat()}) if as_json else said)
