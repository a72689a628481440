"""Goods issues of a plant in a box, to be asked about before they are booked."""

from typing import Any

from tools.sandbox.world import World


def issue(world: World, **changes: Any) -> dict[str, Any]:
    """An issue of something that a released order of the plant needs, and that is there."""
    for row in world.s4.components.values():
        order = world.s4.orders[(row["ManufacturingOrder"],)]
        if order["ProductionPlant"] != "1010" or order.get("OrderIsReleased") != "X":
            continue
        for key, amount in world.s4.stock.items():
            if (key.material, key.plant, key.type) == (row["Material"], "1010", "01"):
                if amount < 2 or row["RequiredQuantity"] - row["WithdrawnQuantity"] < 1:
                    continue
                found = {
                    "plant": "1010",
                    "order": row["ManufacturingOrder"],
                    "material": row["Material"],
                    "quantity": "1",
                    "unit": row["BaseUnit"],
                    "location": key.location,
                    "batch": key.batch or None,
                }
                return found | changes
    raise LookupError("the box has no such component")
