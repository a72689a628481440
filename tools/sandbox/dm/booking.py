"""Goods movements in DM: what they do to its stock, and their reversal.

[sandbox] DM keeps stock at the line only. What is issued must be there, unrestricted and in one
place; what is received appears.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.order import Component
from tools.objects.quantity import Quantity
from tools.objects.stock import StockLine, StockType
from tools.objects.units import NoConversion, convert
from tools.sandbox.dm.refusal import Refused, unknown, wrong
from tools.sandbox.dm.state import DmState, Record

REVERSED_BY = {
    MovementType.ISSUE_ORDER: MovementType.ISSUE_ORDER_REVERSAL,
    MovementType.RECEIPT_ORDER: MovementType.RECEIPT_ORDER_REVERSAL,
    MovementType.SCRAP: MovementType.SCRAP_REVERSAL,
}
_INTO_STOCK = frozenset(
    {
        MovementType.RECEIPT_ORDER,
        MovementType.ISSUE_ORDER_REVERSAL,
        MovementType.SCRAP_REVERSAL,
    }
)


def book(
    state: DmState,
    lines: tuple[GoodsMovement, ...],
    now: datetime,
    *,
    posted_at: datetime | None = None,
    reference: str | None = None,
    comments: str = "",
    reverses: str | None = None,
) -> MaterialDocument:
    """Book all lines, or refuse all of them."""
    kept = dict(state.stock)
    try:
        for line in lines:
            _move(state, line)
    except Refused:
        state.stock = kept
        raise
    document = MaterialDocument(
        number=state.draw(Record.MOVEMENT),
        posting_date=(posted_at or now).date(),
        entered_at=now,
        lines=lines,
        reference=reference,
        header_text=comments,
        reverses=reverses,
    )
    state.documents[document.number] = document
    for line in lines:
        _withdraw(state, line)
    return document


def reverse(
    state: DmState, number: str, now: datetime, reference: str | None, comments: str
) -> MaterialDocument:
    """Cancel a document by a reversing one."""
    document = state.documents.get(number)
    if document is None:
        raise unknown("transaction", number)
    if document.reversed_by or document.reverses:
        raise wrong("transaction.cancelled", f"transaction {number} is cancelled or a cancellation")
    lines = tuple(replace(line, type=_reversal(line)) for line in document.lines)
    undone = book(state, lines, now, reference=reference, comments=comments, reverses=number)
    state.documents[number] = replace(document, reversed_by=undone.number)
    return undone


def in_base_unit(state: DmState, plant: str, material: str, quantity: Quantity) -> Quantity:
    """Express a quantity in the material's base unit, or refuse."""
    master = state.floor(plant).materials.get(material)
    if master is None:
        raise unknown("material", material)
    try:
        return convert(
            quantity,
            master.base_unit,
            base_unit=master.base_unit,
            alternatives=master.conversions,
            material=material,
        )
    except NoConversion as error:
        raise wrong("unitOfMeasure.notConvertible", str(error)) from error


def _reversal(line: GoodsMovement) -> MovementType:
    if line.type not in REVERSED_BY:
        raise wrong("transaction.notCancellable", f"a movement {line.type} cannot be cancelled")
    return REVERSED_BY[line.type]


def _move(state: DmState, line: GoodsMovement) -> None:
    held = state.hold_on(line.material, line.batch or line.material)
    if held is not None and line.type not in _INTO_STOCK:
        raise wrong("inventory.onHold", f"{held.object} is on hold: {held.reason}")
    quantity = in_base_unit(state, line.plant, line.material, line.quantity)
    place = _place(state, line)
    if line.type in _INTO_STOCK:
        if place is None:
            state.add_stock(
                StockLine(
                    material=line.material,
                    plant=line.plant,
                    location=line.location or state.floor(line.plant).finished_location,
                    type=StockType.UNRESTRICTED,
                    quantity=quantity,
                    batch=line.batch,
                )
            )
            return
        there = state.stock[place]
        state.stock[place] = replace(there, quantity=there.quantity + quantity)
        return
    there = state.stock[place] if place else None
    if place is None or there is None or there.quantity < quantity:
        stocked = there.quantity if there else f"0 {quantity.unit}"
        raise wrong(
            "inventory.insufficient",
            f"{quantity} of {line.material} at {line.location or 'the line'}: {stocked} on hand",
        )
    state.stock[place] = replace(there, quantity=there.quantity - quantity)


def _place(state: DmState, line: GoodsMovement) -> str | None:
    """Return the unrestricted stock a line touches; without location or batch, the first one."""
    for inventory, there in state.stock.items():
        fits = (
            (there.material, there.plant) == (line.material, line.plant)
            and there.type is StockType.UNRESTRICTED
            and line.location in (None, there.location)
            and line.batch in (None, there.batch)
        )
        if fits:
            return inventory
    return None


def _withdraw(state: DmState, line: GoodsMovement) -> None:
    """Count an issue, or its reversal, on the order's component."""
    sign = {MovementType.ISSUE_ORDER: 1, MovementType.ISSUE_ORDER_REVERSAL: -1}.get(line.type)
    if sign is None or line.order not in state.components:
        return
    quantity = in_base_unit(state, line.plant, line.material, line.quantity) * sign
    state.components[line.order] = tuple(
        replace(component, withdrawn=component.withdrawn + quantity)
        if _meant(component, line)
        else component
        for component in state.components[line.order]
    )


def _meant(component: Component, line: GoodsMovement) -> bool:
    return component.material == line.material and line.item in (None, component.item)
