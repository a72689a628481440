"""Material documents of the past: their rows only, the stock already contains what they did."""

from __future__ import annotations

from tools.book import PlantBook
from tools.objects.movement import GoodsMovement, MaterialDocument
from tools.sandbox.s4.entries import Line
from tools.sandbox.s4.numbers import Range
from tools.sandbox.s4.rows import Key
from tools.sandbox.s4.rules.checking import Booking, effects
from tools.sandbox.s4.rules.measures import in_base_unit
from tools.sandbox.s4.rules.movement_types import kind_of
from tools.sandbox.s4.rules.movements import Heading, record
from tools.sandbox.s4.state import S4


def load_documents(state: S4, book: PlantBook) -> None:
    """Write each document, and keep the number ranges ahead of them."""
    for document in book.erp.documents:
        key = document_key(document.number)
        for range_, digit in ((Range.RECEIPT, "5"), (Range.MOVEMENT, "4")):
            if key[1].startswith(digit):
                state.numbers.seen(range_, key[1])
        heading = Heading(
            posting_date=document.posting_date,
            now=document.entered_at,
            reference=(document.reference or "")[:16],
            text=document.header_text[:25],
        )
        record(state, heading, key, [_booking(state, document, line) for line in document.lines])
        if document.reversed_by:
            for row in state.items_of(key):
                row["GoodsMovementIsCancelled"] = True


def document_key(number: str) -> tuple[str, str]:
    """Turn ``NUMBER/YEAR`` into S/4's key: year first."""
    document, _, year = number.partition("/")
    return year, document


def _booking(state: S4, document: MaterialDocument, line: GoodsMovement) -> Booking:
    kind = kind_of(line.type.value)
    reverses: tuple[str, str, str] | None = None
    if document.reverses:
        reverses = (*document_key(document.reverses), "1")
    own = Line(
        type=line.type.value,
        material=line.material,
        plant=line.plant,
        quantity=line.quantity.amount,
        unit=line.quantity.unit,
        location=line.location or "",
        batch=line.batch or "",
        order=line.order or "",
        reservation=line.reservation or "",
        item=line.item or "",
        cost_center=line.cost_center or "",
        to_location=line.to_location or "",
        reason=line.reason or "",
        text=line.text,
        reverses=reverses,
    )
    amount = in_base_unit(state, line.material, own.quantity, own.unit)
    component: Key | None = (own.reservation, own.item) if own.reservation else None
    return Booking(
        line=own,
        kind=kind,
        base_quantity=amount,
        base_unit=state.conversions[line.material].base_unit,
        changes=effects(kind, own, amount),
        component=component,
    )
