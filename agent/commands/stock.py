"""Stock: what to count first, where MES and ERP differ."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agent.assessments.stock_counts import Count

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Stock of MES and ERP compared.")


@app.callback()
def stock() -> None:
    """Stock of MES and ERP compared; nothing is changed."""


@app.command()
def counts(
    plant: Annotated[str, typer.Option(help="The plant's code.")],
    most: Annotated[int, typer.Option(help="How many lines.", min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the places to count, the dearest difference first."""
    from agent.assessments.stock_counts import plain

    found = asyncio.run(_read(plant))[:most]
    rows = plain(found)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        said = f"{row['books']} in the books, {row['counted']} counted"
        value = row["worth"] or "no price"
        typer.echo(f"{value:>14}  {row['material']:<14} {row['place']:<14} {said}")
    if not rows:
        typer.echo(f"Nothing to count in {plant}: both sides agree.")


async def _read(code: str) -> list[Count]:
    from agent.assessments.stock_counts import assess
    from agent.commands._reading import reading

    async with reading(code) as reads:
        return await assess(reads.plant, reads.sides)
