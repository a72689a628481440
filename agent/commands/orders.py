"""Orders that wait: in which sequence they are best released."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agent.playbooks.release_sequence import Place

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Orders that wait for release.")


@app.callback()
def orders() -> None:
    """Orders that wait for release."""


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


async def _sequence(code: str, numbers: list[str]) -> tuple[Place, ...]:
    from agent.assessments.feasibility import UnknownOrder
    from agent.assessments.feasibility import sequence as answered
    from agent.assessments.reads import Reads, reading_only
    from agent.clock import now
    from agent.playbooks.catalog import catalog
    from agent.settings import environment, read_settings
    from agent.sides import Wires, connected
    from tools.objects.identifiers import normal
    from tools.plant.reading import load_plants

    plants = load_plants(read_settings().plants_folder, environment())
    if code not in plants:
        raise UnknownOrder(f"no plant {code} is known here")
    site = connected(plants[code], Wires(environment(), now))
    try:
        reads = Reads(plants[code], reading_only(site.sides), catalog(), now())
        return await answered([normal(one) for one in numbers], reads)
    finally:
        await site.close()


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
