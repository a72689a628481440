"""Inspection lots, their characteristics and results."""

from __future__ import annotations

from tools.book import PlantBook
from tools.objects.inspection import InspectionLot, InspectionResult, Valuation
from tools.sandbox.s4.rows import Row, clock_time, midnight
from tools.sandbox.s4.state import S4

_VALUATION = {Valuation.ACCEPTED: "A", Valuation.REJECTED: "R", Valuation.OPEN: ""}


def load_lots(state: S4, book: PlantBook) -> None:
    """Write each lot, and a row per measured characteristic that serves plan and result."""
    for lot in book.erp.lots:
        state.lots[(lot.number,)] = _lot(lot)
        for position, result in enumerate(lot.results, start=1):
            key = (lot.number, result.operation.zfill(8), f"{position * 10:04d}")
            state.lot_results[key] = _result(result, key)


def _lot(lot: InspectionLot) -> Row:
    return {
        "InspectionLot": lot.number,
        "Material": lot.material,
        "Batch": lot.batch or "",
        "Plant": lot.plant,
        "InspectionLotPlant": lot.plant,
        "InspectionLotOrigin": lot.origin[:2],
        "InspectionLotType": lot.origin,
        "ManufacturingOrder": lot.order or "",
        "InspectionLotQuantity": lot.quantity.amount,
        "InspectionLotQuantityUnit": lot.quantity.unit,
        "InspectionLotCreatedOn": midnight(lot.created_at.date()),
        "InspectionLotCreatedOnTime": clock_time(lot.created_at),
        "InspectionLotHasUsageDecision": lot.decision is not Valuation.OPEN,
        "InspLotUsageDecisionValuation": _VALUATION[lot.decision],
        "ChangedDateTime": lot.created_at,
    }


def _result(result: InspectionResult, key: tuple[str, str, str]) -> Row:
    number, operation, characteristic = key
    row: Row = {
        "InspectionLot": number,
        "InspPlanOperationInternalID": operation,
        "InspectionCharacteristic": characteristic,
        "InspectionOperation": result.operation,
        "InspectionSpecification": result.characteristic,
        "InspectionSpecificationText": result.description,
        "InspectionSpecificationUnit": result.unit,
        "InspSpecIsQuantitative": result.value is not None or result.lower is not None,
        "InspectionValuationResult": _VALUATION[result.valuation],
    }
    if result.lower is not None:
        row |= {"InspSpecLowerLimit": float(result.lower), "InspSpecHasLowerLimit": "X"}
    if result.upper is not None:
        row |= {"InspSpecUpperLimit": float(result.upper), "InspSpecHasUpperLimit": "X"}
    if result.value is not None:
        row |= {
            "InspectionResultMeanValue": float(result.value),
            "InspectionResultHasMeanValue": "X",
            "InspectionResultOriginalValue": f"{result.value:f}",
        }
    if result.measured_at is not None:
        row |= {
            "InspectionEndDate": midnight(result.measured_at.date()),
            "InspectionEndTime": clock_time(result.measured_at),
            "ChangedDateTime": result.measured_at,
        }
    return row
