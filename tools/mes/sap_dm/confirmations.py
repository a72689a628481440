"""Confirmations: by the desk where the site has published it, by the public API otherwise.

The public API knows yield and scrap, and a history without numbers, notes or components. What it
cannot carry is not offered rather than left out. The reference travels in ``postedBy``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from tools.errors import NotOffered
from tools.jsontext import Writable
from tools.mes.sap_dm.forms import (
    Amount,
    Moment,
    Page,
    amount,
    mark_in,
    marked,
    operation_of,
    unmarked,
)
from tools.mes.sap_dm.orders import header
from tools.mes.sap_dm.plant import Dm, Process
from tools.mes.sap_dm.steps import StepRow, all_executed
from tools.objects import units
from tools.objects.confirmation import (
    ActivityUse,
    Confirmation,
    ConfirmationDraft,
    ConfirmationState,
    MaterialUse,
)
from tools.objects.identifiers import normal, operation_number
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.ports import Confirmations
from tools.shape import Shape, shaped

State = Literal["PENDING", "HELD", "POSTED", "REFUSED", "CANCELLED"]


class UseRow(Shape):
    """A component consumed."""

    material: str
    quantity: Amount
    location: str | None = None
    batch: str | None = None
    reservation: str | None = None
    item: str | None = None


class ActivityRow(Shape):
    """Time used."""

    activity: str
    quantity: Amount


class ConfirmationRow(Shape):
    """A confirmation as the desk has it."""

    confirmation: str
    order: str
    operation: str
    yielded: Amount
    scrapped: Amount
    reworked: Amount
    status: State
    postingDate: date
    createdDateTime: Moment
    final: bool
    workCenter: str | None = None
    postedBy: str | None = None
    reasonCode: str | None = None
    note: str | None = None
    reference: str | None = None
    reverses: str | None = None
    components: tuple[UseRow, ...] = ()
    activities: tuple[ActivityRow, ...] = ()
    documents: tuple[str, ...] = ()


class ConfirmationRows(Shape):
    """Confirmations as the desk lists them."""

    confirmations: tuple[ConfirmationRow, ...]


class Confirmed(Shape):
    """The confirmation a process of the desk made or changed."""

    confirmation: str


class HistoryRow(Shape):
    """A posting as the public history has it."""

    sfc: str
    operationActivity: str
    workCenter: str | None = None
    yieldQuantity: Decimal | None = None
    yieldQuantityUnit: str | None = None
    scrapQuantity: Decimal | None = None
    scrapQuantityUnit: str | None = None
    createdDateTime: Moment
    postingDateTime: Moment
    userId: str | None = None
    reasonCodeKey: str | None = None
    status: str


class Transaction(Shape):
    """What the public API answers to a confirmation."""

    transactionId: str


class DmConfirmations(Confirmations):
    """Read, posted, taken back, held and freed; what the ERP would propose DM does not know."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def confirmations(self, order: str) -> Reading[tuple[Confirmation, ...]]:
        asked = self._dm.clock()
        if self._dm.publishes(Process.CONFIRMATIONS):
            found = await self._desk(order=normal(order))
        else:
            found = await self._history(normal(order))
        return self._dm.reading(found, asked)

    async def confirmation(self, confirmation: str) -> Reading[Confirmation]:
        asked = self._dm.clock()
        found = await self._desk(confirmation=confirmation)
        if not found:
            raise self._dm.nothing(f"confirmation {confirmation}")
        return self._dm.reading(found[0], asked)

    async def confirmation_by_reference(
        self, order: str, reference: Reference
    ) -> Reading[Confirmation | None]:
        reading = await self.confirmations(order)
        same = (one for one in reading.value if one.reference == reference.guid)
        return self._dm.reading(next(same, None), reading.read_at)

    async def post_confirmation(self, draft: ConfirmationDraft, reference: Reference) -> Posted:
        if self._dm.publishes(Process.CONFIRM):
            done = await self._dm.tell(Process.CONFIRM, _drafted(draft, reference), Confirmed)
            return self._dm.posted(done.confirmation)
        return await self._post_publicly(draft, reference)

    async def cancel_confirmation(self, confirmation: str, reference: Reference) -> Posted:
        body = {"confirmation": confirmation, "reference": reference.guid}
        done = await self._dm.tell(Process.CANCEL_CONFIRMATION, body, Confirmed)
        return self._dm.posted(done.confirmation)

    async def hold_confirmation(
        self, confirmation: str, reason: str, reference: Reference
    ) -> Posted:
        body = {"confirmation": confirmation, "reason": reason, "reference": reference.guid}
        done = await self._dm.tell(Process.HOLD_CONFIRMATION, body, Confirmed)
        return self._dm.posted(done.confirmation)

    async def free_confirmation(self, confirmation: str, reference: Reference) -> Posted:
        body = {"confirmation": confirmation, "reference": reference.guid}
        done = await self._dm.tell(Process.FREE_CONFIRMATION, body, Confirmed)
        return self._dm.posted(done.confirmation)

    async def _desk(self, **asked: str) -> tuple[Confirmation, ...]:
        found = await self._dm.ask(Process.CONFIRMATIONS, asked, ConfirmationRows)
        return tuple(map(_confirmation, found.confirmations))

    async def _history(self, order: str) -> tuple[Confirmation, ...]:
        found = await self._dm.listed(
            "quantityConfirmation/v1/postingHistory",
            Page[HistoryRow],
            plant=self._dm.plant,
            order=order,
        )
        return tuple(self._posting(order, row) for row in found)

    def _posting(self, order: str, row: HistoryRow) -> Confirmation:
        state = self._dm.config.history_states.get(row.status)
        if state is None:
            why = f"the posting status {row.status!r}, which the plant's configuration lacks"
            raise NotOffered(self._dm.connection.system, why)
        operation = operation_of(row.operationActivity)
        unit = units.unit(row.yieldQuantityUnit or row.scrapQuantityUnit or "").code
        scrap_unit = units.unit(row.scrapQuantityUnit or unit).code
        return Confirmation(
            number=f"{row.sfc}/{operation}/{row.createdDateTime.isoformat()}",
            order=order,
            operation=operation,
            yielded=Quantity(row.yieldQuantity or Decimal(0), unit),
            scrapped=Quantity(row.scrapQuantity or Decimal(0), scrap_unit),
            reworked=Quantity(Decimal(0), unit),
            state=state,
            posting_date=row.postingDateTime.date(),
            entered_at=row.createdDateTime,
            work_center=row.workCenter,
            operator=unmarked(row.userId) or None,
            variance_reason=row.reasonCodeKey,
            reference=mark_in(row.userId),
        )

    async def _post_publicly(self, draft: ConfirmationDraft, reference: Reference) -> Posted:
        if draft.uses or draft.activities or draft.reworked or draft.note:
            missing = "components, times, rework or a note in a confirmation without the desk"
            raise NotOffered(self._dm.connection.system, missing)
        order = await header(self._dm, draft.order)
        sfc, step = await self._open_step(order.sfcs, draft)
        body: dict[str, Writable] = {
            "plant": self._dm.plant,
            "shopOrder": order.order,
            "sfc": sfc,
            "operationActivity": step.operation.operation,
            "workCenter": draft.work_center or step.plannedWorkCenter or "",
            "yieldQuantity": draft.yielded.amount,
            "yieldQuantityUnit": units.unit(draft.yielded.unit).code,
            "postedBy": marked(self._dm.config.posted_by, reference),
            "postingDateTime": f"{draft.posting_date.isoformat()}T12:00:00.000Z",
            "finalConfirmation": draft.final,
        }
        if draft.scrapped:
            body["scrapQuantity"] = draft.scrapped.amount
            body["scrapQuantityUnit"] = units.unit(draft.scrapped.unit).code
        if draft.variance_reason:
            body["reasonCodeKey"] = draft.variance_reason
        done = shaped(await self._dm.post("quantityConfirmation/v1/confirm", body), Transaction)
        return self._dm.posted(done.transactionId)

    async def _open_step(
        self, sfcs: tuple[str, ...], draft: ConfirmationDraft
    ) -> tuple[str, StepRow]:
        """Find the unit of execution and the step a confirmation is meant for."""
        wanted, done = operation_number(draft.operation), None
        for sfc in await all_executed(self._dm, sfcs):
            for step in sfc.row.steps:
                if operation_of(step.operation.operation) == wanted:
                    if not step.stepDone:
                        return sfc.row.sfc, step
                    done = sfc.row.sfc, step
        if done is None:
            raise self._dm.nothing(f"operation {wanted} of order {draft.order}")
        return done


def _drafted(draft: ConfirmationDraft, reference: Reference) -> dict[str, Writable]:
    body: dict[str, Writable] = {
        "order": normal(draft.order),
        "operation": operation_number(draft.operation),
        "yielded": amount(draft.yielded),
        "scrapped": amount(draft.scrapped),
        "reworked": amount(draft.reworked),
        "postingDate": draft.posting_date.isoformat(),
        "final": draft.final,
        "workCenter": draft.work_center,
        "reasonCode": draft.variance_reason,
        "note": draft.note,
        "activities": [
            {"activity": one.activity, "quantity": amount(one.quantity)} for one in draft.activities
        ],
        "reference": reference.guid,
    }
    if draft.uses is not None:
        body["components"] = [_component(use) for use in draft.uses]
    return body


def _component(use: MaterialUse) -> Writable:
    return {
        "material": use.material,
        "quantity": amount(use.quantity),
        "location": use.location,
        "batch": use.batch,
        "reservation": use.reservation,
        "item": use.item,
    }


def _confirmation(row: ConfirmationRow) -> Confirmation:
    return Confirmation(
        number=row.confirmation,
        order=normal(row.order),
        operation=operation_number(row.operation),
        yielded=row.yielded.quantity,
        scrapped=row.scrapped.quantity,
        reworked=row.reworked.quantity,
        state=ConfirmationState[row.status],
        posting_date=row.postingDate,
        entered_at=row.createdDateTime,
        final=row.final,
        work_center=row.workCenter,
        operator=row.postedBy,
        variance_reason=row.reasonCode,
        note=row.note or "",
        reference=row.reference,
        reverses=row.reverses,
        uses=tuple(map(_use, row.components)),
        activities=tuple(
            ActivityUse(one.activity, one.quantity.quantity) for one in row.activities
        ),
        documents=row.documents,
    )


def _use(row: UseRow) -> MaterialUse:
    return MaterialUse(
        material=normal(row.material),
        quantity=row.quantity.quantity,
        location=row.location,
        batch=row.batch,
        reservation=row.reservation,
        item=row.item,
    )
