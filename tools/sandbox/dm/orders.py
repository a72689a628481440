"""Orders: ``/order/v1`` and ``/order/v2`` [spec], the statuses included.

[sandbox] Which status allows what: only a releasable order is released, only a released one that is
not on hold is completed. An order is released as one SFC.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from tools.jsontext import Row, Writable
from tools.objects.order import OrderCategory, OrderStatus, ProductionOrder
from tools.objects.units import unit
from tools.sandbox.dm.call import Answer, Call, Written, moment, paged, text
from tools.sandbox.dm.refusal import wrong
from tools.sandbox.dm.state import VERSION, DmState, sfcs

RELEASE_STATUS = {
    OrderStatus.CREATED: "RELEASABLE",
    OrderStatus.ON_HOLD: "HOLD",
}
EXECUTION_STATUS = {
    OrderStatus.CREATED: "NOT_IN_EXECUTION",
    OrderStatus.RELEASED: "NOT_IN_EXECUTION",
    OrderStatus.IN_PROGRESS: "ACTIVE",
    OrderStatus.PARTIALLY_CONFIRMED: "ACTIVE",
    OrderStatus.CONFIRMED: "COMPLETED",
    OrderStatus.DELIVERED: "COMPLETED",
    OrderStatus.TECHNICALLY_COMPLETED: "COMPLETED",
    OrderStatus.CLOSED: "CLOSED",
    OrderStatus.ON_HOLD: "HOLD",
    OrderStatus.DISCARDED: "DISCARDED",
}
CATEGORY = {
    OrderCategory.PRODUCTION: "PRODUCTION_ORDER",
    OrderCategory.PROCESS: "PROCESS_ORDER",
}
RUNNING = frozenset(
    {OrderStatus.RELEASED, OrderStatus.IN_PROGRESS, OrderStatus.PARTIALLY_CONFIRMED}
)


def find(call: Call) -> Answer:
    """GET /order/v1/orders: one order by plant and number."""
    order = call.state.order(call.need("plant"), call.need("order"))
    own = unit(order.quantity.unit)
    return Answer(
        _shared(order)
        | {
            "orderType": order.type,
            "orderedQuantity": order.quantity.amount,
            "productionQuantity": order.quantity.amount,
            "goodsReceiptQuantity": order.delivered.amount,
            "erpUnitOfMeasure": own.code,
            "baseUnitOfMeasureObject": {
                "uom": own.en,
                "internalUom": own.code,
                "shortText": own.name_en,
                "longText": own.name_en,
            },
            "plannedStartDate": moment(order.planned_start),
            "plannedCompletionDate": moment(order.planned_end),
            "headerText": order.note,
            "sfcs": [] if call.asked("ignoreSfcs") == "true" else list(sfcs(order)),
            "status": _status(order),
            "workCenters": [
                {"workCenter": operation.work_center} for operation in order.operations
            ],
            "toleranceOver": call.state.over_tolerance,
        }
    )


def listed(call: Call) -> Answer:
    """GET /order/v2/plants/{plant}/orders: a plant's orders."""
    plant = call.path["plant"]
    call.state.floor(plant)
    executing, wanted = call.several("executionStatuses"), call.asked("order")
    found = (
        order
        for order in call.state.orders.values()
        if order.plant == plant
        and (not executing or EXECUTION_STATUS[order.status] in executing)
        and wanted in (None, order.number)
        and call.asked("material") in (None, order.material)
    )
    return paged(call, [_row(order) for order in sorted(found, key=lambda one: one.number)])


def release(call: Call) -> Answer:
    """POST /order/v2/orders/release: let an order run."""
    order = call.state.order(text(call.row, "plant"), text(call.row, "order"))
    if order.status is not OrderStatus.CREATED:
        raise wrong("order.notReleasable", f"order {order.number} is {_execution(order)}")
    if call.state.hold_on(order.number):
        raise wrong("order.onHold", f"order {order.number} is on hold")
    released = replace(order, status=OrderStatus.RELEASED)
    call.state.orders[order.number] = released
    made: list[Writable] = [
        {"identifier": sfc, "quantity": order.quantity.amount} for sfc in sfcs(released)
    ]
    return Answer({"sfcs": made}, written=Written(None, "order", order.number))


def complete(call: Call) -> Answer:
    """POST /order/v1/orders/complete: finish an order."""
    order = call.state.order(call.need("plant"), call.need("order"))
    if call.state.hold_on(order.number):
        raise wrong("order.onHold", f"order {order.number} is on hold")
    if order.status not in RUNNING:
        raise wrong("order.notInExecution", f"order {order.number} is {_execution(order)}")
    call.state.orders[order.number] = replace(order, status=OrderStatus.CONFIRMED)
    return _changed(order)


def discard(call: Call) -> Answer:
    """POST /order/v1/orders/discard: give an order up that nothing was made for."""
    order = call.state.order(call.need("plant"), call.need("order"))
    if order.status not in {OrderStatus.CREATED, OrderStatus.RELEASED}:
        raise wrong("order.inExecution", f"order {order.number} is {_execution(order)}")
    call.state.orders[order.number] = replace(order, status=OrderStatus.DISCARDED)
    return _changed(order)


def started(state: DmState, order: ProductionOrder) -> ProductionOrder:
    """Return an order as running, now that something happens to it."""
    if order.status is not OrderStatus.RELEASED:
        return order
    state.orders[order.number] = replace(order, status=OrderStatus.IN_PROGRESS)
    return state.orders[order.number]


def _changed(order: ProductionOrder) -> Answer:
    return Answer(status=HTTPStatus.NO_CONTENT, written=Written(None, "order", order.number))


def _execution(order: ProductionOrder) -> str:
    return EXECUTION_STATUS[order.status]


def _status(order: ProductionOrder) -> str:
    done = {"COMPLETED": "DONE", "CLOSED": "CLOSED", "DISCARDED": "DISCARDED", "HOLD": "HOLD"}
    return done.get(_execution(order), "RELEASABLE")


def _shared(order: ProductionOrder) -> dict[str, Writable]:
    released = 0 if order.status is OrderStatus.CREATED else order.quantity.amount
    return {
        "plant": order.plant,
        "order": order.number,
        "orderCategory": CATEGORY[order.category],
        "material": {"material": order.material, "version": VERSION},
        "bom": {"bom": order.number, "type": "SHOP_ORDER", "version": VERSION},
        "routing": {"routing": order.number, "type": "SHOP_ORDER", "version": VERSION},
        "buildQuantity": order.quantity.amount,
        "releasedQuantity": released,
        "doneQuantity": order.yielded.amount,
        "releaseStatus": RELEASE_STATUS.get(order.status, "RELEASED"),
        "executionStatus": _execution(order),
        "priority": order.priority * 100,
        "productionVersion": order.production_version,
    }


def _row(order: ProductionOrder) -> Row | dict[str, Writable]:
    return _shared(order) | {
        "plannedQuantity": order.quantity.amount,
        "scrappedQuantity": order.scrapped.amount,
        "deliveredQuantity": order.delivered.amount,
        "baseUnitOfMeasure": order.quantity.unit,
        "plannedStart": moment(order.planned_start),
        "plannedEnd": moment(order.planned_end),
        "workCenters": [operation.work_center for operation in order.operations],
    }
