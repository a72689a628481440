"""Orders of a plant: where ERP and MES disagree, and in which sequence to release them."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agent.assessments.order_agreement import Reconciled
    from agent.playbooks.release_sequence import Place

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Orders of a plant.")


@app.callback()
def orders() -> None:
    """Orders of a plant; nothing is changed."""


@app.command()
def reconcile(
    plant: Annotated[str, typer.Argument(help="The plant.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare every open order of a plant in ERP and MES; print those that need a person.

    Exit code 0: none does. 1: some do. 2: the plant is unknown or a system cannot be read.
    """
    found = asyncio.run(_reconciled(plant))
    if as_json:
        typer.echo(json.dumps({"plant": plant, **found.plain()}, ensure_ascii=False, indent=2))
    else:
        _table(plant, found)
    raise typer.Exit(1 if found.disagreeing else 0)


@app.command()
def sequence(
    plant: Annotated[str, typer.Argument(help="The plant.")],
    numbers: Annotated[list[str], typer.Argument(help="The orders.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the sequence in which orders are best released, and what stands in their way.

    The systems are only read; nothing is released.
    """
    from agent.assessments.feasibility import UnknownOrder

    try:
        places = asyncio.run(_sequence(plant, numbers))
    except UnknownOrder as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps([_plain(one) for one in places], ensure_ascii=False))
        return
    for one in places:
        its = one.feasibility
        typer.echo(f"{one.position:>3}  {one.order:<12}  {its.status:<20}  {its.said()}".rstrip())


async def _reconciled(code: str) -> Reconciled:
    from agent.assessments.order_agreement import reconcile as compared
    from agent.commands._reading import reading

    async with reading(code) as reads:
        return await compared(reads)


def _table(code: str, found: Reconciled) -> None:
    from rich.console import Console
    from rich.table import Table

    if found.disagreeing:
        table = Table("Order", "Cause", "Why", "What would settle it", box=None)
        for one in found.disagreeing:
            table.add_row(one.order, one.cause, str(one.says), str(one.step or "a person decides"))
        Console().print(table)
    need = len(found.disagreeing)
    typer.echo(f"Plant {code}: {found.looked_at} open, {need} in need of a person.")


async def _sequence(code: str, numbers: list[str]) -> tuple[Place, ...]:
    from agent.assessments.feasibility import sequence as answered
    from agent.commands._reading import reading
    from tools.objects.identifiers import normal

    async with reading(code) as reads:
        return await answered([normal(one) for one in numbers], reads)


def _plain(one: Place) -> dict[str, object]:
    its = one.feasibility
    return {
        "position": one.position,
        "order": one.order,
        "status": its.status,
        "feasibility_score": float(its.score),
        "recommended_action": its.recommended,
        "start": its.runs[0].start.isoformat() if its.runs else None,
        "end": its.runs[-1].end.isoformat() if its.runs else None,
        "says": [str(found.says) for found in its.findings],
    }
