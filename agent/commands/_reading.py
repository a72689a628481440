"""A plant as a command reads it: through the plant's own connections, without their writes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from agent.assessments.reads import Reads

CANNOT = 2
"""The exit code of a command that could not look: a plant file with problems,
an unknown plant, a system that is away."""


@asynccontextmanager
async def reading(code: str) -> AsyncGenerator[Reads]:
    """Open a plant for reading; say why and leave where that cannot be done."""
    from agent.assessments.memory import Memory
    from agent.assessments.reads import Reads, reading_only
    from agent.clock import now
    from agent.playbooks.catalog import catalog
    from agent.settings import environment, read_settings
    from agent.sides import Wires, connected
    from tools.errors import ToolError
    from tools.plant.problem import PlantRefused
    from tools.plant.reading import load_plants

    wires = Wires(environment(), now)
    try:
        plants = load_plants(read_settings().plants_folder, wires.env)
    except PlantRefused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(CANNOT) from error
    if code not in plants:
        typer.echo(f"There is no plant {code}; there are {', '.join(sorted(plants))}.", err=True)
        raise typer.Exit(CANNOT)
    site = connected(plants[code], wires)
    try:
        yield Reads(site.plant, reading_only(site.sides, memory=Memory(now)), catalog(), now())
    except ToolError as error:
        typer.echo(f"Not now: {error}", err=True)
        raise typer.Exit(CANNOT) from error
    finally:
        await site.close()
