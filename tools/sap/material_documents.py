"""Material documents: ``API_MATERIAL_DOCUMENT_SRV``.

A document carries its reference in ``ReferenceDocument`` (16 characters). ``Cancel`` takes none:
the reversal is found by ``ReversedMaterialDocument`` on its items, hence by the document it takes
back, which is itself cancelled only once.

A movement type Concord does not know would make a balance wrong if its line were left out. So a
document of an order, or one asked for by number, that has such a line is a ``Misread``; among the
latest documents of a material, which are there to be looked at, the line is left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from tools.errors import Misread, after_sending
from tools.jsontext import Row
from tools.objects.identifiers import normal
from tools.objects.movement import (
    GoodsMovement,
    MaterialDocument,
    MovementDraft,
    MovementType,
)
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.ports import Movements
from tools.sap.decoding import day, flag, many, text
from tools.sap.filters import and_, eq, or_
from tools.sap.landscape import Landscape, normal_text, payload
from tools.sap.literals import Payload
from tools.sap.metadata import Needs

SERVICE = "API_MATERIAL_DOCUMENT_SRV"
HEADER, ITEM, TO_ITEM = (
    "A_MaterialDocumentHeader",
    "A_MaterialDocumentItem",
    "to_MaterialDocumentItem",
)
HEADER_TEXT_LENGTH, ITEM_TEXT_LENGTH = 25, 50
LATEST = 50
AT_ONCE = 10
ORDER = "F"

NEEDS = Needs(
    sets={
        HEADER: frozenset(
            {
                "CreationDate",
                "CreationTime",
                "GoodsMovementCode",
                "MaterialDocument",
                "MaterialDocumentHeaderText",
                "MaterialDocumentYear",
                "PostingDate",
                "ReferenceDocument",
                TO_ITEM,
            }
        ),
        ITEM: frozenset(
            {
                "Batch",
                "CostCenter",
                "EntryUnit",
                "GoodsMovementReasonCode",
                "GoodsMovementRefDocType",
                "GoodsMovementType",
                "IsAutomaticallyCreated",
                "IssgOrRcvgBatch",
                "IssuingOrReceivingStorageLoc",
                "ManufacturingOrder",
                "Material",
                "MaterialDocumentItemText",
                "Plant",
                "QuantityInEntryUnit",
                "Reservation",
                "ReservationItem",
                "ReversedMaterialDocument",
                "ReversedMaterialDocumentYear",
                "StorageLocation",
            }
        ),
    },
    functions={"Cancel": frozenset({"MaterialDocumentYear", "MaterialDocument"})},
)

CODES: Mapping[MovementType, str] = {
    MovementType.RECEIPT_ORDER: "02",
    MovementType.RECEIPT_ORDER_REVERSAL: "02",
    MovementType.ISSUE_COST_CENTER: "03",
    MovementType.ISSUE_COST_CENTER_REVERSAL: "03",
    MovementType.ISSUE_ORDER: "03",
    MovementType.ISSUE_ORDER_REVERSAL: "03",
    MovementType.SCRAP: "03",
    MovementType.SCRAP_REVERSAL: "03",
    MovementType.INVENTORY_LOSS: "03",
    MovementType.TRANSFER_LOCATION: "04",
    MovementType.TRANSFER_LOCATION_REVERSAL: "04",
    MovementType.RELEASE_FROM_QUALITY: "04",
    MovementType.BACK_TO_QUALITY: "04",
    MovementType.UNBLOCK: "04",
    MovementType.BLOCK: "04",
    MovementType.BYPRODUCT_RECEIPT: "05",
    MovementType.BYPRODUCT_RECEIPT_REVERSAL: "05",
    MovementType.INITIAL_STOCK: "05",
    MovementType.INITIAL_STOCK_REVERSAL: "05",
    MovementType.INVENTORY_GAIN: "05",
}
"""The ``GoodsMovementCode`` (transaction) in which each movement type is booked."""


class MaterialDocuments(Movements):
    """Goods movements of the ERP."""

    def __init__(self, landscape: Landscape) -> None:
        self.system = landscape.system
        self._landscape = landscape
        self._service = landscape.service(SERVICE)

    async def movements(self, order: str) -> Reading[tuple[MaterialDocument, ...]]:
        items = await self._service.query(ITEM, eq("ManufacturingOrder", normal(order)))
        documents = await self._documents(_numbers(items), strict=True)
        return self._landscape.reading(tuple(reversed(documents)))

    async def movements_of(
        self, material: str, plant: str
    ) -> Reading[tuple[MaterialDocument, ...]]:
        items = await self._service.query(
            ITEM,
            and_(eq("Material", normal(material)), eq("Plant", plant)),
            orderby=("MaterialDocumentYear desc", "MaterialDocument desc"),
            top=LATEST,
        )
        return self._landscape.reading(tuple(await self._documents(_numbers(items), strict=False)))

    async def movement(self, document: str) -> Reading[MaterialDocument]:
        number, _, year = document.partition("/")
        answer, undone = await asyncio.gather(
            self._service.get(
                HEADER,
                {"MaterialDocumentYear": year, "MaterialDocument": number},
                expand=(TO_ITEM,),
            ),
            self._reversals([document]),
        )
        return self._landscape.reading(self._document(answer.row, undone, strict=True), answer.etag)

    async def movement_by_reference(self, reference: Reference) -> Reading[MaterialDocument | None]:
        rows = await self._service.query(
            HEADER, eq("ReferenceDocument", reference.short), expand=(TO_ITEM,)
        )
        if not rows:
            return self._landscape.reading(None)
        undone = await self._reversals([_number(rows[0])])
        return self._landscape.reading(self._document(rows[0], undone, strict=True))

    async def post_movement(self, draft: MovementDraft, reference: Reference) -> Posted:
        body: Payload = {
            "GoodsMovementCode": self._code(draft.lines),
            "PostingDate": draft.posting_date,
            "DocumentDate": draft.posting_date,
            "ReferenceDocument": reference.short,
            "MaterialDocumentHeaderText": draft.header_text[:HEADER_TEXT_LENGTH],
            TO_ITEM: [self._item(line) for line in draft.lines],
        }
        answer = await self._service.create(HEADER, body)
        with after_sending(self.system, answer.reply.exchange):
            return self._landscape.posted(_number(answer.row), answer)

    async def cancel_movement(self, document: str, reference: Reference) -> Posted:
        """Cancel a document; the API has no place for ``reference``, see the module."""
        number, _, year = document.partition("/")
        answer = await self._service.call(
            "Cancel", {"MaterialDocumentYear": year, "MaterialDocument": number}
        )
        with after_sending(self.system, answer.reply.exchange):
            return self._landscape.posted(_number(answer.row), answer)

    async def _documents(self, numbers: Sequence[str], *, strict: bool) -> list[MaterialDocument]:
        """Return documents, the latest first; a few are asked for in one request."""
        batches = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
        pages, undone = await asyncio.gather(
            asyncio.gather(*(self._page(batch) for batch in batches)),
            self._reversals(numbers),
        )
        found = [self._document(row, undone, strict=strict) for page in pages for row in page]
        return sorted(found, key=lambda one: (one.entered_at, one.number), reverse=True)

    async def _page(self, numbers: Iterable[str]) -> list[Row]:
        asked = (number.partition("/") for number in numbers)
        return await self._service.query(
            HEADER,
            or_(
                *(
                    and_(eq("MaterialDocumentYear", year), eq("MaterialDocument", number))
                    for number, _, year in asked
                )
            ),
            expand=(TO_ITEM,),
        )

    async def _reversals(self, numbers: Sequence[str]) -> dict[str, str]:
        """Return which documents took which ones back."""
        batches = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
        pages = await asyncio.gather(*(self._undoing(batch) for batch in batches))
        return {_reversed(row) or "": _number(row) for page in pages for row in page}

    async def _undoing(self, numbers: Iterable[str]) -> list[Row]:
        asked = (number.partition("/") for number in numbers)
        return await self._service.query(
            ITEM,
            or_(
                *(
                    and_(
                        eq("ReversedMaterialDocumentYear", year),
                        eq("ReversedMaterialDocument", number),
                    )
                    for number, _, year in asked
                )
            ),
        )

    def _document(self, row: Row, undone: Mapping[str, str], *, strict: bool) -> MaterialDocument:
        items = [item for item in many(row, TO_ITEM) if not flag(item, "IsAutomaticallyCreated")]
        posting_date = day(row, "PostingDate")
        if posting_date is None:
            raise Misread(self.system, f"material document {_number(row)} has no posting date")
        number = _number(row)
        return MaterialDocument(
            number=number,
            posting_date=posting_date,
            entered_at=self._landscape.moment_at(row, "CreationDate", "CreationTime"),
            lines=tuple(self._lines(items, strict=strict)),
            reference=normal_text(row, "ReferenceDocument"),
            header_text=text(row, "MaterialDocumentHeaderText"),
            reverses=next((_reversed(item) for item in items if _reversed(item)), None),
            reversed_by=undone.get(number),
        )

    def _lines(self, items: list[Row], *, strict: bool) -> Iterable[GoodsMovement]:
        for item in items:
            code = text(item, "GoodsMovementType")
            if code in _KNOWN:
                yield self._line(item, _KNOWN[code])
            elif strict:
                raise Misread(
                    self.system,
                    f"{_number(item)} has movement type {code}, which Concord does not know",
                )

    def _line(self, item: Row, kind: MovementType) -> GoodsMovement:
        order = normal_text(item, "ManufacturingOrder")
        cost_center = normal_text(item, "CostCenter")
        return GoodsMovement(
            type=kind,
            material=normal(text(item, "Material")),
            plant=text(item, "Plant"),
            quantity=abs(self._landscape.quantity(item, "QuantityInEntryUnit", "EntryUnit")),
            location=normal_text(item, "StorageLocation"),
            batch=normal_text(item, "Batch"),
            order=normal(order) if order else None,
            reservation=_digits(item, "Reservation"),
            item=_digits(item, "ReservationItem"),
            to_location=normal_text(item, "IssuingOrReceivingStorageLoc"),
            to_batch=normal_text(item, "IssgOrRcvgBatch"),
            cost_center=normal(cost_center) if cost_center else None,
            reason=_digits(item, "GoodsMovementReasonCode"),
            text=text(item, "MaterialDocumentItemText"),
        )

    def _code(self, lines: Sequence[GoodsMovement]) -> str:
        codes = {CODES[line.type] for line in lines}
        if len(codes) != 1:
            named = ", ".join(sorted({line.type for line in lines})) or "no line"
            self._absent(f"one document for {named}")
        return codes.pop()

    def _item(self, line: GoodsMovement) -> Payload:
        return payload(
            GoodsMovementType=line.type.value,
            GoodsMovementRefDocType=ORDER if line.type in _RECEIPTS else None,
            Material=line.material,
            Plant=line.plant,
            StorageLocation=line.location,
            Batch=line.batch,
            ManufacturingOrder=line.order,
            Reservation=line.reservation,
            ReservationItem=line.item,
            IssuingOrReceivingStorageLoc=line.to_location,
            IssgOrRcvgBatch=line.to_batch,
            CostCenter=line.cost_center,
            GoodsMovementReasonCode=line.reason,
            MaterialDocumentItemText=line.text[:ITEM_TEXT_LENGTH],
            EntryUnit=self._landscape.unit_out(line.quantity.unit),
            QuantityInEntryUnit=line.quantity.amount,
        )


_KNOWN: Mapping[str, MovementType] = {kind.value: kind for kind in MovementType}
_RECEIPTS = frozenset({MovementType.RECEIPT_ORDER, MovementType.RECEIPT_ORDER_REVERSAL})


def _number(row: Row) -> str:
    return f"{normal(text(row, 'MaterialDocument'))}/{text(row, 'MaterialDocumentYear')}"


def _numbers(items: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(_number(item) for item in items))


def _reversed(item: Row) -> str | None:
    number = normal_text(item, "ReversedMaterialDocument")
    if number is None:
        return None
    return f"{normal(number)}/{text(item, 'ReversedMaterialDocumentYear')}"


def _digits(item: Row, name: str) -> str | None:
    """Return a number, None where SAP fills the field with zeros for nothing."""
    value = normal_text(item, name)
    return None if value is None or not value.strip("0") else normal(value)
