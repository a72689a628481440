"""Goods movements.

Posting is one component or one product at a time (``processorder/v1/goodsissue``,
``inventory/v1/inventory/erpGoodsReceipts``), so a document of several lines is not offered: it
could be half done. Reading goes by the desk, which can search by reference; an order's movements
can also be read by the public API, which asks for goods issues material by material.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date

from tools.errors import (
    Message,
    NotOffered,
    OutcomeUnknown,
    Refused,
    ToolError,
)
from tools.jsontext import Writable
from tools.mes.sap_dm.consumption import consumed
from tools.mes.sap_dm.forms import (
    Page,
    mark_in,
    marked,
    operation_of,
)
from tools.mes.sap_dm.movement_rows import (
    CancelledIssue,
    DocumentRows,
    IssueRow,
    ReceiptRow,
    ReceivedRow,
    ReceivedRows,
    issued,
    received,
)
from tools.mes.sap_dm.movement_rows import document as as_document
from tools.mes.sap_dm.orders import header
from tools.mes.sap_dm.plant import Dm, Process
from tools.mes.sap_dm.steps import all_executed
from tools.mes.sap_dm.stock import inventories
from tools.objects import units
from tools.objects.identifiers import normal, operation_number
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementDraft, MovementType
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.ports import Movements
from tools.shape import shaped

ISSUES = "inventory/v1/inventory/goodsIssues"
RECEIPTS = "inventory/v1/inventory/goodsReceipts"


class DmMovements(Movements):
    """Goods issues and receipts."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def movements(self, order: str) -> Reading[tuple[MaterialDocument, ...]]:
        asked = self._dm.clock()
        if self._dm.publishes(Process.GOODS_MOVEMENTS):
            found = await self._desk(order=normal(order))
        else:
            found = await self._public(normal(order))
        return self._dm.reading(found, asked)

    async def movements_of(
        self, material: str, plant: str
    ) -> Reading[tuple[MaterialDocument, ...]]:
        asked = self._dm.clock()
        self._dm.own(plant)
        found = await self._desk(material=normal(material))
        newest = tuple(sorted(found, key=lambda one: one.entered_at, reverse=True))
        return self._dm.reading(newest, asked)

    async def movement(self, document: str) -> Reading[MaterialDocument]:
        asked = self._dm.clock()
        return self._dm.reading(await self._one(document), asked)

    async def movement_by_reference(self, reference: Reference) -> Reading[MaterialDocument | None]:
        asked = self._dm.clock()
        found = await self._desk(reference=reference.guid)
        return self._dm.reading(found[0] if found else None, asked)

    async def post_movement(self, draft: MovementDraft, reference: Reference) -> Posted:
        if len(draft.lines) != 1:
            raise self._missing("several lines in one goods movement")
        line = draft.lines[0]
        comments = marked(draft.header_text or line.text, reference)
        match line.type:
            case MovementType.ISSUE_ORDER:
                return await self._issue(line, draft.posting_date, comments, reference)
            case MovementType.RECEIPT_ORDER:
                return await self._receive(line, draft.posting_date, comments)
            case _:
                raise self._missing(f"movement type {line.type}")

    async def cancel_movement(self, document: str, reference: Reference) -> Posted:
        kind = (await self._one(document)).lines[0].type
        if kind is MovementType.RECEIPT_ORDER:
            body = {"plant": self._dm.plant, "transactionIds": [document]}
            reply = await self._dm.post("inventory/v1/inventory/goodsReceipts/cancel", body)
            _accepted(self._dm, shaped(reply, ReceivedRows))
            return self._dm.posted(document)
        if kind is not MovementType.ISSUE_ORDER:
            raise self._missing(f"taking back movement type {kind}")
        cancelled = await self._dm.post(
            "processorder/v1/goodsissue/cancellations",
            {
                "plant": self._dm.plant,
                "transactionId": document,
                "comments": marked("", reference),
            },
        )
        return self._dm.posted(shaped(cancelled, CancelledIssue).transactionId)

    async def _issue(
        self, line: GoodsMovement, day: date, comments: str, reference: Reference
    ) -> Posted:
        order = await header(self._dm, line.order or "")
        activity, center, sfc = await self._step(order.sfcs, line)
        body: dict[str, Writable] = {
            "plant": self._dm.plant,
            "order": order.order,
            "charge": sfc,
            "phase": activity,
            "workCenter": center,
            "component": {
                "material": {
                    "material": line.material,
                    "version": self._dm.config.material_version,
                }
            },
            "isBomComponent": line.reservation is not None,
            "quantity": line.quantity.amount,
            "unitOfMeasure": units.unit(line.quantity.unit).code,
            "postedBy": self._dm.config.posted_by,
            "postingDateTime": f"{day.isoformat()} 12:00:00",
            "comments": comments,
        }
        if line.location or line.batch:
            body["inventoryId"] = await self._inventory(line)
        await self._dm.post("processorder/v1/goodsissue", body)
        return self._dm.posted(await self._number(line, reference))

    async def _number(self, line: GoodsMovement, reference: Reference) -> str:
        """Look for the number of a goods issue just posted: its answer has none."""
        try:
            rows = await self._issues(line.material, normal(line.order or ""))
        except ToolError as error:
            why = f"the goods issue was accepted, its number cannot be read: {error.reason}"
            raise OutcomeUnknown(error.system, why, error.exchange) from error
        for row in rows:
            if mark_in(row.comments) == reference.guid:
                return row.transactionId
        why = "the goods issue was accepted but is not listed yet"
        raise OutcomeUnknown(self._dm.connection.system, why)

    async def _receive(self, line: GoodsMovement, day: date, comments: str) -> Posted:
        order = await header(self._dm, line.order or "")
        if not order.sfcs:
            raise self._dm.nothing(f"a unit of execution of order {order.order}")
        body: dict[str, Writable] = {
            "plant": self._dm.plant,
            "order": order.order,
            "lineItems": [
                {
                    "material": line.material,
                    "sfc": order.sfcs[0],
                    "quantity": {
                        "value": line.quantity.amount,
                        "unitOfMeasure": {
                            "internalUnitOfMeasure": units.unit(line.quantity.unit).code
                        },
                    },
                    "storageLocation": line.location,
                    "batchNumber": line.batch,
                    "postingDate": day.isoformat(),
                    "comments": comments,
                }
            ],
        }
        reply = await self._dm.post("inventory/v1/inventory/erpGoodsReceipts", body)
        done = _accepted(self._dm, shaped(reply, ReceivedRows))
        if done.transactionId is None:
            raise reply.misread("lineItems.0.transactionId is missing")
        return self._dm.posted(done.transactionId)

    async def _step(self, sfcs: Iterable[str], line: GoodsMovement) -> tuple[str, str, str]:
        wanted = operation_number(line.operation or "")
        for sfc in await all_executed(self._dm, sfcs):
            for step in sfc.row.steps:
                if line.operation is None or operation_of(step.operation.operation) == wanted:
                    return step.operation.operation, step.plannedWorkCenter or "", sfc.row.sfc
        raise self._dm.nothing(f"operation {line.operation} of order {line.order}")

    async def _inventory(self, line: GoodsMovement) -> str:
        for row in await inventories(self._dm, normal(line.material)):
            here = line.location in (None, row.storageLocation)
            if here and line.batch in (None, row.batchNumber):
                return row.inventoryId
        place = f"{line.material} at {line.location or 'any location'}"
        raise self._dm.nothing(f"stock of {place}, batch {line.batch or 'any'}")

    async def _one(self, document: str) -> MaterialDocument:
        found = await self._desk(document=document)
        if not found:
            raise self._dm.nothing(f"goods movement {document}")
        return found[0]

    async def _desk(self, **asked: str) -> tuple[MaterialDocument, ...]:
        found = await self._dm.ask(Process.GOODS_MOVEMENTS, asked, DocumentRows)
        return tuple(map(as_document, found.documents))

    async def _public(self, order: str) -> tuple[MaterialDocument, ...]:
        row = await header(self._dm, order)
        executed = await all_executed(self._dm, row.sfcs)
        taken = await consumed(self._dm, row.order, executed)
        materials = sorted({one.material for one in taken})
        receipts, issues = await asyncio.gather(
            self._receipts(order),
            asyncio.gather(*(self._issues(material, order) for material in materials)),
        )
        found = [received(one) for one in receipts]
        found += issued(one for rows in issues for one in rows)
        return tuple(sorted(found, key=lambda one: (one.entered_at, one.number)))

    async def _issues(self, material: str, order: str) -> tuple[IssueRow, ...]:
        return await self._dm.listed(
            ISSUES,
            Page[IssueRow],
            plant=self._dm.plant,
            material=material,
            materialVersion=self._dm.config.material_version,
            order=order,
        )

    async def _receipts(self, order: str) -> tuple[ReceiptRow, ...]:
        return await self._dm.listed(RECEIPTS, Page[ReceiptRow], plant=self._dm.plant, order=order)

    def _missing(self, what: str) -> NotOffered:
        return NotOffered(self._dm.connection.system, what)


def _accepted(dm: Dm, rows: ReceivedRows) -> ReceivedRow:
    """Return the one line of a goods receipt; DM says in the line if it was refused."""
    refused = next((one for one in rows.lineItems if one.hasError), None)
    if refused is not None or not rows.lineItems:
        code = (refused.errorCode if refused else None) or "lineItems"
        text = (refused.errorMessage if refused else None) or "no line was carried out"
        raise Refused(dm.connection.system, "refused", messages=(Message(code, "", text),))
    return rows.lineItems[0]
