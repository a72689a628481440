"""What the line reported as made.

A reference is read in the form the ERP's confirmations carry it, so that both sides compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tools.jsontext import Writable
from tools.mes.ignition.site import Amount, Moment, Page, Site, first, translated
from tools.objects.confirmation import (
    ActivityUse,
    Confirmation,
    ConfirmationDraft,
    ConfirmationState,
    MaterialUse,
)
from tools.objects.identifiers import normal, operation_number
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.ports import Confirmations
from tools.shape import Shape


class UseRow(Shape):
    """A component used, or one whose use failed."""

    material: str
    quantity: Amount
    location: str | None
    batch: str | None
    reservation: str | None
    item: str | None


class ActivityRow(Shape):
    """Time used."""

    activity: str
    quantity: Amount


class ConfirmationRow(Shape):
    """A confirmation."""

    number: str
    order: str
    operation: str
    good: Amount
    scrap: Amount
    rework: Amount
    state: ConfirmationState
    posting_date: date
    entered_at: Moment
    final: bool
    work_center: str | None
    operator: str | None
    variance_reason: str | None
    note: str
    reference: str | None
    reverses: str | None
    components: tuple[UseRow, ...]
    activities: tuple[ActivityRow, ...]
    failed: tuple[UseRow, ...]
    documents: tuple[str, ...]
    version: int


class IgnitionConfirmations(Confirmations):
    """Read, posted, taken back, held and freed; what the ERP would propose it does not know."""

    system = Site.system

    def __init__(self, site: Site) -> None:
        self._site = site

    async def confirmations(self, order: str) -> Reading[tuple[Confirmation, ...]]:
        return await self._several(order=normal(order))

    async def confirmation(self, confirmation: str) -> Reading[Confirmation]:
        found = await self._site.one("confirmations", ConfirmationRow, confirmation=confirmation)
        return translated(found, self._confirmation)

    async def confirmation_by_reference(
        self, order: str, reference: Reference
    ) -> Reading[Confirmation | None]:
        return first(await self._several(order=normal(order), reference=reference.key))

    async def post_confirmation(self, draft: ConfirmationDraft, reference: Reference) -> Posted:
        amount = self._site.amount
        body: dict[str, Writable] = {
            "order": normal(draft.order),
            "operation": operation_number(draft.operation),
            "good": amount(draft.yielded),
            "scrap": amount(draft.scrapped),
            "rework": amount(draft.reworked),
            "posting_date": draft.posting_date.isoformat(),
            "final": draft.final,
            "work_center": draft.work_center,
            "variance_reason": draft.variance_reason,
            "note": draft.note,
            "activities": [
                {"activity": use.activity, "quantity": amount(use.quantity)}
                for use in draft.activities
            ],
            "reference": reference.key,
        }
        if draft.uses is not None:
            body["components"] = [self._component(use) for use in draft.uses]
        return await self._site.post("confirmations/post", body)

    async def cancel_confirmation(self, confirmation: str, reference: Reference) -> Posted:
        return await self._site.post(
            "confirmations/cancel", {"confirmation": confirmation, "reference": reference.key}
        )

    async def hold_confirmation(
        self, confirmation: str, reason: str, reference: Reference
    ) -> Posted:
        return await self._site.post(
            "confirmations/hold",
            {"confirmation": confirmation, "reason": reason, "reference": reference.key},
        )

    async def free_confirmation(self, confirmation: str, reference: Reference) -> Posted:
        return await self._site.post(
            "confirmations/free", {"confirmation": confirmation, "reference": reference.key}
        )

    async def _several(self, **params: str) -> Reading[tuple[Confirmation, ...]]:
        found = await self._site.several("confirmations", Page[ConfirmationRow], **params)
        return translated(found, lambda rows: tuple(map(self._confirmation, rows)))

    def _confirmation(self, row: ConfirmationRow) -> Confirmation:
        amount, mark = self._site.quantity, Reference.read(row.reference)
        return Confirmation(
            number=row.number,
            order=normal(row.order),
            operation=operation_number(row.operation),
            yielded=amount(row.good),
            scrapped=amount(row.scrap),
            reworked=amount(row.rework),
            state=row.state,
            posting_date=row.posting_date,
            entered_at=row.entered_at,
            final=row.final,
            work_center=row.work_center,
            operator=row.operator,
            variance_reason=row.variance_reason,
            note=row.note,
            reference=mark.guid if mark else row.reference,
            reverses=row.reverses,
            uses=tuple(map(self._use, row.components)),
            activities=tuple(
                ActivityUse(use.activity, amount(use.quantity)) for use in row.activities
            ),
            failed=tuple(map(self._use, row.failed)),
            documents=row.documents,
        )

    def _use(self, row: UseRow) -> MaterialUse:
        return MaterialUse(
            material=normal(row.material),
            quantity=self._site.quantity(row.quantity),
            location=row.location,
            batch=row.batch,
            reservation=row.reservation,
            item=row.item,
        )

    def _component(self, use: MaterialUse) -> Mapping[str, Writable]:
        return {
            "material": use.material,
            "quantity": self._site.amount(use.quantity),
            "location": use.location,
            "batch": use.batch,
            "reservation": use.reservation,
            "item": use.item,
        }
