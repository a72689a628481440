"""Orders as the line sees them."""

from __future__ import annotations

from tools.mes.ignition.site import Amount, Moment, Page, Site, translated
from tools.mes.ignition.words import CATEGORIES, STATUSES, Category, Status
from tools.objects.identifiers import normal, operation_number
from tools.objects.order import Component, Operation, ProductionOrder
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.ports import Orders
from tools.shape import Shape


class OperationRow(Shape):
    """An operation."""

    number: str
    work_center: str
    description: str
    planned: Amount
    good: Amount
    scrap: Amount
    control_key: str
    status: Status
    started_at: Moment | None
    finished_at: Moment | None


class ComponentRow(Shape):
    """A component."""

    reservation: str
    item: str
    material: str
    required: Amount
    used: Amount
    operation: str
    location: str | None
    batch: str | None
    backflush: bool
    complete: bool


class OrderRow(Shape):
    """An order; in lists without operations and components."""

    number: str
    plant: str
    material: str
    category: Category
    type: str
    status: Status
    quantity: Amount
    good: Amount
    scrap: Amount
    delivered: Amount
    planned_start: Moment
    planned_end: Moment
    locked: bool
    production_version: str | None
    priority: int
    note: str
    version: int
    operations: tuple[OperationRow, ...] = ()
    components: tuple[ComponentRow, ...] = ()


class IgnitionOrders(Orders):
    """Read, released and finished at the line; closing is the ERP's."""

    system = Site.system

    def __init__(self, site: Site) -> None:
        self._site = site

    async def order(self, order: str) -> Reading[ProductionOrder]:
        found = await self._site.one("orders", OrderRow, order=normal(order))
        return translated(found, self._order)

    async def orders(self, plant: str) -> Reading[tuple[ProductionOrder, ...]]:
        found = await self._site.several("orders", Page[OrderRow], plant=plant)
        return translated(found, lambda rows: tuple(map(self._order, rows)))

    async def release(self, order: str, *, etag: str | None) -> Posted:
        return await self._step("orders/release", order, etag)

    async def complete(self, order: str, *, etag: str | None) -> Posted:
        return await self._step("orders/complete", order, etag)

    async def _step(self, path: str, order: str, etag: str | None) -> Posted:
        number = normal(order)
        if etag is None:
            etag = (await self._site.one("orders", OrderRow, order=number)).etag
        return await self._site.post(path, {"order": number}, etag=etag)

    def _order(self, row: OrderRow) -> ProductionOrder:
        amount = self._site.quantity
        return ProductionOrder(
            number=normal(row.number),
            plant=row.plant,
            material=normal(row.material),
            category=CATEGORIES[row.category],
            type=row.type,
            status=STATUSES[row.status],
            quantity=amount(row.quantity),
            yielded=amount(row.good),
            scrapped=amount(row.scrap),
            delivered=amount(row.delivered),
            planned_start=row.planned_start,
            planned_end=row.planned_end,
            native_status=row.status.value,
            locked=row.locked,
            production_version=row.production_version,
            priority=row.priority,
            operations=tuple(map(self._operation, row.operations)),
            components=tuple(map(self._component, row.components)),
            note=row.note,
        )

    def _operation(self, row: OperationRow) -> Operation:
        amount = self._site.quantity
        return Operation(
            number=operation_number(row.number),
            work_center=row.work_center,
            description=row.description,
            planned=amount(row.planned),
            yielded=amount(row.good),
            scrapped=amount(row.scrap),
            control_key=row.control_key,
            status=STATUSES[row.status],
            started_at=row.started_at,
            finished_at=row.finished_at,
        )

    def _component(self, row: ComponentRow) -> Component:
        return Component(
            reservation=normal(row.reservation),
            item=row.item,
            material=normal(row.material),
            required=self._site.quantity(row.required),
            withdrawn=self._site.quantity(row.used),
            operation=operation_number(row.operation),
            location=row.location,
            batch=row.batch,
            backflushed=row.backflush,
            final_issue=row.complete,
        )
