"""Precedents: find settled cases like a text, and make the index anew."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands._refusing import refuse, settings_read

if TYPE_CHECKING:
    from agent.precedents.precedents import Precedents

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Settled cases that resemble a new one."
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def search(
    kind: Annotated[str, typer.Argument(help="Kind of conflict: materials/stock_deficit.")],
    words: Annotated[str, typer.Argument(help="What somebody wrote, or might have.")],
    most: Annotated[int, typer.Option(help="How many.", min=1, max=50)] = 5,
    as_json: AsJson = False,
) -> None:
    """Find the precedents of a kind nearest to some words."""
    with _opened() as precedents:
        found = precedents.like(kind, words, most)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        typer.echo(f"{one.likeness:.2f}  {one.case}  {one.cause}  {one.summary}")
    if not found:
        typer.echo(f"No settled case of {kind} yet.")


@app.command()
def reindex(as_json: AsJson = False) -> None:
    """Make the index anew from the records."""
    with _opened() as precedents:
        count = precedents.reindex()
    typer.echo(json.dumps({"indexed": count}) if as_json else f"{count} precedents are indexed.")


@contextmanager
def _opened() -> Generator[Precedents]:
    """Open the installation's precedents, or say why that cannot be done now."""
    from agent.bootstrap import database_of, precedents_of
    from agent.precedents.index import IndexUnusable

    settings = settings_read()
    database = database_of(settings)
    precedents = precedents_of(settings, database)
    try:
        yield precedents
    except IndexUnusable as error:
        refuse(f"Not now: {error}.")
    finally:
        precedents.close()
        database.dispose()
