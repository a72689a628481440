"""What production and process orders have in common: two services, the same records.

Both services call the properties alike; only sets and ways are named apart. Neither knows how much
was scrapped: that is added up from the confirmations.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date

from tools.jsontext import Row
from tools.objects.identifiers import normal, operation_number
from tools.objects.order import (
    Component,
    Operation,
    OrderCategory,
    OrderStatus,
    ProductionOrder,
)
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity, total
from tools.objects.reading import Reading
from tools.objects.units import convert
from tools.ports import Orders
from tools.sap.confirmed_quantities import ConfirmedQuantities
from tools.sap.decoding import day, flag, many, text
from tools.sap.filters import Filter, and_, eq, ne
from tools.sap.landscape import Landscape, normal_text
from tools.sap.metadata import Needs
from tools.sap.order_status import native_status, operation_status, order_status

FUNCTIONS = {
    name: frozenset({"ManufacturingOrder"})
    for name in ("ReleaseOrder", "TechlyCmpltOrder", "CloseOrder")
}
HEADER = frozenset(
    {
        "ManufacturingOrder",
        "ManufacturingOrderType",
        "ManufacturingOrderImportance",
        "Material",
        "MfgOrderActualReleaseDate",
        "MfgOrderConfirmedYieldQty",
        "MfgOrderPlannedEndDate",
        "MfgOrderPlannedEndTime",
        "MfgOrderPlannedStartDate",
        "MfgOrderPlannedStartTime",
        "OrderIsClosed",
        "OrderIsConfirmed",
        "OrderIsDelivered",
        "OrderIsLocked",
        "OrderIsMarkedForDeletion",
        "OrderIsPartiallyConfirmed",
        "OrderIsReleased",
        "OrderIsTechnicallyCompleted",
        "OrderLongText",
        "ProductionPlant",
        "ProductionUnit",
        "ProductionVersion",
        "TotalQuantity",
    }
)
ITEM = frozenset({"MfgOrderItemGoodsReceiptQty", "ProductionUnit"})
OPERATION = frozenset(
    {
        "ManufacturingOrderOperation",
        "MfgOrderOperationText",
        "OpActualExecutionEndDate",
        "OpActualExecutionEndTime",
        "OpActualExecutionStartDate",
        "OpActualExecutionStartTime",
        "OperationControlProfile",
        "OperationIsConfirmed",
        "OperationIsPartiallyConfirmed",
        "OperationIsReleased",
        "OperationUnit",
        "OpPlannedTotalQuantity",
        "OpTotalConfirmedYieldQty",
        "WorkCenter",
    }
)
COMPONENT = frozenset(
    {
        "BaseUnit",
        "Batch",
        "ManufacturingOrderOperation",
        "MatlCompIsMarkedForBackflush",
        "Material",
        "RequiredQuantity",
        "Reservation",
        "ReservationIsFinallyIssued",
        "ReservationItem",
        "StorageLocation",
        "WithdrawnQuantity",
    }
)
STATUS = frozenset({"StatusCode", "StatusShortName", "IsUserStatus"})


@dataclass(frozen=True, slots=True)
class OrderNames:
    """What one of the two order services calls its sets and ways."""

    category: OrderCategory
    service: str
    order: str
    item: str
    operation: str
    component: str
    status: str
    to_item: str
    to_operation: str
    to_component: str
    to_status: str

    @property
    def needs(self) -> Needs:
        """What the wrapper relies on."""
        ways = {self.to_item, self.to_operation, self.to_component, self.to_status}
        return Needs(
            sets={
                self.order: HEADER | ways,
                self.item: ITEM,
                self.operation: OPERATION,
                self.component: COMPONENT,
                self.status: STATUS,
            },
            functions=FUNCTIONS,
        )


class ManufacturingOrders(Orders):
    """Orders of one category."""

    def __init__(
        self, landscape: Landscape, names: OrderNames, confirmed: ConfirmedQuantities
    ) -> None:
        self.system = landscape.system
        self.names = names
        self._landscape = landscape
        self._service = landscape.service(names.service)
        self._confirmed = confirmed

    async def order(self, order: str) -> Reading[ProductionOrder]:
        number = normal(order)
        (outline, etag), scrapped = await asyncio.gather(
            self._whole(number), self._confirmed.scrapped_by_operation(number)
        )
        unit = outline.quantity.unit
        found = replace(
            outline,
            scrapped=total((convert(each, unit) for each in scrapped.values()), unit),
            operations=tuple(
                replace(step, scrapped=scrapped.get(step.number, step.scrapped))
                for step in outline.operations
            ),
        )
        return self._landscape.reading(found, etag)

    async def orders(self, plant: str) -> Reading[tuple[ProductionOrder, ...]]:
        rows = await self._service.query(
            self.names.order,
            _open_in(plant),
            expand=(self.names.to_item, self.names.to_status),
            orderby=("ManufacturingOrder",),
        )
        released = [row for row in rows if flag(row, "OrderIsReleased")]
        scrapped = dict[str, Quantity]()
        if released:
            scrapped = await self._confirmed.scrapped_by_order(plant, _first_release(released))
        orders = (self._order(row) for row in rows)
        return self._landscape.reading(
            tuple(
                replace(order, scrapped=scrapped.get(order.number, order.scrapped))
                for order in orders
            )
        )

    async def release(self, order: str, *, etag: str | None) -> Posted:
        return await self._call("ReleaseOrder", order, etag)

    async def complete(self, order: str, *, etag: str | None) -> Posted:
        return await self._call("TechlyCmpltOrder", order, etag)

    async def close(self, order: str, *, etag: str | None) -> Posted:
        return await self._call("CloseOrder", order, etag)

    async def exists(self, order: str) -> bool:
        """Return whether the order is of this category."""
        found = await self._service.query(
            self.names.order,
            eq("ManufacturingOrder", normal(order)),
            select=("ManufacturingOrder",),
            top=1,
        )
        return bool(found)

    async def outline(self, order: str) -> ProductionOrder:
        """Return an order without its scrap, which takes a second service to know."""
        outline, _ = await self._whole(normal(order))
        return outline

    async def _whole(self, number: str) -> tuple[ProductionOrder, str | None]:
        answer = await self._service.get(
            self.names.order,
            number,
            expand=(
                self.names.to_item,
                self.names.to_operation,
                self.names.to_component,
                self.names.to_status,
            ),
        )
        row = answer.row
        steps = (self._operation(each) for each in many(row, self.names.to_operation))
        needs = (self._component(each) for each in many(row, self.names.to_component))
        outline = replace(
            self._order(row),
            operations=tuple(sorted(steps, key=lambda step: step.number)),
            components=tuple(
                sorted(needs, key=lambda each: (each.reservation, each.item.zfill(4)))
            ),
        )
        return outline, answer.etag

    async def _call(self, function: str, order: str, etag: str | None) -> Posted:
        number = normal(order)
        answer = await self._service.call(function, {"ManufacturingOrder": number}, etag=etag)
        return self._landscape.posted(number, answer)

    def _order(self, row: Row) -> ProductionOrder:
        quantity = self._landscape.quantity(row, "TotalQuantity", "ProductionUnit")
        statuses = many(row, self.names.to_status)
        importance = text(row, "ManufacturingOrderImportance")
        return ProductionOrder(
            number=normal(text(row, "ManufacturingOrder")),
            plant=text(row, "ProductionPlant"),
            material=normal(text(row, "Material")),
            category=self.names.category,
            type=text(row, "ManufacturingOrderType"),
            status=order_status(row),
            quantity=quantity,
            yielded=self._landscape.quantity(row, "MfgOrderConfirmedYieldQty", "ProductionUnit"),
            scrapped=quantity.zero(),
            delivered=self._delivered(row, quantity),
            planned_start=self._landscape.moment_at(
                row, "MfgOrderPlannedStartDate", "MfgOrderPlannedStartTime"
            ),
            planned_end=self._landscape.moment_at(
                row, "MfgOrderPlannedEndDate", "MfgOrderPlannedEndTime"
            ),
            native_status=native_status(statuses),
            locked=flag(row, "OrderIsLocked"),
            production_version=normal_text(row, "ProductionVersion"),
            priority=_priority(importance),
            note=text(row, "OrderLongText"),
        )

    def _delivered(self, row: Row, quantity: Quantity) -> Quantity:
        received = (
            self._landscape.quantity(item, "MfgOrderItemGoodsReceiptQty", "ProductionUnit")
            for item in many(row, self.names.to_item)
        )
        return total(received, quantity.unit)

    def _operation(self, row: Row) -> Operation:
        planned = self._landscape.quantity(row, "OpPlannedTotalQuantity", "OperationUnit")
        status = operation_status(row)
        ended = self._landscape.moment(row, "OpActualExecutionEndDate", "OpActualExecutionEndTime")
        return Operation(
            number=operation_number(text(row, "ManufacturingOrderOperation")),
            work_center=text(row, "WorkCenter"),
            description=text(row, "MfgOrderOperationText"),
            planned=planned,
            yielded=self._landscape.quantity(row, "OpTotalConfirmedYieldQty", "OperationUnit"),
            scrapped=planned.zero(),
            control_key=text(row, "OperationControlProfile"),
            status=status,
            started_at=self._landscape.moment(
                row, "OpActualExecutionStartDate", "OpActualExecutionStartTime"
            ),
            finished_at=ended if status is OrderStatus.CONFIRMED else None,
        )

    def _component(self, row: Row) -> Component:
        return Component(
            reservation=normal(text(row, "Reservation")),
            item=normal(text(row, "ReservationItem")),
            material=normal(text(row, "Material")),
            required=self._landscape.quantity(row, "RequiredQuantity", "BaseUnit"),
            withdrawn=self._landscape.quantity(row, "WithdrawnQuantity", "BaseUnit"),
            operation=operation_number(text(row, "ManufacturingOrderOperation")),
            location=normal_text(row, "StorageLocation"),
            batch=normal_text(row, "Batch"),
            backflushed=flag(row, "MatlCompIsMarkedForBackflush"),
            final_issue=flag(row, "ReservationIsFinallyIssued"),
        )


def _priority(importance: str) -> int:
    known = importance.isdecimal() and len(importance) < 10
    return int(importance) if known else ProductionOrder.priority


def _open_in(plant: str) -> Filter:
    return and_(
        eq("ProductionPlant", plant),
        ne("OrderIsClosed", "X"),
        ne("OrderIsMarkedForDeletion", "X"),
    )


def _first_release(released: list[Row]) -> date | None:
    """Return the day before which none of these orders can have been confirmed.

    An order released on an unknown day sets no limit.
    """
    days = [day(row, "MfgOrderActualReleaseDate") for row in released]
    known = [each for each in days if each is not None]
    return min(known) if len(known) == len(days) else None
