"""What a use of material does to line-side stock and to the order that used it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from tools.objects.movement import GoodsMovement, MovementType
from tools.objects.order import Component, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.stock import StockType
from tools.objects.units import NoConversion, convert
from tools.sandbox.ignition.refusal import conflict
from tools.sandbox.ignition.state import IgnitionState, Place

_OUT = frozenset(
    {
        MovementType.ISSUE_ORDER,
        MovementType.SCRAP,
        MovementType.RECEIPT_ORDER_REVERSAL,
        MovementType.TRANSFER_LOCATION,
    }
)
_IN = frozenset(
    {
        MovementType.ISSUE_ORDER_REVERSAL,
        MovementType.SCRAP_REVERSAL,
        MovementType.RECEIPT_ORDER,
        MovementType.TRANSFER_LOCATION_REVERSAL,
    }
)
_OPPOSITE = {
    MovementType.ISSUE_ORDER: MovementType.ISSUE_ORDER_REVERSAL,
    MovementType.SCRAP: MovementType.SCRAP_REVERSAL,
    MovementType.RECEIPT_ORDER: MovementType.RECEIPT_ORDER_REVERSAL,
    MovementType.TRANSFER_LOCATION: MovementType.TRANSFER_LOCATION_REVERSAL,
}
_WITHDRAWS = {MovementType.ISSUE_ORDER: 1, MovementType.ISSUE_ORDER_REVERSAL: -1}
OPPOSITE = _OPPOSITE | {back: there for there, back in _OPPOSITE.items()}


def book(state: IgnitionState, lines: Iterable[GoodsMovement]) -> None:
    """Carry out movements: stock first, all or none, then what their orders have taken.

    Raises:
        Refused: Stock does not cover them, or no factor leads to the unit stock is kept in.
    """
    lines = tuple(lines)
    changes, orders = _changes(state, lines), _withdrawals(state, lines)
    for place, change in changes.items():
        state.move_stock(place, change)
    for order in orders.values():
        state.put_order(order)


def _changes(state: IgnitionState, lines: tuple[GoodsMovement, ...]) -> dict[Place, Quantity]:
    changes: dict[Place, Decimal] = defaultdict(Decimal)
    kept_in: dict[Place, str] = {}
    for number, line in enumerate(lines):
        for place, sign in _places(line):
            unit = _tracked_in(state, line.material, line.plant)
            if unit is None:
                continue
            kept_in[place] = unit
            moved = in_unit(
                state, line.material, line.plant, line.quantity, unit, f"lines.{number}"
            )
            changes[place] += moved.amount * sign
    result = {place: Quantity(change, kept_in[place]) for place, change in changes.items()}
    for place, change in result.items():
        _covered(state, place, change)
    return result


def _places(line: GoodsMovement) -> list[tuple[Place, int]]:
    if line.location is None:
        return []
    here = _place(line, line.location, line.batch)
    if line.type in _OUT:
        result = [(here, -1)]
    elif line.type in _IN:
        result = [(here, 1)]
    else:
        return []
    if line.to_location is not None:
        there = _place(line, line.to_location, line.to_batch or line.batch)
        result.append((there, -result[0][1]))
    return result


def _place(line: GoodsMovement, location: str, batch: str | None) -> Place:
    return (line.material, line.plant, location, StockType.UNRESTRICTED, batch, "")


def _tracked_in(state: IgnitionState, material: str, plant: str) -> str | None:
    """Return the unit line-side stock of a material is kept in; None if the line keeps none."""
    for place, line in state.stock.items():
        if place[:2] == (material, plant):
            return line.quantity.unit
    return None


def _covered(state: IgnitionState, place: Place, change: Quantity) -> None:
    found = state.stock.get(place)
    there = change.zero() if found is None else found.quantity
    if change.amount < 0 and there + change < change.zero():
        batch = f" batch {place[4]}" if place[4] else ""
        raise conflict(
            "stock_short",
            f"{place[2]} holds {there} of {place[0]}{batch}, {-change} are wanted",
            "lines",
        )


def in_unit(
    state: IgnitionState, material: str, plant: str, quantity: Quantity, unit: str, field: str
) -> Quantity:
    """Express a quantity of a material in another unit, by physics or the material's factors."""
    known = state.materials.get((material, plant))
    try:
        return convert(
            quantity,
            unit,
            base_unit=known.base_unit if known else None,
            alternatives=known.conversions if known else (),
            material=material,
        )
    except NoConversion as error:
        raise conflict("no_conversion", str(error), field) from error


def _withdrawals(
    state: IgnitionState, lines: tuple[GoodsMovement, ...]
) -> dict[str, ProductionOrder]:
    """Write issues, and their returns, into the components of the orders they belong to."""
    result: dict[str, ProductionOrder] = {}
    for line in lines:
        sign = _WITHDRAWS.get(line.type)
        order = result.get(line.order or "", state.orders.get(line.order or ""))
        component = order and _component(order, line)
        if sign is None or order is None or component is None:
            continue
        unit = component.withdrawn.unit
        taken = in_unit(state, line.material, line.plant, line.quantity, unit, "lines")
        after = replace(component, withdrawn=component.withdrawn + taken * sign)
        result[order.number] = replace(
            order,
            components=tuple(after if each is component else each for each in order.components),
        )
    return result


def _component(order: ProductionOrder, line: GoodsMovement) -> Component | None:
    for component in order.components:
        if component.material == line.material and line.item in (None, component.item):
            return component
    return None
