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
    """Purge what has outlived [retention] days of its plant; workers do so every hour.

    Names, texts, facts, decisions and postings go. Of each case one entry of the audit stays, with
    its documents; emptied entries keep their hashes, so the chain and its checkpoints still hold.
    """
    import asyncio

    from tools.plant.problem import PlantRefused

    try:
        due, gone = asyncio.run(_purge(settings_read(), dry_run))
    except PlantRefused as error:
        refuse(str(error))
    if gone is None:
        lines = [f"{plant}: {number} cases are due." for plant, number in due.items()]
        typer.echo(
            json.dumps({"due": due}) if as_json else "\n".join(lines) or "There is no plant."
        )
        return
    if as_json:
        typer.echo(json.dumps(asdict(gone)))
        return
    typer.echo(f"{gone.cases} cases are purged, {gone.entries} entries of the audit emptied.")
    typer.echo(f"{gone.signals} names of old signals and {gone.workflows} workflows are gone.")


async def _purge(settings: Settings, dry_run: bool) -> tuple[dict[str, int], Purged | None]:
    from agent.bootstrap import machinery

    async with machinery(settings) as concord:
        purger = concord.purger()
        due = purger.due()
        return due, None if dry_run else await purger.purge()
