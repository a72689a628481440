"""Goods movements, their documents and the stock they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tools.fakes.desk import Desk, exchange
from tools.fakes.orders import FakeOrders
from tools.fakes.storeroom import Storeroom
from tools.objects.cost import PostingPeriod
from tools.objects.identifiers import normal
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementDraft, MovementType
from tools.objects.order import Component, ProductionOrder
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.stock import StockLine
from tools.ports import Movements, Stock

REVERSALS: Mapping[MovementType, MovementType] = {
    MovementType.RECEIPT_ORDER: MovementType.RECEIPT_ORDER_REVERSAL,
    MovementType.ISSUE_COST_CENTER: MovementType.ISSUE_COST_CENTER_REVERSAL,
    MovementType.ISSUE_ORDER: MovementType.ISSUE_ORDER_REVERSAL,
    MovementType.TRANSFER_LOCATION: MovementType.TRANSFER_LOCATION_REVERSAL,
    MovementType.RELEASE_FROM_QUALITY: MovementType.BACK_TO_QUALITY,
    MovementType.UNBLOCK: MovementType.BLOCK,
    MovementType.BYPRODUCT_RECEIPT: MovementType.BYPRODUCT_RECEIPT_REVERSAL,
    MovementType.SCRAP: MovementType.SCRAP_REVERSAL,
    MovementType.INITIAL_STOCK: MovementType.INITIAL_STOCK_REVERSAL,
    MovementType.INVENTORY_GAIN: MovementType.INVENTORY_LOSS,
}
UNDONE = REVERSALS | {undo: done for done, undo in REVERSALS.items()}


class FakeStock(Stock):
    """Stock of one system."""

    def __init__(self, desk: Desk, stock: list[StockLine]) -> None:
        self.system = desk.system
        self._desk, self._stock = desk, stock

    async def stock(self, material: str, plant: str) -> Reading[tuple[StockLine, ...]]:
        wanted = normal(material)
        return self._desk.reading(
            tuple(
                line
                for line in self._stock
                if line.material == wanted and line.plant == plant and line.quantity
            )
        )


class FakeMovements(Movements):
    """Material documents of one system; posting one moves stock and the order's components."""

    def __init__(
        self,
        desk: Desk,
        documents: list[MaterialDocument],
        storeroom: Storeroom,
        orders: FakeOrders,
        period: PostingPeriod,
    ) -> None:
        self.system = desk.system
        self._desk, self._documents = desk, documents
        self._storeroom, self._orders, self._period = storeroom, orders, period

    async def movements(self, order: str) -> Reading[tuple[MaterialDocument, ...]]:
        number = normal(order)
        return self._desk.reading(
            tuple(
                document
                for document in self._documents
                if any(line.order == number for line in document.lines)
            )
        )

    async def movements_of(
        self, material: str, plant: str
    ) -> Reading[tuple[MaterialDocument, ...]]:
        wanted = normal(material)
        found = [
            document
            for document in self._documents
            if any(line.material == wanted and line.plant == plant for line in document.lines)
        ]
        found.sort(key=lambda document: document.entered_at, reverse=True)
        return self._desk.reading(tuple(found))

    async def movement(self, document: str) -> Reading[MaterialDocument]:
        return self._desk.reading(self._find(document))

    async def movement_by_reference(self, reference: Reference) -> Reading[MaterialDocument | None]:
        for document in self._documents:
            if document.reference == reference.short:
                return self._desk.reading(document)
        return self._desk.reading(None)

    async def post_movement(self, draft: MovementDraft, reference: Reference) -> Posted:
        document = self.book(draft, reference.short)
        return self._desk.note("post_movement", document.number, reference)

    async def cancel_movement(self, document: str, reference: Reference) -> Posted:
        return self._desk.note("cancel_movement", self.undo(document).number, reference)

    def undo(self, document: str) -> MaterialDocument:
        """Book a document back.

        Raises:
            Refused: It was booked back already, or stock or period does not allow it.
        """
        original = self._find(document)
        if original.reversed_by or original.reverses:
            self._desk.refuse(f"document {original.number} is cancelled or a cancellation")
        lines = tuple(replace(line, type=UNDONE[line.type]) for line in original.lines)
        draft = MovementDraft(self._desk.clock().date(), lines, original.header_text)
        undo = self.book(draft, None, reverses=original.number)
        exchange(self._documents, original, replace(original, reversed_by=undo.number))
        return undo

    def book(
        self, draft: MovementDraft, reference: str | None, *, reverses: str | None = None
    ) -> MaterialDocument:
        """Book a document: stock, the order's components and receipts, a number.

        Raises:
            Refused: Stock (M7/021) or period (M7/053) does not allow it.
        """
        if not self._period.admits(draft.posting_date):
            self._desk.refuse(f"posting on {draft.posting_date} is not possible", "M7/053")
        if not draft.lines:
            self._desk.refuse("a document without lines")
        orders = {line.order: self._orders.find(line.order) for line in draft.lines if line.order}
        self._storeroom.book(draft.lines)
        for number, order in orders.items():
            lines = [line for line in draft.lines if line.order == number]
            self._orders.change(order, self._booked(order, lines))
        number = f"{next(self._desk.numbers)}/{draft.posting_date.year}"
        document = MaterialDocument(
            number=number,
            posting_date=draft.posting_date,
            entered_at=self._desk.clock(),
            lines=draft.lines,
            reference=reference,
            header_text=draft.header_text,
            reverses=reverses,
        )
        self._documents.append(document)
        return document

    def _find(self, document: str) -> MaterialDocument:
        return self._desk.find(
            self._documents, lambda one: one.number == document, f"material document {document}"
        )

    def _booked(self, order: ProductionOrder, lines: list[GoodsMovement]) -> ProductionOrder:
        delivered, components = order.delivered, list(order.components)
        for line in lines:
            amount = self._storeroom.base(line)
            match line.type:
                case MovementType.RECEIPT_ORDER:
                    delivered = delivered + amount
                case MovementType.RECEIPT_ORDER_REVERSAL:
                    delivered = delivered - amount
                case MovementType.ISSUE_ORDER | MovementType.ISSUE_ORDER_REVERSAL:
                    sign = 1 if line.type is MovementType.ISSUE_ORDER else -1
                    _withdraw(components, line, sign, self._storeroom)
                case _:
                    pass
        return replace(order, delivered=delivered, components=tuple(components))


def _withdraw(
    components: list[Component], line: GoodsMovement, sign: int, storeroom: Storeroom
) -> None:
    """Count an issue on the reservation item it names, else on the first of its material."""
    for position, component in enumerate(components):
        named = line.item is not None and (line.reservation, line.item) == (
            component.reservation,
            component.item,
        )
        if named or (line.item is None and line.material == component.material):
            amount = storeroom.base(line) * sign
            components[position] = replace(component, withdrawn=component.withdrawn + amount)
            return
