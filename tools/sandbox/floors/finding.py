"""Which floor a plant, an order or a material belongs to."""

from __future__ import annotations

from tools.sandbox.floors.dm import DmFloor
from tools.sandbox.floors.floor import Floor, Impossible
from tools.sandbox.floors.ignition import IgnitionFloor
from tools.sandbox.world import World


def floor_of(world: World, plant: str) -> Floor:
    """Return a plant's shop floor.

    Raises:
        Impossible: No MES of the box runs it.
    """
    if plant in world.dm.floors:
        return DmFloor(world.dm, plant)
    if plant in world.ignition.plants:
        return IgnitionFloor(world.ignition, plant)
    raise Impossible(f"there is no plant {plant}")


def plant_of_order(world: World, order: str) -> str:
    """Return the plant of an order that at least one system has.

    Raises:
        Impossible: No system has it.
    """
    row = world.s4.orders.get((order,))
    if row is not None:
        return row["ProductionPlant"]
    for state in (world.dm, world.ignition):
        if order in state.orders:
            return state.orders[order].plant
    raise Impossible(f"no system has an order {order}")


def plant_of_material(world: World, material: str, plant: str | None = None) -> str:
    """Return the plant that is named, else the one plant that keeps the material in the ERP.

    Raises:
        Impossible: It is kept nowhere, or the plant named does not keep it.
    """
    kept = sorted(key[1] for key in world.s4.product_plants if key[0] == material)
    if plant is not None and plant in kept:
        return plant
    if plant is not None or not kept:
        where = f"plant {plant}" if plant else "any plant"
        raise Impossible(f"the ERP keeps no material {material} in {where}")
    if len(kept) > 1:
        raise Impossible(f"material {material} is kept in {', '.join(kept)}: name the plant")
    return kept[0]


def floor_of_order(world: World, order: str) -> Floor:
    """Return the shop floor an order runs on."""
    return floor_of(world, plant_of_order(world, order))
