"""Orders, in ERP and MES."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tools.fakes.desk import Desk, exchange
from tools.objects.identifiers import normal
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.posted import Posted
from tools.objects.reading import Reading, System
from tools.ports import Orders

STEPS: Mapping[str, Mapping[OrderStatus, OrderStatus]] = {
    "release": {OrderStatus.CREATED: OrderStatus.RELEASED},
    "complete": {
        status: OrderStatus.TECHNICALLY_COMPLETED
        for status in (
            OrderStatus.RELEASED,
            OrderStatus.IN_PROGRESS,
            OrderStatus.PARTIALLY_CONFIRMED,
            OrderStatus.CONFIRMED,
            OrderStatus.DELIVERED,
        )
    },
    "close": {OrderStatus.TECHNICALLY_COMPLETED: OrderStatus.CLOSED},
}


class FakeOrders(Orders):
    """Orders of one system; the ERP insists on the change marker, the MES does not."""

    def __init__(self, desk: Desk, orders: list[ProductionOrder]) -> None:
        self.system = desk.system
        self._desk, self._orders = desk, orders

    async def order(self, order: str) -> Reading[ProductionOrder]:
        return self._desk.reading(self.find(order), normal(order))

    async def orders(self, plant: str) -> Reading[tuple[ProductionOrder, ...]]:
        return self._desk.reading(
            tuple(
                replace(order, operations=(), components=())
                for order in self._orders
                if order.plant == plant
                and order.status not in {OrderStatus.CLOSED, OrderStatus.DISCARDED}
            )
        )

    async def release(self, order: str, *, etag: str | None) -> Posted:
        return self._step("release", order, etag)

    async def complete(self, order: str, *, etag: str | None) -> Posted:
        return self._step("complete", order, etag)

    async def close(self, order: str, *, etag: str | None) -> Posted:
        return self._step("close", order, etag)

    def find(self, order: str) -> ProductionOrder:
        """Return an order by its number, padded or not."""
        number = normal(order)
        return self._desk.find(self._orders, lambda one: one.number == number, f"order {number}")

    def change(self, old: ProductionOrder, new: ProductionOrder) -> None:
        """Keep a changed order."""
        exchange(self._orders, old, new)
        self._desk.changed(new.number)

    def _step(self, method: str, order: str, etag: str | None) -> Posted:
        found = self.find(order)
        if etag is not None or self.system is System.ERP:
            self._desk.expect(found.number, etag)
        status = STEPS[method].get(found.status)
        if status is None or found.locked:
            self._desk.refuse(f"order {found.number} is {found.status}: no {method}")
        if method == "complete" and self.system is System.MES:
            status = OrderStatus.CONFIRMED
        self.change(found, replace(found, status=status))
        return self._desk.note(method, found.number)
