"""What the systems of a world show: read from their own records, not through Concord's wrappers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import assert_never

from evals.case import (
    Component,
    ConfirmationStands,
    Confirmed,
    End,
    MessageStands,
    OrderStands,
    StockLies,
    Used,
    Yield,
)
from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.identifiers import normal, operation_number
from tools.objects.order import OrderStatus
from tools.objects.quantity import Quantity, QuantityError, total
from tools.objects.stock import StockType
from tools.objects.units import convert
from tools.sandbox.floors.finding import floor_of, floor_of_order, plant_of_material
from tools.sandbox.floors.floor import Floor, Impossible
from tools.sandbox.s4.entries import StockKey
from tools.sandbox.s4.rows import ZERO, Row
from tools.sandbox.world import World

Shown = Quantity | int | str | None

# The first flag that is set says how far an order has come.
_STATUSES = (
    ("OrderIsMarkedForDeletion", OrderStatus.DISCARDED),
    ("OrderIsClosed", OrderStatus.CLOSED),
    ("OrderIsTechnicallyCompleted", OrderStatus.TECHNICALLY_COMPLETED),
    ("OrderIsLocked", OrderStatus.ON_HOLD),
    ("OrderIsDelivered", OrderStatus.DELIVERED),
    ("OrderIsConfirmed", OrderStatus.CONFIRMED),
    ("OrderIsPartiallyConfirmed", OrderStatus.PARTIALLY_CONFIRMED),
    ("OrderIsReleased", OrderStatus.RELEASED),
)


def shown(world: World, end: End) -> Shown:
    """Return what a system shows of what a case expects at its end; None of no such record."""
    try:
        return _shown(world, end)
    except (Impossible, KeyError, StopIteration):
        return None


def _shown(world: World, end: End) -> Shown:
    match end:
        case Component():
            return _withdrawn(world, normal(end.order), normal(end.material))
        case Used():
            return _used(world, normal(end.order), normal(end.material))
        case Yield():
            return _made(world, end)
        case StockLies():
            return _stock(world, end)
        case Confirmed():
            return len(_standing(world, end.system, end.order, end.operation))
        case OrderStands():
            return _status(world, end)
        case ConfirmationStands():
            return _confirmation_state(world, end.confirmation)
        case MessageStands():
            return _message_state(world, end.message)
        case _ as unreachable:
            assert_never(unreachable)


def _withdrawn(world: World, order: str, material: str) -> Quantity:
    if (order,) not in world.s4.orders:
        raise Impossible(f"the ERP has no order {order}")
    rows = [row for row in world.s4.components_of(order) if row["Material"] == material]
    taken = [Quantity(row["WithdrawnQuantity"], row["BaseUnit"]) for row in rows]
    if taken:
        return total(taken, taken[0].unit)
    return _issued(world, order, material)


def _issued(world: World, order: str, material: str) -> Quantity:
    """Return what was issued of a material that is no component of the order."""
    result, unit = ZERO, world.s4.conversions[material].base_unit
    for row in world.s4.document_items.values():
        if (row["Material"], row.get("ManufacturingOrder")) == (material, order):
            sign = {"261": 1, "262": -1}.get(row["GoodsMovementType"], 0)
            result += sign * row["QuantityInBaseUnit"]
    return Quantity(result, unit)


def _used(world: World, order: str, material: str) -> Quantity:
    floor = floor_of_order(world, order)
    kept = floor.material(material)
    if kept is None:
        raise Impossible(f"the MES knows no material {material}")
    base = kept.base_unit
    uses = [
        use.quantity
        for entry in _reported(floor, order)
        for use in entry.uses
        if use.material == material
    ]
    try:
        return total(
            (convert(one, base, base_unit=base, alternatives=kept.conversions) for one in uses),
            base,
        )
    except QuantityError as error:
        raise Impossible(str(error)) from error


def _made(world: World, end: Yield) -> Quantity:
    order = normal(end.order)
    step = operation_number(end.operation)
    if end.system == "mes":
        operations = floor_of_order(world, order).order(order).operations
        found = next(one for one in operations if one.number == step)
        return found.yielded if end.what == "yield" else found.scrapped
    row = next(
        row for row in world.s4.operations_of(order) if row["ManufacturingOrderOperation"] == step
    )
    if end.what == "yield":
        return Quantity(row["OpTotalConfirmedYieldQty"], row["OperationUnit"])
    scrapped = (one.get("ConfirmationScrapQuantity", ZERO) for one in _in_erp(world, order, step))
    return Quantity(sum(scrapped, Decimal(0)), row["OperationUnit"])


def _stock(world: World, end: StockLies) -> Quantity:
    material = normal(end.material)
    plant = plant_of_material(world, material, end.plant)
    unit = world.s4.conversions[material].base_unit
    if end.system == "mes":
        lines = floor_of(world, plant).stock(material)
        return total(
            (
                line.quantity
                for line in lines
                if line.type is StockType.UNRESTRICTED
                and line.location == end.location
                and end.batch in (None, line.batch)
            ),
            unit,
        )
    return Quantity(sum(_lying(world, end, material, plant), Decimal(0)), unit)


def _lying(world: World, end: StockLies, material: str, plant: str) -> Iterator[Decimal]:
    for key, amount in world.s4.stock.items():
        place = StockKey(material, plant, end.location, end.batch or key.batch, "", "01")
        if key == place:
            yield amount


def _standing(world: World, system: str, order: str, operation: str) -> list[Row | Confirmation]:
    number, step = normal(order), operation_number(operation)
    if system == "erp":
        return [*_in_erp(world, number, step)]
    entries = _reported(floor_of_order(world, number), number)
    return [entry for entry in entries if entry.operation == step]


def _in_erp(world: World, order: str, step: str) -> list[Row]:
    return [
        row
        for row in world.s4.confirmations.values()
        if (row["OrderID"], row["OrderOperation"]) == (order, step)
        and not row.get("IsReversed")
        and not row.get("IsReversal")
    ]


def _reported(floor: Floor, order: str) -> list[Confirmation]:
    return [
        entry
        for entry in floor.state.confirmations.values()
        if entry.order == order
        and entry.state is not ConfirmationState.CANCELLED
        and not entry.reverses
    ]


def _status(world: World, end: OrderStands) -> str:
    order = normal(end.order)
    if end.system == "mes":
        return floor_of_order(world, order).order(order).status.value
    row = world.s4.orders[order,]
    set_flags = (status for name, status in _STATUSES if row.get(name))
    return next(set_flags, OrderStatus.CREATED).value


def _confirmation_state(world: World, number: str) -> str | None:
    for state in (world.dm, world.ignition):
        if number in state.confirmations:
            return state.confirmations[number].state.value
    return None


def _message_state(world: World, number: str) -> str | None:
    for state in (world.dm, world.ignition):
        if number in state.messages:
            return state.messages[number].state.value
    return None
