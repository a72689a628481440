"""Components issued, returned, moved or scrapped at the line.

A reference is read in the form the ERP's documents carry it, so that both sides compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tools.errors import NotOffered
from tools.jsontext import Writable
from tools.mes.ignition.site import Amount, Moment, Page, Site, first, translated
from tools.mes.ignition.words import MOVEMENTS, REPORTED, Kind
from tools.objects.identifiers import normal, operation_number
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementDraft
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.ports import Movements
from tools.shape import Shape


class LineRow(Shape):
    """A line of a document."""

    kind: Kind
    material: str
    plant: str
    quantity: Amount
    location: str | None
    batch: str | None
    order: str | None
    operation: str | None
    reservation: str | None
    item: str | None
    to_location: str | None
    to_batch: str | None
    cost_center: str | None
    reason: str | None
    text: str


class DocumentRow(Shape):
    """A document of consumption."""

    number: str
    posting_date: date
    reported_at: Moment
    reference: str | None
    text: str
    reverses: str | None
    reversed_by: str | None
    lines: tuple[LineRow, ...]
    version: int


class IgnitionConsumption(Movements):
    """Read, reported and taken back."""

    system = Site.system

    def __init__(self, site: Site) -> None:
        self._site = site

    async def movements(self, order: str) -> Reading[tuple[MaterialDocument, ...]]:
        return await self._several(order=normal(order))

    async def movements_of(
        self, material: str, plant: str
    ) -> Reading[tuple[MaterialDocument, ...]]:
        return await self._several(material=normal(material), plant=plant)

    async def movement(self, document: str) -> Reading[MaterialDocument]:
        found = await self._site.one("consumption", DocumentRow, document=document)
        return translated(found, self._document)

    async def movement_by_reference(self, reference: Reference) -> Reading[MaterialDocument | None]:
        return first(await self._several(reference=reference.key))

    async def post_movement(self, draft: MovementDraft, reference: Reference) -> Posted:
        return await self._site.post(
            "consumption/report",
            {
                "posting_date": draft.posting_date.isoformat(),
                "text": draft.header_text,
                "lines": [self._reported(line) for line in draft.lines],
                "reference": reference.key,
            },
        )

    async def cancel_movement(self, document: str, reference: Reference) -> Posted:
        return await self._site.post(
            "consumption/cancel", {"document": document, "reference": reference.key}
        )

    async def _several(self, **params: str) -> Reading[tuple[MaterialDocument, ...]]:
        found = await self._site.several("consumption", Page[DocumentRow], **params)
        return translated(found, lambda rows: tuple(map(self._document, rows)))

    def _document(self, row: DocumentRow) -> MaterialDocument:
        mark = Reference.read(row.reference)
        return MaterialDocument(
            number=row.number,
            posting_date=row.posting_date,
            entered_at=row.reported_at,
            lines=tuple(map(self._line, row.lines)),
            reference=mark.short if mark else row.reference,
            header_text=row.text,
            reverses=row.reverses,
            reversed_by=row.reversed_by,
        )

    def _line(self, row: LineRow) -> GoodsMovement:
        return GoodsMovement(
            type=MOVEMENTS[row.kind],
            material=normal(row.material),
            plant=row.plant,
            quantity=self._site.quantity(row.quantity),
            location=row.location,
            batch=row.batch,
            order=None if row.order is None else normal(row.order),
            operation=None if row.operation is None else operation_number(row.operation),
            reservation=row.reservation,
            item=row.item,
            to_location=row.to_location,
            to_batch=row.to_batch,
            cost_center=row.cost_center,
            reason=row.reason,
            text=row.text,
        )

    def _reported(self, line: GoodsMovement) -> Mapping[str, Writable]:
        kind = REPORTED.get(line.type)
        if kind is None:
            raise NotOffered(self.system, f"movement type {line.type} at the line")
        return {
            "kind": kind.value,
            "material": line.material,
            "plant": line.plant,
            "quantity": self._site.amount(line.quantity),
            "location": line.location,
            "batch": line.batch,
            "order": line.order,
            "operation": line.operation,
            "reservation": line.reservation,
            "item": line.item,
            "to_location": line.to_location,
            "to_batch": line.to_batch,
            "cost_center": line.cost_center,
            "reason": line.reason,
            "text": line.text,
        }
