"""Production and process orders: header, item, operations and components."""

from __future__ import annotations

from tools.book import PlantBook
from tools.objects.order import Component, Operation, OrderCategory, OrderStatus, ProductionOrder
from tools.sandbox.s4.loading.routings import work_center_id
from tools.sandbox.s4.rows import Row, clock_time, flag, midnight, stamp
from tools.sandbox.s4.state import S4

CATEGORY = {OrderCategory.PRODUCTION: "10", OrderCategory.PROCESS: "40"}
_RUN = frozenset(OrderStatus) - {OrderStatus.CREATED, OrderStatus.DISCARDED}
_TECHNICALLY_COMPLETED = frozenset({OrderStatus.TECHNICALLY_COMPLETED, OrderStatus.CLOSED})
_CONFIRMED = frozenset({OrderStatus.CONFIRMED, OrderStatus.DELIVERED}) | _TECHNICALLY_COMPLETED


def load_orders(state: S4, book: PlantBook) -> None:
    """Write the rows of every order the ERP knows."""
    for order in book.erp.orders:
        ids: Row = {
            "ManufacturingOrder": order.number,
            "ManufacturingOrderCategory": CATEGORY[order.category],
            "ManufacturingOrderType": order.type,
            "ProductionPlant": order.plant,
        }
        state.orders[(order.number,)] = {**ids, **_header(state, book, order)}
        state.order_items[(order.number, "1")] = {**ids, **_item(state, order)}
        for position, operation in enumerate(order.operations, start=1):
            node = f"{position:08d}"
            row = {**ids, **_operation(state, order, operation, node)}
            state.operations[(order.number, node)] = row
        for component in order.components:
            key = (component.reservation, component.item)
            state.components[key] = {**ids, **_component(order, component)}


def _header(state: S4, book: PlantBook, order: ProductionOrder) -> Row:
    confirmed = order.status in _CONFIRMED
    some = any(step.yielded or step.scrapped for step in order.operations)
    delivered = order.status is OrderStatus.DELIVERED or _fully_delivered(order)
    return {
        "ManufacturingOrderImportance": str(order.priority)[:1],
        "OrderIsCreated": flag(order.status is OrderStatus.CREATED),
        "OrderIsReleased": flag(order.status in _RUN),
        "OrderIsConfirmed": flag(confirmed and some),
        "OrderIsPartiallyConfirmed": flag(some and not confirmed),
        "OrderIsLocked": flag(order.locked or order.status is OrderStatus.ON_HOLD),
        "OrderIsTechnicallyCompleted": flag(order.status in _TECHNICALLY_COMPLETED),
        "OrderIsClosed": flag(order.status is OrderStatus.CLOSED),
        "OrderIsMarkedForDeletion": flag(order.status is OrderStatus.DISCARDED),
        "OrderIsDelivered": flag(delivered),
        "OrderIsPartiallyDelivered": flag(bool(order.delivered) and not delivered),
        "OrderIsScheduled": "X",
        "MfgOrderCreationDate": midnight(min(book.today, order.planned_start.date())),
        "LastChangeDateTime": stamp(order.planned_start),
        "Material": order.material,
        "StorageLocation": receipt_location(state, order),
        "OrderInternalBillOfOperations": order.number,
        "Plant": order.plant,
        "ProductionVersion": order.production_version or "",
        "CompanyCode": book.company_code,
        "ProductionUnit": order.quantity.unit,
        "TotalQuantity": order.quantity.amount,
        "MfgOrderConfirmedYieldQty": order.yielded.amount,
        "OrderLongText": order.note,
        **_dates("MfgOrderPlanned", order),
        **_dates("MfgOrderScheduled", order),
    }


def _fully_delivered(order: ProductionOrder) -> bool:
    return bool(order.delivered) and order.delivered >= order.quantity


def _dates(prefix: str, order: ProductionOrder) -> Row:
    return {
        f"{prefix}StartDate": midnight(order.planned_start.date()),
        f"{prefix}StartTime": clock_time(order.planned_start),
        f"{prefix}EndDate": midnight(order.planned_end.date()),
        f"{prefix}EndTime": clock_time(order.planned_end),
    }


def receipt_location(state: S4, order: ProductionOrder) -> str:
    """Return where the product goes: the location its plant view names."""
    row = state.product_plants.get((order.material, order.plant))
    return row["ProductionInvtryManagedLoc"] if row else ""


def _item(state: S4, order: ProductionOrder) -> Row:
    return {
        "ManufacturingOrderItem": "1",
        "IsCompletelyDelivered": _fully_delivered(order),
        "Material": order.material,
        "Plant": order.plant,
        "StorageLocation": receipt_location(state, order),
        "MfgOrderItemPlndDeliveryDate": midnight(order.planned_end.date()),
        "ProductionUnit": order.quantity.unit,
        "MfgOrderItemPlannedTotalQty": order.quantity.amount,
        "MfgOrderItemGoodsReceiptQty": order.delivered.amount,
    }


def _operation(state: S4, order: ProductionOrder, operation: Operation, node: str) -> Row:
    some = bool(operation.yielded) or bool(operation.scrapped)
    final = some and (operation.status in _CONFIRMED or order.status in _CONFIRMED)
    row: Row = {
        "OrderInternalBillOfOperations": order.number,
        "OrderIntBillOfOperationsItem": node,
        "ManufacturingOrderSequence": "0",
        "ManufacturingOrderOperation": operation.number,
        "MfgOrderOperationText": operation.description,
        "OperationIsCreated": flag(order.status is OrderStatus.CREATED),
        "OperationIsReleased": flag(order.status in _RUN),
        "OperationIsConfirmed": flag(final),
        "OperationIsPartiallyConfirmed": flag(some and not final),
        "OperationIsTechlyCompleted": flag(order.status in _TECHNICALLY_COMPLETED),
        "OperationIsClosed": flag(order.status is OrderStatus.CLOSED),
        "WorkCenterInternalID": work_center_id(state, order.plant, operation.work_center),
        "WorkCenterTypeCode": "A",
        "WorkCenter": operation.work_center,
        "OperationControlProfile": operation.control_key,
        "OpErlstSchedldExecStrtDte": midnight(order.planned_start.date()),
        "OpErlstSchedldExecStrtTme": clock_time(order.planned_start),
        "OpErlstSchedldExecEndDte": midnight(order.planned_end.date()),
        "OpErlstSchedldExecEndTme": clock_time(order.planned_end),
        "OperationUnit": operation.planned.unit,
        "OpPlannedTotalQuantity": operation.planned.amount,
        "OpTotalConfirmedYieldQty": operation.yielded.amount,
        "LastChangeDateTime": stamp(order.planned_start),
    }
    for side, moment in (("Start", operation.started_at), ("End", operation.finished_at)):
        if moment is not None:
            row[f"OpActualExecution{side}Date"] = midnight(moment.date())
            row[f"OpActualExecution{side}Time"] = clock_time(moment)
    return row


def _component(order: ProductionOrder, component: Component) -> Row:
    return {
        "Reservation": component.reservation,
        "ReservationItem": component.item,
        "ReservationRecordType": "",
        "Material": component.material,
        "Plant": order.plant,
        "ManufacturingOrderSequence": "0",
        "ManufacturingOrderOperation": component.operation,
        "OrderInternalBillOfOperations": order.number,
        "MatlCompRequirementDate": midnight(order.planned_start.date()),
        "ReservationIsFinallyIssued": component.final_issue,
        "MatlCompIsMarkedForBackflush": component.backflushed,
        "BillOfMaterialCategory": "M",
        "BOMItemCategory": "L",
        "BillOfMaterialItemNumber": component.item.zfill(4),
        "StorageLocation": component.location or "",
        "Batch": component.batch or "",
        "GoodsMovementType": "261",
        "BaseUnit": component.required.unit,
        "RequiredQuantity": component.required.amount,
        "WithdrawnQuantity": component.withdrawn.amount,
        "MaterialCompOriginalQuantity": component.required.amount,
        "EntryUnit": component.required.unit,
        "GoodsMovementEntryQty": component.required.amount,
        "LastChangeDateTime": stamp(order.planned_start),
    }
