"""Every system of every plant, all at once, each within its own time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from agent.doctoring import erp, floor
from agent.doctoring.finding import Finding, bad, broke
from agent.doctoring.place import Site
from agent.sides import ConnectedPlant, Wires, connected
from tools.objects.reading import System
from tools.plant.model import Plant
from tools.plant.systems import S4Maintenance

PATIENCE = 45.0


async def systems(
    plants: Sequence[Plant], wires: Wires, patience: float = PATIENCE
) -> list[Finding]:
    """Look at the systems of all plants.

    Args:
        plants: The plants, as their files describe them.
        wires: What connections are made of.
        patience: Seconds that one system may take.
    """
    found = await asyncio.gather(*(_plant(plant, wires, patience) for plant in plants))
    return [finding for some in found for finding in some]


async def _plant(plant: Plant, wires: Wires, patience: float) -> list[Finding]:
    one = connected(plant, wires)
    try:
        found = await asyncio.gather(
            *(within(patience, what, checks) for what, checks in _checks(one, wires))
        )
    finally:
        await one.close()
    return [finding for some in found for finding in some]


def _checks(one: ConnectedPlant, wires: Wires) -> list[tuple[str, AsyncIterator[Finding]]]:
    plant, skew = one.plant, one.plant.tolerances.clock_skew_seconds
    names = {system: connection.system for system, connection in one.connections.items()}
    s4 = Site(plant.code, names[System.ERP], "systems.erp", plant.systems.erp, skew)
    mes = Site(plant.code, names[System.MES], "systems.mes", plant.systems.mes, skew)
    checks = [
        (s4.what("systems"), erp.examine(s4, one, wires.clock)),
        (mes.what("systems"), floor.examine(mes, System.MES, one, wires.clock)),
    ]
    place = plant.systems.cmms
    if not isinstance(place, S4Maintenance):
        own = Site(plant.code, names[System.CMMS], "systems.cmms", place, skew)
        checks.append((own.what("systems"), floor.examine(own, System.CMMS, one, wires.clock)))
    return checks


async def within(patience: float, what: str, checks: AsyncIterator[Finding]) -> list[Finding]:
    """Collect findings for so long; whatever breaks a check is a finding, not a traceback."""
    found = list[Finding]()
    try:
        async with asyncio.timeout(patience):
            async for finding in checks:
                found.append(finding)
    except TimeoutError:
        found.append(
            bad(what, f"no end after {patience:g} s", "Look at the network and the system's load.")
        )
    except Exception as error:  # noqa: BLE001 - the outermost boundary of a check
        found.append(broke(what, error))
    return found
