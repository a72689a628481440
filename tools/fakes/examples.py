"""Examples out of a plant book: records chosen by what is true of them, drafts made from them.

For tests of whatever stands on the ports; an example that the book lacks is a ``LookupError``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from tools.book import PlantBook
from tools.objects.confirmation import ConfirmationDraft, MaterialUse
from tools.objects.movement import GoodsMovement, MovementDraft, MovementType
from tools.objects.order import Component, Operation, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity, total
from tools.objects.stock import StockLine, StockType

T = TypeVar("T")


def first(found: Iterable[T]) -> T:
    """Return the first example.

    Raises:
        LookupError: The book has none.
    """
    for example in found:
        return example
    raise LookupError("the book has no such example")


def order_in(book: PlantBook, status: OrderStatus) -> ProductionOrder:
    """Return an order that has come this far."""
    return first(order for order in book.erp.orders if order.status is status)


def released(book: PlantBook) -> tuple[ProductionOrder, Operation, Component]:
    """Return a released order, and a component that is backflushed at one of its operations."""
    return first(
        (order, step, component)
        for order in book.erp.orders
        if order.status is OrderStatus.RELEASED
        for step in order.operations
        for component in order.components
        if component.operation == step.number and component.backflushed
    )


def stock_at(book: PlantBook, component: Component) -> StockLine:
    """Return the free stock a component is taken from."""
    return first(
        line
        for line in book.erp.stock
        if (line.material, line.location, line.batch)
        == (component.material, component.location, component.batch)
        and line.type is StockType.UNRESTRICTED
    )


def free_stock(lines: tuple[StockLine, ...], place: StockLine) -> Quantity:
    """Return what of a reading lies in one place."""
    return total(
        (
            line.quantity
            for line in lines
            if (line.location, line.batch, line.type) == (place.location, place.batch, place.type)
        ),
        place.quantity.unit,
    )


def draft(
    order: ProductionOrder,
    step: Operation,
    amount: int,
    uses: tuple[MaterialUse, ...] | None,
    day: date,
) -> ConfirmationDraft:
    """Return a partial confirmation without scrap or rework."""
    unit = step.planned.unit
    zero = Quantity(Decimal(0), unit)
    return ConfirmationDraft(
        order=order.number,
        operation=step.number,
        yielded=Quantity(Decimal(amount), unit),
        scrapped=zero,
        reworked=zero,
        posting_date=day,
        uses=uses,
    )


def use(component: Component, quantity: Quantity) -> MaterialUse:
    """Return a use of a component by its reservation."""
    return MaterialUse(
        material=component.material,
        quantity=quantity,
        location=component.location,
        batch=component.batch,
        reservation=component.reservation,
        item=component.item,
    )


def issue(
    order: ProductionOrder, component: Component, quantity: Quantity, day: date
) -> MovementDraft:
    """Return an issue of a component by its reservation."""
    line = GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=component.material,
        plant=order.plant,
        quantity=quantity,
        location=component.location,
        batch=component.batch,
        order=order.number,
        reservation=component.reservation,
        item=component.item,
    )
    return MovementDraft(day, (line,))


def scrap_all(place: StockLine, day: date) -> MovementDraft:
    """Return a document that empties a place."""
    return _at(MovementType.SCRAP, place, place.quantity, day)


def supply(place: StockLine, quantity: Quantity, day: date) -> MovementDraft:
    """Return a document that adds to a place."""
    return _at(MovementType.INITIAL_STOCK, place, quantity, day)


def _at(kind: MovementType, place: StockLine, quantity: Quantity, day: date) -> MovementDraft:
    line = GoodsMovement(
        type=kind,
        material=place.material,
        plant=place.plant,
        quantity=quantity,
        location=place.location,
        batch=place.batch,
    )
    return MovementDraft(day, (line,))
