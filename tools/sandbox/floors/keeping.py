"""How the ERP keeps a material: in which unit, where it is issued from, in which batch."""

from __future__ import annotations

from tools.objects.order import Component
from tools.objects.quantity import Quantity
from tools.objects.units import rounded
from tools.sandbox.floors.finding import floor_of
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.s4.rows import ZERO
from tools.sandbox.world import World


def base_unit(world: World, material: str, plant: str | None = None) -> str:
    """Return the unit a material is counted in; in a plant, the MES may know it alone.

    Raises:
        Impossible: Neither the ERP nor the plant's MES knows it.
    """
    kept = world.s4.conversions.get(material)
    if kept is not None:
        return kept.base_unit
    master = floor_of(world, plant).material(material) if plant else None
    if master is None:
        raise Impossible(f"no system knows a material {material}")
    return master.base_unit


def location_for(world: World, material: str, plant: str, named: str | None = None) -> str:
    """Return the location that is named, else the one the material is issued from."""
    return named or world.s4.product_plants[material, plant]["ProductionInvtryManagedLoc"]


def batch_for(world: World, material: str, plant: str, named: str | None = None) -> str:
    """Return the batch that is named, else the only one there is; nothing where there are none.

    Raises:
        Impossible: A batch is named for a material without batches, or several could be meant.
    """
    if not world.s4.product_plants[material, plant]["IsBatchManagementRequired"]:
        if named:
            raise Impossible(f"material {material} is not kept in batches")
        return ""
    if named:
        return named
    known = {
        key.batch
        for key, amount in world.s4.stock.items()
        if (key.material, key.plant) == (material, plant) and amount > ZERO
    }
    if len(known) != 1:
        raise Impossible(f"material {material} is kept in batches {sorted(known)}: name one")
    return known.pop()


def erp_components(world: World, order: str) -> tuple[Component, ...]:
    """Return an order's components as the ERP counts them."""
    return tuple(
        Component(
            reservation=row["Reservation"],
            item=row["ReservationItem"],
            material=row["Material"],
            required=Quantity(row["RequiredQuantity"], row["BaseUnit"]),
            withdrawn=Quantity(row["WithdrawnQuantity"], row["BaseUnit"]),
            operation=row["ManufacturingOrderOperation"],
            location=row["StorageLocation"] or None,
            batch=row["Batch"] or None,
            backflushed=bool(row["MatlCompIsMarkedForBackflush"]),
            final_issue=bool(row["ReservationIsFinallyIssued"]),
        )
        for row in world.s4.components_of(order)
    )


def share(component: Component, made: Quantity, planned: Quantity) -> Quantity:
    """Return how much of a component goes into what was made, by the bill of material."""
    if not planned:
        return component.required.zero()
    amount = component.required.amount * made.amount / planned.amount
    return rounded(Quantity(amount, component.required.unit))
