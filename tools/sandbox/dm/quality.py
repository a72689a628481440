"""Defects: ``/nonconformance/v1`` and ``/nonconformance/v2`` [spec].

[sandbox] The unit of a defect's quantity is the product's base unit: DM states none.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from tools.jsontext import Writable
from tools.objects.nonconformance import Nonconformance, Severity
from tools.objects.quantity import Quantity
from tools.sandbox.dm.call import Answer, Call, Written, moment, number, paged, text, texts
from tools.sandbox.dm.refusal import unknown
from tools.sandbox.dm.state import VERSION

SEVERITY = {Severity.MINOR: "LOW", Severity.MAJOR: "MEDIUM", Severity.CRITICAL: "HIGH"}


def listed(call: Call) -> Answer:
    """GET /nonconformance/v2/nonconformances: the defects of a plant, or of one SFC."""
    plant, sfc = call.need("plant"), call.asked("sfc")
    call.state.floor(plant)
    order = call.state.order_of_sfc(plant, sfc).number if sfc else None
    return paged(
        call,
        [
            _row(defect)
            for defect in call.state.nonconformances
            if defect.plant == plant and order in (None, defect.order)
        ],
    )


def log(call: Call) -> Answer:
    """POST /nonconformance/v1/log: log a defect on SFCs."""
    row = call.row
    made: list[Writable] = []
    numbers: list[str] = []
    for sfc in texts(row, "sfcs"):
        order = call.state.order_of_sfc(text(row, "plant"), sfc)
        value = number(row, "quantity") or order.quantity.amount
        step = str(row.get("routingStepId") or "")
        operation = step or (order.operations[0].number if order.operations else "")
        defect = Nonconformance(
            number=f"NC{order.plant}{len(call.state.nonconformances) + 1:04d}",
            plant=order.plant,
            order=order.number,
            operation=operation,
            material=order.material,
            code=text(row, "code"),
            quantity=Quantity(value, order.quantity.unit),
            severity=Severity.MINOR,
            logged_at=call.now,
        )
        call.state.nonconformances.append(defect)
        numbers.append(defect.number)
        made.append({"sfc": sfc, "ids": [defect.number]})
    return Answer({"ids": made}, written=Written(None, "nonconformance", numbers[0]))


def close(call: Call) -> Answer:
    """POST /nonconformance/v1/close: settle a defect."""
    wanted = text(call.row, "id")
    for position, defect in enumerate(call.state.nonconformances):
        if defect.number == wanted:
            call.state.nonconformances[position] = replace(defect, open=False)
            written = Written(None, "nonconformance", wanted)
            return Answer(status=HTTPStatus.NO_CONTENT, written=written)
    raise unknown("nonconformance", wanted)


def _row(defect: Nonconformance) -> Writable:
    return {
        "id": defect.number,
        "incidentNumber": {"incidentNumber": defect.number, "plant": defect.plant},
        "plant": defect.plant,
        "sfc": f"SFC{defect.order}",
        "material": {"material": defect.material, "version": VERSION},
        "operationActivity": {
            "operationActivity": f"{defect.order}-0-{defect.operation}",
            "version": VERSION,
        },
        "routingStepId": defect.operation,
        "code": {
            "code": defect.code,
            "codeDef": {"severity": SEVERITY[defect.severity]},
        },
        "quantity": defect.quantity.amount,
        "state": "OPEN" if defect.open else "CLOSED",
        "createdDateTime": moment(defect.logged_at),
        "comments": defect.note,
        "dataFields": [{"key": "BATCH", "value": defect.batch}] if defect.batch else [],
    }
