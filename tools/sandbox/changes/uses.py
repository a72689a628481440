"""What a report says of components: named ones by quantity or percentage, the others as planned."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tools.objects.confirmation import ActivityUse, MaterialUse
from tools.objects.order import Component, Operation, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.units import rounded
from tools.sandbox.changes.change import Code, Portion, UnitCode
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.floors.keeping import base_unit, location_for, share
from tools.sandbox.world import World


class Use(BaseModel):
    """A component that is used.

    The amount is a ``quantity`` (in ``unit``, by default the one the component is kept in) or a
    ``percent`` of what the bill of material allows for what is reported. ``instead_of`` names the
    component a material stands in for, which then is not used.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    material: Code
    quantity: Portion | None = None
    percent: Portion | None = None
    unit: UnitCode | None = None
    location: Code | None = None
    batch: str | None = None
    instead_of: Code | None = None

    @model_validator(mode="after")
    def _one_amount(self) -> Use:
        if (self.quantity is None) == (self.percent is None):
            raise ValueError("say either a quantity or a percent")
        return self


class Activity(BaseModel):
    """Time used, in minutes unless a unit is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    activity: Annotated[str, Field(pattern="^(SETUP|MACHINE|LABOR)$")]
    quantity: Portion
    unit: UnitCode = "MIN"

    @property
    def use(self) -> ActivityUse:
        """The activity as confirmations carry it."""
        return ActivityUse(self.activity, Quantity(self.quantity, self.unit))


def operation_in_work(order: ProductionOrder, named: str | None) -> Operation:
    """Return the operation that is named, else the one in work, else the next one to begin.

    Raises:
        Impossible: The order has no such operation, or nothing is left to do.
    """
    if named is not None:
        found = [one for one in order.operations if one.number == named]
    else:
        left = [one for one in order.operations if one.finished_at is None]
        found = [one for one in left if one.status is OrderStatus.IN_PROGRESS] or left
    if not found:
        raise Impossible(f"order {order.number} has no operation {named or 'that is left'}")
    return found[0]


def used(
    world: World,
    plant: str,
    components: Sequence[Component],
    made: Quantity,
    planned: Quantity,
    uses: Sequence[Use],
) -> tuple[MaterialUse, ...]:
    """Return what goes into a report; ``components`` are those of its operation."""
    named = {use.material for use in uses} | {use.instead_of for use in uses}
    rest = [
        _of(component, share(component, made, planned))
        for component in components
        if component.material not in named
    ]
    by_material = {component.material: component for component in components}
    return (
        *(_named(world, plant, use, by_material, made, planned) for use in uses),
        *(use for use in rest if use.quantity),
    )


def _named(
    world: World,
    plant: str,
    use: Use,
    components: dict[str, Component],
    made: Quantity,
    planned: Quantity,
) -> MaterialUse:
    own = components.get(use.material)
    measured = components.get(use.instead_of or use.material)
    if use.percent is not None:
        if measured is None:
            raise Impossible(f"{use.instead_of or use.material} is no component of the operation")
        allowed = share(measured, made, planned)
        quantity = rounded(allowed * (use.percent / Decimal(100)))
    else:
        kept_in = own.required.unit if own else base_unit(world, use.material, plant)
        quantity = Quantity(use.quantity or Decimal(0), use.unit or kept_in)
    if own is not None:
        taken = _of(own, quantity)
        return MaterialUse(
            taken.material,
            quantity,
            use.location or taken.location,
            use.batch or taken.batch,
            taken.reservation,
            taken.item,
        )
    known = (use.material, plant) in world.s4.product_plants
    location = location_for(world, use.material, plant, use.location) if known else use.location
    return MaterialUse(use.material, quantity, location, use.batch or None)


def _of(component: Component, quantity: Quantity) -> MaterialUse:
    return MaterialUse(
        component.material,
        quantity,
        component.location,
        component.batch,
        component.reservation,
        component.item,
    )
