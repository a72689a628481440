"""Confirmations: the ERP's, whose movements may fail and wait, and the MES's, which can be held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from tools.errors import Refused
from tools.fakes.desk import Desk, exchange
from tools.fakes.movements import FakeMovements
from tools.fakes.orders import FakeOrders
from tools.objects.confirmation import (
    ActivityUse,
    Confirmation,
    ConfirmationDraft,
    ConfirmationProposal,
    ConfirmationState,
    MaterialUse,
)
from tools.objects.identifiers import normal, operation_number
from tools.objects.movement import GoodsMovement, MovementDraft, MovementType
from tools.objects.order import Component, Operation, OrderStatus, ProductionOrder
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.routing import Routing
from tools.objects.units import convert, rounded
from tools.ports import Confirmations

ADMITS = frozenset(
    {
        OrderStatus.RELEASED,
        OrderStatus.IN_PROGRESS,
        OrderStatus.PARTIALLY_CONFIRMED,
        OrderStatus.CONFIRMED,
        OrderStatus.DELIVERED,
    }
)


class FakeConfirmations(Confirmations):
    """Reading is the same on both sides."""

    def __init__(self, desk: Desk, confirmations: list[Confirmation], orders: FakeOrders) -> None:
        self.system = desk.system
        self._desk, self._confirmations, self._orders = desk, confirmations, orders

    async def confirmations(self, order: str) -> Reading[tuple[Confirmation, ...]]:
        number = normal(order)
        return self._desk.reading(tuple(one for one in self._confirmations if one.order == number))

    async def confirmation(self, confirmation: str) -> Reading[Confirmation]:
        return self._desk.reading(self._find(confirmation))

    async def confirmation_by_reference(
        self, order: str, reference: Reference
    ) -> Reading[Confirmation | None]:
        number = normal(order)
        for one in self._confirmations:
            if one.order == number and one.reference == reference.guid:
                return self._desk.reading(one)
        return self._desk.reading(None)

    def _find(self, confirmation: str) -> Confirmation:
        return self._desk.find(
            self._confirmations,
            lambda one: one.number == confirmation,
            f"confirmation {confirmation}",
        )


class FakeErpConfirmations(FakeConfirmations):
    """Posting goes through the books; a use that stock does not cover fails and waits."""

    def __init__(
        self,
        desk: Desk,
        confirmations: list[Confirmation],
        orders: FakeOrders,
        movements: FakeMovements,
        routings: list[Routing],
    ) -> None:
        super().__init__(desk, confirmations, orders)
        self._movements, self._routings = movements, routings

    async def proposal(
        self, order: str, operation: str, yielded: Quantity
    ) -> Reading[ConfirmationProposal]:
        found = self._orders.find(order)
        step = self._operation(found, operation)
        made = convert(yielded, found.quantity.unit)
        return self._desk.reading(
            ConfirmationProposal(
                order=found.number,
                operation=step.number,
                yielded=yielded,
                scrapped=yielded.zero(),
                final=(step.yielded + step.scrapped + made) >= step.planned,
                uses=_backflush(found, step, made),
                activities=self._activities(found, step, made),
            )
        )

    async def post_confirmation(self, draft: ConfirmationDraft, reference: Reference) -> Posted:
        order = self._orders.find(draft.order)
        step = self._operation(order, draft.operation)
        if order.status not in ADMITS or order.locked:
            self._desk.refuse(f"order {order.number} is {order.status}: no confirmation")
        made = draft.yielded + draft.scrapped + draft.reworked
        asked = _backflush(order, step, made) if draft.uses is None else draft.uses
        documents, used, failed = self._issue(order, step, draft, asked)
        self._confirmations.append(
            Confirmation(
                number=f"{next(self._desk.numbers)}/1",
                order=order.number,
                operation=step.number,
                yielded=draft.yielded,
                scrapped=draft.scrapped,
                reworked=draft.reworked,
                state=ConfirmationState.POSTED,
                posting_date=draft.posting_date,
                entered_at=self._desk.clock(),
                final=draft.final,
                work_center=draft.work_center or step.work_center,
                variance_reason=draft.variance_reason,
                note=draft.note,
                reference=reference.guid,
                uses=used,
                activities=draft.activities,
                failed=failed,
                documents=documents,
            )
        )
        self._count(self._confirmations[-1])
        return self._desk.note("post_confirmation", self._confirmations[-1].number, reference)

    async def cancel_confirmation(self, confirmation: str, reference: Reference) -> Posted:
        old = self._find(confirmation)
        if old.state is ConfirmationState.CANCELLED or old.reverses:
            self._desk.refuse(f"confirmation {old.number} is cancelled or a cancellation")
        for document in old.documents:
            self._movements.undo(document)
        group, _, counter = old.number.partition("/")
        undo = replace(
            old,
            number=f"{group}/{int(counter) + 1}",
            entered_at=self._desk.clock(),
            reference=reference.guid,
            reverses=old.number,
            final=False,
            uses=(),
            failed=(),
            documents=(),
        )
        self._confirmations.append(undo)
        exchange(self._confirmations, old, replace(old, state=ConfirmationState.CANCELLED))
        self._count(undo)
        return self._desk.note("cancel_confirmation", undo.number, reference)

    def _operation(self, order: ProductionOrder, operation: str) -> Operation:
        number = operation_number(operation)
        return self._desk.find(
            order.operations,
            lambda one: one.number == number,
            f"operation {number} in order {order.number}",
        )

    def _issue(
        self,
        order: ProductionOrder,
        step: Operation,
        draft: ConfirmationDraft,
        asked: Iterable[MaterialUse],
    ) -> tuple[tuple[str, ...], tuple[MaterialUse, ...], tuple[MaterialUse, ...]]:
        """Book each use by itself; what stock does not cover waits."""
        documents, used, failed = list[str](), list[MaterialUse](), list[MaterialUse]()
        for use in asked:
            line = GoodsMovement(
                type=MovementType.ISSUE_ORDER,
                material=use.material,
                plant=order.plant,
                quantity=use.quantity,
                location=use.location,
                batch=use.batch,
                order=order.number,
                operation=step.number,
                reservation=use.reservation,
                item=use.item,
            )
            try:
                document = self._movements.book(MovementDraft(draft.posting_date, (line,)), None)
            except Refused as refusal:
                if any(message.code == "M7/053" for message in refusal.messages):
                    raise
                failed.append(use)
            else:
                documents.append(document.number)
                used.append(use)
        return tuple(documents), tuple(used), tuple(failed)

    def _count(self, confirmation: Confirmation) -> None:
        """Carry a confirmation, or its cancellation, into the order's counts and status."""
        order = self._orders.find(confirmation.order)
        sign = -1 if confirmation.reverses else 1
        steps = tuple(
            _counted(step, confirmation, sign) if step.number == confirmation.operation else step
            for step in order.operations
        )
        done = all(step.status is OrderStatus.CONFIRMED for step in steps)
        started = any(step.yielded or step.scrapped for step in steps)
        status = OrderStatus.PARTIALLY_CONFIRMED if started else OrderStatus.RELEASED
        if done:
            status = OrderStatus.CONFIRMED
        if order.status is OrderStatus.DELIVERED:
            status = order.status
        scrapped = order.scrapped + confirmation.scrapped * sign
        yielded = steps[-1].yielded
        self._orders.change(
            order,
            replace(order, operations=steps, status=status, yielded=yielded, scrapped=scrapped),
        )

    def _activities(
        self, order: ProductionOrder, step: Operation, made: Quantity
    ) -> tuple[ActivityUse, ...]:
        for routing in self._routings:
            if (routing.material, routing.plant) == (order.material, order.plant):
                for planned in routing.operations:
                    if planned.number == step.number:
                        share = made.amount / routing.base_quantity.amount
                        return (
                            ActivityUse("SETUP", planned.setup),
                            ActivityUse("MACHINE", rounded(planned.machine * share)),
                            ActivityUse("LABOR", rounded(planned.labor * share)),
                        )
        return ()


class FakeMesConfirmations(FakeConfirmations):
    """What the shop floor reported; a confirmation on its way can be held and freed."""

    async def hold_confirmation(
        self, confirmation: str, reason: str, reference: Reference
    ) -> Posted:
        held = {ConfirmationState.PENDING, ConfirmationState.REFUSED}
        return self._turn(
            "hold_confirmation", confirmation, held, ConfirmationState.HELD, reference
        )

    async def free_confirmation(self, confirmation: str, reference: Reference) -> Posted:
        freed = {ConfirmationState.HELD}
        return self._turn(
            "free_confirmation", confirmation, freed, ConfirmationState.PENDING, reference
        )

    def _turn(
        self,
        method: str,
        confirmation: str,
        before: set[ConfirmationState],
        after: ConfirmationState,
        reference: Reference,
    ) -> Posted:
        found = self._find(confirmation)
        if found.state not in before:
            self._desk.refuse(f"confirmation {found.number} is {found.state}")
        exchange(self._confirmations, found, replace(found, state=after))
        return self._desk.note(method, found.number, reference)


def _backflush(order: ProductionOrder, step: Operation, made: Quantity) -> tuple[MaterialUse, ...]:
    """Return the backflushed components of a step, in proportion to what was made."""
    uses = (
        _share(component, made.amount / step.planned.amount)
        for component in order.components
        if component.backflushed and component.operation == step.number and step.planned
    )
    return tuple(use for use in uses if use.quantity)


def _share(component: Component, part: Decimal) -> MaterialUse:
    quantity = Quantity(component.required.amount * part, component.required.unit)
    return MaterialUse(
        material=component.material,
        quantity=rounded(quantity),
        location=component.location,
        batch=component.batch,
        reservation=component.reservation,
        item=component.item,
    )


def _counted(step: Operation, confirmation: Confirmation, sign: int) -> Operation:
    status = OrderStatus.CONFIRMED if confirmation.final else OrderStatus.IN_PROGRESS
    if sign < 0:
        status = OrderStatus.IN_PROGRESS
    return replace(
        step,
        yielded=step.yielded + confirmation.yielded * sign,
        scrapped=step.scrapped + confirmation.scrapped * sign,
        status=status,
        started_at=step.started_at or confirmation.entered_at,
        finished_at=confirmation.entered_at if confirmation.final and sign > 0 else None,
    )
