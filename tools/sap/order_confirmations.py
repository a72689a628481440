"""What production and process order confirmations have in common.

A confirmation can be created and cancelled, never changed. Posting one may leave goods movements
behind that could not be booked (see ``waiting_movements``), so whoever posts reads back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from tools.errors import NotFound, NotPosted, OutcomeUnknown, Unavailable, after_sending
from tools.jsontext import Row
from tools.objects.confirmation import (
    Confirmation,
    ConfirmationDraft,
    ConfirmationProposal,
    MaterialUse,
)
from tools.objects.identifiers import normal, operation_number
from tools.objects.order import ProductionOrder
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.units import convert
from tools.ports import Confirmations
from tools.sap.answer import Answer
from tools.sap.confirmation_rows import (
    activities,
    activity_payload,
    confirmation_of,
    numbered,
    use_in,
    with_reversals,
)
from tools.sap.decoding import decimal, flag
from tools.sap.filters import Filter, and_, eq
from tools.sap.landscape import Landscape, payload
from tools.sap.literals import Payload, Value
from tools.sap.manufacturing_orders import ManufacturingOrders
from tools.sap.metadata import Needs
from tools.sap.waiting_movements import settled, share, use_of, waiting

TEXT_LENGTH = 40
ISSUE = "261"


@dataclass(frozen=True, slots=True)
class ConfirmationNames:
    """What one of the two confirmation services calls its set, its way and its functions."""

    service: str
    confirmation: str
    item: str
    to_item: str
    cancel: str
    sequence: bool
    rework: bool

    @property
    def needs(self) -> Needs:
        """What the wrapper relies on."""
        rework = {"ConfirmationReworkQuantity"} if self.rework else set[str]()
        return Needs(
            sets={
                self.confirmation: CONFIRMATION | rework | {self.to_item},
                self.item: ITEM,
            },
            functions={self.cancel: frozenset({"ConfirmationGroup", "ConfirmationCount"})},
        )

    @property
    def proposals(self) -> Needs:
        """What newer releases offer besides."""
        asked = frozenset(
            {"OrderID", "OrderOperation", "ConfirmationYieldQuantity", "ConfirmationUnit"}
        )
        return Needs(functions={"GetConfProposal": asked, "GetGdsMvtProposal": asked})


CONFIRMATION = frozenset(
    {
        "APIConfHasNoGoodsMovements",
        "ConfirmationCount",
        "ConfirmationEntryDate",
        "ConfirmationEntryTime",
        "ConfirmationGroup",
        "ConfirmationScrapQuantity",
        "ConfirmationText",
        "ConfirmationUnit",
        "ConfirmationYieldQuantity",
        "EnteredByExternalUser",
        "ExternalSystemConfirmation",
        "FinalConfirmationType",
        "IsFinalConfirmation",
        "IsReversal",
        "IsReversed",
        "OrderID",
        "OrderOperation",
        "Plant",
        "PostingDate",
        "VarianceReasonCode",
        "WorkCenter",
    }
)
ITEM = frozenset(
    {
        "Batch",
        "EntryUnit",
        "GoodsMovementType",
        "Material",
        "MaterialDocument",
        "MaterialDocumentYear",
        "QuantityInEntryUnit",
        "Reservation",
        "ReservationItem",
        "StorageLocation",
    }
)


class OrderConfirmations(Confirmations):
    """Confirmations of the orders of one category."""

    def __init__(
        self, landscape: Landscape, names: ConfirmationNames, orders: ManufacturingOrders
    ) -> None:
        self.system = landscape.system
        self.names = names
        self._landscape, self._orders = landscape, orders
        self._service = landscape.service(names.service)

    async def confirmations(self, order: str) -> Reading[tuple[Confirmation, ...]]:
        number = normal(order)
        rows, outline = await asyncio.gather(
            self._rows(eq("OrderID", number)), self._orders.outline(number)
        )
        found = with_reversals([self._confirmation(row) for row in rows])
        silent = frozenset(numbered(row) for row in rows if flag(row, "APIConfHasNoGoodsMovements"))
        return self._landscape.reading(await self._with_failed(outline, found, silent))

    async def confirmation(self, confirmation: str) -> Reading[Confirmation]:
        group, _, count = confirmation.partition("/")
        answer = await self._service.get(
            self.names.confirmation,
            {"ConfirmationGroup": group, "ConfirmationCount": count},
            expand=(self.names.to_item,),
        )
        alone = self._confirmation(answer.row)
        return self._landscape.reading(await self._among(alone), answer.etag)

    async def confirmation_by_reference(
        self, order: str, reference: Reference
    ) -> Reading[Confirmation | None]:
        rows = await self._rows(
            and_(
                eq("OrderID", normal(order)),
                eq("ExternalSystemConfirmation", UUID(reference.guid)),
            )
        )
        if not rows:
            return self._landscape.reading(None)
        return self._landscape.reading(await self._among(self._confirmation(rows[0])))

    async def proposal(
        self, order: str, operation: str, yielded: Quantity
    ) -> Reading[ConfirmationProposal]:
        if (await self._service.metadata()).missing(self.names.proposals):
            return self._landscape.reading(await self._planned(order, operation, yielded))
        wanted = self._wanted(order, operation, yielded)
        said, movements = await asyncio.gather(
            self._ask("GetConfProposal", wanted), self._ask("GetGdsMvtProposal", wanted)
        )
        row = said.row
        scrapped = decimal(row, "ConfirmationScrapQuantity")
        return self._landscape.reading(
            ConfirmationProposal(
                order=normal(order),
                operation=operation_number(operation),
                yielded=yielded,
                scrapped=Quantity(scrapped, yielded.unit),
                final=flag(row, "IsFinalConfirmation"),
                uses=self._issues(movements.rows),
                activities=activities(self._landscape, row),
            )
        )

    async def post_confirmation(self, draft: ConfirmationDraft, reference: Reference) -> Posted:
        plant = (await self._orders.outline(draft.order)).plant if draft.uses else ""
        body = self._body(draft, reference, plant)
        answer = await self._service.create(self.names.confirmation, body)
        with after_sending(self.system, answer.reply.exchange):
            return self._landscape.posted(numbered(answer.row), answer)

    async def cancel_confirmation(self, confirmation: str, reference: Reference) -> Posted:
        group, _, count = confirmation.partition("/")
        metadata = await self._service.metadata()
        asked: dict[str, Value] = {"ConfirmationGroup": group, "ConfirmationCount": count}
        marked = Needs(functions={self.names.cancel: frozenset({"ExternalSystemConfirmation"})})
        if not metadata.missing(marked):
            asked["ExternalSystemConfirmation"] = UUID(reference.guid)
        answer = await self._service.call(self.names.cancel, asked)
        with after_sending(self.system, answer.reply.exchange):
            return self._landscape.posted(numbered(answer.row), answer)

    async def _rows(self, condition: Filter) -> list[Row]:
        return await self._service.query(
            self.names.confirmation,
            condition,
            expand=(self.names.to_item,),
            orderby=("ConfirmationGroup", "ConfirmationCount"),
        )

    def _confirmation(self, row: Row) -> Confirmation:
        return confirmation_of(self._landscape, row, self.names.to_item, self.names.rework)

    async def _among(self, alone: Confirmation) -> Confirmation:
        """Return a confirmation as its siblings show it: what it reverses, what of it waits."""
        for one in (await self.confirmations(alone.order)).value:
            if one.number == alone.number:
                return one
        raise NotFound(self.system, f"confirmation {alone.number} is not among its order's")

    async def _with_failed(
        self,
        outline: ProductionOrder,
        found: Sequence[Confirmation],
        silent: frozenset[str],
    ) -> tuple[Confirmation, ...]:
        lines = waiting(outline, found, silent)
        if lines:
            lines = settled(lines, await self._asked(found, {line.confirmation for line in lines}))
        return tuple(
            replace(
                one, failed=tuple(line.use for line in lines if line.confirmation == one.number)
            )
            for one in found
        )

    async def _asked(
        self, found: Sequence[Confirmation], numbers: set[str]
    ) -> dict[str, tuple[MaterialUse, ...]]:
        """Ask the system what it would have booked for some confirmations, if it can be asked."""
        if (await self._service.metadata()).missing(self.names.proposals):
            return {}
        some = [one for one in found if one.number in numbers]
        answers = await asyncio.gather(
            *(
                self._ask(
                    "GetGdsMvtProposal",
                    self._wanted(one.order, one.operation, one.yielded, one.scrapped),
                )
                for one in some
            )
        )
        return {
            one.number: self._issues(answer.rows) for one, answer in zip(some, answers, strict=True)
        }

    async def _ask(self, function: str, parameters: dict[str, Value]) -> Answer:
        """Ask for a proposal: a read, for which SAP wants POST although nothing is posted."""
        try:
            said = await self._service.call(function, parameters)
            return replace(said, reply=replace(said.reply, access="read"))
        except (OutcomeUnknown, NotPosted) as error:
            raise Unavailable(
                error.system, error.reason, error.exchange, messages=error.messages
            ) from error

    def _wanted(
        self, order: str, operation: str, yielded: Quantity, scrapped: Quantity | None = None
    ) -> dict[str, Value]:
        asked: dict[str, Value] = {
            "OrderID": normal(order),
            "OrderOperation": operation_number(operation),
            "ConfirmationUnit": self._landscape.unit_out(yielded.unit),
            "ConfirmationYieldQuantity": yielded.amount,
            "QuantityIsToBeProposed": False,
            "ActivityIsToBeProposed": True,
        }
        if self.names.sequence:
            asked["Sequence"] = "0"
        if scrapped:
            asked["ConfirmationScrapQuantity"] = convert(scrapped, yielded.unit).amount
        return asked

    def _issues(self, rows: list[Row]) -> tuple[MaterialUse, ...]:
        uses = (use_in(self._landscape, row) for row in rows if row["GoodsMovementType"] == ISSUE)
        return tuple(uses)

    async def _planned(self, order: str, operation: str, yielded: Quantity) -> ConfirmationProposal:
        """Propose what the plan says, where a release has no proposals: no activities then."""
        outline = await self._orders.outline(order)
        number = operation_number(operation)
        steps = [step for step in outline.operations if step.number == number]
        if not steps:
            raise NotFound(self.system, f"order {outline.number} has no operation {number}")
        step = steps[0]
        made = convert(yielded, step.planned.unit)
        return ConfirmationProposal(
            order=outline.number,
            operation=number,
            yielded=yielded,
            scrapped=yielded.zero(),
            final=step.yielded + made >= step.planned,
            uses=tuple(
                use_of(component, share(component, step, made))
                for component in outline.components
                if component.backflushed and component.operation == number and step.planned
            ),
        )

    def _body(self, draft: ConfirmationDraft, reference: Reference, plant: str) -> Payload:
        unit = draft.yielded.unit
        body: dict[str, Value | Payload | Sequence[Payload]] = {
            **payload(
                OrderID=normal(draft.order),
                OrderOperation=operation_number(draft.operation),
                Sequence="0" if self.names.sequence else None,
                ConfirmationUnit=self._landscape.unit_out(unit),
                WorkCenter=draft.work_center,
                VarianceReasonCode=draft.variance_reason,
                ConfirmationText=draft.note[:TEXT_LENGTH],
                PostingDate=draft.posting_date,
                ExternalSystemConfirmation=UUID(reference.guid),
            ),
            "ConfirmationYieldQuantity": draft.yielded.amount,
            "ConfirmationScrapQuantity": convert(draft.scrapped, unit).amount,
            "FinalConfirmationType": "X" if draft.final else "",
            **activity_payload(self._landscape, draft.activities),
        }
        if self.names.rework:
            body["ConfirmationReworkQuantity"] = convert(draft.reworked, unit).amount
        elif draft.reworked != draft.reworked.zero():
            self._absent("rework in a process order's confirmation")
        if draft.uses is not None:
            body["APIConfHasNoGoodsMovements"] = not draft.uses
        if draft.uses:
            body[self.names.to_item] = [self._item(draft, use, plant) for use in draft.uses]
        return body

    def _item(self, draft: ConfirmationDraft, use: MaterialUse, plant: str) -> Payload:
        return payload(
            OrderID=normal(draft.order),
            Material=use.material,
            Plant=plant,
            StorageLocation=use.location,
            Batch=use.batch,
            GoodsMovementType=ISSUE,
            Reservation=use.reservation,
            ReservationItem=use.item,
            EntryUnit=self._landscape.unit_out(use.quantity.unit),
            QuantityInEntryUnit=use.quantity.amount,
        )
