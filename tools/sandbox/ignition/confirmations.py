"""Production confirmations: posted, taken back, held and freed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from tools.objects.confirmation import (
    ActivityUse,
    Confirmation,
    ConfirmationState,
    MaterialUse,
)
from tools.objects.identifiers import operation_number
from tools.objects.movement import GoodsMovement, MovementType
from tools.objects.nonconformance import Held
from tools.objects.order import Operation, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.units import rounded
from tools.sandbox.ignition import holding, orders, outbox
from tools.sandbox.ignition.bodies import (
    CancelConfirmation,
    HoldConfirmation,
    PostConfirmation,
    Use,
)
from tools.sandbox.ignition.booking import book, in_unit
from tools.sandbox.ignition.refusal import conflict, unknown, wrong
from tools.sandbox.ignition.state import IgnitionState, Record
from tools.sandbox.ignition.write import Call, Done, Write
from tools.sandbox.outgoing import Purpose

_UNSENT = frozenset({ConfirmationState.PENDING, ConfirmationState.HELD, ConfirmationState.REFUSED})

_REVERSIBLE = orders.RUNNABLE | {OrderStatus.CONFIRMED, OrderStatus.DELIVERED, OrderStatus.ON_HOLD}


def found(state: IgnitionState, number: str, field: str = "confirmation") -> Confirmation:
    """Return a confirmation.

    Raises:
        Refused: The site has no such confirmation.
    """
    entry = state.confirmations.get(number)
    if entry is None:
        raise unknown("confirmation", number, field)
    return entry


def hold(state: IgnitionState, number: str, reason: str, reference: str, call: Call) -> str:
    """Keep a confirmation the ERP has not taken from being sent; return the hold's number."""
    entry = found(state, number)
    if entry.state not in {ConfirmationState.PENDING, ConfirmationState.REFUSED}:
        raise _not_in_state(entry, "held")
    plant = state.orders[entry.order].plant
    state.put_confirmation(replace(entry, state=ConfirmationState.HELD))
    return holding.record(state, Held.CONFIRMATION, number, plant, reason, reference, call)


def free(state: IgnitionState, number: str) -> None:
    """Let a held confirmation go on."""
    entry = found(state, number)
    if entry.state is not ConfirmationState.HELD:
        raise _not_in_state(entry, "freed")
    state.put_confirmation(replace(entry, state=ConfirmationState.PENDING))
    outbox.requeue(state, number)
    holding.lift_all(state, Held.CONFIRMATION, number)


def _post(state: IgnitionState, body: PostConfirmation, call: Call) -> Done:
    order = orders.found(state, body.order)
    orders.unlocked(order)
    orders.in_status(order, orders.RUNNABLE, "confirmed")
    operation = _operation(order, body.operation)
    entry = _entry(state, order, operation, body, call)
    if not (entry.yielded or entry.scrapped or entry.reworked or entry.final or entry.activities):
        raise wrong("bad_value", "good: nothing is reported", "good")
    after = _confirmed(state, order, operation, entry, 1)
    book(state, _movements(order, entry, MovementType.ISSUE_ORDER))
    entry = replace(entry, number=state.next_number(Record.CONFIRMATION))
    state.put_order(replace(after, components=state.orders[order.number].components))
    state.put_confirmation(entry)
    outbox.enqueue(
        state,
        order.plant,
        Purpose.CONFIRMATION,
        entry.number,
        call.now,
        confirmation=entry.number,
        order=order.number,
    )
    return Done(Record.CONFIRMATION, entry.number, created=True)


def _entry(
    state: IgnitionState,
    order: ProductionOrder,
    operation: Operation,
    body: PostConfirmation,
    call: Call,
) -> Confirmation:
    """Return what is reported, still without a number: a refused report draws none."""
    if body.components is None:
        uses = _backflush(order, operation, _made(state, order, operation, body))
    else:
        uses = tuple(
            _use(state, order.plant, use, f"components.{at}")
            for at, use in enumerate(body.components)
        )
    return Confirmation(
        number="",
        order=order.number,
        operation=operation.number,
        yielded=body.good.quantity,
        scrapped=body.scrap.quantity,
        reworked=body.rework.quantity,
        state=ConfirmationState.PENDING,
        posting_date=body.posting_date,
        entered_at=call.now,
        final=body.final,
        work_center=body.work_center or operation.work_center,
        operator="CONCORD",
        variance_reason=body.variance_reason,
        note=body.note or "",
        reference=str(UUID(hex=body.reference)),
        uses=uses,
        activities=tuple(
            ActivityUse(entry.activity, entry.quantity.quantity) for entry in body.activities or ()
        ),
    )


def _use(state: IgnitionState, plant: str, use: Use, field: str) -> MaterialUse:
    if (use.material, plant) not in state.materials:
        raise unknown("object", f"material {use.material} in {plant}", f"{field}.material")
    return MaterialUse(
        use.material,
        use.quantity.quantity,
        use.location,
        use.batch,
        use.reservation,
        use.item,
    )


def _made(
    state: IgnitionState, order: ProductionOrder, operation: Operation, body: PostConfirmation
) -> Quantity:
    """Return what took material, good or not, in the operation's unit."""
    made = operation.planned.zero()
    for field, reported in (("good", body.good), ("scrap", body.scrap)):
        quantity, unit = reported.quantity, operation.planned.unit
        made = made + in_unit(state, order.material, order.plant, quantity, unit, field)
    return made


def _backflush(
    order: ProductionOrder, operation: Operation, made: Quantity
) -> tuple[MaterialUse, ...]:
    """Return the share of each backflushed component that goes into what was made."""
    if made.unit != order.quantity.unit or not order.quantity:
        return ()
    return tuple(
        MaterialUse(
            component.material,
            rounded(
                Quantity(
                    component.required.amount * made.amount / order.quantity.amount,
                    component.required.unit,
                )
            ),
            component.location,
            component.batch,
            component.reservation,
            component.item,
        )
        for component in order.components
        if component.backflushed and component.operation == operation.number
    )


def _operation(order: ProductionOrder, number: str) -> Operation:
    for operation in order.operations:
        if operation.number == operation_number(number):
            return operation
    raise unknown("operation", f"{number} in order {order.number}", "operation")


def _movements(
    order: ProductionOrder, entry: Confirmation, type: MovementType
) -> Iterable[GoodsMovement]:
    return [
        GoodsMovement(
            type=type,
            material=use.material,
            plant=order.plant,
            quantity=use.quantity,
            location=use.location,
            batch=use.batch,
            order=order.number,
            operation=entry.operation,
            reservation=use.reservation,
            item=use.item,
        )
        for use in entry.uses
    ]


def _confirmed(
    state: IgnitionState,
    order: ProductionOrder,
    operation: Operation,
    entry: Confirmation,
    sign: int,
) -> ProductionOrder:
    """Add a confirmation's quantities to operation and order, or take them away again."""
    unit = operation.planned.unit

    def counted(quantity: Quantity, field: str) -> Quantity:
        return in_unit(state, order.material, order.plant, quantity, unit, field) * sign

    final = entry.final and sign > 0
    at = entry.entered_at
    done = replace(
        operation,
        yielded=operation.yielded + counted(entry.yielded, "good"),
        scrapped=operation.scrapped + counted(entry.scrapped, "scrap"),
        status=OrderStatus.CONFIRMED if final else OrderStatus.IN_PROGRESS,
        started_at=operation.started_at or at,
        finished_at=at if final else None,
    )
    operations = tuple(done if each is operation else each for each in order.operations)
    finished = all(each.status is OrderStatus.CONFIRMED for each in operations)
    scrapped = sum((each.scrapped.amount for each in operations), Decimal(0))
    return replace(
        order,
        operations=operations,
        status=OrderStatus.CONFIRMED if finished else OrderStatus.IN_PROGRESS,
        yielded=operations[-1].yielded,
        scrapped=Quantity(scrapped, unit),
    )


def _cancel(state: IgnitionState, body: CancelConfirmation, call: Call) -> Done:
    entry = found(state, body.confirmation)
    if entry.state is ConfirmationState.CANCELLED:
        raise conflict(
            "already_cancelled", f"confirmation {entry.number} is cancelled", "confirmation"
        )
    order = orders.found(state, entry.order)
    orders.unlocked(order)
    orders.in_status(order, _REVERSIBLE, "changed")
    operation = _operation(order, entry.operation)
    after = _confirmed(state, order, operation, entry, -1)
    book(state, _movements(order, entry, MovementType.ISSUE_ORDER_REVERSAL))
    state.put_order(replace(after, components=state.orders[order.number].components))
    state.put_confirmation(replace(entry, state=ConfirmationState.CANCELLED))
    if entry.state in _UNSENT:
        outbox.withdraw(state, entry.number)
        holding.lift_all(state, Held.CONFIRMATION, entry.number)
        return Done(Record.CONFIRMATION, entry.number)
    return Done(Record.CONFIRMATION, _reverse(state, order, entry, body, call), created=True)


def _reverse(
    state: IgnitionState,
    order: ProductionOrder,
    entry: Confirmation,
    body: CancelConfirmation,
    call: Call,
) -> str:
    """Write the reversing confirmation and tell the ERP."""
    reversal = replace(
        entry,
        number=state.next_number(Record.CONFIRMATION),
        state=ConfirmationState.PENDING,
        posting_date=call.now.date(),
        entered_at=call.now,
        operator="CONCORD",
        reference=str(UUID(hex=body.reference)),
        reverses=entry.number,
        documents=(),
    )
    state.put_confirmation(reversal)
    outbox.enqueue(
        state,
        order.plant,
        Purpose.CONFIRMATION_CANCELLATION,
        reversal.number,
        call.now,
        confirmation=reversal.number,
        order=order.number,
    )
    return reversal.number


def _hold(state: IgnitionState, body: HoldConfirmation, call: Call) -> Done:
    hold(state, body.confirmation, body.reason, body.reference, call)
    return Done(Record.CONFIRMATION, body.confirmation)


def _free(state: IgnitionState, body: CancelConfirmation, call: Call) -> Done:
    free(state, body.confirmation)
    return Done(Record.CONFIRMATION, body.confirmation)


def _not_in_state(entry: Confirmation, verb: str) -> Exception:
    message = f"confirmation {entry.number} is {entry.state.value} and cannot be {verb}"
    return conflict("confirmation_state", message, "confirmation")


WRITES = {
    "post": Write(PostConfirmation, _post),
    "cancel": Write(CancelConfirmation, _cancel),
    "hold": Write(HoldConfirmation, _hold),
    "free": Write(CancelConfirmation, _free),
}
