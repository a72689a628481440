"""Routings and the work centres they run on."""

from __future__ import annotations

from decimal import Decimal

from tools.book import PlantBook
from tools.objects.routing import Routing, RoutingOperation, WorkCenter
from tools.sandbox.s4.numbers import Range
from tools.sandbox.s4.rows import FOREVER, Row, midnight
from tools.sandbox.s4.state import S4

CONTROLLING_AREA = "A000"
_SECONDS_PER_HOUR = 3600


def load_routings(state: S4, book: PlantBook) -> None:
    """Write work centres first, so that operations can point at them."""
    for center in book.work_centers:
        number = state.numbers.draw(Range.WORK_CENTER)
        state.work_centers[(center.plant, center.number)] = _work_center(book, center, number)
    for routing in book.routings:
        _routing(state, book, routing)


def work_center_id(state: S4, plant: str, number: str) -> str:
    """Return the internal number of a work centre, nothing if the plant has none of that name."""
    row = state.work_centers.get((plant, number))
    return row["WorkCenterInternalID"] if row else ""


def _work_center(book: PlantBook, center: WorkCenter, number: str) -> Row:
    return {
        "WorkCenterInternalID": number,
        "WorkCenterTypeCode": "A",
        "WorkCenter": center.number,
        "WorkCenterDesc": center.description,
        "Plant": center.plant,
        "WorkCenterCategoryCode": "0001",
        "WorkCenterUsage": "009",
        "CapacityInternalID": number,
        "ValidityStartDate": midnight(book.today.replace(month=1, day=1)),
        "ValidityEndDate": midnight(FOREVER),
        "ControllingArea": CONTROLLING_AREA,
        "CostCenter": center.cost_center,
        "CapacityEndTime": int(center.hours_per_day * Decimal(_SECONDS_PER_HOUR)),
    }


def _routing(state: S4, book: PlantBook, routing: Routing) -> None:
    group: Row = {
        "ProductionRoutingGroup": routing.group,
        "ProductionRouting": routing.counter,
    }
    valid: Row = {
        "ValidityStartDate": midnight(book.today.replace(month=1, day=1)),
        "ValidityEndDate": midnight(FOREVER),
    }
    state.routings[(routing.group, routing.counter)] = {
        **group,
        **valid,
        "ProductionRoutingInternalVers": "1",
        "Plant": routing.plant,
        "BillOfOperationsUsage": "1",
        "BillOfOperationsStatus": "4",
        "BillOfOperationsUnit": routing.base_quantity.unit,
        "MaximumLotSizeQuantity": Decimal(99_999_999),
    }
    state.routing_materials[(routing.material, routing.plant, routing.group, routing.counter)] = {
        **group,
        **valid,
        "Product": routing.material,
        "Plant": routing.plant,
        "ProductionRoutingMatlAssgmt": "1",
        "ProductionRtgMatlAssgmtIntVers": "1",
    }
    for position, operation in enumerate(routing.operations, start=1):
        node = f"{position:08d}"
        row = {**group, **valid, **_operation(state, routing, operation, node)}
        state.routing_operations[(routing.group, routing.counter, node)] = row


def _operation(state: S4, routing: Routing, operation: RoutingOperation, node: str) -> Row:
    return {
        "ProductionRoutingSequence": "0",
        "ProductionRoutingOpIntID": node,
        "ProductionRoutingOpIntVersion": "1",
        "Operation": operation.number,
        "OperationText": operation.description,
        "Plant": routing.plant,
        "OperationControlProfile": operation.control_key,
        "WorkCenterTypeCode": "A",
        "WorkCenterInternalID": work_center_id(state, routing.plant, operation.work_center),
        "OperationReferenceQuantity": routing.base_quantity.amount,
        "OperationUnit": routing.base_quantity.unit,
        "OpQtyToBaseQtyNmrtr": Decimal(1),
        "OpQtyToBaseQtyDnmntr": Decimal(1),
        "StandardWorkQuantity1": operation.setup.amount,
        "StandardWorkQuantityUnit1": operation.setup.unit,
        "StandardWorkQuantity2": operation.machine.amount,
        "StandardWorkQuantityUnit2": operation.machine.unit,
        "StandardWorkQuantity3": operation.labor.amount,
        "StandardWorkQuantityUnit3": operation.labor.unit,
    }
