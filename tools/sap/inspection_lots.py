"""Inspection lots: ``API_INSPECTIONLOT_SRV``.

Limits and mean values are ``Edm.Double`` there. A measured value is taken from its original text
where that is a number, because a double shows digits nobody measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from tools.jsontext import Row
from tools.objects.identifiers import normal
from tools.objects.inspection import InspectionLot, InspectionResult, Valuation
from tools.objects.reading import Reading
from tools.ports import Inspections
from tools.sap.decoding import decimal_or_none, flag, text
from tools.sap.filters import and_, any_of, eq
from tools.sap.landscape import Landscape, normal_text
from tools.sap.metadata import Needs

SERVICE = "API_INSPECTIONLOT_SRV"
LOT, DECISION, CHARACTERISTIC, RESULT, OPERATION = (
    "A_InspectionLot",
    "A_InspLotUsageDecision",
    "A_InspectionCharacteristic",
    "A_InspectionResult",
    "A_InspectionOperation",
)
VALUATIONS: Mapping[str, Valuation] = {"A": Valuation.ACCEPTED, "R": Valuation.REJECTED}

_KEYS = frozenset({"InspPlanOperationInternalID", "InspectionCharacteristic", "InspectionLot"})
NEEDS = Needs(
    sets={
        LOT: frozenset(
            {
                "Batch",
                "InspectionLot",
                "InspectionLotCreatedOn",
                "InspectionLotCreatedOnTime",
                "InspectionLotHasUsageDecision",
                "InspectionLotOrigin",
                "InspectionLotQuantity",
                "InspectionLotQuantityUnit",
                "ManufacturingOrder",
                "Material",
                "Plant",
            }
        ),
        DECISION: frozenset({"InspLotUsageDecisionValuation", "InspectionLot"}),
        CHARACTERISTIC: _KEYS
        | {
            "InspSpecHasLowerLimit",
            "InspSpecHasUpperLimit",
            "InspSpecLowerLimit",
            "InspSpecUpperLimit",
            "InspectionSpecificationText",
            "InspectionSpecificationUnit",
        },
        RESULT: _KEYS
        | {
            "InspectionEndDate",
            "InspectionEndTime",
            "InspectionResultHasMeanValue",
            "InspectionResultMeanValue",
            "InspectionResultOriginalValue",
            "InspectionValuationResult",
        },
        OPERATION: frozenset(
            {"InspPlanOperationInternalID", "InspectionLot", "InspectionOperation"}
        ),
    }
)


class InspectionLots(Inspections):
    """Inspection lots of the ERP."""

    def __init__(self, landscape: Landscape) -> None:
        self.system = landscape.system
        self._landscape = landscape
        self._service = landscape.service(SERVICE)

    async def lots(self, material: str, plant: str) -> Reading[tuple[InspectionLot, ...]]:
        rows = await self._service.query(
            LOT,
            and_(eq("Material", normal(material)), eq("Plant", plant)),
            orderby=("InspectionLot",),
        )
        decided = [
            text(row, "InspectionLot") for row in rows if flag(row, "InspectionLotHasUsageDecision")
        ]
        decisions = await self._decisions(decided)
        return self._landscape.reading(tuple(self._lot(row, decisions) for row in rows))

    async def lot(self, lot: str) -> Reading[InspectionLot]:
        number = normal(lot)
        here = eq("InspectionLot", number)
        answer, decisions, characteristics, results, operations = await asyncio.gather(
            self._service.get(LOT, number),
            self._decisions([number]),
            self._service.query(CHARACTERISTIC, here),
            self._service.query(RESULT, here),
            self._service.query(OPERATION, here),
        )
        measured = {_key(row): row for row in results}
        numbers = {
            text(row, "InspPlanOperationInternalID"): text(row, "InspectionOperation")
            for row in operations
        }
        found = replace(
            self._lot(answer.row, decisions),
            results=tuple(
                self._result(row, measured.get(_key(row)), numbers)
                for row in sorted(characteristics, key=_key)
            ),
        )
        return self._landscape.reading(found, answer.etag)

    async def _decisions(self, lots: list[str]) -> dict[str, Valuation]:
        if not lots:
            return {}
        rows = await self._service.query(DECISION, any_of("InspectionLot", lots))
        return {
            normal(text(row, "InspectionLot")): VALUATIONS.get(
                text(row, "InspLotUsageDecisionValuation"), Valuation.OPEN
            )
            for row in rows
        }

    def _lot(self, row: Row, decisions: Mapping[str, Valuation]) -> InspectionLot:
        number = normal(text(row, "InspectionLot"))
        order = normal_text(row, "ManufacturingOrder")
        return InspectionLot(
            number=number,
            plant=text(row, "Plant"),
            material=normal(text(row, "Material")),
            quantity=self._landscape.quantity(
                row, "InspectionLotQuantity", "InspectionLotQuantityUnit"
            ),
            origin=text(row, "InspectionLotOrigin"),
            decision=decisions.get(number, Valuation.OPEN),
            created_at=self._landscape.moment_at(
                row, "InspectionLotCreatedOn", "InspectionLotCreatedOnTime"
            ),
            batch=normal_text(row, "Batch"),
            order=normal(order) if order else None,
        )

    def _result(
        self, plan: Row, measured: Row | None, operations: Mapping[str, str]
    ) -> InspectionResult:
        step = text(plan, "InspPlanOperationInternalID")
        unit = normal_text(plan, "InspectionSpecificationUnit")
        result = InspectionResult(
            lot=normal(text(plan, "InspectionLot")),
            operation=operations.get(step, step),
            characteristic=text(plan, "InspectionCharacteristic"),
            description=text(plan, "InspectionSpecificationText"),
            value=None,
            unit=self._landscape.unit(plan, "InspectionSpecificationUnit") if unit else "",
            valuation=Valuation.OPEN,
            lower=_limit(plan, "Lower"),
            upper=_limit(plan, "Upper"),
        )
        if measured is None:
            return result
        return replace(
            result,
            value=_value(measured),
            valuation=VALUATIONS.get(text(measured, "InspectionValuationResult"), Valuation.OPEN),
            measured_at=self._landscape.moment(measured, "InspectionEndDate", "InspectionEndTime"),
        )


def _key(row: Row) -> tuple[str, str]:
    return text(row, "InspPlanOperationInternalID"), text(row, "InspectionCharacteristic")


def _limit(row: Row, side: str) -> Decimal | None:
    if not flag(row, f"InspSpecHas{side}Limit"):
        return None
    return decimal_or_none(row, f"InspSpec{side}Limit")


def _value(row: Row) -> Decimal | None:
    try:
        return Decimal(text(row, "InspectionResultOriginalValue").strip().replace(",", "."))
    except InvalidOperation:
        pass
    if not flag(row, "InspectionResultHasMeanValue"):
        return None
    return decimal_or_none(row, "InspectionResultMeanValue")
