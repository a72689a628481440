"""A plant as a command reads it: through the plant's own connections, without their writes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from agent.commands._refusing import refuse, refusing, settings_read

if TYPE_CHECKING:
    from agent.assessments.reads import Reads

CANNOT = 2
"""The exit code of a command that could not look: settings or a plant file with problems,
an unknown plant, a system that is away."""


@asynccontextmanager
async def reading(code: str) -> AsyncGenerator[Reads]:
    """Open a plant for reading; say why and leave where that cannot be done."""
    from agent.assessments.memory import Memory
    from agent.assessments.reads import Reads, reading_only
    from agent.clock import now
    from agent.playbooks.catalog import catalog
    from agent.settings import environment
    from agent.sides import Wires, connected
    from tools.errors import ToolError
    from tools.plant.reading import load_plants

    wires = Wires(environment(), now)
    with refusing(CANNOT):
        plants = load_plants(settings_read(CANNOT).plants_folder, wires.env)
    if code not in plants:
        refuse(f"There is no plant {code}; there are {', '.join(sorted(plants))}.", code=CANNOT)
    site = connected(plants[code], wires)
    try:
        yield Reads(site.plant, reading_only(site.sides, memory=Memory(now)), catalog(), now())
    except ToolError as error:
        refuse(f"Not now: {error}", code=CANNOT)
    finally:
        await site.close()
