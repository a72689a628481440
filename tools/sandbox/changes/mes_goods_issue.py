"""An operator reports a component as taken, apart from any confirmation."""

from __future__ import annotations

from dataclasses import replace

from pydantic import BaseModel, ConfigDict, model_validator

from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.quantity import Quantity
from tools.sandbox.changes.change import (
    Change,
    Code,
    Minutes,
    Names,
    OperationNumber,
    OrderNumber,
    Portion,
    UnitCode,
    ago,
)
from tools.sandbox.changes.outcome import Refused, Way, let_go
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.floors.floor import Floor, Impossible
from tools.sandbox.floors.keeping import base_unit, location_for
from tools.sandbox.world import World


class Arrived(BaseModel):
    """What the interface made of a reported quantity on the way."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantity: Portion
    unit: UnitCode


class MesGoodsIssue(Change):
    """A goods issue in the MES, and how far its message has come (see ``outcome.Way``).

    By default from where the order's component is issued, in its batch and unit. ``arrives_as`` is
    what reaches the ERP instead of the quantity that was reported.
    """

    order: OrderNumber
    material: Code
    quantity: Portion
    unit: UnitCode | None = None
    location: Code | None = None
    batch: str | None = None
    operation: OperationNumber | None = None
    note: str = ""
    minutes_ago: Minutes = 10
    state: Way | None = None
    refusal: Refused | None = None
    arrives_as: Arrived | None = None

    @model_validator(mode="after")
    def _movements_are_not_held(self) -> MesGoodsIssue:
        if self.state is Way.HELD:
            raise ValueError("only confirmations can be held")
        if self.refusal is not None and self.state not in {None, Way.REFUSED}:
            raise ValueError(f"a goods issue that is {self.state} has no refusal")
        return self

    def apply(self, world: World) -> Names:
        floor, at = floor_of_order(world, self.order), ago(world, self.minutes_ago)
        document = floor.move((self._line(world, floor),), at, self.note)
        way = self.state or (Way.REFUSED if self.refusal else Way.POSTED)
        came_of_it = let_go(world, floor, self._arriving(document), way, self.refusal, at)
        return {"document": document.number, **came_of_it}

    def _arriving(self, document: MaterialDocument) -> MaterialDocument:
        if self.arrives_as is None:
            return document
        quantity = Quantity(self.arrives_as.quantity, self.arrives_as.unit)
        line = replace(document.lines[0], quantity=quantity)
        return replace(document, lines=(line,))

    def _line(self, world: World, floor: Floor) -> GoodsMovement:
        components = floor.components(floor.order(self.order).number)
        own = next((one for one in components if one.material == self.material), None)
        master = floor.material(self.material)
        if master is None:
            raise Impossible(f"the MES knows no material {self.material}")
        known = (self.material, floor.plant) in world.s4.product_plants
        location = self.location or (own.location if own else None)
        if location is None:
            location = (
                location_for(world, self.material, floor.plant) if known else master.issue_location
            )
        unit = self.unit or (
            own.required.unit if own else base_unit(world, self.material, floor.plant)
        )
        return GoodsMovement(
            type=MovementType.ISSUE_ORDER,
            material=self.material,
            plant=floor.plant,
            quantity=Quantity(self.quantity, unit),
            location=location,
            batch=self.batch or (own.batch if own else None),
            order=self.order,
            operation=self.operation or (own.operation if own else None),
            reservation=own.reservation if own else None,
            item=own.item if own else None,
            text=self.note[:50],
        )
