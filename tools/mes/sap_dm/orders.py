"""Orders: ``order/v1``, ``order/v2``, with their steps from ``sfc`` and components from ``bom``.

An order's operations show once it is released: only then has it units of execution.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from tools.mes.sap_dm.boms import BomRow, component
from tools.mes.sap_dm.consumption import Consumed, consumed
from tools.mes.sap_dm.forms import MaterialName, Moment, Named, Page
from tools.mes.sap_dm.plant import Dm
from tools.mes.sap_dm.steps import all_executed, operations
from tools.objects import units
from tools.objects.identifiers import normal
from tools.objects.order import Component, OrderCategory, OrderStatus, ProductionOrder
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity, total
from tools.objects.reading import Reading
from tools.objects.units import convert
from tools.ports import Orders
from tools.shape import Shape

OPEN = "NOT_IN_EXECUTION,ACTIVE,HOLD,COMPLETED"

Execution = Literal["NOT_IN_EXECUTION", "ACTIVE", "HOLD", "CLOSED", "COMPLETED", "DISCARDED"]
Category = Literal["PRODUCTION_ORDER", "PROCESS_ORDER", "PLANNED_ORDER"]

EXECUTION: dict[Execution, OrderStatus] = {
    "ACTIVE": OrderStatus.IN_PROGRESS,
    "HOLD": OrderStatus.ON_HOLD,
    "CLOSED": OrderStatus.CLOSED,
    "COMPLETED": OrderStatus.CONFIRMED,
    "DISCARDED": OrderStatus.DISCARDED,
}


class BomName(Shape):
    """Which BOM an order is made by."""

    bom: str
    type: str | None = None
    version: str | None = None


class OrderRow(Shape):
    """An order as ``/order/v1/orders`` has it."""

    order: str
    plant: str
    orderType: str | None = None
    orderCategory: Category
    material: MaterialName
    orderedQuantity: Decimal
    doneQuantity: Decimal
    goodsReceiptQuantity: Decimal | None = None
    erpUnitOfMeasure: str | None = None
    baseUnitOfMeasureObject: Named | None = None
    plannedStartDate: Moment
    plannedCompletionDate: Moment
    priority: int | None = None
    releaseStatus: str
    executionStatus: Execution
    productionVersion: str | None = None
    headerText: str | None = None
    sfcs: tuple[str, ...] = ()
    bom: BomName | None = None

    @property
    def unit(self) -> str:
        """The base unit all quantities are in, as SAP's internal code."""
        if self.baseUnitOfMeasureObject is not None:
            return self.baseUnitOfMeasureObject.internal
        return units.unit(self.erpUnitOfMeasure or "").code


class OrderLine(Shape):
    """An order as ``/order/v2/plants/{plant}/orders`` lists it."""

    order: str
    plant: str
    orderCategory: Category
    material: MaterialName
    plannedQuantity: Decimal
    doneQuantity: Decimal
    scrappedQuantity: Decimal
    deliveredQuantity: Decimal
    baseUnitOfMeasure: str
    plannedStart: Moment
    plannedEnd: Moment
    priority: int | None = None
    releaseStatus: str
    executionStatus: Execution
    productionVersion: str | None = None


class DmOrders(Orders):
    """Read, released and completed. DM keeps no change marker of an order."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def order(self, order: str) -> Reading[ProductionOrder]:
        asked = self._dm.clock()
        row = await header(self._dm, order)
        executed, components = await asyncio.gather(
            all_executed(self._dm, row.sfcs), self._components(row)
        )
        taken = await consumed(self._dm, row.order, executed)
        steps = operations(executed, Quantity(row.orderedQuantity, row.unit))
        found = replace(
            _from_header(row),
            operations=steps,
            components=tuple(withdrawn(one, taken) for one in components),
            scrapped=total((one.scrapped for one in steps), row.unit),
        )
        return self._dm.reading(found, asked)

    async def orders(self, plant: str) -> Reading[tuple[ProductionOrder, ...]]:
        asked = self._dm.clock()
        path = f"order/v2/plants/{self._dm.own(plant)}/orders"
        lines = await self._dm.listed(path, Page[OrderLine], executionStatuses=OPEN)
        return self._dm.reading(tuple(map(_from_line, lines)), asked)

    async def release(self, order: str, *, etag: str | None) -> Posted:
        number = normal(order)
        body = {"plant": self._dm.plant, "order": number}
        await self._dm.post("order/v2/orders/release", body)
        return self._dm.posted(number)

    async def complete(self, order: str, *, etag: str | None) -> Posted:
        number = normal(order)
        await self._dm.post("order/v1/orders/complete", plant=self._dm.plant, order=number)
        return self._dm.posted(number)

    async def _components(self, row: OrderRow) -> tuple[Component, ...]:
        if row.bom is None:
            return ()
        found = await self._dm.bare(
            "bom/v1/boms",
            BomRow,
            plant=self._dm.plant,
            bom=row.bom.bom,
            type=row.bom.type or "SHOP_ORDER",
            readReservationsAndBatch="true",
        )
        needed = found[0].components if found else ()
        return tuple(component(one, row.order) for one in needed)


async def header(dm: Dm, order: str) -> OrderRow:
    """Read an order without its steps and components."""
    return await dm.one("order/v1/orders", OrderRow, plant=dm.plant, order=normal(order))


def withdrawn(component: Component, taken: Iterable[Consumed]) -> Component:
    """Return a component with what its step has consumed of it, in the component's unit."""
    unit = component.required.unit
    quantities = (
        one.quantity
        for one in taken
        if (one.operation, one.material) == (component.operation, component.material)
        and one.quantity is not None
    )
    return replace(component, withdrawn=total((convert(one, unit) for one in quantities), unit))


def _from_header(row: OrderRow) -> ProductionOrder:
    nothing = Quantity(Decimal(0), row.unit)
    return ProductionOrder(
        number=normal(row.order),
        plant=row.plant,
        material=normal(row.material.material),
        category=_category(row.orderCategory),
        type=row.orderType or "",
        status=_status(row.executionStatus, row.releaseStatus),
        quantity=Quantity(row.orderedQuantity, row.unit),
        yielded=Quantity(row.doneQuantity, row.unit),
        scrapped=nothing,
        delivered=Quantity(row.goodsReceiptQuantity or Decimal(0), row.unit),
        planned_start=row.plannedStartDate,
        planned_end=row.plannedCompletionDate,
        native_status=f"{row.executionStatus} {row.releaseStatus}",
        production_version=row.productionVersion,
        priority=_priority(row.priority),
        note=row.headerText or "",
    )


def _from_line(row: OrderLine) -> ProductionOrder:
    unit = units.unit(row.baseUnitOfMeasure).code
    return ProductionOrder(
        number=normal(row.order),
        plant=row.plant,
        material=normal(row.material.material),
        category=_category(row.orderCategory),
        type="",
        status=_status(row.executionStatus, row.releaseStatus),
        quantity=Quantity(row.plannedQuantity, unit),
        yielded=Quantity(row.doneQuantity, unit),
        scrapped=Quantity(row.scrappedQuantity, unit),
        delivered=Quantity(row.deliveredQuantity, unit),
        planned_start=row.plannedStart,
        planned_end=row.plannedEnd,
        native_status=f"{row.executionStatus} {row.releaseStatus}",
        production_version=row.productionVersion,
        priority=_priority(row.priority),
    )


def _category(category: Category) -> OrderCategory:
    return OrderCategory.PROCESS if category == "PROCESS_ORDER" else OrderCategory.PRODUCTION


def _status(execution: Execution, release: str) -> OrderStatus:
    if execution in EXECUTION:
        return EXECUTION[execution]
    if release == "HOLD":
        return OrderStatus.ON_HOLD
    released = release in {"RELEASED", "PARTIALLY_RELEASED"}
    return OrderStatus.RELEASED if released else OrderStatus.CREATED


def _priority(priority: int | None) -> int:
    """Return DM's priority of 1 to 999 on the ERP's scale of 1 to 9."""
    return 5 if priority is None else min(9, max(1, -(-priority // 100)))
