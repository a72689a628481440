"""An order stands elsewhere in one system: its status was set there by hand, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from pydantic import model_validator

from tools.objects.order import OrderStatus
from tools.sandbox.changes.change import Change, Names, OrderNumber, Side
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.s4.rules.order_status import order_row, system_status, touch
from tools.sandbox.world import World

_CLEARED = (
    "OrderIsCreated",
    "OrderIsReleased",
    "OrderIsPartiallyConfirmed",
    "OrderIsConfirmed",
    "OrderIsLocked",
    "OrderIsTechnicallyCompleted",
    "OrderIsClosed",
    "OrderIsMarkedForDeletion",
)
_SET: Mapping[OrderStatus, tuple[str, ...]] = MappingProxyType(
    {
        OrderStatus.CREATED: ("Created",),
        OrderStatus.RELEASED: ("Released",),
        OrderStatus.IN_PROGRESS: ("Released", "PartiallyConfirmed"),
        OrderStatus.PARTIALLY_CONFIRMED: ("Released", "PartiallyConfirmed"),
        OrderStatus.CONFIRMED: ("Released", "Confirmed"),
        OrderStatus.DELIVERED: ("Released", "Confirmed", "Delivered"),
        OrderStatus.TECHNICALLY_COMPLETED: ("Released", "Confirmed", "TechnicallyCompleted"),
        OrderStatus.CLOSED: ("Released", "Confirmed", "TechnicallyCompleted", "Closed"),
        OrderStatus.ON_HOLD: ("Released", "Locked"),
        OrderStatus.DISCARDED: ("Created", "MarkedForDeletion"),
    }
)
_OPERATION = MappingProxyType(
    {
        "Created": "OperationIsCreated",
        "Released": "OperationIsReleased",
        "Confirmed": "OperationIsConfirmed",
        "TechnicallyCompleted": "OperationIsTechlyCompleted",
        "Closed": "OperationIsClosed",
    }
)
_DONE = frozenset({OrderStatus.CONFIRMED, OrderStatus.DELIVERED, OrderStatus.TECHNICALLY_COMPLETED})


class OrderStatusChange(Change):
    """The status one side shows from now on; quantities stay as they are."""

    order: OrderNumber
    side: Side
    status: OrderStatus

    @model_validator(mode="after")
    def _one_side(self) -> OrderStatusChange:
        if self.side is Side.BOTH:
            raise ValueError("side: a status is set on one side, erp or mes")
        return self

    def apply(self, world: World) -> Names:
        return self._in_erp(world) if self.side is Side.ERP else self._in_mes(world)

    def _in_erp(self, world: World) -> Names:
        state, row = world.s4, order_row(world.s4, self.order)
        names = _SET[self.status]
        started = any(one["OpTotalConfirmedYieldQty"] for one in state.operations_of(self.order))
        row |= dict.fromkeys(_CLEARED, "")
        row |= {f"OrderIs{name}": "X" for name in names}
        if self.status is OrderStatus.ON_HOLD and started:
            row["OrderIsPartiallyConfirmed"] = "X"
        for operation in state.operations_of(self.order):
            some = bool(operation["OpTotalConfirmedYieldQty"])
            operation |= {field: _flag(name in names) for name, field in _OPERATION.items()}
            partial = some and not operation["OperationIsConfirmed"]
            operation["OperationIsPartiallyConfirmed"] = _flag(partial)
        touch(state, self.order, world.clock.now())
        return {"status": system_status(row)}

    def _in_mes(self, world: World) -> Names:
        floor = floor_of_order(world, self.order)
        order = floor.order(self.order)
        now = world.clock.now()
        operations = order.operations
        if self.status in _DONE:
            operations = tuple(
                replace(
                    step,
                    status=OrderStatus.CONFIRMED,
                    started_at=step.started_at or now,
                    finished_at=step.finished_at or now,
                )
                for step in operations
            )
            floor.state.work_in_progress = [
                one for one in floor.state.work_in_progress if one.order != self.order
            ]
        floor.put_order(replace(order, status=self.status, operations=operations))
        return {"status": self.status.value}


def _flag(holds: bool) -> str:
    return "X" if holds else ""
