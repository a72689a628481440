"""The quantity of an order is changed, with the components it needs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.units import rounded
from tools.sandbox.changes.change import Amount, Change, Names, OrderNumber, Side
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.floors.floor import Floor
from tools.sandbox.s4.rules.order_status import order_row, show_delivery, touch
from tools.sandbox.world import World


class OrderQuantity(Change):
    """The new quantity, in the order's unit; by default a planner changed it in the ERP only."""

    order: OrderNumber
    quantity: Annotated[Amount, Field(gt=0)]
    side: Side = Side.ERP

    def apply(self, world: World) -> Names:
        before: Decimal = order_row(world.s4, self.order)["TotalQuantity"]
        if self.side.in_erp:
            self._in_erp(world, self.quantity / before)
        if self.side.in_mes:
            floor = floor_of_order(world, self.order)
            self._in_mes(floor, floor.order(self.order))
        return {"before": f"{before.normalize():f}", "after": f"{self.quantity.normalize():f}"}

    def _in_erp(self, world: World, ratio: Decimal) -> None:
        state = world.s4
        state.orders[(self.order,)]["TotalQuantity"] = self.quantity
        state.order_items[(self.order, "1")]["MfgOrderItemPlannedTotalQty"] = self.quantity
        for row in state.operations_of(self.order):
            row["OpPlannedTotalQuantity"] = self.quantity
        for row in state.components_of(self.order):
            needed = rounded(Quantity(row["RequiredQuantity"] * ratio, row["BaseUnit"])).amount
            row |= {"RequiredQuantity": needed, "GoodsMovementEntryQty": needed}
        show_delivery(state, self.order)
        touch(state, self.order, world.clock.now())

    def _in_mes(self, floor: Floor, order: ProductionOrder) -> None:
        quantity, before = Quantity(self.quantity, order.quantity.unit), order.quantity.amount
        steps = tuple(replace(step, planned=quantity) for step in order.operations)
        components = tuple(
            replace(one, required=rounded(one.required * (self.quantity / before)))
            for one in floor.components(self.order)
        )
        floor.put_order(replace(order, quantity=quantity, operations=steps))
        floor.put_components(self.order, components)
