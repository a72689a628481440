"""Units of execution: ``/sfc/v1`` and ``/sfc/v2`` [spec].

[sandbox] The numbers behind ``status.code``, and that an SFC passes its operations in sequence.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from tools.jsontext import Writable
from tools.objects.nonconformance import Held, Hold
from tools.objects.order import Operation, OrderStatus, ProductionOrder
from tools.objects.wip import WorkInProgress
from tools.sandbox.dm.call import Answer, Call, Written, moment, optional, paged, text, texts
from tools.sandbox.dm.marks import mark_in
from tools.sandbox.dm.orders import RUNNING, started
from tools.sandbox.dm.refusal import unknown, wrong
from tools.sandbox.dm.state import VERSION, DmState, Record, operation_activity, sfcs

STATUS_CODES = {"NEW": "401", "IN_QUEUE": "402", "ACTIVE": "403", "HOLD": "404", "DONE": "405"}


def detail(call: Call) -> Answer:
    """GET /sfc/v2/sfcdetail: one SFC with its steps."""
    sfc = call.need("sfc")
    order = call.state.order_of_sfc(call.need("plant"), sfc)
    return Answer(
        _sfc(call.state, order, sfc)
        | {
            "order": {"order": order.number, "orderType": order.type},
            "steps": _steps(call.state, order),
        }
    )


def step_activity(call: Call) -> Answer:
    """GET /sfc/v1/stepActivity: when each step was started and completed."""
    sfc = call.need("sfc")
    order = call.state.order_of_sfc(call.need("plant"), sfc)
    steps: list[Writable] = [
        {
            "stepId": operation.number,
            "reportingStep": operation.number,
            "operation": _named(order, operation),
            "workCenter": operation.work_center,
            "done": operation.finished_at is not None,
            "firstStartTime": _at(operation.started_at),
            "lastStartTime": _at(operation.started_at),
            "firstCompleteTime": _at(operation.finished_at),
            "lastCompleteTime": _at(operation.finished_at),
        }
        for operation in order.operations
    ]
    return Answer({"sfc": sfc, "steps": steps})


def work_list(call: Call) -> Answer:
    """GET /sfc/v2/worklist/sfcs: what is to be worked on, with the steps and their schedule."""
    plant = call.need("plant")
    call.state.floor(plant)
    centers, statuses = call.several("workCenters"), call.several("sfcStatuses")
    found: list[Writable] = []
    for order in call.state.orders.values():
        status = sfc_status(call.state, order)
        open_here = not centers or any(
            operation.work_center in centers for operation in order.operations
        )
        if order.plant != plant or status == "DONE" or not open_here:
            continue
        if statuses and status not in statuses:
            continue
        found += [
            _sfc(call.state, order, sfc)
            | {"order": order.number, "steps": _steps(call.state, order)}
            for sfc in sfcs(order)
        ]
    return paged(call, found)


def start(call: Call) -> Answer:
    """POST /sfc/v1/sfcs/start: begin an operation."""
    for sfc in texts(call.row, "sfcs"):
        order = call.state.order_of_sfc(text(call.row, "plant"), sfc)
        _not_held(call.state, order, sfc)
        operation = operation_named(order, text(call.row, "operation"))
        if operation.finished_at:
            raise wrong("operation.completed", f"operation {operation.number} is completed")
        running = started(call.state, order)
        change(call.state, running, replace(operation, started_at=call.now))
        _into_work(call.state, running, operation, call.now)
    return _done(call, {"sfcs": list(texts(call.row, "sfcs"))})


def complete(call: Call) -> Answer:
    """POST /sfc/v1/sfcs/complete: end an operation."""
    for sfc in texts(call.row, "sfcs"):
        order = call.state.order_of_sfc(text(call.row, "plant"), sfc)
        _not_held(call.state, order, sfc)
        operation = operation_named(order, text(call.row, "operation"))
        if operation.started_at is None or operation.finished_at:
            raise wrong("sfc.notActive", f"SFC {sfc} is not active at {operation.number}")
        finish(call.state, order, operation, call.now)
    return _done(call, {"success": True, "sfcs": list(texts(call.row, "sfcs"))})


def hold(call: Call) -> Answer:
    """POST /sfc/v1/sfcs/hold: keep SFCs from moving on."""
    plant, comments = text(call.row, "plant"), optional(call.row, "comments") or ""
    made: list[Writable] = []
    mark, reason = mark_in(comments)
    for sfc in texts(call.row, "sfcs"):
        order = call.state.order_of_sfc(plant, sfc)
        if order.status not in RUNNING:
            raise wrong("sfc.notInExecution", f"SFC {sfc} can be put on hold no more")
        made.append(hold_order(call.state, order, reason, mark, call.now))
    return Answer({"holdIds": made}, written=Written(mark, "hold", str(made[0])))


def hold_order(
    state: DmState, order: ProductionOrder, reason: str, reference: str | None, now: datetime
) -> str:
    """Put all of an order on hold and return the hold's id."""
    number = state.draw(Record.HOLD)
    state.holds[number] = Hold(
        number=number,
        plant=order.plant,
        kind=Held.ORDER,
        object=order.number,
        reason=reason,
        since=now,
        by="CONCORD",
        reference=reference,
    )
    state.orders[order.number] = replace(order, status=OrderStatus.ON_HOLD)
    return number


def release(call: Call) -> Answer:
    """POST /sfc/v1/sfcs/release: lift the hold of SFCs."""
    plant = text(call.row, "plant")
    for sfc in texts(call.row, "sfcs"):
        order = call.state.order_of_sfc(plant, sfc)
        if order.status is not OrderStatus.ON_HOLD:
            raise wrong("sfc.notOnHold", f"SFC {sfc} is not on hold")
        release_order(call.state, order)
    return _done(call, {"releasedSfcs": list(texts(call.row, "sfcs"))})


def release_order(state: DmState, order: ProductionOrder) -> None:
    """Lift all holds of an order; it goes on where it stood."""
    for number, entry in list(state.holds.items()):
        if entry.active and entry.object == order.number:
            state.holds[number] = replace(entry, active=False)
    begun = any(operation.started_at for operation in order.operations)
    status = OrderStatus.IN_PROGRESS if begun else OrderStatus.RELEASED
    state.orders[order.number] = replace(order, status=status)


def sfc_status(state: DmState, order: ProductionOrder) -> str:
    """Return DM's word for where an order's SFC stands."""
    if order.status is OrderStatus.ON_HOLD or state.hold_on(order.number):
        return "HOLD"
    if order.status is OrderStatus.CREATED:
        return "NEW"
    if order.status is OrderStatus.RELEASED:
        return "IN_QUEUE"
    return "ACTIVE" if order.status in RUNNING else "DONE"


def operation_named(order: ProductionOrder, name: str) -> Operation:
    """Return the operation DM calls so, or the ERP's number of it."""
    for operation in order.operations:
        if name in (operation.number, operation_activity(order, operation.number)):
            return operation
    raise unknown("operationActivity", name)


def change(state: DmState, order: ProductionOrder, operation: Operation) -> ProductionOrder:
    """Store an order with one operation changed."""
    operations = tuple(
        operation if one.number == operation.number else one for one in order.operations
    )
    state.orders[order.number] = replace(order, operations=operations)
    return state.orders[order.number]


def finish(state: DmState, order: ProductionOrder, operation: Operation, now: datetime) -> None:
    """End an operation; after the last one the order is completed."""
    done = replace(operation, status=OrderStatus.CONFIRMED, finished_at=now)
    order = change(state, order, done)
    state.work_in_progress = [
        entry
        for entry in state.work_in_progress
        if (entry.order, entry.operation) != (order.number, operation.number)
    ]
    if all(one.finished_at for one in order.operations):
        state.orders[order.number] = replace(order, status=OrderStatus.CONFIRMED)


def _into_work(state: DmState, order: ProductionOrder, operation: Operation, at: datetime) -> None:
    rest = operation.planned - operation.yielded - operation.scrapped
    state.work_in_progress.append(
        WorkInProgress(
            number=sfcs(order)[0],
            plant=order.plant,
            order=order.number,
            operation=operation.number,
            quantity=rest,
            since=at,
            work_center=operation.work_center,
        )
    )


def _not_held(state: DmState, order: ProductionOrder, sfc: str) -> None:
    if sfc_status(state, order) == "HOLD":
        raise wrong("sfc.onHold", f"SFC {sfc} is on hold")
    if order.status not in RUNNING:
        raise wrong("sfc.notInExecution", f"SFC {sfc} is not in execution")


def _done(call: Call, body: dict[str, Writable]) -> Answer:
    return Answer(body, written=Written(None, "sfc", texts(call.row, "sfcs")[0]))


def _sfc(state: DmState, order: ProductionOrder, sfc: str) -> dict[str, Writable]:
    status = sfc_status(state, order)
    return {
        "sfc": sfc,
        "material": {"material": order.material, "version": VERSION},
        "quantity": order.quantity.amount,
        "status": {"code": STATUS_CODES[status], "description": status},
        "routing": {"routing": order.number, "type": "SHOP_ORDER", "version": VERSION},
    }


def _steps(state: DmState, order: ProductionOrder) -> list[Writable]:
    planned = {(entry.order, entry.operation): entry for entry in state.schedule}
    steps: list[Writable] = []
    for sequence, operation in enumerate(order.operations, start=1):
        entry = planned.get((order.number, operation.number))
        in_work = [
            wip.quantity.amount
            for wip in state.work_in_progress
            if (wip.order, wip.operation) == (order.number, operation.number)
        ]
        steps.append(
            {
                "stepId": operation.number,
                "stepSequence": sequence * 10,
                "description": operation.description,
                "operation": _named(order, operation),
                "plannedWorkCenter": operation.work_center,
                "resource": _resource(state, order.plant, operation.work_center),
                "stepDone": operation.finished_at is not None,
                "quantityDone": operation.yielded.amount,
                "quantityScrapped": operation.scrapped.amount,
                "quantityRejected": 0,
                "quantityInQueue": 0,
                "quantityInWork": sum(in_work, Decimal(0)),
                "operationScheduledStartDateTime": _at(entry.start if entry else None),
                "operationScheduledCompleteDateTime": _at(entry.end if entry else None),
            }
        )
    return steps


def _named(order: ProductionOrder, operation: Operation) -> dict[str, Writable]:
    return {
        "operation": operation_activity(order, operation.number),
        "version": VERSION,
        "description": operation.description,
    }


def _resource(state: DmState, plant: str, work_center: str) -> str | None:
    center = state.floors[plant].work_centers.get(work_center)
    return center.resource if center else None


def _at(at: datetime | None) -> str | None:
    return moment(at) if at else None
