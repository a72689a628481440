"""Purge: let go of settled cases whose plant's time for them is over; the audit still verifies."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands._refusing import refuse, settings_read

if TYPE_CHECKING:
    from agent.purging import Purged
    from agent.settings import Settings

app = typer.Typer(add_completion=False, help="Let go of settled cases.")


@app.command()
def purge(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many cases are due.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Purge what has outlived [retention] days of its plant, and say first how much that is.

    Workers do so every hour; a clock that was set far ahead they follow by a day an hour only.
    Names, texts, facts, decisions and postings go. Of each case one entry of the audit stays, with
    its documents; emptied entries keep their hashes, so the chain and its checkpoints still hold.
    """
    import asyncio

    from tools.plant.problem import PlantRefused

    try:
        gone = asyncio.run(_purge(settings_read(), dry_run, as_json))
    except PlantRefused as error:
        refuse(str(error))
    if gone is None:
        return
    if as_json:
        typer.echo(json.dumps(asdict(gone)))
        return
    typer.echo(f"{gone.cases} cases are purged, {gone.entries} entries of the audit emptied.")
    typer.echo(f"{gone.signals} names of old signals and {gone.workflows} workflows are gone.")


async def _purge(settings: Settings, dry_run: bool, as_json: bool) -> Purged | None:
    from agent.bootstrap import machinery

    async with machinery(settings) as concord:
        purger = concord.purger()
        due = purger.due()
        if not as_json:
            lines = [f"{plant}: {number} cases are due." for plant, number in due.items()]
            typer.echo("\n".join(lines) or "There is no plant.")
        elif dry_run:
            typer.echo(json.dumps({"due": due}))
        return None if dry_run else await purger.purge()
