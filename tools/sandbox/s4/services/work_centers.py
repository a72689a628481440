"""``API_WORK_CENTERS``: where work is done; read only."""

from __future__ import annotations

from collections.abc import Iterable

from tools.sandbox.odata.edm import entity_type, to_many, to_one
from tools.sandbox.odata.service import Service
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.services.showing import view
from tools.sandbox.s4.state import S4

_KEY = "WorkCenterInternalID WorkCenterTypeCode"
WORK_CENTER = entity_type(
    "A_WorkCentersType",
    _KEY,
    """
    String(8): WorkCenterInternalID WorkCenter CapacityInternalID
    String(2): WorkCenterTypeCode
    String(40): WorkCenterDesc WorkCenterResponsibleName
    String(4): Plant WorkCenterCategoryCode StandardWorkFormulaParamGroup
    String(4): OperationControlProfile WorkCenterLocationGroup
    String(3): WorkCenterResponsible WorkCenterUsage
    String(10): SupplyArea WorkCenterLocation
    Boolean: WorkCenterIsToBeDeleted MatlCompIsMarkedForBackflush
    DateTime: ValidityStartDate ValidityEndDate
    DateTimeOffset: WorkCenterLastChangeDateTime
    """,
    to_one("to_Capacity", "A_WorkCenterCapacity", "CapacityInternalID"),
    to_many("to_WorkCenterCostCenter", "A_WorkCenterCostCenter", _KEY),
)
CAPACITY = entity_type(
    "A_WorkCenterCapacityType",
    "CapacityInternalID",
    """
    String(8): CapacityInternalID Capacity
    String(3): CapacityCategoryCode CapacityPlanUtilizationPercent
    String(3): CapOverloadThresholdInPercent CapacityQuantityUnit CapacityBaseQtyUnit
    String(2): CapacityActiveVersion FactoryCalendar
    String(4): Plant
    Boolean: CapacityIsFinite CapacityIsPooled
    Int16: CapacityNumberOfCapacities
    Int32: CapacityStartTime CapacityEndTime CapacityBreakDuration
    DateTimeOffset: CapacityLastChangeDateTime
    """,
)
COST_CENTER = entity_type(
    "A_WorkCenterCostCenterType",
    f"{_KEY} CostCenterAllocation ValidityEndDate",
    """
    String(8): WorkCenterInternalID WorkCenter
    String(2): WorkCenterTypeCode
    String(4): CostCenterAllocation Plant WorkCenterCategoryCode ControllingArea
    String(10): CostCenter
    String(6): CostCtrActivityType
    DateTime: ValidityEndDate ValidityStartDate
    """,
)


def _capacities(state: S4) -> Iterable[Row]:
    for row in state.work_centers.values():
        yield {
            "CapacityInternalID": row["CapacityInternalID"],
            "Capacity": row["WorkCenter"],
            "CapacityCategoryCode": "001",
            "CapacityActiveVersion": "01",
            "CapacityNumberOfCapacities": 1,
            "CapacityPlanUtilizationPercent": "100",
            "CapacityQuantityUnit": "STD",
            "Plant": row["Plant"],
            "CapacityEndTime": row["CapacityEndTime"],
        }


def _cost_centers(state: S4) -> Iterable[Row]:
    return ({**row, "CostCenterAllocation": "0001"} for row in state.work_centers.values())


SERVICE = Service(
    name="API_WORK_CENTERS",
    sets=(
        view("A_WorkCenters", WORK_CENTER, lambda state: state.work_centers.values()),
        view("A_WorkCenterCapacity", CAPACITY, _capacities),
        view("A_WorkCenterCostCenter", COST_CENTER, _cost_centers),
    ),
)
